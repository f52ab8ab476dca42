"""The sweep: every few minutes the provider's list is held against our orders.

It finds what was paid and never claimed, orders made by somebody else with the same account,
and settled orders that changed. Deposits are booked on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.catalog import Account
from bot.domain.matching import SKEW
from bot.domain.orders import Order, Window
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.errors import (
    ProviderContractBroken,
    ProviderError,
    ProviderUnauthorized,
    ProviderUnreachable,
)
from bot.ports.provider import Priority, Provider, ProviderOrder, Providers
from bot.ports.store import Store
from bot.ports.world import Clock
from bot.services import audit, gates, marks
from bot.services.bells import Bells
from bot.services.listing import learn_ahead, note_lag, read_list
from bot.services.movements import Movements
from bot.services.one_by_one import one_by_one
from bot.services.rates import watch_rates
from bot.services.receiving import Receiving
from bot.services.recent import Recent
from bot.services.shelving import Shelving
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=3)

RECENT = timedelta(minutes=15)
"""The stretch that every sweep reads, and the whole hour that is not closed yet with it."""

QUOTES_KEPT = timedelta(days=1)
"""How long a quote that nobody confirmed can still say that it expired."""

HOUR = timedelta(hours=1)
HOURS_BACK = 48
HOURS_A_SWEEP = 4
"""Closed hours looked at again in one sweep: all of two days come round every 36 minutes."""


@dataclass(slots=True, kw_only=True)
class Sweeping:
    """Looks for what no local order explains."""

    store: Store
    providers: Providers
    receiving: Receiving
    shelving: Shelving
    movements: Movements
    clock: Clock
    bells: Bells
    terms: Terms
    _next_hour: int = field(default=0)
    _totals: Recent[tuple[Account, Window], int] = field(default_factory=Recent)
    _read_back: set[Account] = field(default_factory=set)

    async def step(self) -> timedelta:
        """Sweep every account once; tells how long it can rest."""
        async with self.store.read() as work:
            unchecked = await work.marks.find(marks.UNCHECKED)
        for provider in self.providers.values():
            # An old copy could take for its own what was sold after it was made.
            if not provider.budget().frozen and not unchecked:
                await self._sweep_safely(provider)
        async with self.store.begin() as work:
            await work.orders.forget_quotes(self.clock.now() - QUOTES_KEPT)
        return EVERY

    async def sweep(self, provider: Provider) -> None:
        """Sweep one account: the last minutes, some closed hours, deposits; `ProviderError`."""
        async with self.store.read() as work:
            ahead = await marks.find_ahead(work, provider.account)
            restored = await marks.find_instant(work, marks.RESTORED)
        now = self.clock.now() + ahead
        since = min(now - RECENT, _start_of_hour(now))
        await self._read(provider, Window(since=since, until=now + SKEW))
        for window in self._hours(now):
            await self._read_if_changed(provider, window)
        await self._follow_open(provider)
        await self.movements.open_books(provider)
        await self.movements.book(provider)
        await self._watch_balance(provider)
        if restored is not None:
            await self._read_since_backup(provider, now)

    async def _watch_balance(self, provider: Provider) -> None:
        reading = await self.movements.funds.ensure(provider)
        async with self.store.begin() as work:
            left = await self.movements.funds.left(work, provider.account, reading)
            at = self.clock.now()
            await gates.watch_balance(work, self.terms, provider.account, left=left, at=at)
            await watch_rates(work, self.terms, {left.currency}, at=at)
        self.bells.delivery.ring()

    async def _sweep_safely(self, provider: Provider) -> None:
        try:
            await self.sweep(provider)
        except ProviderUnauthorized as error:
            await gates.freeze_now(self.store, self.clock, self.terms, provider, reason=str(error))
        except ProviderError as error:
            log.warning("not swept", provider=provider.account.provider, error=str(error))

    def _hours(self, now: datetime) -> tuple[Window, ...]:
        """The closed hours whose turn it is, the newest first."""
        this_hour = _start_of_hour(now)
        turns = [(self._next_hour + n) % HOURS_BACK for n in range(HOURS_A_SWEEP)]
        self._next_hour = (self._next_hour + HOURS_A_SWEEP) % HOURS_BACK
        starts = [this_hour - (turn + 1) * HOUR for turn in turns]
        return tuple(Window(since=start, until=start + HOUR) for start in starts)

    async def _read_if_changed(self, provider: Provider, window: Window) -> None:
        """Read a closed hour, unless it still holds as many orders as when it was read."""
        page = await provider.orders(window.since, window.until, page=1, priority=Priority.SWEEPING)
        await learn_ahead(self.store, self.clock, provider.account, page.provider_ahead)
        if self._totals.find((provider.account, window)) == page.total:
            return
        if page.pages <= 1:
            await self._take(provider, page.orders, begun_at=page.read_at)
        elif not await self._read(provider, window):
            return
        self._totals.keep((provider.account, window), page.total)

    async def _read(self, provider: Provider, window: Window) -> bool:
        """Take over a window; False when something may have slipped between its pages."""
        listing = await read_list(provider, window, priority=Priority.SWEEPING, clock=self.clock)
        await self._take(provider, listing.orders, begun_at=listing.begun_at)
        return listing.complete

    async def _take(
        self, provider: Provider, listed: Sequence[ProviderOrder], *, begun_at: datetime
    ) -> None:
        for reading in listed:
            async with self.store.read() as work:
                owner = await work.orders.find_by_provider_order(
                    provider.account, reading.provider_order_id
                )
            if owner is None:
                await self._take_unowned(provider, reading)
            elif reading.whole:
                await self._check_own(owner, reading, begun_at=begun_at)

    async def _take_unowned(self, provider: Provider, reading: ProviderOrder) -> None:
        if reading.whole:
            await self.shelving.take(provider, reading)
        elif await self.shelving.waits_for(provider.account, reading):
            await self.shelving.take(provider, await self._rest_of(provider, reading))

    async def _rest_of(self, provider: Provider, line: ProviderOrder) -> ProviderOrder:
        """Read what a poor list shows one line of; while that cannot be read, the line stands."""
        try:
            whole = await provider.order(line.provider_order_id, priority=Priority.SWEEPING)
        except (ProviderUnreachable, ProviderContractBroken) as error:
            log.warning("order not read", order=line.provider_order_id, error=str(error))
            return line
        if whole is None:
            return line
        return replace(whole, reference=whole.reference or line.reference)

    async def _check_own(self, order: Order, reading: ProviderOrder, *, begun_at: datetime) -> None:
        if order.listed_lag is None:
            async with self.store.begin() as work:
                await note_lag(work, order.id, begun_at=begun_at, missed=False)
        if order.final_at is not None and begun_at < order.final_at:
            return  # it was read while the order was open
        changed = (
            reading.status != order.provider_status
            or (reading.amount is not None and reading.amount != order.cost)
            or len(reading.cards) > order.cards
        )
        if order.is_final and changed:
            await self.receiving.take(order.id, reading)

    async def _follow_open(self, provider: Provider) -> None:
        """Ask for the orders whose cards were not there yet, or whose cost is not known."""
        async with self.store.read() as work:
            unowned_ = await work.shelf.list_in(UnownedState.EXPECTED, UnownedState.FOREIGN)
        open_ = [
            one
            for one in unowned_
            if one.account == provider.account
            and (one.state is UnownedState.EXPECTED or one.amount is None)
        ]
        await one_by_one(open_, partial(self._follow, provider))

    async def _follow(self, provider: Provider, unowned: UnownedOrder) -> None:
        its_id = unowned.provider_order_id
        reading = await provider.order(its_id, priority=Priority.SWEEPING)
        if reading is not None:
            await self.shelving.take(provider, reading)

    async def _read_since_backup(self, provider: Provider, now: datetime) -> None:
        """After a restore: show the admins every provider order that the backup does not know."""
        async with self.store.read() as work:
            since = await marks.find_instant(work, marks.BACKED_UP)
        window = Window(since=(since or now) - SKEW, until=now + SKEW)
        if await self._read(provider, window):
            self._read_back.add(provider.account)
        trading = [one for one in self.providers.values() if not one.budget().frozen]
        if all(one.account in self._read_back for one in trading):
            await self._note_read_back()

    async def _note_read_back(self) -> None:
        """Note, once, that what was sold since the backup is known; an admin may have resumed."""
        async with self.store.begin() as work:
            if not await work.marks.find(marks.RESTORED):
                return
            if await work.marks.find(marks.RESTORE_READ):
                return
            at = self.clock.now()
            await marks.set_instant(work, marks.RESTORE_READ, at)
            await audit.note(work, "restore.read", "shop", at=at)


def _start_of_hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
