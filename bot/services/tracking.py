"""Tracking: following orders that a provider handles, until their final state.

Where the provider's list holds cards, the young ones are read together from it; one alone is
asked for directly; the old ones one by one, less and less often. Nothing is ever given up, and
nothing is ever refunded because time has passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.catalog import Account
from bot.domain.matching import SKEW
from bot.domain.orders import OPEN, Order, OrderId, OrderState
from bot.errors import (
    ProviderContractBroken,
    ProviderError,
    ProviderUnauthorized,
    ProviderUnreachable,
)
from bot.ports.provider import OrderPage, Priority, Provider, ProviderOrder, Providers
from bot.ports.store import Store
from bot.ports.world import Clock
from bot.services import gates, marks
from bot.services.bells import Bells
from bot.services.delivery import Deliveries
from bot.services.listing import note_lag
from bot.services.looks import Looks
from bot.services.one_by_one import one_by_one
from bot.services.receiving import Receiving
from bot.services.slowness import Slowness
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

YOUNG = timedelta(minutes=10)
"""The provider's own cap for following an order; older ones are stragglers, not failures."""

SLOWER = timedelta(seconds=30)
"""How often a straggler is asked for at first; then less often, at a hundredth of its age."""

SLOWEST = timedelta(minutes=5)

DELAYED, SLOWEST_OF_ALL = timedelta(days=1), timedelta(minutes=30)
"""What takes a day may take ten: it is asked for at most twice an hour, and for ever."""

MOST_PAGES = 10
"""Pages read in one look. What is not reached is asked for one by one."""

QUIET = timedelta(minutes=1)


def pace(order: Order, now: datetime, every: timedelta) -> timedelta:
    """How long to leave between two looks at an order."""
    age = now - (order.handling_at or order.confirmed_at)
    if age < YOUNG:
        return every
    slowest = SLOWEST if age < DELAYED else SLOWEST_OF_ALL
    return min(slowest, max(SLOWER, age / 100))


@dataclass(slots=True, kw_only=True)
class Tracking:
    """Looks at open orders, every few seconds while there are any."""

    store: Store
    providers: Providers
    receiving: Receiving
    slowness: Slowness
    deliveries: Deliveries
    clock: Clock
    bells: Bells
    terms: Terms
    _looks: Looks = field(default_factory=Looks)
    _missed: set[OrderId] = field(default_factory=set)
    _stopped: set[Account] = field(default_factory=set)

    def hurry(self) -> None:
        """Look at every order in the next step, which begins now."""
        self._looks.hurry()
        self.bells.tracking.ring()

    async def step(self) -> timedelta:
        """Look at every order whose time has come; tells how long it can rest."""
        async with self.store.read() as work:
            open_ = await work.orders.list_in(*OPEN)
        self._show_progress(open_)
        handled = [order for order in open_ if order.state is OrderState.HANDLING]
        self._looks.keep_only(handled)
        for provider in self.providers.values():
            mine = [order for order in handled if order.account == provider.account]
            await self._look(provider, [order for order in mine if self._is_due(order)])
        await self._record_stops()
        return self._rest(open_, handled)

    async def _record_stops(self) -> None:
        """Tell of clients that have stopped since the last step, where nobody else has by now."""
        stopped = {one.account: one for one in self.providers.values() if one.budget().frozen}
        for account in self._stopped & stopped.keys():
            provider = stopped[account]
            if await gates.record_stop(self.store, self.clock, self.terms, provider):
                self.bells.delivery.ring()
        self._stopped = set(stopped)

    def _is_due(self, order: Order) -> bool:
        now = self.clock.now()
        return self._looks.is_due(order.id, now, pace(order, now, self.terms.track_every))

    def _rest(self, open_: Sequence[Order], handled: Sequence[Order]) -> timedelta:
        if not open_:
            return QUIET
        now = self.clock.now()
        rests = [pace(order, now, self.terms.track_every) for order in handled]
        # Orders of another state are waited for too: their progress is shown from here.
        return min([*rests, max(self.terms.track_every, timedelta(seconds=1))])

    def _show_progress(self, open_: Sequence[Order]) -> None:
        for order in open_:
            if self.clock.now() - order.confirmed_at >= self.terms.track_every:
                self.deliveries.progress(order)

    async def _look(self, provider: Provider, due: list[Order]) -> None:
        if not due or provider.budget().frozen:
            return
        now = self.clock.now()
        # By when it was sent: one adopted late would have hours of the list read for it.
        young = [o for o in due if now - (o.sending_at or o.confirmed_at) < YOUNG]
        together = provider.capabilities.lists_recent and len(young) > 1
        try:
            seen = await self._look_together(provider, young) if together else set()
            alone = [order for order in due if order.id not in seen]
            await one_by_one(self._looks.longest_ago(alone), partial(self._look_alone, provider))
        except ProviderUnauthorized as error:
            await gates.freeze_now(self.store, self.clock, self.terms, provider, reason=str(error))
            self.bells.delivery.ring()
        except ProviderError as error:
            log.warning("orders not read", provider=provider.account.provider, error=str(error))
        await self.slowness.tell(due)

    async def _look_together(self, provider: Provider, young: list[Order]) -> set[OrderId]:
        """Read the list back to the oldest of `young`; gives back the orders that it showed."""
        now = self.clock.now()
        async with self.store.read() as work:
            ahead = await marks.find_ahead(work, provider.account)
        since = min(o.sending_at or o.confirmed_at for o in young) + ahead - 2 * SKEW
        wanted = {o.provider_order_id: o for o in young}
        seen: set[OrderId] = set()
        for number in range(1, MOST_PAGES + 1):
            try:
                page = await provider.orders(
                    since, now + ahead + 2 * SKEW, page=number, priority=Priority.TRACKING
                )
            except ProviderContractBroken as error:
                log.warning("list not understood", error=str(error))
                break
            seen |= await self._take_page(page, wanted, begun_at=now)
            if number >= page.pages or len(seen) == len(young):
                break
        self._missed = {order.id for order in young} - seen
        return seen

    async def _take_page(
        self, page: OrderPage, wanted: dict[str | None, Order], *, begun_at: datetime
    ) -> set[OrderId]:
        seen: set[OrderId] = set()
        for reading in page.orders:
            order = wanted.get(reading.provider_order_id)
            if order is not None and order.id not in seen:
                async with self.store.begin() as work:
                    missed = order.id in self._missed
                    await note_lag(work, order.id, begun_at=begun_at, missed=missed)
                await self._take(order, reading)
                seen.add(order.id)
        return seen

    async def _look_alone(self, provider: Provider, order: Order) -> None:
        if order.provider_order_id is None:
            return
        try:
            reading = await provider.order(order.provider_order_id, priority=Priority.TRACKING)
        except (ProviderUnreachable, ProviderContractBroken):
            self._looks.note(order.id, self.clock.now())
            raise
        if reading is None:
            # Not found right after placing is lag, and later still no proof of anything.
            self._looks.note(order.id, self.clock.now())
            return
        await self._take(order, reading)

    async def _take(self, order: Order, reading: ProviderOrder) -> None:
        self._looks.note(order.id, self.clock.now())
        try:
            await self.receiving.take(order.id, reading)
        except Exception:
            # One order that cannot be taken must not keep the others from being looked at.
            log.exception("reading not taken", order=order.id)
