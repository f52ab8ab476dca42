"""Reading the provider's list whole, and learning from it how long it takes to show an order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.catalog import Account
from bot.domain.orders import OrderId, Window
from bot.ports.provider import OrderPage, Priority, Provider, ProviderOrder
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import marks

MOST_PAGES = 50
"""Five thousand orders: no window that is read whole holds more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A reading of a window. `complete` only if nothing can have slipped between its pages."""

    orders: tuple[ProviderOrder, ...]
    complete: bool
    begun_at: datetime
    ended_at: datetime
    provider_ahead: timedelta | None


async def read_list(
    provider: Provider, window: Window, *, priority: Priority, clock: Clock
) -> Listing:
    """Read every page of a window; raises `ProviderError`.

    Pages shift when orders arrive meanwhile, so the first page is read again at the end: the
    reading is complete when the total is still the same and as many orders were seen.
    """
    begun_at = clock.now()
    seen: dict[str, ProviderOrder] = {}
    first = await _page(provider, window, 1, priority)
    _add(seen, first)
    for number in range(2, min(first.pages, MOST_PAGES) + 1):
        _add(seen, await _page(provider, window, number, priority))
    again = first if first.pages <= 1 else await _page(provider, window, 1, priority)
    _add(seen, again)
    complete = again.total == first.total == len(seen) and first.pages <= MOST_PAGES
    return Listing(
        orders=tuple(seen.values()),
        complete=complete,
        begun_at=begun_at,
        ended_at=clock.now(),
        provider_ahead=again.provider_ahead,
    )


async def learn_ahead(
    store: Store, clock: Clock, account: Account, ahead: timedelta | None
) -> bool:
    """Keep how the provider's clock goes; True when it goes otherwise than was known.

    That is seldom, so nothing is written to find out.
    """
    async with store.read() as work:
        if not await marks.is_set_otherwise(work, account, ahead):
            return False
    async with store.begin() as work:
        return await marks.learn_ahead(work, account, ahead, at=clock.now())


AT_ONCE = timedelta(seconds=15)
"""A first reading later than this tells no lag, unless an earlier one lacked the order."""


async def note_lag(work: Work, order_id: OrderId, *, begun_at: datetime, missed: bool) -> None:
    """Remember how long the list took to show an order, the first time it does.

    What is kept is how long after its call the reading began that showed it: an order adopted
    late was placed no later for it. `missed`: an earlier reading lacked it.
    """
    order = await work.orders.get(order_id)
    placed_at = order.sent_until or order.sending_at
    if order.listed_lag is not None or placed_at is None:
        return
    lag = max(timedelta(), begun_at - placed_at)
    if missed or lag <= AT_ONCE:
        await work.orders.save(replace(order, listed_lag=lag))


async def _page(provider: Provider, window: Window, page: int, priority: Priority) -> OrderPage:
    return await provider.orders(window.since, window.until, page=page, priority=priority)


def _add(seen: dict[str, ProviderOrder], page: OrderPage) -> None:
    orders: Sequence[ProviderOrder] = page.orders
    for order in orders:
        seen[order.provider_order_id] = order
