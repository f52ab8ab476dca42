"""The store and its one transaction."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ports.store.cards import Cards, Recipients, Shelf
from bot.ports.store.catalog import CatalogCache
from bot.ports.store.ledger import Ledger
from bot.ports.store.orders import Orders
from bot.ports.store.people import People
from bot.ports.store.records import Calls, Journal, Marks
from bot.ports.store.telling import Alerts, ExpectedInputs, Outbox


class Work(Protocol):
    """One transaction over everything that is stored."""

    @property
    def people(self) -> People:
        """Persons, agents, members, requests."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Wallets and books."""
        ...

    @property
    def orders(self) -> Orders:
        """Quotes and orders."""
        ...

    @property
    def cards(self) -> Cards:
        """Sealed cards."""
        ...

    @property
    def recipients(self) -> Recipients:
        """Recipients' sealed phone numbers."""
        ...

    @property
    def shelf(self) -> Shelf:
        """Unowned provider orders."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Messages owed."""
        ...

    @property
    def catalog(self) -> CatalogCache:
        """The catalogue."""
        ...

    @property
    def journal(self) -> Journal:
        """What happened."""
        ...

    @property
    def calls(self) -> Calls:
        """Calls that may have spent money."""
        ...

    @property
    def alerts(self) -> Alerts:
        """What the admins were told."""
        ...

    @property
    def marks(self) -> Marks:
        """Small named facts."""
        ...

    @property
    def inputs(self) -> ExpectedInputs:
        """What typed messages will mean."""
        ...


class Store(Protocol):
    """Where everything is kept."""

    def begin(self) -> AbstractAsyncContextManager[Work]:
        """Open the one write transaction; it waits its turn, and commits when the block ends."""
        ...

    def read(self) -> AbstractAsyncContextManager[Work]:
        """Open a consistent view; a write in it raises `StoreError`."""
        ...
