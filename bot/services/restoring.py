"""Restore mode: the database is an old copy, and what was sold since is not in it.

Every order that was confirmed or sending in the copy counts as sent. Nothing that the provider
made since is adopted, shelved or delivered without an admin, because its cards may have been
shown already. Only what is found by the own reference of an order of the copy is: its cards were
shown to that order's shop or to nobody, and come as a copy. Selling stands still until `/resume`.

A quote of the copy may have become one of those orders: apps repeat presses, and a repeated
confirmation would buy again. So no quote outlives the lost database.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.alerts import AlertKind
from bot.domain.catalog import Account
from bot.domain.instants import to_ms
from bot.domain.matching import SKEW
from bot.domain.orders import OPEN, OrderState, Window
from bot.domain.outbox import DeliveryKind
from bot.domain.shelf import UnownedState
from bot.errors import ProviderError
from bot.ports.provider import Priority, Provider, ProviderOrder, Providers
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.alerts import alert_once
from bot.services.answering import make_unknown
from bot.services.bells import Bells
from bot.services.listing import read_list
from bot.services.shelving import tell_of_foreign
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

AGAIN = timedelta(seconds=5)
"""A provider that was away when its orders should have been read is asked again."""

DONE = timedelta(hours=1)

SOMETIME = timedelta(days=3650)
ALL = 1_000_000

_MAY_HAVE_LEFT = (OrderState.CONFIRMED, OrderState.SENDING)
_MAY_EXPLAIN = (OrderState.SENDING, OrderState.UNKNOWN)


async def enter_restore_mode(work: Work, *, backed_up_at: datetime, at: datetime) -> None:
    """Take a database for an old copy, whose newest event happened at `backed_up_at`."""
    await marks.set_instant(work, marks.RESTORED, at)
    await marks.set_instant(work, marks.BACKED_UP, backed_up_at)
    await work.marks.set(marks.RESTORE_READ, None)
    backed_up_ms = to_ms(backed_up_at)
    await audit.note(work, "restore.entered", "shop", at=at, backed_up_ms=backed_up_ms)
    # Gone, not expired: a new offer would stand where the lost order may show its cards.
    await work.orders.forget_quotes(at + SOMETIME)
    await _doubt_what_is_open(work)
    for order in await work.orders.list_in(*_MAY_HAVE_LEFT):
        # The lost process had until now to send it: the send window stays open to this day.
        await make_unknown(work, replace(order, sent_until=at), "restored", None, at=at)
    await _doubt_the_shelf(work, at)
    await _mark_copies(work, at)


async def _doubt_what_is_open(work: Work) -> None:
    """The lost process may have shown the cards of what is open in the copy to its shop."""
    shown = {order.id for order in await work.orders.list_in(*OPEN)}
    shown |= await marks.find_copies(work)
    await work.marks.set(marks.COPIES, " ".join(str(one) for one in sorted(shown)) or None)


async def _doubt_the_shelf(work: Work, at: datetime) -> None:
    """Cards that wait for a sale in the copy may be sold since: an admin has to say."""
    doubted = await work.shelf.list_in(UnownedState.EXPECTED, UnownedState.SHELF)
    for unowned in doubted:
        await work.shelf.save(replace(unowned, state=UnownedState.FOREIGN))
        subject = f"provider-order:{unowned.provider_order_id}"
        await audit.note(work, "shelf.doubted", subject, at=at)
    await work.marks.set(marks.DOUBTED, " ".join(one.provider_order_id for one in doubted) or None)


async def _mark_copies(work: Work, at: datetime) -> None:
    """Cards that were owed in the copy may have been shown since: they say so when they come."""
    owed = await work.outbox.list_due(at + SOMETIME, limit=ALL)
    for delivery in (*owed, *await work.outbox.list_parked()):
        if delivery.kind is DeliveryKind.RECEIPT:
            await work.outbox.save(replace(delivery, copy=True))


async def check_again(work: Work, account: Account) -> None:
    """Have the check of an account made that was frozen when its turn came; it may trade now."""
    since = await marks.find_instant(work, _postponed(account))
    if since is not None:
        unchecked = await marks.find_instant(work, marks.UNCHECKED)
        await marks.set_instant(work, marks.UNCHECKED, min(since, unchecked or since))


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """Notices by itself that the database is an old copy."""

    store: Store
    providers: Providers
    clock: Clock
    bells: Bells
    terms: Terms

    async def step(self) -> timedelta:
        """Ask again what a provider that was away at the start could not tell."""
        await self.check()
        async with self.store.read() as work:
            return AGAIN if await work.marks.find(marks.UNCHECKED) else DONE

    async def check(self) -> bool:
        """Enter restore mode when the provider lists newer orders that nothing explains.

        Newer than the last event of the process before. Until every provider that trades could
        be asked, nothing is placed and nothing matched.
        """
        async with self.store.read() as work:
            since = await marks.find_instant(work, marks.UNCHECKED)
            restored = bool(await work.marks.find(marks.RESTORED))
        if since is None:
            return False  # a first start has no past to have lost
        try:
            lost = not restored and await self._anything_unexplained(since)
        except ProviderError as error:
            log.warning("orders since the last event not read", error=str(error))
            return False
        async with self.store.begin() as work:
            at = self.clock.now()
            if lost:
                await enter_restore_mode(work, backed_up_at=since, at=at)
            if lost or restored:
                # An account that was frozen when the others were read back is to be read as well.
                await work.marks.set(marks.RESTORE_READ, None)
                await self._tell(work, at=at)
            await self._postpone(work, since)
            await work.marks.set(marks.UNCHECKED, None)
        self.bells.placing.ring()
        self.bells.delivery.ring()
        return lost or restored

    async def _postpone(self, work: Work, since: datetime) -> None:
        """Note since when the frozen accounts were not asked: they are once they are thawed."""
        since = await marks.find_instant(work, marks.BACKED_UP) or since
        for provider in self.providers.values():
            name = _postponed(provider.account)
            if provider.budget().frozen:
                earlier = await marks.find_instant(work, name)
                await marks.set_instant(work, name, min(since, earlier or since))
            else:
                await work.marks.set(name, None)

    async def _tell(self, work: Work, *, at: datetime) -> None:
        since = await work.marks.find(marks.RESTORED)
        doubted = (await work.marks.find(marks.DOUBTED) or "").split()
        for unowned in await work.shelf.list_in(UnownedState.FOREIGN):
            if unowned.provider_order_id in doubted:
                key = f"provider-order:{unowned.provider_order_id}:{since}"
                await tell_of_foreign(work, self.terms, unowned, key=key, at=at, doubted=True)
        unknown = await work.orders.list_in(OrderState.UNKNOWN)
        await alert_once(
            work,
            self.terms,
            AlertKind.RESTORED,
            "shop",
            key=f"restored:{since}",
            at=at,
            orders=" ".join(str(order.id) for order in unknown) or None,
        )

    async def _anything_unexplained(self, since: datetime) -> bool:
        for provider in self.providers.values():
            if provider.budget().frozen:
                continue  # nothing is sold there, nor matched
            async with self.store.read() as work:
                postponed = await marks.find_instant(work, _postponed(provider.account))
            if await self._unexplained_at(provider, min(since, postponed or since)):
                return True
        return False

    async def _unexplained_at(self, provider: Provider, since: datetime) -> bool:
        async with self.store.read() as work:
            ahead = await marks.find_ahead(work, provider.account)
        now = self.clock.now()
        window = Window(since=since + ahead, until=now + ahead + SKEW)
        listing = await read_list(provider, window, priority=Priority.SETTLING, clock=self.clock)
        async with self.store.read() as work:
            unknown = [one for one in listing.orders if not await _is_known(work, provider, one)]
            if provider.capabilities.finds_by_reference:
                under_way = [await _is_under_way(work, provider.account, one) for one in unknown]
                return not all(under_way)
            ours = await work.orders.list_in(*_MAY_EXPLAIN)
        # Each order of ours that was under way explains one, and no more.
        left = Counter(one.bucket_at(provider.account) for one in unknown)
        left.subtract(order.bucket for order in ours)
        return any(count > 0 for count in left.values())


def _postponed(account: Account) -> str:
    return marks.account_mark(marks.UNCHECKED, account)


async def _is_known(work: Work, provider: Provider, listed: ProviderOrder) -> bool:
    account, its_id = provider.account, listed.provider_order_id
    if await work.orders.find_by_provider_order(account, its_id):
        return True
    return await work.shelf.find(account, its_id) is not None


async def _is_under_way(work: Work, account: Account, listed: ProviderOrder) -> bool:
    """Tell whether an order of ours explains one by its reference; a copy may not have sent it."""
    order = await work.orders.find_by_reference(account, listed.reference or "")
    return order is not None and order.state in _MAY_EXPLAIN
