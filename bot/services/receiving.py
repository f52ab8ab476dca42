"""Receiving cards: what a provider shows of an order becomes money and messages, at once.

One transaction seals the cards, captures their price, releases the rest, books the cost, owes
the delivery and journals it. Reading the same again changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.domain import ledger
from bot.domain.alerts import AlertKind
from bot.domain.cards import Card, SealedCard, digest_of, order_owner
from bot.domain.money import Money
from bot.domain.orders import Order, OrderId, OrderState
from bot.domain.outbox import length_of, parts
from bot.domain.settlement import Agreement, Counts, closing_state, final_state, judge
from bot.log import hiding
from bot.ports.provider import ProviderOrder
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.alerts import alert_is_over, alert_once
from bot.services.bells import Bells
from bot.services.keeping import Keeper
from bot.services.owing import owe_ending, owe_outcome, owe_receipt
from bot.services.terms import Terms

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiving:
    """Takes readings of orders that are handled by a provider."""

    store: Store
    keeper: Keeper
    clock: Clock
    bells: Bells
    terms: Terms

    async def take(self, order_id: OrderId, reading: ProviderOrder) -> Order:
        """Take over a reading; an order that is final already only has changes reported."""
        with hiding(*reading.secrets):
            async with self.store.begin() as work:
                order = await work.orders.get(order_id)
                if order.state is OrderState.HANDLING:
                    order = await self._take(work, order, reading)
                elif order.is_final and order.provider_order_id == reading.provider_order_id:
                    await self._report_change(work, order, reading)
        self.bells.delivery.ring()
        return order

    async def close(self, work: Work, order: Order, actor: str) -> Order:
        """Close an order at the cards received: an admin settled what does not agree."""
        state = closing_state(cards=order.cards, ordered=order.quantity)
        kept = await work.cards.list(order_owner(order.id))
        return await self._finish(work, order, state, kept, actor=actor)

    async def give(self, work: Work, order: Order, cards: tuple[SealedCard, ...]) -> Order:
        """Fulfil a confirmed order with cards that were moved to it from the shelf."""
        at = self.clock.now()
        await work.ledger.post(ledger.capture(order, cards=len(cards), at=at))
        done = order.to(OrderState.FULFILLED, cards=len(cards), final_at=at)
        saved = await work.orders.save(done)
        opened = [self.keeper.open(card) for card in cards]
        await self._owe(work, saved, opened, first=1, at=at)
        await _note_final(work, saved, cards, at=at)
        return saved

    async def _take(self, work: Work, order: Order, reading: ProviderOrder) -> Order:
        kept = await self._kept(work, order, reading)
        known = {card.index for card in kept}
        new = self._new_cards(order, known, reading)
        counts = Counts(
            status=reading.status,
            ordered=order.quantity,
            fulfilled=reading.fulfilled_quantity,
            cards=len(known) + len(new),
        )
        agreement = judge(counts)
        order = replace(order, provider_status=reading.status, looked_at=self.clock.now())
        if agreement is Agreement.OPEN:
            return await work.orders.save(order)
        sealed = await self._keep(work, order, new, after=len(kept))
        order = await self._receive(work, order, new)
        order = await self._book_cost(work, order, reading)
        state = final_state(reading.status)
        if agreement is Agreement.SETTLED and state is not None:
            worries = (AlertKind.COUNT_MISMATCH, AlertKind.ORDER_SLOW)
            await alert_is_over(work, f"order:{order.id}", *worries, at=self.clock.now())
            return await self._finish(work, order, state, (*kept, *sealed), actor=audit.BOT)
        await self._report_mismatch(work, order, counts)
        return await work.orders.save(order)

    def _new_cards(
        self, order: Order, known: set[bytes], reading: ProviderOrder
    ) -> tuple[Card, ...]:
        owner = order_owner(order.id)
        distinct: dict[bytes, Card] = {}
        for card in reading.cards:
            distinct.setdefault(self.keeper.index(owner, card), card)
        return tuple(card for index, card in distinct.items() if index not in known)

    async def _kept(
        self, work: Work, order: Order, reading: ProviderOrder
    ) -> tuple[SealedCard, ...]:
        """List the cards that are there, with the serials that came later."""
        owner = order_owner(order.id)
        serials = {self.keeper.index(owner, c): c.serial for c in reading.cards if c.serial}
        kept = await work.cards.list(owner)
        return tuple([await self._filled(work, card, serials.get(card.index)) for card in kept])

    async def _filled(self, work: Work, card: SealedCard, serial: str | None) -> SealedCard:
        if serial is None or card.sealed_serial is not None:
            return card
        sealed = self.keeper.seal_serial(card.owner, card.slot, serial)
        await work.cards.set_serial(card.owner, card.slot, sealed)
        return replace(card, sealed_serial=sealed)

    async def _keep(
        self, work: Work, order: Order, new: tuple[Card, ...], *, after: int
    ) -> tuple[SealedCard, ...]:
        owner = order_owner(order.id)
        sealed = tuple(self.keeper.seal(owner, n, card) for n, card in enumerate(new, after + 1))
        await work.cards.add(sealed)
        return sealed

    async def _receive(self, work: Work, order: Order, new: tuple[Card, ...]) -> Order:
        # More cards than ordered are kept sealed, but neither charged nor shown.
        at = self.clock.now()
        paid = new[: max(0, order.quantity - order.cards)]
        if not paid:
            return order
        await work.ledger.post(ledger.capture(order, cards=len(paid), at=at))
        first = order.cards + 1
        order = replace(order, cards=order.cards + len(paid))
        await self._owe(work, order, list(paid), first=first, at=at)
        return order

    async def _book_cost(self, work: Work, order: Order, reading: ProviderOrder) -> Order:
        charged = _charged(order, reading)
        booked = order.cost or Money.zero(charged.currency)
        if difference := charged - booked:
            source = ledger.provider_account(order.account)
            at = self.clock.now()
            await work.ledger.post(ledger.cost(order, difference, source=source, at=at))
        # Cards that are still missing are paid for already: only what came whole tells a loss.
        if order.cards == order.quantity and _is_loss(order, charged):
            subject = f"order:{order.id}"
            kind = AlertKind.COST_ABOVE_PRICE
            await alert_once(work, self.terms, kind, subject, key=subject, at=self.clock.now())
        return replace(order, cost=charged)

    async def _finish(
        self,
        work: Work,
        order: Order,
        state: OrderState,
        kept: tuple[SealedCard, ...],
        *,
        actor: str,
    ) -> Order:
        at = self.clock.now()
        if left := order.quantity - order.cards:
            await work.ledger.post(ledger.release(order, cards=left, at=at))
        saved = await work.orders.save(order.to(state, final_at=at))
        if saved.cards == 0:
            await owe_outcome(work, saved, at=at)
        else:
            await owe_ending(work, saved, at=at)
        await _note_final(work, saved, kept, at=at, actor=actor)
        return saved

    async def _owe(
        self, work: Work, order: Order, cards: list[Card], *, first: int, at: datetime
    ) -> None:
        lengths = tuple(length_of(card) for card in cards)
        copy = order.id in await marks.find_copies(work)
        for slots in parts(lengths, first=first):
            await owe_receipt(work, order, slots, at=at, copy=copy)

    async def _report_mismatch(self, work: Work, order: Order, counts: Counts) -> None:
        subject = f"order:{order.id}"
        at = self.clock.now()
        alert = await alert_once(
            work,
            self.terms,
            AlertKind.COUNT_MISMATCH,
            subject,
            key=subject,
            at=at,
            status=counts.status,
            ordered=counts.ordered,
            fulfilled=counts.fulfilled,
            cards=counts.cards,
        )
        if alert:
            log.warning("counts disagree", order=order.id, status=counts.status)

    async def _report_change(self, work: Work, order: Order, reading: ProviderOrder) -> None:
        amount = reading.amount
        same_amount = amount is None or order.cost is None or amount == order.cost
        known = {card.index for card in await work.cards.list(order_owner(order.id))}
        more = len(self._new_cards(order, known, reading))
        if reading.status == order.provider_status and same_amount and not more:
            return
        subject = f"order:{order.id}"
        minor = amount.minor if amount else None
        await alert_once(
            work,
            self.terms,
            AlertKind.SETTLED_CHANGED,
            subject,
            key=f"{subject}:{reading.status}:{minor}:{more}",
            at=self.clock.now(),
            before=order.provider_status,
            now=reading.status,
            amount_minor=minor,
            more_cards=more,
        )


def _charged(order: Order, reading: ProviderOrder) -> Money:
    """What the provider charged, by its own figures where it gives them."""
    if reading.amount is not None:
        return reading.amount
    each = order.unit_cost if reading.price_per_card is None else reading.price_per_card
    return each * len(reading.cards)


def _is_loss(order: Order, charged: Money) -> bool:
    """Tell whether the provider took more than the agent paid, as far as there is a rate."""
    taken = order.in_price_currency(charged)
    return taken is not None and taken > order.charged


async def _note_final(
    work: Work,
    order: Order,
    kept: tuple[SealedCard, ...],
    *,
    at: datetime,
    actor: str = audit.BOT,
) -> None:
    await audit.note(
        work,
        f"order.{order.state}",
        f"order:{order.id}",
        at=at,
        actor=actor,
        cards=order.cards,
        charged_minor=order.charged.minor,
        released_minor=order.given_back.minor,
        cost_minor=order.cost.minor if order.cost else None,
        kept=digest_of(kept),
    )
