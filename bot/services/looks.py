"""When orders were last looked at, for workers that look at each at its own pace."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.orders import Order, OrderId

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Looks:
    """Remembers the last look at each order, as long as it is worth one."""

    _at: dict[OrderId, datetime] = field(default_factory=dict)

    def note(self, order_id: OrderId, at: datetime) -> None:
        """Remember a look."""
        self._at[order_id] = at

    def is_due(self, order_id: OrderId, now: datetime, every: timedelta) -> bool:
        """Tell whether the last look is `every` ago, or was never."""
        looked = self._at.get(order_id)
        # A clock that was set back must not keep an order from being looked at.
        return looked is None or not timedelta() <= now - looked < every

    def longest_ago(self, orders: Iterable[Order]) -> list[Order]:
        """Put those first that have waited longest for a look: what fails again holds up nobody."""
        return sorted(orders, key=lambda order: self._at.get(order.id, _NEVER))

    def keep_only(self, orders: Iterable[Order]) -> None:
        """Forget every order but these."""
        kept = {order.id for order in orders}
        self._at = {order_id: at for order_id, at in self._at.items() if order_id in kept}
