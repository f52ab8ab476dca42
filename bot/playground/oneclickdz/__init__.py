"""A double of OneClickDZ v3 gift cards: a real HTTP server with the documented shapes.

Exact balance, stock, refunds, sandbox types, list lag, rate limit, lockout and scripted faults.
"""

from bot.playground.books import Plan
from bot.playground.front import CallRecord
from bot.playground.oneclickdz import faults
from bot.playground.oneclickdz.catalog import (
    TEST_PARTIAL,
    TEST_REFUND,
    CardType,
    Catalog,
    Category,
    Product,
)
from bot.playground.oneclickdz.double import DEMO_KEY, OneClickDZ
from bot.playground.oneclickdz.faults import Call
from bot.playground.oneclickdz.gate import Key
from bot.playground.oneclickdz.orders import Card, Order, Transaction
from bot.playground.oneclickdz.wire import Dialect

__all__ = [
    "DEMO_KEY",
    "TEST_PARTIAL",
    "TEST_REFUND",
    "Call",
    "CallRecord",
    "Card",
    "CardType",
    "Catalog",
    "Category",
    "Dialect",
    "Key",
    "OneClickDZ",
    "Order",
    "Plan",
    "Product",
    "Transaction",
    "faults",
]
