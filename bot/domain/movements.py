"""Movements of a provider account, in words that hold for every provider."""

from dataclasses import dataclass
from datetime import datetime

ORDER_KINDS = frozenset({"ORDER", "REFUND-ORDER"})
"""Movements that orders make: they are booked from the orders themselves.

Every provider client gives these two kinds to what its orders took and gave back.
"""

ORDER = "ORDER"
"""What an order took when it was placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What was in the balance that the books of an account were opened with.

    `newest` is when the newest movement known then happened. Some providers tell only its day, so
    of what lies at or after it, just the `movements` that were known are in the balance. What an
    order took is, if it was made until `orders_until` or is one of the `orders` that they name.
    """

    newest: datetime
    movements: frozenset[str] = frozenset()
    orders_until: datetime
    orders: frozenset[str] = frozenset()

    def holds(self, movement_id: str, at: datetime) -> bool:
        """Tell whether a movement is in the opening balance."""
        return at < self.newest or movement_id in self.movements

    def holds_order(self, provider_order_id: str, created_at: datetime) -> bool:
        """Tell whether what an order took is in the opening balance."""
        return created_at <= self.orders_until or provider_order_id in self.orders
