"""A card provider: reads that may be repeated, and one call that spends money."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from bot.domain.cards import Card
from bot.domain.catalog import Account, Bucket, ListedCategory, ListedType
from bot.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do; stated, never assumed.

    `finds_by_reference`: an order can be found by the reference we sent with it.
    `lists_recent`: it lists recent orders with their cards; without it, `orders` shows lines
    that are not `whole`, each to be read by its id.
    `longest_answer`: after this, a placing can no longer become an order.
    `movement_grain`: a movement of the account says its time no finer than this; it tells the
    beginning of the stretch.
    """

    finds_by_reference: bool
    lists_recent: bool
    longest_answer: timedelta
    movement_grain: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The settings that an account is opened with, by name, for whoever has to mend them.

    `key` names what is renewed when the provider rejects it (`A_KEY`, or `AN_ID, A_SECRET`);
    `environment` names what says where the key trades.
    """

    key: str
    environment: str


class Priority(IntEnum):
    """Who goes first when calls are scarce; lower is sooner."""

    PLACING = 0
    SETTLING = 1
    TRACKING = 2
    CHECKING = 3
    SWEEPING = 4
    CATALOG = 5


class RefusalKind(StrEnum):
    """Why a provider refused an order, as far as its words tell."""

    OUT_OF_STOCK = "out-of-stock"
    BALANCE = "balance"
    PRODUCT = "product"
    VALIDATION = "validation"
    DUPLICATE = "duplicate"
    UNAUTHORIZED = "unauthorized"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What to buy, in the provider's own ids.

    `phone` is the recipient's number, `+` and digits, where the product needs one.
    """

    product_key: str
    type_key: str
    quantity: int
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call as it went over the wire: kept sealed, since an answer may hold cards.

    `provider_ahead` is the provider's clock less ours, by its HTTP Date (None without one).
    """

    started_at: datetime
    ended_at: datetime
    provider_ahead: timedelta | None
    http_status: int | None
    request_id: str | None
    request: bytes = field(repr=False)
    answer: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took the order and gave it an id."""

    provider_order_id: str
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The provider decided against the order; nothing was bought.

    `code` and `message` are the provider's words, for admins and the journal.
    `freezes`: the key, the address or the account was rejected, so no other call can succeed.
    """

    kind: RefusalKind
    code: str
    message: str
    freezes: bool
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Nothing was bought because nothing was started; the same order may be tried again."""

    reason: str
    retry_after: timedelta
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Money may have been spent: nobody knows, and nothing may be sent again.

    `alarming`: the provider itself told of trouble with the money; the admins hear of it at once.
    """

    reason: str
    exchange: Exchange
    alarming: bool = False


Placement = Accepted | Refused | NotSent | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOrder:
    """An order as the provider shows it.

    `status` is the provider's own word, upper-cased. `created_at` is on the provider's clock.
    `amount` is what it charged in all, None while open. `cards` keep the provider's order.
    `reference` is ours, where the provider gives it back. `whole` is False for a line of a list
    that shows neither cards nor final figures.
    """

    provider_order_id: str
    product_key: str
    type_key: str
    quantity: int
    status: str
    created_at: datetime
    fulfilled_quantity: int | None
    amount: Money | None
    price_per_card: Money | None
    cards: tuple[Card, ...] = field(repr=False)
    reference: str | None = None
    whole: bool = True

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold of it."""
        return tuple(text for card in self.cards for text in card.secrets)

    def bucket_at(self, account: Account) -> Bucket:
        """The bucket that it is of, at the account that showed it."""
        return Bucket(
            account=account,
            product_key=self.product_key,
            type_key=self.type_key,
            quantity=self.quantity,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """One page of the provider's list, newest first. `total` counts the whole window."""

    orders: tuple[ProviderOrder, ...]
    page: int
    pages: int
    total: int
    read_at: datetime
    provider_ahead: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTransaction:
    """A movement of the provider account: `amount` is signed, positive for money in.

    `kind` is the provider's word, upper-cased (ORDER, REFUND-ORDER, DEPOSIT, …).
    """

    id: str
    kind: str
    amount: Money
    provider_order_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionPage:
    """One page of the provider's transactions in a window."""

    transactions: tuple[ProviderTransaction, ...]
    page: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderProfile:
    """What the provider says about the configured key."""

    account: Account
    enabled: bool
    may_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetState:
    """How the rate budget stands: calls left in this minute, and whether that is plenty."""

    left: int
    easy: bool
    frozen: bool
    halted_until: datetime | None


class Provider(Protocol):
    """One account at one provider.

    Reads raise `ProviderUnreachable`, `ProviderUnauthorized`, `ProviderBusy` or
    `ProviderContractBroken`, and may be repeated. After `ProviderUnauthorized` no call leaves
    until `thaw` is called.
    """

    @property
    def account(self) -> Account:
        """Which account this is, by configuration."""
        ...

    @property
    def title(self) -> str:
        """What people call the provider."""
        ...

    @property
    def credentials(self) -> Credentials:
        """Which settings this account is opened with."""
        ...

    @property
    def currency(self) -> str:
        """The account's currency; one that is learned from the wire is a guess until then."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this provider can do."""
        ...

    @property
    def key_hash(self) -> str:
        """A hash of the configured key, to remember a rejected one by."""
        ...

    def budget(self) -> BudgetState:
        """Tell how many calls are left."""
        ...

    def stop_waiting(self) -> None:
        """Let no call wait for its turn any more: `ProviderBusy` for who would, while a stop waits.

        What has its turn already, or finds one at once, goes on.
        """
        ...

    def freeze(self) -> None:
        """Let no call leave any more, until `thaw`."""
        ...

    def thaw(self) -> None:
        """Let calls leave again after a rejected key."""
        ...

    async def validate(self) -> ProviderProfile:
        """Ask what the key is; the answer may name another environment than configured."""
        ...

    async def catalog(self) -> tuple[ListedCategory, ...]:
        """Read the whole catalogue, without prices."""
        ...

    async def types(
        self, product_key: str, *, priority: Priority = Priority.CHECKING
    ) -> tuple[ListedType, ...]:
        """Read the types of a product with today's prices and stock; empty when it is gone."""
        ...

    async def balance(self, *, priority: Priority = Priority.CHECKING) -> Money:
        """Read the account's balance."""
        ...

    async def place(self, line: Line, *, reference: str) -> Placement:
        """Buy `line` once; an `Unknown` answer may still have spent money.

        `reference` is unique per order and travels where the provider takes one.
        Never raises for an answer, never retries. After Unknown, look; never place again.
        """
        ...

    async def order(
        self, provider_order_id: str, *, priority: Priority = Priority.TRACKING
    ) -> ProviderOrder | None:
        """Read one order with its cards; None when the provider does not know it (yet)."""
        ...

    async def find_by_reference(self, reference: str) -> ProviderOrder | None:
        """Find an order by our reference, where `finds_by_reference`."""
        ...

    async def orders(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> OrderPage:
        """List the orders created between two instants of the provider's clock, newest first."""
        ...

    async def transactions(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> TransactionPage:
        """List the account's movements between two instants."""
        ...

    async def close(self) -> None:
        """Close connections; calls under way end as they would by a cut."""
        ...


Providers = Mapping[str, Provider]
"""The providers of this bot, by name."""


def title_of(providers: Providers, name: str) -> str:
    """What people call a provider; its bare name when it is none of this bot's any more."""
    provider = providers.get(name)
    return name if provider is None else provider.title


def find_provider(providers: Providers, account: Account) -> Provider | None:
    """Find who serves an account; None when it is of another provider or environment."""
    provider = providers.get(account.provider)
    return provider if provider is not None and provider.account == account else None
