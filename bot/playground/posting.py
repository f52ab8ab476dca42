"""One POST to an address on this machine, the way a provider's own server would send it."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

_SECONDS = 5


async def post(url: str, headers: Mapping[str, str], body: bytes) -> int | None:
    """Send it over plain HTTP; the status of the answer, or None when there was none in time."""
    try:
        return await asyncio.wait_for(_post(url, headers, body), _SECONDS)
    except (OSError, TimeoutError, ValueError, IndexError):
        return None


async def _post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(_request(address.path or "/", address.netloc, headers, body))
        await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()


def _request(path: str, host: str, headers: Mapping[str, str], body: bytes) -> bytes:
    sent = {**headers, "Host": host, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
