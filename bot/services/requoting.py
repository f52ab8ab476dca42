"""When an order cannot be bought as it was promised: end it, and offer what is true now."""

from dataclasses import dataclass

from bot.domain.catalog import CardType, Product
from bot.domain.orders import Order, OrderState, Reason
from bot.domain.outbox import DeliveryKind
from bot.domain.quantities import most
from bot.ports.store import Work
from bot.ports.world import Clock
from bot.services.catalog import Offered
from bot.services.checkout import end_unpaid
from bot.services.owing import owe, owe_outcome
from bot.services.prices import price_for
from bot.services.quoting import Quoting
from bot.services.recipients import hand_over
from bot.services.terms import Terms

Listed = tuple[CardType, Product]

_GONE = frozenset({Reason.NOT_AVAILABLE, Reason.PROVIDER_BALANCE})
"""Why nothing of the kind can be had from the order's own provider."""

_LACKING = _GONE | {Reason.OUT_OF_STOCK}
"""What one provider lacks and another may have."""


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
        await self.owe_end(work, saved, None if reason in _GONE else current)

    async def owe_end(self, work: Work, ended: Order, current: CardType | None) -> None:
        """Owe the member the end of an order that bought nothing; a new quote is part of it.

        `current` is what its own provider still has, None for nothing. What was lacking there is
        offered from another account that has more of it: offered only, for nobody's order goes
        elsewhere by itself.
        """
        at = self.clock.now()
        listed, quantity = await self._offerable(work, ended, current)
        if listed is None or not quantity:
            await owe_outcome(work, ended, at=at)
            return
        agent = await work.people.get_agent(ended.agent_id)
        quote = await self.quoting.make(
            work, ended.person_id, agent, listed=listed, quantity=quantity
        )
        if listed[1].needs_phone:
            await hand_over(work, self.quoting.keeper, ended.quote_id, quote.id)
        await owe(
            work,
            DeliveryKind.REQUOTE,
            ended.person_id,
            f"order:{ended.id}:outcome",
            at=at,
            facts={"quote": quote.id},
            order=ended,
        )

    async def _offerable(
        self, work: Work, ended: Order, current: CardType | None
    ) -> tuple[Listed | None, int]:
        """Choose what to offer instead, and how many: of the rest here and what others have."""
        listed = await work.catalog.find_listed(ended.card_type_id)
        here = _as_many(ended, current) if listed else 0
        if listed is None or ended.reason not in _LACKING:
            return listed, here
        other = await self._elsewhere(work, ended, listed[1])
        there = _as_many(ended, other.card_type) if other else 0
        if other is None or there <= here:
            return listed, here
        return (other.card_type, other.product), there

    async def _elsewhere(self, work: Work, ended: Order, product: Product) -> Offered | None:
        """Find who else sells the same now, and asks for nothing more than this order had."""
        agent = await work.people.get_agent(ended.agent_id)
        for one in await self.quoting.catalog.alike(work, agent, ended.card_type_id):
            asks_more = one.product.needs_phone and not product.needs_phone
            if one.product.account != ended.account and one.available and not asks_more:
                return one
        return None


def _as_many(ended: Order, card_type: CardType | None) -> int:
    """How many of what was ordered can be had of a type."""
    return min(ended.quantity, most(card_type.stock, card_type.most)) if card_type else 0
