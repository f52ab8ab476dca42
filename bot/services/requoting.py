"""When the price rose or the stock went since the quote: withdraw, and offer what is true now."""

from dataclasses import dataclass

from bot.domain.catalog import CardType
from bot.domain.orders import Order, OrderState, Reason
from bot.domain.outbox import DeliveryKind
from bot.domain.quantities import most
from bot.ports.store import Work
from bot.ports.world import Clock
from bot.services.catalog import find_listed, price_for
from bot.services.checkout import end_unpaid
from bot.services.owing import owe, owe_outcome
from bot.services.quoting import Quoting
from bot.services.recipients import hand_over
from bot.services.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Requoting:
    """Compares a confirmed order with what the provider asks now."""

    quoting: Quoting
    clock: Clock
    terms: Terms

    async def reason(self, work: Work, order: Order, current: CardType | None) -> Reason | None:
        """Why the order cannot be sent at its price; None when it can.

        A cost that rose without reaching the agent's price asks nothing.
        """
        if current is None or not current.is_priced:
            return Reason.NOT_AVAILABLE
        product = await work.catalog.find_product(current.product_id)
        if product is None or not product.enabled:
            return Reason.NOT_AVAILABLE
        agent = await work.people.get_agent(order.agent_id)
        priced = await price_for(work, self.terms, agent, current.cost)
        if priced is None:
            return Reason.NOT_AVAILABLE  # before the stock: what is left of it has no price either
        if most(current.stock, current.most) < order.quantity:
            return Reason.OUT_OF_STOCK
        return Reason.PRICE_ROSE if priced.price > order.unit_price else None

    async def withdraw(
        self, work: Work, order: Order, reason: Reason, current: CardType | None
    ) -> None:
        """Withdraw the order; with a new quote when something of the kind can still be bought."""
        at = self.clock.now()
        ended = order.to(OrderState.WITHDRAWN, reason=reason, final_at=at, not_before=None)
        saved = await end_unpaid(work, ended, at=at)
        quantity = min(order.quantity, most(current.stock, current.most)) if current else 0
        listed = await find_listed(work, order.card_type_id)
        if listed is None or not quantity or reason is Reason.NOT_AVAILABLE:
            await owe_outcome(work, saved, at=at)
            return
        agent = await work.people.get_agent(order.agent_id)
        quote = await self.quoting.make(
            work, order.person_id, agent, listed=listed, quantity=quantity
        )
        await hand_over(work, self.quoting.keeper, order.quote_id, quote.id)
        await owe(
            work,
            DeliveryKind.REQUOTE,
            order.person_id,
            f"order:{order.id}:outcome",
            at=at,
            facts={"quote": quote.id},
            order=saved,
        )
