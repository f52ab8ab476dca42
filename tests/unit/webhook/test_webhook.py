import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from datetime import timedelta

import httpx
import pytest

from bot.commands.serve import knocking
from bot.domain.secret import Secret
from bot.errors import SettingsError
from bot.providers.http import tls
from bot.settings import WebhookSettings
from bot.webhook import ADDRESS, LARGEST, Waking, door, listening
from bot.webhook.serving import MOST_AT_ONCE

KEY = Secret("a1B2c3D4e5F6g7")
RIGHT = {"x-api-key": KEY.reveal()}
HOST = "127.0.0.1"
HEAD = f"POST {ADDRESS} HTTP/1.1\r\nhost: x\r\n"
SOON = timedelta(milliseconds=200)
PATIENCE = 10


class Knocks:
    """Counts the knocks that were let in."""

    def __init__(self) -> None:
        self.count = 0

    def knock(self) -> None:
        self.count += 1


@pytest.fixture
def knocks() -> Knocks:
    return Knocks()


@pytest.fixture
async def caller(knocks: Knocks) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the door, and give somebody who can call at it."""
    async with (
        listening(door(KEY, knocks.knock), host=HOST, port=0) as port,
        httpx.AsyncClient(
            base_url=f"http://{HOST}:{port}", timeout=PATIENCE, verify=tls()
        ) as caller,
    ):
        yield caller


# --- Who may knock --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b'{"id":"1","data":{"orderId":7}}', b"", b"\xff\x00 no JSON", b"x" * LARGEST],
    ids=["json", "empty", "bytes", "as large as may be"],
)
async def test_the_right_key_knocks(caller: httpx.AsyncClient, knocks: Knocks, body: bytes) -> None:
    """Whatever the body says, it is a hint to look, and is answered with 200."""
    answer = await caller.post(ADDRESS, headers=RIGHT, content=body)
    assert (answer.status_code, answer.content, knocks.count) == (200, b"", 1)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": ""},
        {"x-api-key": "another"},
        {"x-api-key": KEY.reveal()[:-1]},
        {"x-api-key": KEY.reveal() + "x"},
        {"x-api-key": KEY.reveal().lower()},
        {"x-api-key": b"\xe9\xff"},
        {"authorization": f"Bearer {KEY.reveal()}"},
    ],
)
async def test_a_forged_knock_is_not_let_in(
    caller: httpx.AsyncClient, knocks: Knocks, headers: dict[str, str | bytes]
) -> None:
    """Without the key, whole and exact, nobody makes the bot do anything."""
    encoded = [
        (name.encode(), one if isinstance(one, bytes) else one.encode())
        for name, one in headers.items()
    ]
    answer = await caller.post(ADDRESS, headers=encoded, content=b"{}")
    assert (answer.status_code, answer.content, knocks.count) == (401, b"", 0)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", ADDRESS, 405), ("POST", "/", 404), ("POST", "/x", 404)]
)
async def test_there_is_nothing_else(
    caller: httpx.AsyncClient, knocks: Knocks, method: str, path: str, status: int
) -> None:
    """One address, one method; the rest of the world is not there."""
    answer = await caller.request(method, path, headers=RIGHT)
    assert (answer.status_code, knocks.count) == (status, 0)
    assert "server" not in answer.headers


async def test_a_knock_of_yesterday_is_a_knock(caller: httpx.AsyncClient, knocks: Knocks) -> None:
    """A replay makes the bot look once more, which changes nothing that is true."""
    for _ in range(3):
        answer = await caller.post(ADDRESS, headers=RIGHT, content=b'{"id":"1"}')
        assert answer.status_code == 200
    assert knocks.count == 3


# --- Too much, too slow ---------------------------------------------------------------------------


async def test_a_huge_body_is_refused_unread(caller: httpx.AsyncClient, knocks: Knocks) -> None:
    """What says that it is too large is refused before it is sent, and wakes nobody."""
    answer = await caller.post(ADDRESS, headers=RIGHT, content=b"x" * (LARGEST + 1))
    assert (answer.status_code, knocks.count) == (413, 0)


@pytest.mark.parametrize("told", ["-1", "many", "1e9", "\xb2"])
async def test_an_absurd_length_is_refused(knocks: Knocks, told: str) -> None:
    """A length that is no number is nobody's who means well."""
    async with listening(door(KEY, knocks.knock), host=HOST, port=0) as port:
        reader, writer = await asyncio.open_connection(HOST, port)
        head = f"{HEAD}x-api-key: {KEY.reveal()}\r\n"
        writer.write(f"{head}content-length: {told}\r\n\r\n{{}}".encode("latin-1"))
        async with asyncio.timeout(PATIENCE):
            assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")
        writer.close()
    assert knocks.count == 0


async def test_a_body_that_tells_no_length_is_counted(
    caller: httpx.AsyncClient, knocks: Knocks
) -> None:
    """Chunk by chunk it is read to the limit, and no further."""

    async def chunks(number: int) -> AsyncIterator[bytes]:
        for _ in range(number):
            yield b"x" * 1024

    fitting = await caller.post(ADDRESS, headers=RIGHT, content=chunks(LARGEST // 1024))
    assert (fitting.status_code, knocks.count) == (200, 1)
    more = await caller.post(ADDRESS, headers=RIGHT, content=chunks(LARGEST // 1024 + 1))
    assert (more.status_code, knocks.count) == (413, 1)


@pytest.mark.parametrize(
    "said",
    [
        "",
        HEAD,
        f"{HEAD}content-length: 9\r\n\r\nslow",
        f"{HEAD}x-api-key: {KEY.reveal()}\r\ncontent-length: 9\r\n\r\nslow",
    ],
    ids=["nothing", "half a head", "half a body of a stranger", "half a body"],
)
async def test_who_is_slow_is_cut_off(knocks: Knocks, said: str) -> None:
    """No connection is kept open by sending little: it ends, and nobody was woken."""
    app = door(KEY, knocks.knock)
    async with listening(app, host=HOST, port=0, longest=SOON) as port:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(said.encode())
        with pytest.raises(ConnectionError):
            await _read_all(reader)
        writer.close()
    assert knocks.count == 0


async def _read_all(reader: asyncio.StreamReader) -> None:
    async with asyncio.timeout(PATIENCE):
        answered = await reader.read()
    assert answered == b"" or b" 401 " in answered
    raise ConnectionError  # ended in order is as good


async def test_who_says_nothing_keeps_no_place(knocks: Knocks) -> None:
    """However many connect and say nothing, only so many are open, and a knock is let in."""
    async with AsyncExitStack() as stack:
        app = door(KEY, knocks.knock)
        port = await stack.enter_async_context(listening(app, host=HOST, port=0))
        silent = [await asyncio.open_connection(HOST, port) for _ in range(2 * MOST_AT_ONCE)]
        for _, writer in silent:
            stack.callback(writer.close)
        for reader, _ in silent[:MOST_AT_ONCE]:
            with pytest.raises(ConnectionError):
                await _read_all(reader)
        address = f"http://{HOST}:{port}"
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, verify=tls()) as caller:
            assert (await caller.post(ADDRESS, headers=RIGHT)).status_code == 200
        assert not silent[-1][0].at_eof()
    assert knocks.count == 1


async def test_a_fault_of_ours_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """What breaks behind the door is in the log, and the caller reads that it is our fault."""

    def breaks() -> None:
        raise RuntimeError("the bell fell down")

    async with listening(door(KEY, breaks), host=HOST, port=0) as port:
        address = f"http://{HOST}:{port}"
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, verify=tls()) as caller:
            assert (await caller.post(ADDRESS, headers=RIGHT)).status_code == 500
    assert "webhook failed" in capsys.readouterr().out


async def test_the_end_waits_for_nobody(knocks: Knocks) -> None:
    """A stop cuts whoever is in the middle of a sentence."""
    async with asyncio.timeout(PATIENCE):
        async with listening(door(KEY, knocks.knock), host=HOST, port=0) as port:
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(HEAD.encode())
            writer.write(f"x-api-key: {KEY.reveal()}\r\ncontent-length: 9\r\n\r\nslow".encode())
            await writer.drain()
        with pytest.raises(ConnectionError):
            await _read_all(reader)
        writer.close()
    assert knocks.count == 0


async def test_an_address_that_is_taken_is_named() -> None:
    """The start ends with the settings to change, in one sentence."""
    with closing(socket.create_server((HOST, 0))) as taken:
        webhook = WebhookSettings(key=KEY, host=HOST, port=taken.getsockname()[1])
        with pytest.raises(SettingsError, match="WEBHOOK_HOST and WEBHOOK_PORT cannot be listened"):
            async with knocking(webhook, lambda: None):
                pass


async def test_without_a_key_nobody_listens() -> None:
    """A shop that sets no key has no open port."""
    async with knocking(None, lambda: None):
        pass


# --- Waking ---------------------------------------------------------------------------------------


class Seconds:
    """Time that passes a second at a time, when a test says so."""

    def __init__(self) -> None:
        self._due: list[Callable[[], None]] = []

    def later(self, delay: float, callback: Callable[[], None]) -> None:
        assert delay == 1
        self._due.append(callback)

    def pass_one(self) -> None:
        due, self._due = self._due, []
        for callback in due:
            callback()


async def test_many_knocks_in_a_second_wake_twice_at_most() -> None:
    """The first wakes at once; those that come meanwhile wake once more, a second later."""
    woken, seconds = Knocks(), Seconds()
    waking = Waking(woken.knock, later=seconds.later)
    for _ in range(50):
        waking.knock()
    assert woken.count == 1
    seconds.pass_one()
    assert woken.count == 2
    seconds.pass_one()
    seconds.pass_one()
    assert woken.count == 2
    waking.knock()
    assert woken.count == 3


async def test_a_knock_reaches_the_workers() -> None:
    """Through the real door, with the real clock of the loop, a knock wakes at once."""
    woken = Knocks()
    app = door(KEY, Waking(woken.knock).knock)
    async with (
        listening(app, host=HOST, port=0) as port,
        httpx.AsyncClient(timeout=PATIENCE, verify=tls()) as caller,
    ):
        await caller.post(f"http://{HOST}:{port}{ADDRESS}", headers=RIGHT, content=b"{}")
    assert woken.count == 1
