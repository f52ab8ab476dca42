"""The real process behind its real door: a knock makes it look, and a stop closes the door."""

import socket
from contextlib import closing
from datetime import timedelta

import httpx
import pytest

from bot.playground.oneclickdz import Call
from tests.e2e.shop import PSN, Shop

pytestmark = pytest.mark.e2e

KEY = "aKeyOf13orMore1234"


def free_port() -> int:
    """Find a port that nobody listens at."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


async def test_a_knock_brings_the_cards(stand: Shop) -> None:
    """The bot that would look in an hour looks when it is told; another key tells it nothing."""
    port = free_port()
    more = {"WEBHOOK_KEY": KEY, "WEBHOOK_PORT": str(port), "TRACK_SECONDS": "3600"}
    bot, member = await stand.serve(more=more), stand.agents[0]
    stand.provider.handle_for(timedelta(days=1))
    confirm = await stand.choose(member, PSN, 1)
    await member.tap("confirm:", on=confirm)
    await stand.at_provider(lambda: stand.provider.count(Call.CHECK_ORDER) > 0)
    stand.provider.settle(stand.provider.orders[0], filled=1)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as caller:
        forged = await caller.post("/hooks/orders", headers={"x-api-key": KEY.lower()})
        assert forged.status_code == 401
        told = await caller.post("/hooks/orders", headers={"x-api-key": KEY}, json={"id": "1"})
        assert told.status_code == 200
        await stand.delivered(member, 1)
        assert await bot.stop() == 0
        with pytest.raises(httpx.TransportError):
            await caller.post("/hooks/orders", headers={"x-api-key": KEY})
