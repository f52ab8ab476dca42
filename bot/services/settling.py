"""Settling unknown orders: adopt the one that matches, or prove that there is none.

Nothing is ever sent again. At a provider that finds orders by our reference it is asked for
that, and absence takes the horizon and its list as a second witness. At one that only lists, the
order's bucket and send window decide, and absence takes two complete readings after the horizon
and the account's movements.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.alerts import AlertKind
from bot.domain.catalog import Account
from bot.domain.instants import to_ms
from bot.domain.matching import (
    BETWEEN_READINGS,
    Candidate,
    candidates,
    horizon,
    send_window,
    since_sent,
)
from bot.domain.orders import Order, OrderId, OrderState, Reason, Window
from bot.errors import ProviderError, ProviderUnauthorized
from bot.ports.provider import Priority, Provider, ProviderOrder, Providers
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, gates, marks
from bot.services.alerts import alert_is_over, alert_once
from bot.services.answering import adopt
from bot.services.bells import Bells
from bot.services.checkout import end_unpaid
from bot.services.listing import Listing, learn_ahead, note_lag, read_list
from bot.services.looks import Looks
from bot.services.movements import charged_without_order
from bot.services.one_by_one import one_by_one
from bot.services.owing import owe_outcome
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=10)
"""How often an unknown order is looked for."""

QUIET = timedelta(minutes=1)

LATE = 4
"""The admins are told when so many times the pause between two readings brought no answer."""


YOUNG = timedelta(minutes=15)
"""Older than this, an unknown order is looked for less and less often."""

SLOWEST = timedelta(minutes=5)

APART = timedelta(minutes=10)
"""Windows further apart than this are read one by one: what lies between is nobody's."""


def pace(order: Order, now: datetime, every: timedelta) -> timedelta:
    """How long to leave between two looks for an unknown order."""
    age = now - _sent(order)
    return every if age < YOUNG else min(SLOWEST, max(every, age / 100))


_DOUBTS = (AlertKind.ORDER_UNKNOWN, AlertKind.ORDER_AMBIGUOUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Looks for unknown orders until each is adopted, refused, or left to the admins."""

    store: Store
    providers: Providers
    clock: Clock
    bells: Bells
    terms: Terms
    _looks: Looks = field(default_factory=Looks)
    _lacked: set[OrderId] = field(default_factory=set)

    def hurry(self) -> None:
        """Look at every order in the next step, which begins now."""
        self._looks.hurry()
        self.bells.settling.ring()

    async def step(self) -> timedelta:
        """Look once for every unknown order; tells how long it can rest."""
        async with self.store.read() as work:
            unknown = await work.orders.list_in(OrderState.UNKNOWN)
            restored = bool(unknown and await work.marks.find(marks.RESTORED))
            unchecked = bool(unknown and await work.marks.find(marks.UNCHECKED))
        self._looks.keep_only(unknown)
        self._lacked.intersection_update(order.id for order in unknown)
        for provider in self.providers.values():
            mine = [order for order in unknown if order.account == provider.account]
            due = [order for order in mine if self._is_due(order)]
            # After a restore, cards of a bucket may have been shown by the process whose work was
            # lost; what has an order's own reference was shown to its own shop or to nobody.
            is_sure = provider.capabilities.finds_by_reference or not restored
            if due and is_sure and not unchecked and not provider.budget().frozen:
                await self._look(provider, due)
            for order in mine:
                await self._tell_if_old(provider, order)
        return self._every() if unknown else QUIET

    def _every(self) -> timedelta:
        return min(EVERY, self.terms.track_every * 2)

    def _is_due(self, order: Order) -> bool:
        now = self.clock.now()
        return self._looks.is_due(order.id, now, pace(order, now, self._every()))

    async def _look(self, provider: Provider, unknown: list[Order]) -> None:
        try:
            if provider.capabilities.finds_by_reference:
                await self._look_by_reference(provider, unknown)
            else:
                await self._look_in_list(provider, unknown)
        except ProviderUnauthorized as error:
            await gates.freeze_now(self.store, self.clock, self.terms, provider, reason=str(error))
        except ProviderError as error:
            log.warning("unknown orders not looked for", error=str(error))

    async def _look_by_reference(self, provider: Provider, unknown: list[Order]) -> None:
        look = partial(self._look_for, provider)
        await one_by_one(self._looks.longest_ago(unknown), look)

    async def _look_for(self, provider: Provider, order: Order) -> None:
        begun_at = self.clock.now()
        self._looks.note(order.id, begun_at)
        found = await provider.find_by_reference(order.reference)
        if found is not None:
            await self._adopt_found(order, found, begun_at)
        elif await self._is_past_horizon(provider, order, begun_at):
            await self._look_again(provider, order, begun_at)

    async def _look_again(self, provider: Provider, order: Order, begun_at: datetime) -> None:
        """Refuse an order whose reference nobody knows, unless the list shows it, or a clock set.

        A look-up tells no time: were our clock set meanwhile, the horizon would not be over.
        """
        window = (await self._windows(provider, [order]))[order.id]
        listing = await read_list(provider, window, priority=Priority.SETTLING, clock=self.clock)
        ahead = listing.provider_ahead
        if await learn_ahead(self.store, self.clock, provider.account, ahead):
            return
        listed = [one for one in listing.orders if one.reference == order.reference]
        if listed:
            await self._adopt_found(order, listed[0], begun_at)
        # Once more: whoever called meanwhile may have learned that a clock was set.
        elif listing.complete and await self._is_past_horizon(provider, order, begun_at):
            await self._refuse(order, begun_at)

    async def _adopt_found(self, order: Order, found: ProviderOrder, begun_at: datetime) -> None:
        """Adopt what has an order's reference, unless an admin gave it to somebody else."""
        async with self.store.read() as work:
            owned = await owned_among(work, order, [found])
        if not owned:
            await self._adopt(order, found.provider_order_id, begun_at)

    async def _look_in_list(self, provider: Provider, unknown: list[Order]) -> None:
        windows = await self._windows(provider, unknown)
        for reading in _joined(tuple(windows.values())):
            listing = await read_list(
                provider, reading, priority=Priority.SETTLING, clock=self.clock
            )
            ahead = listing.provider_ahead
            if await learn_ahead(self.store, self.clock, provider.account, ahead):
                return  # a clock was set: the windows are others now
            for order in unknown:
                if reading.holds(windows[order.id].since):
                    self._looks.note(order.id, listing.begun_at)
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
        if len(found) > 1:
            self.bells.delivery.ring()
        elif len(found) == 1:
            await self._adopt(order, found[0].provider_order_id, listing.begun_at)
        else:
            await self._consider_absence(provider, order, window, listing)

    async def _adopt(self, order: Order, provider_order_id: str, begun_at: datetime) -> None:
        async with self.store.begin() as work:
            current = await work.orders.get(order.id)
            if current.state is OrderState.UNKNOWN:
                at = self.clock.now()
                await adopt(work, current, provider_order_id, None, at=at)
                await alert_is_over(work, f"order:{order.id}", *_DOUBTS, at=at)
                # The slow ones must be learned from too, or the horizon is too short for them.
                missed = order.id in self._lacked
                await note_lag(work, order.id, begun_at=begun_at, missed=missed)
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

    async def _consider_absence(
        self, provider: Provider, order: Order, window: Window, listing: Listing
    ) -> None:
        if not listing.complete:
            return
        self._lacked.add(order.id)
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
            set_at = await marks.find_clock_set(work, provider.account)
            lags = await work.orders.list_lags(provider.account)
        by_reference = provider.capabilities.finds_by_reference  # then no list, and no lag
        enough = settings.least if by_reference else horizon(settings, lags)
        return since_sent(order, instant, set_at=set_at) >= enough

    async def _tell_if_old(self, provider: Provider, order: Order) -> None:
        """Alert the admins when an order is still unknown well after its horizon."""
        late = self.clock.now() - LATE * self._between_readings(provider)
        if not await self._is_past_horizon(provider, order, late):
            return
        async with self.store.begin() as work:
            current = await work.orders.get(order.id)
            if current.state is not OrderState.UNKNOWN:
                return
            subject = f"order:{order.id}"
            kind, at = AlertKind.ORDER_UNKNOWN, self.clock.now()
            raised = await alert_once(work, self.terms, kind, subject, key=subject, at=at)
        if raised:
            self.bells.delivery.ring()

    async def _note_absence(self, order: Order, begun_at: datetime) -> None:
        async with self.store.begin() as work:
            current = await work.orders.get(order.id)
            if current.state is OrderState.UNKNOWN:
                await work.orders.save(replace(current, absent_at=begun_at))
                subject, at = f"order:{order.id}", self.clock.now()
                began_ms = to_ms(begun_at)
                await audit.note(work, "order.absent-once", subject, at=at, began_ms=began_ms)

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
            await alert_is_over(work, f"order:{order.id}", *_DOUBTS, at=at)
        self.bells.delivery.ring()
        self.bells.placing.ring()


def _sent(order: Order) -> datetime:
    return order.sent_until or order.sending_at or order.confirmed_at


def _joined(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Join windows that lie close together, oldest first."""
    joined: list[Window] = []
    for window in sorted(windows, key=lambda one: one.since):
        if joined and window.since - joined[-1].until <= APART:
            last = joined.pop()
            window = Window(since=last.since, until=max(last.until, window.until))  # noqa: PLW2901
        joined.append(window)
    return tuple(joined)


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
