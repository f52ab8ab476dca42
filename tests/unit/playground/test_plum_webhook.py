"""The Plum double tells a registered address when the delivery of an order changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.server import serve
from tests.unit.playground.plum_desk import Desk, open_desk

KEY = "a1p2z5b7v68b9112234"


@dataclass
class Ear:
    """An address that hears what it is told, and answers as it is told."""

    status: int = 200
    url: str = ""
    heard: list[tuple[str | None, object]] = field(default_factory=list)

    async def hear(self, request: Request) -> Response:
        """Take one event."""
        self.heard.append((request.headers.get("x-api-key"), await request.json()))
        return Response(status_code=self.status)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a provider."""
    async with open_desk() as opened:
        yield opened


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    """Listen on the loopback."""
    ear = Ear()
    async with serve(Starlette(routes=[Route("/told", ear.hear, methods=["POST"])])) as address:
        ear.url = f"{address}/told"
        yield ear


async def told(desk: Desk, *, notices: int, attempts: int = 1) -> None:
    """Wait until so many events were told, the last so often."""
    webhook = desk.provider.webhook

    def done() -> bool:
        return len(webhook.notices) == notices and len(webhook.notices[-1].statuses) == attempts

    await asyncio.wait_for(desk.provider.until(done), 5)


async def test_a_delivery_is_told_with_the_key(desk: Desk, ear: Ear) -> None:
    """The event names the order and its new status, and nothing of its vouchers."""
    desk.provider.notify(ear.url, KEY)
    placed = await desk.placed("Noon UAE", 100, poNumber="later")
    desk.clock.forward(60)

    desk.provider.settle(desk.provider.orders[0], filled=1)
    await told(desk, notices=1)

    event = {
        "id": 1,
        "data": {
            "orderId": placed["orderId"],
            "poNumber": "later",
            "orderDate": "2026-11-21 17:30:00",
            "deliveryStatus": "Delivered",
        },
        "createdAt": "2026-11-21 17:31:00",
    }
    assert ear.heard == [(KEY, event)]


async def test_an_order_that_comes_by_itself_is_told(desk: Desk, ear: Ear) -> None:
    """Nobody has to look: the provider tells when the time is over."""
    desk.provider.notify(ear.url, KEY)
    desk.provider.handle_for(timedelta(seconds=30))
    await desk.placed()

    desk.clock.forward(30)

    await told(desk, notices=1)


async def test_what_comes_in_the_answer_is_not_told(desk: Desk, ear: Ear) -> None:
    """A realtime order changes nothing afterwards; a cancelled one does."""
    desk.provider.notify(ear.url, KEY)
    await desk.placed()
    desk.provider.settle(desk.provider.orders[0], filled=0)

    await told(desk, notices=1)

    assert "Canceled" in str(ear.heard)


async def test_three_refusals_switch_the_webhook_off(desk: Desk, ear: Ear) -> None:
    """The third attempt is the last, and nothing is told until the webhook is enabled by hand."""
    ear.status = 503
    desk.provider.notify(ear.url, KEY)
    await desk.placed("Noon UAE", 100)
    await desk.placed("Noon UAE", 100)
    first, second = desk.provider.orders
    desk.provider.settle(first, filled=1)
    await told(desk, notices=1, attempts=3)
    was_enabled = desk.provider.webhook.enabled
    desk.provider.settle(second, filled=1)

    ear.status = 200
    desk.provider.notify(ear.url, KEY)
    desk.provider.settle(second, filled=0)
    await told(desk, notices=2)

    assert not was_enabled
    assert desk.provider.webhook.notices[0].statuses == [503, 503, 503]
    assert len(ear.heard) == 4


async def test_an_address_where_nobody_listens_is_no_answer(desk: Desk, ear: Ear) -> None:
    """A refused connection counts as an attempt."""
    desk.provider.notify("http://127.0.0.1:9/told", KEY)
    await desk.placed()

    desk.provider.settle(desk.provider.orders[0], filled=0)
    await told(desk, notices=1, attempts=3)

    assert desk.provider.webhook.notices[0].given_up
    assert desk.provider.webhook.notices[0].statuses == [None, None, None]
