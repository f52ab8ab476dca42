"""A provider whose pages are all different, and never end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.fuzz.wire import honest

Page = Callable[[int, bytes], bytes]
"""Makes the body of an answer from its number and from what was asked."""


@dataclass
class Book:
    """Where it listens, and how many pages were asked for."""

    address: str = ""
    turned: int = 0


@asynccontextmanager
async def opened(page: Page) -> AsyncIterator[Book]:
    """Answer each request with another page while the context is open."""
    book = Book()

    async def turn(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await _request(reader)
                book.turned += 1
                writer.write(honest(200, page(book.turned, asked)).written)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the bot hung up
        finally:
            writer.close()

    server = await asyncio.start_server(turn, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    book.address = f"http://{host}:{port}"
    async with server:
        yield book


async def _request(reader: asyncio.StreamReader) -> bytes:
    """Read a request whole; gives its head and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    length = next((int(line.split(b":")[1]) for line in lengths), 0)
    return head + await reader.readexactly(length)
