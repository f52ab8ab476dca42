"""What is kept, and a transaction's hold on it."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.domain.agents import (
    AccessRequest,
    Agent,
    AgentId,
    Member,
    Person,
    PersonId,
    RequestId,
    Wallet,
)
from bot.domain.alerts import Alert, AlertId
from bot.domain.audit import JournalRow
from bot.domain.cards import SealedCard
from bot.domain.catalog import (
    Account,
    CardType,
    CardTypeId,
    Category,
    CategoryId,
    Product,
    ProductId,
)
from bot.domain.instants import whole_ms
from bot.domain.orders import Order, OrderId, Quote, QuoteId
from bot.domain.outbox import Delivery, DeliveryId
from bot.domain.shelf import UnownedOrder
from bot.errors import Conflict, StoreError
from bot.ports.store import PostedEntry, ProviderCall

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class State:
    """Everything that is kept; the values are frozen, so a copy of the tables is a copy of all."""

    persons: dict[PersonId, Person] = field(default_factory=dict)
    agents: dict[AgentId, Agent] = field(default_factory=dict)
    members: dict[PersonId, Member] = field(default_factory=dict)
    requests: dict[RequestId, AccessRequest] = field(default_factory=dict)
    wallets: dict[AgentId, Wallet] = field(default_factory=dict)
    entries: dict[str, PostedEntry] = field(default_factory=dict)
    quotes: dict[QuoteId, Quote] = field(default_factory=dict)
    recipients: dict[QuoteId, bytes] = field(default_factory=dict)
    orders: dict[OrderId, Order] = field(default_factory=dict)
    cards: dict[tuple[str, int], SealedCard] = field(default_factory=dict)
    unowned: dict[tuple[Account, str], UnownedOrder] = field(default_factory=dict)
    deliveries: dict[DeliveryId, Delivery] = field(default_factory=dict)
    readings: dict[Account, datetime] = field(default_factory=dict)
    categories: dict[CategoryId, Category] = field(default_factory=dict)
    products: dict[ProductId, Product] = field(default_factory=dict)
    types: dict[CardTypeId, CardType] = field(default_factory=dict)
    places: dict[tuple[str, int], int] = field(default_factory=dict)
    journal: list[JournalRow] = field(default_factory=list)
    calls: dict[tuple[OrderId, int], ProviderCall] = field(default_factory=dict)
    alerts: dict[AlertId, Alert] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    inputs: dict[PersonId, str] = field(default_factory=dict)

    def copy(self) -> "State":
        """Copy the tables."""
        return replace(self, **{one.name: getattr(self, one.name).copy() for one in fields(self)})


class Block:
    """One transaction: what it sees, whether it may write, and whether it is over."""

    def __init__(self, state: State, *, writes: bool) -> None:
        self._state = state
        self._writes = writes
        self.over = False

    @property
    def state(self) -> State:
        """What the transaction sees."""
        if self.over:
            raise StoreError("the transaction is over")
        return self._state

    @property
    def draft(self) -> State:
        """What the transaction sees, to be changed."""
        if not self._writes:
            raise StoreError("attempt to write a readonly database")
        return self.state


class Part:
    """A part of the work, on one transaction."""

    def __init__(self, block: Block) -> None:
        self._block = block

    @property
    def _state(self) -> State:
        return self._block.state

    @property
    def _draft(self) -> State:
        return self._block.draft


def require(*, that: bool, otherwise: str) -> None:
    """Be a guard of the database."""
    if not that:
        raise Conflict(otherwise)


def kept(value: T) -> T:
    """Give a dataclass as it comes back from a database: with instants in whole milliseconds."""
    changes: dict[str, Any] = {}
    for one in fields(value):  # type: ignore[arg-type] # every T here is a dataclass
        found = getattr(value, one.name)
        if isinstance(found, datetime):
            changes[one.name] = whole_ms(found)
        elif isinstance(found, timedelta):
            changes[one.name] = found // timedelta(milliseconds=1) * timedelta(milliseconds=1)
    return replace(value, **changes)  # type: ignore[type-var] # every T here is a dataclass
