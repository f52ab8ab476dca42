"""The bot against a Telegram whose answers are of any size, over real HTTP."""

import tracemalloc
from collections.abc import Awaitable, Callable

import pytest
from telegram.error import NetworkError

from bot.domain.secret import Secret
from bot.providers.http import tls
from handlers.answers import LARGEST
from handlers.app import make_bot
from handlers.bot import CounterBot
from tests.fuzz.wire import Answer, Server, honest

TOKEN = "700000001:AAE-a-token-that-opens-nothing"  # as it says
LARGEST_GROWTH = 200 * 2**20
"""Eight megabytes may be unpacked into many small things, but not without end."""

ASKING: dict[str, Callable[[CounterBot], Awaitable[object]]] = {
    "updates": lambda bot: bot.get_updates(),
    "sending": lambda bot: bot.send_message(7, "hello"),
}


async def ask(server: Server, name: str, answer: Answer, asking: str) -> object:
    """Make one call that is answered so."""
    bot = make_bot(Secret(TOKEN), api_url=server.case(name, answer), tls=tls())
    await bot._request[0].initialize()
    await bot._request[1].initialize()
    try:
        return await ASKING[asking](bot)
    finally:
        await bot._request[0].shutdown()
        await bot._request[1].shutdown()


@pytest.mark.parametrize("asking", ASKING)
async def test_no_answer_of_telegram_fills_the_memory(
    server: Server, largest: dict[str, Answer], asking: str
) -> None:
    """However much comes back, it is given up in time, and nobody knows what it meant."""
    for name, answer in largest.items():
        if name == "informational":
            continue  # half a million answers before the one that counts take time, and no memory
        tracemalloc.start()
        try:
            with pytest.raises(NetworkError):
                await ask(server, name, answer, asking)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < LARGEST_GROWTH, (name, peak)


async def test_a_large_batch_is_read(server: Server) -> None:
    """What Telegram may honestly say at once is not taken for too much."""
    body = b'{"ok":true,"result":[],"x":"%s"}' % (b"x" * (LARGEST - 100))
    assert await ask(server, "large", honest(200, body), "updates") == ()
