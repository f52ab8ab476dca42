"""Reading lists page by page: no page of Plum's says how many there are.

A list ends with an empty page, with the error that says that there is none, or with the same page
once more. A short page is no end: how many entries a page may have at most is not documented.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.errors import ProviderContractBroken
from bot.ports.provider import Priority
from bot.providers.budget import PATIENCE
from bot.providers.decoding import find
from bot.providers.plum import shop
from bot.providers.plum.books import INDIA
from bot.providers.plum.calling import Calling
from bot.providers.plum.operations import Operation
from bot.providers.plum.products import Product
from bot.providers.plum.reading import NotThere, Read

PAGE_SIZE: Final = 100

MOST_PAGES: Final = 150
"""More than the provider's whole catalogue has."""

CATALOG_PATIENCE: Final = timedelta(minutes=3)
"""A large catalogue has more pages than a minute has calls, and nobody waits for it."""

A_DAY: Final = timedelta(days=1)
"""Reports are asked for by days, whose edges are not documented: one more on each side."""


async def read_products(calling: Calling) -> tuple[Product, ...]:
    """Read the whole catalogue."""
    asked = {"includeProducts": "", "excludeProducts": "", "exchangeRate": 1}
    pages = _pages(
        calling, Operation.CARDS, asked, priority=Priority.CATALOG, patience=CATALOG_PATIENCE
    )
    return tuple([product async for page in pages for product in shop.read_page(page.data)])


async def read_report(
    calling: Calling,
    operation: Operation,
    *,
    since: datetime,
    until: datetime,
    priority: Priority,
) -> tuple[Read, ...]:
    """Read a report about the days of a window and the days beside them."""
    asked = {"startDate": _day(since - A_DAY), "endDate": _day(until + A_DAY)}
    pages = _pages(calling, operation, asked, priority=priority, patience=PATIENCE)
    return tuple([page async for page in pages])


async def _pages(
    calling: Calling,
    operation: Operation,
    asked: Mapping[str, object],
    *,
    priority: Priority,
    patience: timedelta,
) -> AsyncIterator[Read]:
    last = b""
    for number in range(1, MOST_PAGES + 1):
        data = {**asked, "limit": PAGE_SIZE, "page": number}
        try:
            page = await calling.read(operation, data, priority=priority, patience=patience)
        except NotThere:
            return
        if page.data == last or find(page.data, list[msgspec.Raw]) == []:
            return
        yield page
        last = page.data
    raise ProviderContractBroken(f"{operation}: pages without end")


def _day(instant: datetime) -> str:
    return instant.astimezone(INDIA).date().isoformat()
