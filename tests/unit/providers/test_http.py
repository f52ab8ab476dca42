"""How far a request got: the difference between "try again" and "nobody knows"."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.http import LARGEST_BODY, Http, NoReply, Reply, Timeouts, provider_ahead, tls
from bot.providers.http import retry_after as asked_wait

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PATIENT = Timeouts(silence=timedelta(seconds=20))
IMPATIENT = Timeouts(silence=timedelta(seconds=0.2))

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Still:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOON


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[str]:
    """Answer every connection on the loopback by `serve`, then close it."""

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(closing, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def opened(address: str, timeouts: Timeouts = PATIENT) -> AsyncIterator[Http]:
    """Open the address with one standing header."""
    http = Http(address, {"X-Access-Token": "k"}, clock=Still(), reading=timeouts, placing=timeouts)
    try:
        yield http
    finally:
        await http.close()


async def head(reader: asyncio.StreamReader) -> bytes:
    """Read a request up to its body."""
    return await reader.readuntil(b"\r\n\r\n")


def answering(text: bytes) -> Serve:
    """Read a request, write `text`, hang up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(text)
        await writer.drain()

    return serve


async def post(serve: Serve, timeouts: Timeouts = PATIENT) -> Reply | NoReply:
    """Send one order to such a server."""
    async with listening(serve) as address, opened(address, timeouts) as http:
        return await http.post_alone("/place", b"{}")


async def test_an_answer_is_read_whole_whatever_its_status() -> None:
    """A redirect is an answer: it is not followed."""
    text = b"HTTP/1.1 307 Temporary\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 2\r\n\r\nno"

    answer = await post(answering(text))

    assert isinstance(answer, Reply)
    assert (answer.status, answer.body) == (307, b"no")
    assert (answer.started_at, answer.ended_at) == (NOON, NOON)


async def test_headers_of_a_call_go_with_that_call_alone() -> None:
    """What a call brings along stands beside the standing headers, and is gone with the next."""
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await head(reader)).decode().lower())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()

    bearer = {"Authorization": "Bearer t"}
    async with listening(serve) as address, opened(address) as http:
        await http.get("/read", {"page": "1"}, headers=bearer)
        await http.post("/read", b"{}", headers=bearer)
        await http.post_alone("/place", b"{}", headers=bearer)
        await http.post("/read", b"{}")

    assert [one.split(" http", 1)[0] for one in heads] == [
        "get /read?page=1",
        "post /read",
        "post /place",
        "post /read",
    ]
    assert ["authorization: bearer t" in one for one in heads] == [True, True, True, False]
    assert all("content-type: application/json" in one for one in heads[1:])


async def test_a_closed_client_sends_nothing() -> None:
    """Who asks after the end is told so, as by a connection that never opened."""
    async with listening(answering(b"")) as address, opened(address) as http:
        await http.close()
        answer = await http.post("/read", b"{}")

    assert isinstance(answer, NoReply)
    assert (answer.sent, answer.reason) == (False, "Closed")


async def test_a_refused_connection_was_not_sent() -> None:
    """Nobody listens: not a byte left."""
    async with listening(answering(b"")) as address:
        pass
    async with opened(address) as http:
        answer = await http.post_alone("/place", b"{}")

    assert isinstance(answer, NoReply)
    assert (answer.sent, answer.reason) == (False, "ConnectError")


async def test_a_name_that_does_not_resolve_was_not_sent() -> None:
    """DNS comes before the first byte; the label is too long for any resolver to ask for."""
    async with opened(f"http://{'x' * 64}.invalid") as http:
        answer = await http.post_alone("/place", b"{}")

    assert isinstance(answer, NoReply)
    assert not answer.sent


async def test_a_failed_handshake_was_not_sent() -> None:
    """A server that does not speak TLS has read no order."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with (
        listening(serve) as address,
        opened(address.replace("http://", "https://")) as http,
    ):
        answer = await http.post_alone("/place", b"{}")

    assert isinstance(answer, NoReply)
    assert not answer.sent


async def test_silence_after_the_request_is_unknown() -> None:
    """The request left; the answer did not come in time."""
    gate = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        await gate.wait()

    async with listening(serve) as address, opened(address, IMPATIENT) as http:
        answer = await http.post_alone("/place", b"{}")
        gate.set()

    assert isinstance(answer, NoReply)
    assert (answer.sent, answer.timed_out, answer.reason) == (True, True, "ReadTimeout")


async def test_an_answer_that_drips_has_an_end() -> None:
    """A byte now and then is no silence, but the whole call has a limit."""
    limit = Timeouts(silence=timedelta(seconds=20), whole=timedelta(seconds=1))
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        await gone.wait()

    async with listening(serve) as address, opened(address, limit) as http:
        answer = await http.post_alone("/place", b"{}")
        gone.set()

    assert isinstance(answer, NoReply)
    assert (answer.sent, answer.timed_out, answer.status, answer.body) == (True, True, 200, b"{")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"HTTP/1.1 20",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ],
)
async def test_a_connection_that_breaks_off_is_unknown(text: bytes) -> None:
    """Whatever of the answer was read, the request had left."""
    answer = await post(answering(text))

    assert isinstance(answer, NoReply)
    assert (answer.sent, answer.timed_out) == (True, False)


async def test_an_endless_answer_is_not_read() -> None:
    """More than any answer can hold is refused, not stored."""
    body = b"x" * (LARGEST_BODY + 200_000)
    text = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(text)  # not drained: the other side stops reading

    answer = await post(serve)

    assert isinstance(answer, NoReply)
    assert (answer.sent, answer.reason) == (True, "TooLarge")
    assert len(answer.body) == LARGEST_BODY


async def test_a_provider_with_larger_pages_says_so() -> None:
    """A page that is larger than most may be read whole, and no further than was agreed."""
    body = b"x" * (LARGEST_BODY + 1)
    text = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    async with listening(answering(text)) as address:
        http = Http(address, {}, clock=Still(), largest_body=len(body))
        answer = await http.post("/read", b"{}")
        await http.close()

    assert isinstance(answer, Reply)
    assert len(answer.body) == len(body)


async def test_closing_ends_a_call_as_a_cut_would() -> None:
    """A placing under way when the bot closes is unknown, and does not hang."""
    arrived = asyncio.Event()
    gate = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        arrived.set()
        await gate.wait()

    async with listening(serve) as address, opened(address) as http:
        call = asyncio.create_task(http.post_alone("/place", b"{}"))
        await arrived.wait()
        await http.close()
        answer = await asyncio.wait_for(call, 5)
        gate.set()

    assert isinstance(answer, NoReply)
    assert answer.sent


class Connections:
    """Answers on kept connections, and counts them and the requests on them."""

    def __init__(self) -> None:
        self.opened = 0
        self.requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the other side hangs up."""
        self.opened += 1
        while line := await reader.readline():
            while await reader.readline() != b"\r\n":
                pass
            if line.startswith(b"POST"):
                await reader.readexactly(2)
            self.requests += 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            await writer.drain()


async def test_every_placing_has_a_connection_of_its_own() -> None:
    """A kept connection may be dead: an order is never written to one, reads are."""
    connections = Connections()
    async with listening(connections.serve) as address, opened(address) as http:
        for _ in range(3):
            await http.get("/read", {})
        after_reads = connections.opened
        for _ in range(3):
            await http.post_alone("/place", b"{}")

    assert (after_reads, connections.opened, connections.requests) == (1, 4, 6)


def answer(headers: dict[str, str]) -> Reply:
    """Give an answer with these headers, read at noon."""
    return Reply(status=200, headers=headers, body=b"", started_at=NOON, ended_at=NOON)


@given(st.text())
def test_no_header_can_break_the_reading(text: str) -> None:
    """Date and Retry-After say something sensible or nothing."""
    wait = asked_wait(answer({"retry-after": text}))
    ahead = provider_ahead(answer({"date": text}))

    assert wait is None or wait >= timedelta(0)
    assert ahead is None or isinstance(ahead, timedelta)


@pytest.mark.parametrize("year", [1970, 9999])
def test_a_clock_of_another_year_tells_nothing(year: int) -> None:
    """What happens at the provider is not looked for in a year that a broken clock shows."""
    assert provider_ahead(answer({"date": f"Thu, 01 Jan {year} 00:00:00 GMT"})) is None


@given(st.integers(min_value=0))
def test_seconds_to_wait_are_read_as_written_up_to_a_day(seconds: int) -> None:
    """Retry-After in seconds is taken at its word, within reason."""
    wait = asked_wait(answer({"retry-after": str(seconds)}))

    assert wait == timedelta(seconds=min(seconds, 86_400))


HOSTILE_DATES = (
    "Sat, 21 Nov 99999999999999999999 12:00:00 GMT",
    "Sat, 21 Nov 2026 12:00:00 +999999999999999999999",
    "Fri, 31 Dec 9999 23:59:59 -2359",
)


@pytest.mark.parametrize("date", HOSTILE_DATES)
def test_a_date_beyond_all_calendars_is_none(date: str) -> None:
    """A header that no calendar holds must not take the answer down that it came with."""
    assert asked_wait(answer({"retry-after": date})) is None
    assert provider_ahead(answer({"date": date})) is None


def test_nobody_is_made_to_wait_for_years() -> None:
    """A Retry-After in another year is cut to a day, as one in seconds is."""
    headers = {"retry-after": "Thu, 01 Jan 2099 00:00:00 GMT"}
    assert asked_wait(answer(headers)) == timedelta(days=1)


async def test_no_cookie_travels() -> None:
    """What an answer sets is not sent again: the key alone says who asks."""
    heads = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await head(reader))
        cookie = b"Set-Cookie: \xff=\xfe\r\nSet-Cookie: a=b\r\n"
        writer.write(b"HTTP/1.1 200 OK\r\n" + cookie + b"Content-Length: 0\r\n\r\n")
        await writer.drain()

    async with listening(serve) as address, opened(address) as http:
        for _ in range(2):
            assert isinstance(await http.get("/read", {}), Reply)
    assert len(heads) == 2
    assert b"cookie" not in heads[1].lower()


def packed(body: bytes, encoding: bytes) -> Serve:
    """Answer with a packed body."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
    return answering(head % (encoding, len(body)) + body)


@pytest.mark.parametrize("encoding", [b"gzip", b"GZIP", b"x-gzip"])
async def test_a_packed_answer_is_unpacked(encoding: bytes) -> None:
    """The one packing that is asked for is understood."""
    answer = await post(packed(gzip.compress(b'{"a":1}' * 1000), encoding))

    assert isinstance(answer, Reply)
    assert answer.body == b'{"a":1}' * 1000


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (gzip.compress(bytes(50 * LARGEST_BODY), 1), b"gzip", "TooLarge"),
        (gzip.compress(gzip.compress(b"{}")), b"gzip, gzip", "Garbled"),
        (gzip.compress(b"{}" * 1000)[:-9], b"gzip", "Garbled"),
        (zlib.compress(b"{}"), b"deflate", "Garbled"),
        (b"{}", b"br", "Garbled"),
    ],
    ids=["bomb", "twice", "torn", "deflate", "brotli"],
)
async def test_what_is_packed_otherwise_is_no_answer(
    body: bytes, encoding: bytes, reason: str
) -> None:
    """A little that unpacks to very much, to half, or in a way not asked for, says nothing."""
    answer = await post(packed(body, encoding))

    assert isinstance(answer, NoReply)
    assert (answer.sent, answer.reason) == (True, reason)
    assert len(answer.body) <= LARGEST_BODY


def test_certificates_are_checked() -> None:
    """The address must prove who it is."""
    http = Http("https://127.0.0.1", {}, clock=Still())

    for used in (http._reader, http._placer):
        context = used._transport._pool._ssl_context  # type: ignore[attr-defined] # httpx hides it
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context is tls()
