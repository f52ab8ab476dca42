"""Movements of a provider account, in words that hold for every provider."""

ORDER_KINDS = frozenset({"ORDER", "REFUND-ORDER"})
"""Movements that orders make: they are booked from the orders themselves.

Every provider client gives these two kinds to what its orders took and gave back.
"""

ORDER = "ORDER"
"""What an order took when it was placed."""
