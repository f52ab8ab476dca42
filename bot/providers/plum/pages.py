"""Reading lists page by page: no page of Plum's says how many there are.

A list ends with an empty page, with the error that says that there is none, or with the same page
once more. A short page is no end: how many entries a page may have at most is not documented.
Each page is read into what it says before the next is asked for, and a whole reading has an end:
a server whose pages go on for ever must not fill the memory.
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

MOST_ENTRIES: Final = MOST_PAGES * PAGE_SIZE

LARGEST_REPORT: Final = 20 * 1024 * 1024
"""Bytes of all pages of a report; its 15,000 entries of the documented samples are half of it."""

CATALOG_PATIENCE: Final = timedelta(minutes=3)
"""A large catalogue has more pages than a minute has calls, and nobody waits for it."""

REPORT_PATIENCE: Final = timedelta(seconds=90)
"""More than a minute, after which calls are left again: nobody stands behind who waits so long."""

A_DAY: Final = timedelta(days=1)
"""Reports are asked for by days, whose edges are not documented: one more on each side."""


async def read_catalog(calling: Calling) -> AsyncIterator[tuple[Product, ...]]:
    """Read the whole catalogue, a page at a time."""
    asked = {"includeProducts": "", "excludeProducts": "", "exchangeRate": 1}
    pages = _pages(
        calling, Operation.CARDS, asked, priority=Priority.CATALOG, patience=CATALOG_PATIENCE
    )
    async for page in pages:
        yield shop.read_page(page.data)


async def read_report(
    calling: Calling,
    operation: Operation,
    *,
    since: datetime,
    until: datetime,
    priority: Priority,
    patience: timedelta | None = None,
) -> AsyncIterator[Read]:
    """Read a report about the days of a window and the days beside them, a page at a time.

    `patience` is how long each page waits for its turn; what orders wait for, waits less.
    """
    if patience is None:
        patience = PATIENCE if priority < Priority.CHECKING else REPORT_PATIENCE
    asked = {"startDate": _day(since - A_DAY), "endDate": _day(until + A_DAY)}
    pages = _pages(calling, operation, asked, priority=priority, patience=patience)
    size = 0
    async for page in pages:
        size += len(page.data)
        if size > LARGEST_REPORT:
            raise ProviderContractBroken(f"{operation}: larger than any report")
        yield page


async def _pages(
    calling: Calling,
    operation: Operation,
    asked: Mapping[str, object],
    *,
    priority: Priority,
    patience: timedelta,
) -> AsyncIterator[Read]:
    last, entries = b"", 0
    for number in range(1, MOST_PAGES + 1):
        data = {**asked, "limit": PAGE_SIZE, "page": number}
        try:
            page = await calling.read(operation, data, priority=priority, patience=patience)
        except NotThere:
            return
        found = find(page.data, list[msgspec.Raw])
        if page.data == last or found == []:
            return
        entries += len(found or ())
        if entries > MOST_ENTRIES:
            raise ProviderContractBroken(f"{operation}: entries without end")
        yield page
        last = page.data
    raise ProviderContractBroken(f"{operation}: pages without end")


def _day(instant: datetime) -> str:
    return instant.astimezone(INDIA).date().isoformat()
