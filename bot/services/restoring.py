"""Restore mode: the database is an old copy, and what was sold since is not in it.

Every order that was confirmed or sending in the copy counts as sent. Nothing that the provider
made since is adopted, shelved or delivered without an admin, because its cards may have been
shown already. Selling stands still until `/resume`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.alerts import AlertKind
from bot.domain.matching import SKEW
from bot.domain.orders import OrderState, Window
from bot.domain.outbox import DeliveryKind
from bot.domain.shelf import UnownedState
from bot.errors import ProviderError
from bot.ports.provider import Priority, Provider, ProviderOrder, Providers
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.alerts import alert_once
from bot.services.answering import make_unknown
from bot.services.listing import read_list
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

SOMETIME = timedelta(days=3650)
ALL = 1_000_000

_MAY_HAVE_LEFT = (OrderState.CONFIRMED, OrderState.SENDING)
_MAY_EXPLAIN = (OrderState.SENDING, OrderState.UNKNOWN)


async def enter_restore_mode(work: Work, *, backed_up_at: datetime, at: datetime) -> None:
    """Take a database for an old copy, whose newest event happened at `backed_up_at`."""
    await marks.set_instant(work, marks.RESTORED, at)
    await marks.set_instant(work, marks.BACKED_UP, backed_up_at)
    await work.marks.set(marks.RESTORE_READ, None)
    await audit.note(work, "restore.entered", "shop", at=at)
    for order in await work.orders.list_in(*_MAY_HAVE_LEFT):
        # The lost process had until now to send it: the send window stays open to this day.
        unknown = await make_unknown(work, order, "restored", None, at=at)
        await work.orders.save(replace(unknown, sent_until=at))
    for unowned in await work.shelf.list_in(UnownedState.EXPECTED, UnownedState.SHELF):
        await work.shelf.save(replace(unowned, state=UnownedState.FOREIGN))
    await _mark_copies(work, at)


async def _mark_copies(work: Work, at: datetime) -> None:
    """Cards that were owed in the copy may have been shown since: they say so when they come."""
    owed = await work.outbox.list_due(at + SOMETIME, limit=ALL)
    for delivery in (*owed, *await work.outbox.list_parked()):
        if delivery.kind is DeliveryKind.RECEIPT:
            await work.outbox.save(replace(delivery, copy=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """Notices by itself that the database is an old copy."""

    store: Store
    providers: Providers
    clock: Clock
    terms: Terms

    async def check(self) -> bool:
        """Enter restore mode when the provider lists newer orders that nothing explains."""
        async with self.store.read() as work:
            last = await work.journal.last()
            restored = await work.marks.find(marks.RESTORED)
        if last is None:
            return False  # a first start has no past to have lost
        if not restored and not await self._anything_unexplained(last.event.at):
            return False
        async with self.store.begin() as work:
            at = self.clock.now()
            if not restored:
                await enter_restore_mode(work, backed_up_at=last.event.at, at=at)
            await self._tell(work, at=at)
        return True

    async def _tell(self, work: Work, *, at: datetime) -> None:
        since = await work.marks.find(marks.RESTORED)
        unknown = await work.orders.list_in(OrderState.UNKNOWN)
        await alert_once(
            work,
            self.terms,
            AlertKind.RESTORED,
            "shop",
            key=f"restored:{since}",
            at=at,
            unknown=len(unknown),
        )

    async def _anything_unexplained(self, since: datetime) -> bool:
        for provider in self.providers.values():
            try:
                if await self._unexplained_at(provider, since):
                    return True
            except ProviderError as error:
                log.warning("orders since the last event not read", error=str(error))
        return False

    async def _unexplained_at(self, provider: Provider, since: datetime) -> bool:
        async with self.store.read() as work:
            ahead = await marks.find_ahead(work, provider.account)
        now = self.clock.now()
        window = Window(since=since + ahead, until=now + ahead + SKEW)
        listing = await read_list(provider, window, priority=Priority.SETTLING, clock=self.clock)
        async with self.store.read() as work:
            for one in listing.orders:
                if not await _explained(work, provider, one):
                    return True
        return False


async def _explained(work: Work, provider: Provider, listed: ProviderOrder) -> bool:
    account, its_id = provider.account, listed.provider_order_id
    if await work.orders.find_by_provider_order(account, its_id):
        return True
    if await work.shelf.find(account, its_id):
        return True
    key = (listed.product_key, listed.type_key, listed.quantity)
    return any(
        (order.product_key, order.type_key, order.quantity) == key
        for order in await work.orders.list_in(*_MAY_EXPLAIN)
        if order.account == account
    )
