"""Readings of many pages, at servers whose pages never end and never repeat."""

import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.catalog import Environment
from bot.domain.orders import Window
from bot.errors import ProviderContractBroken
from bot.ports.provider import Priority
from bot.providers.oneclickdz import OneClickDZProvider
from bot.providers.plum import PlumProvider
from bot.services.listing import read_list
from tests.fakes.tokens import MemoryKeep
from tests.fuzz.asking import WallClock
from tests.fuzz.paging import Book, Page, opened
from tests.fuzz.recorded import KEY, NOON
from tests.fuzz.recorded_plum import KEY as PLUM_KEY

LARGEST_GROWTH = 120 * 2**20
"""Memory for a whole reading: what is kept of it, and one page while it is read."""

HOUR = Window(since=NOON, until=NOON + timedelta(hours=1))
BALANCE = b'{"data":{"getBalance":{"status":1,"data":{"value":5000,"currency":"USD"}}}}'
PADDING = b"x" * 5_000_000


async def growth(reading: Awaitable[object]) -> int:
    """Measure how much memory a reading takes that is refused in the end."""
    tracemalloc.start()
    try:
        with pytest.raises(ProviderContractBroken):
            await reading
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@asynccontextmanager
async def plum(page: Page) -> AsyncIterator[tuple[PlumProvider, Book]]:
    """Ask the provider that finds by reference, whose lists are these pages."""

    def told(number: int, asked: bytes) -> bytes:
        return BALANCE if b"getBalance" in asked else page(number, asked)

    async with opened(told) as book:
        client = PlumProvider(
            address=book.address, key=PLUM_KEY, keep=MemoryKeep(), clock=WallClock()
        )
        try:
            yield client, book
        finally:
            await client.close()


@asynccontextmanager
async def oneclickdz(page: Page) -> AsyncIterator[tuple[OneClickDZProvider, Book]]:
    """Ask the provider that lists, whose lists are these pages."""
    async with opened(page) as book:
        client = OneClickDZProvider(
            address=book.address,
            key=KEY,
            environment=Environment.SANDBOX,
            clock=WallClock(),
            calls_per_minute=1_000,
        )
        try:
            yield client, book
        finally:
            await client.close()


def result(operation: str, data: bytes) -> bytes:
    """Answer as the provider that finds by reference does."""
    return b'{"data":{"%s":{"status":1,"data":%s}}}' % (operation.encode(), data)


def padded(operation: str, line: bytes) -> Page:
    """Pages of one entry each that is as large as a page can be."""
    return lambda number, _: result(operation, b"[%s]" % (line % (number, PADDING)))


def crowded(operation: str, line: bytes, many: int) -> Page:
    """Pages of very many small entries."""

    def page(number: int, _: bytes) -> bytes:
        lines = (line % (number * many + each, b"") for each in range(many))
        return result(operation, b"[%s]" % b",".join(lines))

    return page


Reading = Callable[[PlumProvider], Awaitable[object]]

ORDER = b'{"orderId":%d,"orderDate":"2026-11-21 17:40:00","poNumber":"%s"}'
PAYMENT = b'{"reference_id":%d,"date":"2026-11-21","adjusted_amount":1,"reason":"%s"}'
PRODUCT = (
    b'{"productId":%d,"name":"A","currencyCode":"USD","exchangeRate":1,'
    b'"valueType":"fixed_denomination","valueDenominations":"5","deliveryType":"realtime","x":"%s"}'
)


def orders_of(client: PlumProvider) -> Awaitable[object]:
    """Read what was ordered."""
    return client.orders(HOUR.since, HOUR.until, priority=Priority.SWEEPING)


def movements_of(client: PlumProvider) -> Awaitable[object]:
    """Read what moved."""
    return client.transactions(HOUR.since, HOUR.until, priority=Priority.SWEEPING)


@pytest.mark.parametrize(
    ("page", "reading"),
    [
        (padded("getOrderHistory", ORDER), orders_of),
        (padded("paymentHistory", PAYMENT), movements_of),
    ],
)
async def test_pages_that_always_differ_fill_no_memory(page: Page, reading: Reading) -> None:
    """A list whose large pages never end nor repeat is given up long before all of its pages."""
    async with plum(page) as (client, book):
        assert await growth(reading(client)) < LARGEST_GROWTH
        assert book.turned < 10


@pytest.mark.parametrize(
    ("page", "reading"),
    [
        (crowded("getOrderHistory", ORDER, 5_001), orders_of),
        (crowded("paymentHistory", PAYMENT, 5_001), movements_of),
        (crowded("getVouchers", PRODUCT, 5_001), PlumProvider.catalog),
    ],
)
async def test_entries_without_end_are_given_up(page: Page, reading: Reading) -> None:
    """However many entries a page holds, all pages hold no more than any list has."""
    async with plum(page) as (client, book):
        with pytest.raises(ProviderContractBroken):
            await reading(client)
        assert book.turned < 10


async def test_a_page_of_too_many_is_refused() -> None:
    """A page with more on it than was asked for is no page."""
    items = b",".join([b'{"id":"a","quantity":1}'] * 101)
    body = b'{"success":true,"data":{"items":[%s]}}' % items
    async with oneclickdz(lambda _number, _asked: body) as (client, book):
        for reading in (client.orders, client.transactions):
            with pytest.raises(ProviderContractBroken, match="more items than a page has"):
                await reading(HOUR.since, HOUR.until, priority=Priority.SWEEPING)
        assert book.turned == 2


async def test_cards_without_end_are_given_up() -> None:
    """A list of orders with millions of cards is given up before they fill the memory."""
    cards = b",".join([b'{"value":"A"}'] * 60_000)
    order = b'{"id":"%d","quantity":1,"time":"2026-11-21T12:10:00Z","cards":[%s]}'

    def page(number: int, _: bytes) -> bytes:
        counts = b'"totalPages":999,"totalResults":99999'
        items = order % (number, cards)
        return b'{"success":true,"data":{"items":[%s],"pagination":{%s}}}' % (items, counts)

    async with oneclickdz(page) as (client, book):
        with pytest.raises(ProviderContractBroken, match="larger than any"):
            await read_list(client, HOUR, priority=Priority.SWEEPING, clock=WallClock())
        assert book.turned < 10
