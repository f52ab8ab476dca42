"""Looking at orders again, their cards included; every look at cards is journaled."""

from dataclasses import dataclass

from bot.domain.agents import Agent, PersonId
from bot.domain.orders import Order, OrderId
from bot.domain.outbox import length_of, parts
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.messenger import Receipt
from bot.ports.store import ProviderCall, Store, Work
from bot.ports.world import Clock
from bot.services import audit
from bot.services.composing import Composer
from bot.services.people import active_agent

PAGE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersPage:
    """A page of an agent's orders, newest first; pages count from 1."""

    orders: tuple[Order, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """All that admins may see of an order: no codes. `provider` is its title."""

    order: Order
    agent: Agent
    provider: str
    calls: tuple[ProviderCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrders:
    """What was ordered, for the agent and for admins."""

    store: Store
    composer: Composer
    clock: Clock

    async def page(self, person_id: PersonId, page: int = 1) -> OrdersPage:
        """List the orders of the person's agent; a page beyond the last is the last."""
        async with self.store.read() as work:
            agent = await active_agent(work, person_id)
            count = await work.orders.count_of_agent(agent.id)
            pages = max(1, -(-count // PAGE))
            page = min(max(1, page), pages)
            offset = (page - 1) * PAGE
            orders = await work.orders.list_of_agent(agent.id, offset=offset, limit=PAGE)
        return OrdersPage(orders=orders, page=page, pages=pages)

    async def get(self, person_id: PersonId, order_id: OrderId) -> Order:
        """Show one order of the person's agent; `Refusal` for anybody else's."""
        async with self.store.read() as work:
            return await self._own(work, person_id, order_id)

    async def reveal(self, person_id: PersonId, order_id: OrderId) -> tuple[Receipt, ...]:
        """Show an order's cards again, a receipt a message; it is journaled first."""
        async with self.store.begin() as work:
            order = await self._own(work, person_id, order_id)
            if not order.cards:
                raise Refusal(RefusalReason.NOTHING_THERE)
            actor = audit.member(person_id)
            at = self.clock.now()
            subject = f"order:{order_id}"
            await audit.note(work, "cards.revealed", subject, at=at, actor=actor)
            cards = await self.composer.cards(work, order)
            wallet = await work.ledger.wallet(order.agent_id)
            notes = await self.composer.notes(work, order)
        lengths = tuple(length_of(one.card) for one in cards)
        return tuple(
            Receipt(
                order=order,
                cards=cards[first - 1 : last],
                copy=True,
                is_last=last == len(cards),
                wallet=wallet,
                notes=notes,
            )
            for first, last in parts(lengths, first=1)
        )

    async def file(self, order_id: OrderId) -> OrderFile:
        """Show an admin what is known of an order."""
        async with self.store.read() as work:
            order = await work.orders.find(order_id)
            if order is None:
                raise Refusal(RefusalReason.ORDER_UNKNOWN)
            return OrderFile(
                order=order,
                agent=await work.people.get_agent(order.agent_id),
                provider=self.composer.title(order.account.provider),
                calls=await work.calls.list_of(order_id),
            )

    async def _own(self, work: Work, person_id: PersonId, order_id: OrderId) -> Order:
        agent = await active_agent(work, person_id)
        order = await work.orders.find(order_id)
        if order is None or order.agent_id != agent.id:
            raise Refusal(RefusalReason.ORDER_UNKNOWN)
        return order
