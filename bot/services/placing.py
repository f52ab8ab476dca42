"""Placing: the one worker that spends money at a provider, once per order.

Everything it does before the call can be done again. The step to `sending` is committed before
the first byte leaves, and only the task that took that step may make the call.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog

from bot.domain.cards import order_owner, shelf_owner
from bot.domain.catalog import Bucket, CardType
from bot.domain.ledger import cost, stock_of
from bot.domain.orders import Order, OrderId, OrderState, Reason
from bot.domain.shelf import UnownedState
from bot.errors import ProviderError, ProviderUnauthorized
from bot.log import hiding
from bot.ports.provider import Line, Placement, Priority, Provider, Providers, find_provider
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, gates, marks
from bot.services.answering import Answering, make_unknown
from bot.services.bells import Bells
from bot.services.catalog import Catalog
from bot.services.checkout import withdraw
from bot.services.funds import Funds, Reading
from bot.services.keeping import Keeper
from bot.services.receiving import Receiving
from bot.services.recipients import find_recipient, silent
from bot.services.requoting import Requoting
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

WAITS_AT_MOST = timedelta(minutes=5)
"""An order that could not be sent for so long is withdrawn."""

FRESH, FRESH_ENOUGH = timedelta(seconds=15), timedelta(minutes=5)
"""How old stock and price may be when calls are plentiful, and when they are scarce."""

AT_ONCE = 8
"""Placings under way at a time: each has a connection of its own."""

AFTER_A_FAULT = timedelta(seconds=5)
"""A provider that could not be read is not asked again at once."""

IDLE = timedelta(seconds=30)
SOON = timedelta(seconds=1)


class _Next(Enum):
    """What a confirmed order needs: nothing more, to wait, or that the provider is asked."""

    ENDED = auto()
    WAIT = auto()
    ASK = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """What a placing needs beside its order: the provider's balance, and whom the cards are for."""

    reading: Reading
    phone: str | None = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Placing:
    """Sends confirmed orders, one at a time per bucket."""

    store: Store
    providers: Providers
    keeper: Keeper
    catalog: Catalog
    funds: Funds
    receiving: Receiving
    answering: Answering
    requoting: Requoting
    rivals: gates.Rivals
    clock: Clock
    bells: Bells
    terms: Terms
    _busy: dict[Bucket, asyncio.Task[None]] = field(default_factory=dict)

    async def step(self) -> timedelta:
        """Start on every confirmed order whose bucket is free; tells how long it can rest."""
        async with self.store.read() as work:
            found = await work.orders.list_in(OrderState.CONFIRMED, OrderState.SENDING)
            unchecked = found and await work.marks.find(marks.UNCHECKED)
        if unchecked:
            await self._end_overdue(found)
            return SOON  # an old copy could hold orders that were sent long ago
        waiting = [order for order in found if order.state is OrderState.CONFIRMED]
        for order in found:
            if order.state is OrderState.SENDING and order.bucket not in self._busy:
                await self._give_up(order.id)
        for order in waiting:
            if order.bucket in self._busy or not await self._is_ready(order):
                continue
            if len(self._busy) < AT_ONCE:
                self._busy[order.bucket] = asyncio.create_task(self._place_safely(order))
        return SOON if waiting else IDLE

    async def idle(self) -> None:
        """Wait until nothing is under way: calls end by themselves, or by their own timeout."""
        while self._busy:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _place_safely(self, order: Order) -> None:
        try:
            await self._place(order)
        except Exception:
            log.exception("placing failed", order=order.id)
        finally:
            del self._busy[order.bucket]
            # Only now: a ring before the commit would find nothing owed yet.
            self.bells.delivery.ring()

    async def _end_overdue(self, found: tuple[Order, ...]) -> None:
        """Withdraw what waited too long for a provider that cannot be asked about an old copy.

        Only what this very process took: of that it is sure that nothing left.
        """
        for order in filter(self._is_overdue, found):
            async with self.store.begin() as work:
                current = await work.orders.get(order.id)
                own = str(current.epoch) == await work.marks.find(marks.EPOCH)
                if own and current.state is OrderState.CONFIRMED:
                    await self._withdrawn(work, current)
            self.bells.delivery.ring()

    async def _give_up(self, order_id: OrderId) -> None:
        """Count an order as unknown whose call was made, but whose answer could not be kept."""
        async with self.store.begin() as work:
            order = await work.orders.get(order_id)
            if order.state is OrderState.SENDING:
                await make_unknown(work, order, "answer not kept", None, at=self.clock.now())
        self.bells.settling.ring()

    async def _is_ready(self, order: Order) -> bool:
        """Tell whether the provider can be asked now; what needs no provider is done on the spot.

        An order that has to wait takes nobody's place: the next one is looked at.
        """
        try:
            async with self.store.begin() as work:
                step = await self._next_step(work, order.id)
        except Exception:
            log.exception("order not looked at", order=order.id)
            return False
        if step is _Next.ENDED:
            self.bells.delivery.ring()
        return step is _Next.ASK

    async def _place(self, order: Order) -> None:
        provider = self.providers[order.account.provider]
        checked = await self._checked(order, provider)
        if checked is None:
            return
        with hiding(checked.phone or ""):
            await self._buy(order, provider, checked)

    async def _buy(self, order: Order, provider: Provider, checked: _Checked) -> None:
        sending = await self._send(order.id, provider, checked)
        if sending is None:
            return
        line = Line(
            product_key=sending.product_key,
            type_key=sending.type_key,
            quantity=sending.quantity,
            phone=checked.phone,
        )
        placement: Placement = await provider.place(line, reference=sending.reference)
        await self.answering.take(sending.id, silent(placement, checked.phone))
        self.bells.placing.ring()

    async def _next_step(self, work: Work, order_id: OrderId) -> _Next:
        """Withdraw an order that may not be sold any more, or sell it from the shelf, or wait."""
        order = await work.orders.get(order_id)
        if order.state is not OrderState.CONFIRMED:
            return _Next.WAIT
        if await self._withdrawn(work, order):
            return _Next.ENDED
        now = self.clock.now()
        if _has_to_wait(order, now) or self.rivals.present(now):
            return _Next.WAIT
        if await self._sold_from_shelf(work, order):
            return _Next.ENDED
        return _Next.ASK if await self._bucket_is_free(work, order) else _Next.WAIT

    async def _withdrawn(self, work: Work, order: Order) -> bool:
        reason = await self._must_not(work, order)
        if reason is None:
            return False
        await withdraw(work, order, reason, at=self.clock.now())
        return True

    async def _must_not(self, work: Work, order: Order) -> Reason | None:
        agent = await work.people.get_agent(order.agent_id)
        if agent.suspended_at is not None:
            return Reason.SUSPENDED
        if find_provider(self.providers, order.account) is None:
            return Reason.NOT_AVAILABLE
        if reason := await gates.closed(work, order.account):
            return reason
        return Reason.TOO_LATE if self._is_overdue(order) else None

    def _is_overdue(self, order: Order) -> bool:
        return self.clock.now() - order.confirmed_at >= WAITS_AT_MOST

    async def _sold_from_shelf(self, work: Work, order: Order) -> bool:
        unowned = await work.shelf.find_for(order.bucket)
        if unowned is None:
            return False
        if await work.recipients.find(order.quote_id):
            return False  # these cards were made for somebody else's phone
        shelf = shelf_owner(order.account.provider, unowned.provider_order_id)
        sealed = await work.cards.list(shelf)
        moved = self.keeper.move(sealed, order_owner(order.id))
        await work.cards.move(shelf, moved)
        taken = replace(unowned, state=UnownedState.SOLD, taken_by=order.id)
        await work.shelf.save(taken)
        at = self.clock.now()
        if unowned.amount:
            stock = stock_of(order.account)
            await work.ledger.post(cost(order, unowned.amount, source=stock, at=at))
        subject = f"order:{order.id}"
        source = unowned.provider_order_id
        await audit.note(work, "order.from-shelf", subject, at=at, provider_order=source)
        await self.receiving.give(work, replace(order, cost=unowned.amount), moved)
        return True

    async def _bucket_is_free(self, work: Work, order: Order) -> bool:
        provider = self.providers[order.account.provider]
        if provider.capabilities.finds_by_reference:
            return True
        states = (OrderState.SENDING, OrderState.UNKNOWN)
        return not await work.orders.list_in_bucket(order.bucket, *states)

    async def _checked(self, order: Order, provider: Provider) -> _Checked | None:
        """Look at stock, price and balance; None when the order was withdrawn or must wait."""
        age = FRESH if provider.budget().easy else FRESH_ENOUGH
        async with self.store.read() as work:
            listed = await work.catalog.find_listed(order.card_type_id)
            # Before the order is sent: one whose number does not open buys nothing.
            phone = await find_recipient(work, self.keeper, order.quote_id)
        if listed is not None and not listed[0].is_fresh(self.clock.now(), age):
            # When it cannot be read the order goes ahead: the provider refuses what it must.
            await self.catalog.read_types(listed[1], age, Priority.PLACING)
        async with self.store.begin() as work:
            current = await work.catalog.find_type(order.card_type_id)
            if await self._withdrawn_for(work, order.id, current):
                return None
        try:
            return _Checked(reading=await self.funds.ensure(provider), phone=phone)
        except ProviderUnauthorized as error:
            await gates.freeze_now(self.store, self.clock, self.terms, provider, reason=str(error))
        except ProviderError as error:
            log.warning("balance not read", order=order.id, error=str(error))
            await self._delay(order.id)
        return None

    async def _delay(self, order_id: OrderId) -> None:
        async with self.store.begin() as work:
            order = await work.orders.get(order_id)
            if order.state is OrderState.CONFIRMED:
                not_before = self.clock.now() + AFTER_A_FAULT
                await work.orders.save(replace(order, not_before=not_before))

    async def _withdrawn_for(self, work: Work, order_id: OrderId, current: CardType | None) -> bool:
        order = await work.orders.get(order_id)
        if order.state is not OrderState.CONFIRMED:
            return True
        reason = await self.requoting.reason(work, order, current)
        if reason is None:
            return False
        await self.requoting.withdraw(work, order, reason, current)
        return True

    async def _send(self, order_id: OrderId, provider: Provider, checked: _Checked) -> Order | None:
        """Take the step to `sending`, or withdraw for want of money at the provider.

        What stops selling is asked again: it may have come while the provider was read.
        """
        async with self.store.begin() as work:
            order = await work.orders.get(order_id)
            at = self.clock.now()
            if order.state is not OrderState.CONFIRMED or self.rivals.present(at):
                return None
            if await self._withdrawn(work, order):
                return None
            left = await self.funds.left(work, provider.account, checked.reading)
            needed = order.unit_cost * order.quantity
            if left < needed:
                await self.requoting.withdraw(work, order, Reason.PROVIDER_BALANCE, None)
                await gates.tell_balance_low(
                    work, self.terms, provider.account, needed=needed, at=at
                )
                return None
            ahead = await marks.find_ahead(work, provider.account)
            sending = order.to(
                OrderState.SENDING,
                sending_at=at,
                sent_until=None,
                not_before=None,
                provider_ahead=ahead,
            )
            saved = await work.orders.save(sending)
            subject, recipient = f"order:{order.id}", checked.phone is not None
            await audit.note(work, "order.sending", subject, at=at, recipient=recipient)
        return saved


def _has_to_wait(order: Order, now: datetime) -> bool:
    """Tell whether its time has not come; a clock that was set back keeps nobody waiting."""
    return order.not_before is not None and order.confirmed_at <= now < order.not_before
