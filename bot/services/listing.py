"""Reading the provider's list whole, and learning from it how long it takes to show an order."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from sys import getsizeof

from bot.domain.cards import Card
from bot.domain.catalog import Account
from bot.domain.orders import OrderId, Window
from bot.errors import ProviderContractBroken
from bot.ports.provider import OrderPage, Priority, Provider, ProviderOrder
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import marks

MOST_PAGES = 50
"""Five thousand orders: no window that is read whole holds more."""

LARGEST = 32 * 1024 * 1024
"""Bytes of memory for a whole reading: five thousand orders of twenty cards each."""


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
    """Read every page of a window; raises `ProviderError`, also when there is no end of cards.

    Pages shift when orders arrive meanwhile, so the first page is read again at the end: the
    reading is complete when the total is still the same and as many orders were seen.
    """
    begun_at = clock.now()
    seen = _Seen()
    first = await _page(provider, window, 1, priority)
    seen.add(first)
    for number in range(2, min(first.pages, MOST_PAGES) + 1):
        seen.add(await _page(provider, window, number, priority))
    again = first if first.pages <= 1 else await _page(provider, window, 1, priority)
    seen.add(again)
    complete = again.total == first.total == len(seen.orders) and first.pages <= MOST_PAGES
    return Listing(
        orders=tuple(seen.orders.values()),
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


class _Seen:
    """The orders of the pages that were read, each once."""

    def __init__(self) -> None:
        self.orders: dict[str, ProviderOrder] = {}
        self._size = 0

    def add(self, page: OrderPage) -> None:
        """Add the orders of a page, unless all of them grow larger than any list."""
        self._size += sum(map(_size_of, page.orders))
        if self._size > LARGEST:
            raise ProviderContractBroken("list: larger than any")
        self.orders |= {order.provider_order_id: order for order in page.orders}


def _size_of(order: ProviderOrder) -> int:
    """About how many bytes of memory an order takes: its cards are what grows."""
    told = (order.product_key, order.type_key, order.status, order.reference or "")
    texts = sum(getsizeof(text) for text in told)
    return getsizeof(order) + texts + sum(map(_size_of_card, order.cards or ()))


def _size_of_card(card: Card) -> int:
    texts = (card.code, card.serial, card.pin, card.valid_until)
    return getsizeof(card) + sum(getsizeof(text) for text in texts)
