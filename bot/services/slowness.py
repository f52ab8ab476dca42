"""Telling the admins, once, of orders that a provider took and does not finish.

Nothing else comes of it: such an order is looked at for ever, and only a person closes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.alerts import AlertKind
from bot.domain.orders import Order, OrderId, OrderState
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services.alerts import alert_once
from bot.services.bells import Bells
from bot.services.composing import find_product_of
from bot.services.terms import Terms

SLOW = timedelta(hours=1)
"""Cards come within minutes: after so long a customer has left, and somebody has to ask."""

SLOW_IN_DAYS = timedelta(days=14)
"""The same for cards that take days: ten working days is the longest that is promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slowness:
    """Knows which orders take too long, and which of them were told of by this process."""

    store: Store
    clock: Clock
    bells: Bells
    terms: Terms
    _told: set[OrderId] = field(default_factory=set)

    async def tell(self, orders: Iterable[Order]) -> None:
        """Tell of those that are slow; what admins have an alert about already can wait."""
        for order in orders:
            if order.id not in self._told and self._age(order) >= SLOW:
                await self._tell(order)

    def _age(self, order: Order) -> timedelta:
        return self.clock.now() - (order.handling_at or order.confirmed_at)

    async def _tell(self, due: Order) -> None:
        subject = f"order:{due.id}"
        async with self.store.read() as work:  # at every look, for days where cards take days
            if not await self._is_slow(work, due):
                return
        async with self.store.begin() as work:
            order, known = await work.orders.get(due.id), await work.alerts.list_open()
            is_told = any(alert.subject == subject for alert in known)
            if order.state is not OrderState.HANDLING or is_told:
                return
            await alert_once(
                work,
                self.terms,
                AlertKind.ORDER_SLOW,
                subject,
                key=subject,
                at=self.clock.now(),
                status=order.provider_status,
                its_order=order.provider_order_id,
            )
        self._told.add(due.id)
        self.bells.delivery.ring()

    async def _is_slow(self, work: Work, order: Order) -> bool:
        product = await find_product_of(work, order)
        in_days = product is not None and product.delayed
        return self._age(order) >= (SLOW_IN_DAYS if in_days else SLOW)
