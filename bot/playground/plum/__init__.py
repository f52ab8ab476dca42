"""A double of Xoxoday Plum's Rewards API v1.2: a real HTTP server with the documented shapes.

OAuth with rotation, exact balance, realtime and delayed products, cancellations and refunds,
rates of exchange, rate limits, webhooks and scripted faults; requests are held against the schema.
"""

from bot.playground.books import Plan
from bot.playground.front import CallRecord
from bot.playground.plum import faults
from bot.playground.plum.calls import Call
from bot.playground.plum.catalog import Catalog, Country, Product, VoucherType
from bot.playground.plum.double import (
    DEMO_ACCESS_TOKEN,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REFRESH_TOKEN,
    LIMITS,
    Plum,
)
from bot.playground.plum.orders import Order, Payment, Reason, Voucher
from bot.playground.plum.problems import STATUSES
from bot.playground.plum.schema import Violation
from bot.playground.plum.tokens import Pair, Rotation
from bot.playground.plum.wire import Dialect

__all__ = [
    "DEMO_ACCESS_TOKEN",
    "DEMO_CLIENT_ID",
    "DEMO_CLIENT_SECRET",
    "DEMO_REFRESH_TOKEN",
    "LIMITS",
    "STATUSES",
    "Call",
    "CallRecord",
    "Catalog",
    "Country",
    "Dialect",
    "Order",
    "Pair",
    "Payment",
    "Plan",
    "Plum",
    "Product",
    "Reason",
    "Rotation",
    "Violation",
    "Voucher",
    "VoucherType",
    "faults",
]
