"""Confirming a quote, and taking it back before anything left for the provider."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import ledger
from bot.domain.agents import PersonId
from bot.domain.orders import Order, OrderId, OrderState, Quote, QuoteId, Reason
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.store import NewOrder, Posted, Store, Work
from bot.ports.world import Clock, Secrets
from bot.services import audit, gates
from bot.services.bells import Bells
from bot.services.owing import owe_outcome
from bot.services.people import active_agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The one order of a quote; `is_new` when this very tap made it."""

    order: Order
    is_new: bool


async def end_unpaid(work: Work, ended: Order, *, at: datetime, actor: str = audit.BOT) -> Order:
    """Close an order that bought nothing (withdrawn, refused): release its hold and journal it.

    `ended` is already in its final state, and not saved yet.
    """
    saved = await work.orders.save(ended)
    await work.ledger.post(ledger.release(saved, cards=saved.quantity, at=at))
    subject = f"order:{saved.id}"
    reason = saved.reason and str(saved.reason)
    await audit.note(work, f"order.{saved.state}", subject, at=at, actor=actor, reason=reason)
    return saved


async def withdraw(
    work: Work, order: Order, reason: Reason, *, at: datetime, actor: str = audit.BOT
) -> Order:
    """Withdraw an order for which nothing has left, and tell its member."""
    ended = order.to(OrderState.WITHDRAWN, reason=reason, final_at=at, not_before=None)
    saved = await end_unpaid(work, ended, at=at, actor=actor)
    await owe_outcome(work, saved, at=at)
    return saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Turns quotes into orders. `epoch` numbers this process."""

    store: Store
    clock: Clock
    secrets: Secrets
    bells: Bells
    epoch: int

    async def confirm(
        self, person_id: PersonId, quote_id: QuoteId, *, message_id: int | None
    ) -> Confirmation:
        """Spend a quote: one order, one hold, in one transaction; `Refusal` leaves nothing.

        A second tap, a replayed press or another device finds the same order.
        `message_id` is the message that carried the button; it will show the progress.
        """
        async with self.store.begin() as work:
            quote = await _own_quote(work, person_id, quote_id)
            if earlier := await work.orders.find_by_quote(quote_id):
                return Confirmation(order=earlier, is_new=False)
            await self._check(work, quote)
            if message_id and await work.orders.find_by_message(person_id, message_id):
                message_id = None  # an earlier order's message stays that order's
            order = await self._open(work, quote, message_id)
        self.bells.placing.ring()
        return Confirmation(order=order, is_new=True)

    async def cancel(self, person_id: PersonId, order_id: OrderId) -> Order:
        """Withdraw a confirmed order; `Refusal` once it may have left for the provider."""
        async with self.store.begin() as work:
            order = await work.orders.find(order_id)
            if order is None or order.person_id != person_id:
                raise Refusal(RefusalReason.ORDER_UNKNOWN)
            if order.state is not OrderState.CONFIRMED:
                raise Refusal(RefusalReason.TOO_LATE_TO_CANCEL, {"order": order.id})
            actor = audit.member(person_id)
            at = self.clock.now()
            withdrawn = await withdraw(work, order, Reason.CANCELLED, at=at, actor=actor)
        self.bells.delivery.ring()
        return withdrawn

    async def _check(self, work: Work, quote: Quote) -> None:
        agent = await active_agent(work, quote.person_id)
        if agent.id != quote.agent_id:
            raise Refusal(RefusalReason.QUOTE_UNKNOWN)
        if quote.is_expired(self.clock.now()):
            facts = {"type": quote.card_type_id, "quantity": quote.quantity}
            raise Refusal(RefusalReason.QUOTE_EXPIRED, facts)
        if await gates.closed(work, quote.account):
            raise Refusal(RefusalReason.PAUSED)

    async def _open(self, work: Work, quote: Quote, message_id: int | None) -> Order:
        at = self.clock.now()
        new = NewOrder(
            quote=quote,
            reference=self.secrets.token(),
            epoch=self.epoch,
            confirmed_at=at,
            message_id=message_id,
        )
        order = await work.orders.add(new)
        if await work.ledger.post(ledger.hold(order, at=at)) is Posted.OVERDRAWN:
            wallet = await work.ledger.wallet(quote.agent_id)
            facts = {
                "missing": wallet.missing(quote.total),
                "total": quote.total,
                "balance": wallet.balance,
            }
            raise Refusal(RefusalReason.NOT_ENOUGH_BALANCE, facts)
        await audit.note(
            work,
            "order.confirmed",
            f"order:{order.id}",
            at=at,
            actor=audit.member(quote.person_id),
            agent=quote.agent_id,
            type=quote.card_type_id,
            quantity=quote.quantity,
            unit_price_minor=quote.unit_price.minor,
            currency=quote.unit_price.currency,
            cost_currency=quote.unit_cost.currency,
            rate_millionths=quote.rate.millionths if quote.rate else None,
            reference=order.reference,
        )
        return order


async def _own_quote(work: Work, person_id: PersonId, quote_id: QuoteId) -> Quote:
    quote = await work.orders.find_quote(quote_id)
    if quote is None or quote.person_id != person_id:
        raise Refusal(RefusalReason.QUOTE_UNKNOWN)
    return quote
