"""The store: one transaction is one `begin()` block; it commits at the end or leaves no trace.

Inside a block nothing else writes, so what was read there still holds when it is written.
Never wait for the network inside one. `get` raises `KeyError` when absent, `find` gives None,
`list` gives a tuple. A write that a guard refuses raises `Conflict`.
"""

from bot.ports.store.cards import Cards, Recipients, Shelf
from bot.ports.store.catalog import CatalogCache
from bot.ports.store.ledger import Ledger, Posted, PostedEntry
from bot.ports.store.orders import NewOrder, Orders, Sold
from bot.ports.store.people import People
from bot.ports.store.records import Calls, Journal, Marks, ProviderCall
from bot.ports.store.telling import Alerts, ExpectedInputs, Outbox
from bot.ports.store.work import Store, Work

__all__ = [
    "Alerts",
    "Calls",
    "Cards",
    "CatalogCache",
    "ExpectedInputs",
    "Journal",
    "Ledger",
    "Marks",
    "NewOrder",
    "Orders",
    "Outbox",
    "People",
    "Posted",
    "PostedEntry",
    "ProviderCall",
    "Recipients",
    "Shelf",
    "Sold",
    "Store",
    "Work",
]
