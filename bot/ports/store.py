"""The store: one transaction is one `begin()` block; it commits at the end or leaves no trace.

Inside a block nothing else writes, so what was read there still holds when it is written.
Never wait for the network inside one. `get` raises `KeyError` when absent, `find` gives None,
`list` gives a tuple. A write that a guard refuses raises `Conflict`.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

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
from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.audit import Detail, Event, JournalRow
from bot.domain.cards import SealedCard
from bot.domain.catalog import (
    Account,
    Bucket,
    CardType,
    CardTypeId,
    Category,
    CategoryId,
    ListedCategory,
    ListedType,
    Product,
    ProductId,
)
from bot.domain.ledger import Entry, LedgerAccount
from bot.domain.money import Money
from bot.domain.orders import Order, OrderId, OrderState, Quote, QuoteId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind
from bot.domain.shelf import UnownedOrder, UnownedState


class People(Protocol):
    """Persons, agents, members, access requests."""

    async def find_person(self, person_id: PersonId) -> Person | None:
        """Find who wrote."""
        ...

    async def save_person(self, person: Person) -> None:
        """Insert or replace a person."""
        ...

    async def add_agent(
        self, name: str, *, credit_limit: Money | None, currency: str, at: datetime
    ) -> Agent:
        """Open an agent with an empty wallet."""
        ...

    async def get_agent(self, agent_id: AgentId) -> Agent:
        """Get an agent."""
        ...

    async def save_agent(self, agent: Agent) -> None:
        """Replace an agent's row."""
        ...

    async def list_agents(self, *, offset: int = 0, limit: int = 1000) -> tuple[Agent, ...]:
        """List agents by name."""
        ...

    async def count_agents(self) -> int:
        """Count the agents."""
        ...

    async def add_member(self, member: Member) -> None:
        """Let a person act for an agent; `Conflict` when it already acts for one."""
        ...

    async def find_member(self, person_id: PersonId) -> Member | None:
        """Find whom a person acts for."""
        ...

    async def list_members(self, agent_id: AgentId) -> tuple[Member, ...]:
        """List an agent's members, oldest first."""
        ...

    async def add_request(self, person_id: PersonId, *, at: datetime) -> AccessRequest:
        """Record that a person asked for access; `Conflict` while an earlier one is undecided."""
        ...

    async def find_request(self, request_id: RequestId) -> AccessRequest | None:
        """Find an access request."""
        ...

    async def find_open_request(self, person_id: PersonId) -> AccessRequest | None:
        """Find a person's undecided request."""
        ...

    async def list_open_requests(self) -> tuple[AccessRequest, ...]:
        """List the undecided requests, oldest first."""
        ...

    async def save_request(self, request: AccessRequest) -> None:
        """Replace a request's row."""
        ...


class Posted(StrEnum):
    """What became of an entry."""

    POSTED = "posted"
    ALREADY = "already"
    OVERDRAWN = "overdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedEntry:
    """An entry as it stands in the books; `id` orders them."""

    id: int
    entry: Entry


class Ledger(Protocol):
    """Wallets and the books behind them; entries and postings are never changed."""

    async def wallet(self, agent_id: AgentId) -> Wallet:
        """Read an agent's wallet."""
        ...

    async def set_credit_limit(self, agent_id: AgentId, limit: Money | None) -> None:
        """Set how far a wallet may fall below zero by buying; None is without limit."""
        ...

    async def post(self, entry: Entry) -> Posted:
        """Write an entry and move the wallets it names; a key seen before changes nothing.

        A guarded entry moves the wallet by one conditional update: OVERDRAWN writes nothing.
        """
        ...

    async def find_entry(self, key: str) -> PostedEntry | None:
        """Find an entry by its key."""
        ...

    async def list_entries(
        self, account: LedgerAccount | None = None, *, offset: int = 0, limit: int = 1000
    ) -> tuple[PostedEntry, ...]:
        """List entries, newest first: all, or those with a posting on `account`."""
        ...

    async def balance(self, account: LedgerAccount, currency: str) -> Money:
        """Recompute an account from its postings, debits positive."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """What an order is made of before it has an id."""

    quote: Quote
    reference: str
    epoch: int
    confirmed_at: datetime
    message_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What was sold in a stretch of time, by final orders: orders, cards, price, cost."""

    orders: int
    cards: int
    charged: Money
    cost: Money


class Orders(Protocol):
    """Quotes and orders."""

    async def add_quote(self, quote: Quote) -> None:
        """Keep a quote."""
        ...

    async def find_quote(self, quote_id: QuoteId) -> Quote | None:
        """Find a quote."""
        ...

    async def forget_quotes(self, before: datetime) -> None:
        """Drop the quotes that expired before an instant and became no order."""
        ...

    async def add(self, new: NewOrder) -> Order:
        """Make the one order of a quote, confirmed; `Conflict` when the quote has one."""
        ...

    async def get(self, order_id: OrderId) -> Order:
        """Get an order."""
        ...

    async def find(self, order_id: OrderId) -> Order | None:
        """Find an order."""
        ...

    async def find_by_quote(self, quote_id: QuoteId) -> Order | None:
        """Find the order of a quote."""
        ...

    async def find_by_provider_order(
        self, account: Account, provider_order_id: str
    ) -> Order | None:
        """Find the order that owns a provider order."""
        ...

    async def save(self, order: Order) -> Order:
        """Replace an order read in this transaction, and give it back with its new version.

        `Conflict` when the version is not the stored one, or another order owns the
        provider order.
        """
        ...

    async def list_in(self, *states: OrderState) -> tuple[Order, ...]:
        """List the orders in these states, oldest first."""
        ...

    async def list_in_bucket(self, bucket: Bucket, *states: OrderState) -> tuple[Order, ...]:
        """List the orders of a bucket in these states, oldest first."""
        ...

    async def list_of_agent(
        self, agent_id: AgentId, *, offset: int = 0, limit: int = 1000
    ) -> tuple[Order, ...]:
        """List an agent's orders, newest first."""
        ...

    async def count_of_agent(self, agent_id: AgentId) -> int:
        """Count an agent's orders."""
        ...

    async def find_last_like(
        self, agent_id: AgentId, card_type_id: CardTypeId, quantity: int, *, since: datetime
    ) -> Order | None:
        """Find the agent's newest order of this type and quantity confirmed since an instant.

        Orders that bought nothing (withdrawn, refused, refunded) are passed over.
        """
        ...

    async def list_sent_between(
        self, account: Account, since: datetime, until: datetime
    ) -> tuple[Order, ...]:
        """List an account's orders whose sending began in a stretch of time, oldest first.

        Orders that were never sent (`sending_at` None) are passed over.
        """
        ...

    async def list_owned_between(
        self, account: Account, since: datetime, until: datetime
    ) -> tuple[Order, ...]:
        """List an account's orders with a provider order id, sending begun in the stretch."""
        ...

    async def list_lags(self, account: Account, *, limit: int = 100) -> tuple[timedelta, ...]:
        """List how long the provider's list took to show the newest orders that it showed."""
        ...

    async def list_favourites(self, agent_id: AgentId, *, limit: int) -> tuple[CardTypeId, ...]:
        """List the types an agent bought most often lately (its last 50 orders with cards)."""
        ...

    async def sold(
        self, since: datetime, until: datetime, *, currency: str, agent_id: AgentId | None = None
    ) -> Sold:
        """Add up the orders with cards that became final in a stretch of time."""
        ...


class Cards(Protocol):
    """Sealed cards, each in a slot of one owner; slots count from 1."""

    async def add(self, cards: Sequence[SealedCard]) -> None:
        """Keep new cards; `Conflict` when a slot or an index is taken within its owner."""
        ...

    async def list(self, owner: str) -> tuple[SealedCard, ...]:
        """List an owner's cards by slot."""
        ...

    async def set_serial(self, owner: str, slot: int, sealed_serial: bytes) -> None:
        """Fill in a serial that came later; a serial that is there is not replaced."""
        ...

    async def move(self, owner: str, cards: Sequence[SealedCard]) -> None:
        """Take all cards of `owner` away and keep `cards` instead, sealed for their new owner."""
        ...

    async def reseal(self, card: SealedCard) -> None:
        """Replace the sealed values of a card with the same, sealed by another key."""
        ...

    async def list_not_sealed_by(self, key_id: str, *, limit: int) -> tuple[SealedCard, ...]:
        """List cards with a value sealed by a key other than `key_id`."""
        ...


class Shelf(Protocol):
    """Provider orders that no local order owns."""

    async def find(self, account: Account, provider_order_id: str) -> UnownedOrder | None:
        """Find one."""
        ...

    async def save(self, unowned: UnownedOrder) -> None:
        """Insert or replace one."""
        ...

    async def list_in(self, *states: UnownedState) -> tuple[UnownedOrder, ...]:
        """List those in these states, oldest first."""
        ...

    async def find_for(self, bucket: Bucket) -> UnownedOrder | None:
        """Find the oldest on the shelf of this product and type with exactly `quantity` cards."""
        ...


class Outbox(Protocol):
    """Messages owed."""

    async def add(self, delivery: Delivery) -> Delivery | None:
        """Owe a message (its `id` is ignored); None when its key is already owed."""
        ...

    async def get(self, delivery_id: DeliveryId) -> Delivery:
        """Get a delivery."""
        ...

    async def save(self, delivery: Delivery) -> None:
        """Replace a delivery's row."""
        ...

    async def list_due(self, now: datetime, *, limit: int) -> tuple[Delivery, ...]:
        """List what is due (state due or trying, `due_at` reached), oldest first."""
        ...

    async def next_due_at(self) -> datetime | None:
        """When the earliest due or trying delivery is due."""
        ...

    async def list_of_order(self, order_id: OrderId) -> tuple[Delivery, ...]:
        """List the deliveries of an order, oldest first."""
        ...

    async def list_parked(self, person_id: PersonId | None = None) -> tuple[Delivery, ...]:
        """List parked deliveries, oldest first: of one person, or all."""
        ...

    async def list_by_fact(self, kind: DeliveryKind, fact: str, value: int) -> tuple[Delivery, ...]:
        """List the deliveries of a kind whose facts hold `value` under `fact`."""
        ...


class CatalogCache(Protocol):
    """The catalogue as last read; ids stay the same from one reading to the next."""

    async def replace(
        self, account: Account, listed: Sequence[ListedCategory], *, at: datetime
    ) -> None:
        """Take over a whole reading; what it no longer lists is kept, but disabled."""
        ...

    async def read_at(self, account: Account) -> datetime | None:
        """When the catalogue was last read whole."""
        ...

    async def list_categories(self) -> tuple[Category, ...]:
        """List the categories with at least one enabled product, in the provider's order."""
        ...

    async def find_category(self, category_id: CategoryId) -> Category | None:
        """Find a category."""
        ...

    async def list_products(self, category_id: CategoryId) -> tuple[Product, ...]:
        """List a category's enabled products, in the provider's order."""
        ...

    async def find_product(self, product_id: ProductId) -> Product | None:
        """Find a product, enabled or not."""
        ...

    async def replace_types(
        self, product_id: ProductId, listed: Sequence[ListedType], *, at: datetime
    ) -> None:
        """Take over a reading of a product's types; types no longer listed get a stock of 0."""
        ...

    async def list_types(self, product_id: ProductId) -> tuple[CardType, ...]:
        """List a product's types, in the provider's order."""
        ...

    async def find_type(self, card_type_id: CardTypeId) -> CardType | None:
        """Find a type."""
        ...


class Journal(Protocol):
    """Everything that happened; only ever appended to."""

    async def append(self, event: Event) -> JournalRow:
        """Chain an event to the end of the journal."""
        ...

    async def last(self) -> JournalRow | None:
        """The newest event."""
        ...

    async def list_of(self, subject: str, *, limit: int = 1000) -> tuple[JournalRow, ...]:
        """List the events of a subject, oldest first."""
        ...

    async def list_after(self, seq: int, *, limit: int) -> tuple[JournalRow, ...]:
        """List the events after a place in the chain, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCall:
    """A call to a provider that may spend money, for the audit; the exchange stays sealed.

    `outcome` is accepted, refused, not-sent or unknown, with `code` in the provider's words.
    """

    order_id: OrderId
    account: Account
    attempt: int
    started_at: datetime
    ended_at: datetime
    outcome: str
    code: str
    http_status: int | None
    request_id: str | None
    sealed_exchange: bytes


class Calls(Protocol):
    """The calls that may have spent money."""

    async def add(self, call: ProviderCall) -> None:
        """Keep a call."""
        ...

    async def list_of(self, order_id: OrderId) -> tuple[ProviderCall, ...]:
        """List an order's calls, oldest first."""
        ...

    async def list_not_sealed_by(self, key_id: str, *, limit: int) -> tuple[ProviderCall, ...]:
        """List calls whose exchange was sealed by a key other than `key_id`."""
        ...

    async def reseal(self, call: ProviderCall) -> None:
        """Replace the sealed exchange of a call (found by order and attempt)."""
        ...


class Alerts(Protocol):
    """What the admins were told."""

    async def add(
        self, key: str, kind: AlertKind, subject: str, *, facts: Mapping[str, Detail], at: datetime
    ) -> Alert | None:
        """Raise an alert; None when its key was raised before."""
        ...

    async def find(self, alert_id: AlertId) -> Alert | None:
        """Find an alert."""
        ...

    async def find_by_key(self, key: str) -> Alert | None:
        """Find an alert by what it is about."""
        ...

    async def save(self, alert: Alert) -> None:
        """Replace an alert's row."""
        ...

    async def list_open(self) -> tuple[Alert, ...]:
        """List what nobody has acted on, oldest first."""
        ...


class Marks(Protocol):
    """Small facts with a name: pauses, the epoch, the default margin, sealed keys."""

    async def find(self, name: str) -> str | None:
        """Read a mark."""
        ...

    async def set(self, name: str, value: str | None) -> None:
        """Write a mark, or take it away with None."""
        ...


class ExpectedInputs(Protocol):
    """What a typed message will mean, one per chat."""

    async def find(self, person_id: PersonId) -> str | None:
        """Read what the chat was asked, as `verb:arguments`."""
        ...

    async def set(self, person_id: PersonId, what: str | None, *, at: datetime) -> None:
        """Ask for something, or for nothing with None."""
        ...


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
