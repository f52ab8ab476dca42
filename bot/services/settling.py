"""Settling unknown orders: adopt the one that matches, or prove that there is none.

Nothing is ever sent again. At a provider that finds orders by our reference it is asked for
that; at one that only lists, the order's bucket and send window decide, and absence takes two
complete readings after the horizon and the account's movements as a second witness.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.alerts import AlertKind
from bot.domain.catalog import Account
from bot.domain.matching import (
    BETWEEN_READINGS,
    Candidate,
    candidates,
    horizon,
    send_window,
)
from bot.domain.orders import Order, OrderState, Reason, Window
from bot.errors import ProviderError, ProviderUnauthorized
from bot.ports.provider import Priority, Provider, ProviderOrder, Providers
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, gates, marks
from bot.services.alerts import alert_once
from bot.services.answering import adopt
from bot.services.bells import Bells
from bot.services.checkout import end_unpaid
from bot.services.delivery import Deliveries
from bot.services.listing import Listing, read_list
from bot.services.movements import charged_without_order
from bot.services.owing import owe_outcome
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=10)
"""How often an unknown order is looked for."""

QUIET = timedelta(minutes=1)

LATE = 4
"""The admins are told when so many times the pause between two readings brought no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One unknown order against one reading of the list."""

    order: Order
    window: Window
    found: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Looks for unknown orders until each is adopted, refused, or left to the admins."""

    store: Store
    providers: Providers
    deliveries: Deliveries
    clock: Clock
    bells: Bells
    terms: Terms

    async def step(self) -> timedelta:
        """Look once for every unknown order; tells how long it can rest."""
        async with self.store.read() as work:
            unknown = await work.orders.list_in(OrderState.UNKNOWN)
            restored = await work.marks.find(marks.RESTORED)
        for provider in self.providers.values():
            mine = [order for order in unknown if order.account == provider.account]
            # After a restore, cards may have been shown by the process whose work was lost.
            if mine and not restored and not provider.budget().frozen:
                await self._look(provider, mine)
            for order in mine:
                await self._tell_if_old(provider, order)
        return min(EVERY, self._track_pace()) if unknown else QUIET

    def _track_pace(self) -> timedelta:
        return self.terms.track_every * 2

    async def _look(self, provider: Provider, unknown: list[Order]) -> None:
        try:
            if provider.capabilities.finds_by_reference:
                await self._look_by_reference(provider, unknown)
            else:
                await self._look_in_list(provider, unknown)
        except ProviderUnauthorized as error:
            async with self.store.begin() as work:
                at = self.clock.now()
                await gates.freeze(work, self.terms, provider, str(error), at=at)
        except ProviderError as error:
            log.warning("unknown orders not looked for", error=str(error))

    async def _look_by_reference(self, provider: Provider, unknown: list[Order]) -> None:
        for order in unknown:
            begun_at = self.clock.now()
            found = await provider.find_by_reference(order.reference)
            if found is not None:
                await self._adopt(order, found.provider_order_id)
            elif await self._is_past_horizon(provider, order, begun_at):
                await self._refuse(order, begun_at)

    async def _look_in_list(self, provider: Provider, unknown: list[Order]) -> None:
        windows = await self._windows(provider, unknown)
        since = min(window.since for window in windows.values())
        until = max(window.until for window in windows.values())
        reading = Window(since=since, until=until)
        listing = await read_list(provider, reading, priority=Priority.SETTLING, clock=self.clock)
        for order in unknown:
            await self._judge(provider, order, windows[order.id], listing)

    async def _windows(self, provider: Provider, unknown: Sequence[Order]) -> dict[int, Window]:
        ahead = await self._ahead(provider)
        longest = provider.capabilities.longest_answer
        return {o.id: send_window(o, longest_answer=longest, ahead=ahead) for o in unknown}

    async def _ahead(self, provider: Provider) -> timedelta:
        async with self.store.read() as work:
            return await marks.find_ahead(work, provider.account)

    async def _judge(
        self, provider: Provider, order: Order, window: Window, listing: Listing
    ) -> None:
        async with self.store.begin() as work:
            order = await work.orders.get(order.id)
            if order.state is not OrderState.UNKNOWN:
                return
            if await work.orders.list_in_bucket(order.bucket, OrderState.SENDING):
                return  # one of the listed may be the order that is being sent right now
            owned = await owned_among(work, order, listing.orders)
            found = candidates(order, window, [candidate(one) for one in listing.orders], owned)
            if len(found) > 1:
                await self._leave_to_admins(work, order, found)
        if len(found) == 1:
            await self._adopt(order, found[0].provider_order_id)
        elif not found:
            await self._consider_absence(provider, order, window, listing)

    async def _adopt(self, order: Order, provider_order_id: str) -> None:
        async with self.store.begin() as work:
            current = await work.orders.get(order.id)
            if current.state is OrderState.UNKNOWN:
                await adopt(work, current, provider_order_id, None, at=self.clock.now())
        self.bells.tracking.ring()
        self.bells.placing.ring()

    async def _leave_to_admins(
        self, work: Work, order: Order, found: tuple[Candidate, ...]
    ) -> None:
        subject = f"order:{order.id}"
        names = " ".join(one.provider_order_id for one in found)
        await alert_once(
            work,
            self.terms,
            AlertKind.ORDER_AMBIGUOUS,
            subject,
            key=f"{subject}:{names}",
            at=self.clock.now(),
            count=len(found),
            candidates=names,
        )
        self.bells.delivery.ring()

    async def _consider_absence(
        self, provider: Provider, order: Order, window: Window, listing: Listing
    ) -> None:
        if not listing.complete:
            return
        if not await self._is_past_horizon(provider, order, listing.begun_at):
            return
        if order.absent_at is None:
            await self._note_absence(order, listing.begun_at)
        elif listing.begun_at - order.absent_at >= self._between_readings(provider):
            charged = await charged_without_order(
                provider, self.store, order, window=window, listing=listing
            )
            if not charged:
                await self._refuse(order, listing.begun_at)

    def _between_readings(self, provider: Provider) -> timedelta:
        # A horizon that settings shorten shortens the wait for the second reading with it.
        return min(BETWEEN_READINGS, self.terms.horizons[provider.account.provider].least)

    async def _is_past_horizon(self, provider: Provider, order: Order, instant: datetime) -> bool:
        settings = self.terms.horizons[provider.account.provider]
        async with self.store.read() as work:
            lags = await work.orders.list_lags(provider.account)
        sent_until = order.sent_until or order.sending_at or order.confirmed_at
        return instant >= sent_until + horizon(settings, lags)

    async def _tell_if_old(self, provider: Provider, order: Order) -> None:
        """Alert the admins when an order is still unknown well after its horizon."""
        late = self.clock.now() - LATE * self._between_readings(provider)
        if not await self._is_past_horizon(provider, order, late):
            return
        async with self.store.begin() as work:
            current = await work.orders.get(order.id)
            if current.state is OrderState.UNKNOWN:
                subject = f"order:{order.id}"
                kind, at = AlertKind.ORDER_UNKNOWN, self.clock.now()
                await alert_once(work, self.terms, kind, subject, key=subject, at=at)
        self.bells.delivery.ring()

    async def _note_absence(self, order: Order, begun_at: datetime) -> None:
        async with self.store.begin() as work:
            current = await work.orders.get(order.id)
            if current.state is OrderState.UNKNOWN:
                await work.orders.save(replace(current, absent_at=begun_at))
                subject = f"order:{order.id}"
                await audit.note(work, "order.absent-once", subject, at=self.clock.now())

    async def _refuse(self, order: Order, begun_at: datetime) -> None:
        """Believe the absence: release the hold and tell the member."""
        async with self.store.begin() as work:
            current = await work.orders.get(order.id)
            if current.state is not OrderState.UNKNOWN:
                return
            at = self.clock.now()
            ended = current.to(
                OrderState.REFUSED, reason=Reason.ABSENT, absent_at=begun_at, final_at=at
            )
            saved = await end_unpaid(work, ended, at=at)
            await owe_outcome(work, saved, at=at)
        self.bells.delivery.ring()
        self.bells.placing.ring()


def candidate(listed: ProviderOrder) -> Candidate:
    """Take from a listed order what matching needs."""
    return Candidate(
        provider_order_id=listed.provider_order_id,
        product_key=listed.product_key,
        type_key=listed.type_key,
        quantity=listed.quantity,
        created_at=listed.created_at,
    )


async def owned_among(work: Work, order: Order, listed: Sequence[ProviderOrder]) -> frozenset[str]:
    """Tell which of the listed orders belong to a local order, or were taken for unowned."""
    return frozenset(
        [one.provider_order_id for one in listed if await _is_owned(work, order.account, one)]
    )


async def _is_owned(work: Work, account: Account, listed: ProviderOrder) -> bool:
    its_id = listed.provider_order_id
    if await work.orders.find_by_provider_order(account, its_id):
        return True
    return await work.shelf.find(account, its_id) is not None
