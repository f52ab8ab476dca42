"""Answers as a server may put them on the wire: honest, torn, lying, endless, slow or packed."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from random import Random
from typing import TypeAlias

Header: TypeAlias = tuple[bytes, bytes]


class Ending(Enum):
    """What the server does when it has said what it says."""

    HANGS_UP = auto()
    RESETS = auto()
    SAYS_NO_MORE = auto()
    DRIPS = auto()
    NEVER_ENDS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server says, and what it means by it: `status` and `body` before any spoiling."""

    status: int
    body: bytes = field(repr=False)
    before: bytes = b""
    start: bytes
    headers: tuple[Header, ...]
    sent: bytes = field(repr=False)
    ending: Ending = Ending.HANGS_UP

    @property
    def written(self) -> bytes:
        """What goes over the wire."""
        head = b"".join(name + b": " + value + b"\r\n" for name, value in self.headers)
        return self.before + self.start + b"\r\n" + head + b"\r\n" + self.sent


Spoiling: TypeAlias = Callable[[Random, Answer], Answer]


def honest(status: int, body: bytes) -> Answer:
    """An answer as it should be."""
    return Answer(
        status=status,
        body=body,
        start=b"HTTP/1.1 %d Told" % status,
        headers=(
            (b"Date", b"Sat, 21 Nov 2026 12:00:00 GMT"),
            (b"Content-Type", b"application/json"),
            (b"Content-Length", b"%d" % len(body)),
        ),
        sent=body,
    )


STATUSES = (
    *(200, 201, 202, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400),
    *(401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 423, 425, 429, 431, 451),
    *(499, 500, 501, 502, 503, 504, 507, 511, 520, 521, 524, 530, 599, 600, 700, 999),
)
STARTS = (
    *(b"HTTP/1.1 100 Continue", b"HTTP/1.1 101 Switching Protocols", b"HTTP/1.1 103 Early Hints"),
    *(b"HTTP/1.0 200 OK", b"HTTP/2 200", b"HTTP/1.1 200", b"HTTP/1.1 -1 No", b"HTTP/1.1 20 OK"),
    *(b"HTTP/1.1 2000 OK", b"HTTP/1.1 abc OK", b"HTTP/9.9 200 OK", b"ICY 200 OK", b"", b"\0" * 90),
    *(b"HTTP/1.1 200 \xff\xfe\xd9\x88", b"HTTP/1.1 200 " + b"x" * 200_000, b"SSH-2.0-OpenSSH_9.9"),
)
DATES = (
    *(b"", b"now", b"Sat, 21 Nov 99999999999999999999 12:00:00 GMT", b"0", b"-1", b"1761402236"),
    *(b"Sat, 21 Nov 2026 12:00:00 +9999", b"Sat, 21 Nov 2026 12:00:00 +999999999999999999999"),
    *(b"Sat, 21 Nov 2026 99:99:99 GMT", b"Fri, 31 Dec 9999 23:59:59 -2359", b"21 Nov 0 0:0 GMT"),
    *(b"Mon, 01 Jan 0001 00:00:00 +1400", b"\xff\xfe", "٢١ Nov 2026".encode(), b"9" * 400),
    *(
        b"Thu, 01 Jan 1970 00:00:00 GMT",
        b"Sat, 99 Nov 2026 12:00:00 GMT",
        b"Fri, 31 Dec 9999 0:0 GMT",
    ),
)
ENCODINGS = (b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip", b"identity", b"x-\xff", b"")
CHARSETS = ("utf-16", "utf-8-sig", "utf-32", "latin-1")
LENGTHS = (b"-1", b"0", b"1", b"99999999999999999999", b"abc", b"1, 2", b"+5", b"0x10", b"")
HEADERS: tuple[Header, ...] = (
    *(
        (b"Set-Cookie", value)
        for value in (b"a=b; Domain=.; Max-Age=1e9", b"=;" * 99, b"\xff=\xfe")
    ),
    *(
        (b"Location", value)
        for value in (b"http://127.0.0.1:9/", b"/\xff", b"http://[", b"//", b"")
    ),
    *((b"Location", value) for value in (b"http://x:99999999/", b"https://\xd9\x88/", b"data:,x")),
    *((b"X-Request-Id", value) for value in (b"x" * 90_000, b"\xff", b"", b"<b>")),
    *(
        (b"Transfer-Encoding", value)
        for value in (b"chunked", b"gzip", b"chunked, chunked", b"\xff")
    ),
    *((b"Content-Type", value) for value in (b"text/html; charset=utf-16", b"x" * 9_000, b"\xff")),
    *((b"Connection", value) for value in (b"upgrade", b"keep-alive", b"\xff")),
    *((b"X-Access-Token", value) for value in (b"\0", b"a\rb", b"x" * 200_000)),
    (b"", b"nameless"),
    (b"Bad Name", b"x"),
)


def _with(answer: Answer, *headers: Header) -> Answer:
    """Put headers in the place of those of the same name."""
    names = {name for name, _ in headers}
    kept = tuple(header for header in answer.headers if header[0] not in names)
    return replace(answer, headers=(*kept, *headers))


def _other_status(chance: Random, answer: Answer) -> Answer:
    status = chance.choice(STATUSES)
    return replace(answer, status=status, start=b"HTTP/1.1 %d Told" % status)


def _other_start(chance: Random, answer: Answer) -> Answer:
    start = chance.choice(STARTS)
    return replace(answer, status=200 if b" 200" in start else 0, start=start)


def _after_others(chance: Random, answer: Answer) -> Answer:
    """Send other answers before the one that is meant."""
    status = chance.choice((b"100 Continue", b"102 Processing", b"103 Early Hints"))
    before = b"HTTP/1.1 %s\r\n\r\n" % status * chance.choice((1, 3, 5_000))
    return replace(answer, before=before)


def _other_date(chance: Random, answer: Answer) -> Answer:
    return _with(answer, (b"Date", chance.choice(DATES)))


def _other_wait(chance: Random, answer: Answer) -> Answer:
    wait = chance.choice((*DATES, b"5", b"1e9", b"9" * 30, "٣".encode(), "²".encode()))
    return _with(answer, (b"Retry-After", wait))


def _other_length(chance: Random, answer: Answer) -> Answer:
    told = len(answer.sent)
    length = chance.choice((*LENGTHS, b"%d" % (told // 2), b"%d" % (told + 9)))
    return _with(answer, (b"Content-Length", length))


def _one_more_header(chance: Random, answer: Answer) -> Answer:
    return replace(answer, headers=(*answer.headers, chance.choice(HEADERS)))


def _torn(chance: Random, answer: Answer) -> Answer:
    return replace(answer, sent=answer.sent[: chance.randrange(len(answer.sent) + 1)])


def _cut_short(chance: Random, answer: Answer) -> Answer:
    """End the body early, and call that all of it."""
    body = answer.body[: chance.randrange(len(answer.body) + 1)]
    return _carrying(answer, body)


def _flipped(chance: Random, answer: Answer) -> Answer:
    body = bytearray(answer.body or b"?")
    body[chance.randrange(len(body))] = chance.randrange(256)
    return _carrying(answer, bytes(body))


def _in_charset(chance: Random, answer: Answer) -> Answer:
    text = answer.body.decode(errors="replace")
    return _carrying(answer, text.encode(chance.choice(CHARSETS), errors="replace"))


def _another_body(chance: Random, answer: Answer) -> Answer:
    bodies = (b"", b"null", b"[]", b"{}", b"<html>502</html>", b")]}',\n" + answer.body)
    return _carrying(answer, chance.choice((*bodies, answer.body * 2, answer.body + b"x")))


def _encoded(chance: Random, answer: Answer) -> Answer:
    encoding = chance.choice(ENCODINGS)
    return _with(answer, (b"Content-Encoding", encoding))


def _zipped(chance: Random, answer: Answer) -> Answer:
    packed = gzip.compress(answer.body, mtime=0)
    packed = packed[: chance.choice((len(packed), len(packed), len(packed) // 2))]
    length = (b"Content-Length", b"%d" % len(packed))
    return _with(replace(answer, sent=packed), length, (b"Content-Encoding", b"gzip"))


def _chunked(chance: Random, answer: Answer) -> Answer:
    size = chance.choice((b"%x" % len(answer.sent), b"1", b"ffffffffffffffffff", b"-1", b"zz", b""))
    end = chance.choice((b"\r\n0\r\n\r\n", b"\r\n0\r\nX: \xff\r\n\r\n", b"\r\n", b"", b"0"))
    headers = tuple(header for header in answer.headers if header[0] != b"Content-Length")
    chunked = replace(answer, headers=headers, sent=size + b"\r\n" + answer.sent + end)
    return _with(chunked, (b"Transfer-Encoding", b"chunked"))


def _without_length(chance: Random, answer: Answer) -> Answer:
    return replace(answer, headers=tuple(h for h in answer.headers if h[0] != b"Content-Length"))


def _ended_otherwise(chance: Random, answer: Answer) -> Answer:
    ending = chance.choice(list(Ending))
    return _torn(chance, replace(answer, ending=ending))


def _carrying(answer: Answer, body: bytes) -> Answer:
    length = (b"Content-Length", b"%d" % len(body))
    return _with(replace(answer, body=body, sent=body), length)


SPOILINGS: tuple[Spoiling, ...] = (
    *(_other_status, _other_status, _other_start, _after_others, _other_date, _other_wait),
    *(_other_length, _one_more_header, _torn, _cut_short, _flipped, _in_charset, _another_body),
    *(_encoded, _zipped, _chunked, _without_length, _ended_otherwise),
)


class Server:
    """Gives each case, told apart by the path, its own answer; and knows which calls arrived."""

    def __init__(self) -> None:
        self.address = ""
        self.arrived: set[str] = set()
        self._answers: dict[str, Answer] = {}

    def case(self, name: str, answer: Answer) -> str:
        """Give the address under which a case is answered."""
        self._answers[name] = answer
        return f"{self.address}/{name}"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Server"]:
        """Listen on the loopback while the context is open."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        self.address = f"http://{host}:{port}"
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            name = head.split(b"/", 2)[1].decode()
            self.arrived.add(name)
            await _say(self._answers[name], reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the bot hung up
        finally:
            writer.close()


async def _say(answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(answer.written)
    await writer.drain()
    match answer.ending:
        case Ending.HANGS_UP:
            return
        case Ending.RESETS:
            writer.transport.abort()
        case Ending.SAYS_NO_MORE:
            await _gone(reader)
        case Ending.DRIPS:
            while not await _gone(reader, within=0.02):
                writer.write(b" ")
        case Ending.NEVER_ENDS:
            while True:
                writer.write(b" " * 65_536)
                await writer.drain()


async def _gone(reader: asyncio.StreamReader, *, within: float | None = None) -> bool:
    """Wait until the bot hangs up, or for so long."""
    try:
        async with asyncio.timeout(within):
            while await reader.read(65_536):
                pass
    except TimeoutError:
        return False
    return True


def _unending(start: bytes, *headers: Header) -> Answer:
    """Begin an answer that goes on for as long as anybody listens."""
    told = Answer(status=200, body=b"", start=start, headers=headers, sent=b"{")
    return replace(told, ending=Ending.NEVER_ENDS)


def _bomb(layers: int, encoding: bytes) -> Answer:
    """Pack a quarter of a gigabyte of spaces."""
    packing = zlib.compressobj(level=1, wbits=31)
    packed = b"".join(packing.compress(b" " * 2**20) for _ in range(256)) + packing.flush()
    for _ in range(1, layers):
        packed = gzip.compress(packed, mtime=0)
    plain = honest(200, packed)
    return replace(plain, headers=(*plain.headers, (b"Content-Encoding", encoding)))


def huge() -> dict[str, Answer]:
    """Give answers that are as large as they can be made."""
    page = b'{"success":true,"data":[' + b",".join([b"{}"] * 600_000) + b"]}"
    return {
        "fifty-megabytes": _unending(b"HTTP/1.1 200 OK", (b"Content-Length", b"52428800")),
        "no-length": _unending(b"HTTP/1.1 200 OK"),
        "one-chunk": replace(
            _unending(b"HTTP/1.1 200 OK", (b"Transfer-Encoding", b"chunked")), sent=b"ffffffff\r\n"
        ),
        "chunk-extension": replace(
            _unending(b"HTTP/1.1 200 OK", (b"Transfer-Encoding", b"chunked")), sent=b"1;"
        ),
        "endless-reason": replace(_unending(b"HTTP/1.1 200 "), before=b"HTTP/1.1 100 "),
        "informational": replace(honest(200, b"{}"), before=b"HTTP/1.1 103 E\r\n\r\n" * 500_000),
        "bomb": _bomb(1, b"gzip"),
        "bomb-in-a-bomb": _bomb(2, b"gzip, gzip"),
        "deflated-bomb": _bomb(1, b"deflate"),
        "nested": honest(200, b'{"success":true,"data":' + b"[" * 2_000_000),
        "nested-elsewhere": honest(200, b'{"success":true,"extra":' + b'{"a":' * 400_000),
        "empty-items": honest(200, page),
        "digits": honest(200, b'{"success":true,"data":{"balance":' + b"7" * 2_000_000 + b"}}"),
        "members": honest(
            200, b"{" + b",".join(b'"k%d":0' % n for n in range(150_000)) + b',"success":true}'
        ),
    }
