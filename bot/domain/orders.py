"""The life of an order, and the only steps it may take."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.agents import AgentId, PersonId
from bot.domain.catalog import Account, Bucket, CardTypeId
from bot.domain.money import Money
from bot.domain.rates import Rate, in_currency
from bot.errors import DomainError

OrderId = NewType("OrderId", int)
QuoteId = NewType("QuoteId", str)


class OrderState(StrEnum):
    """Where an order stands."""

    CONFIRMED = "confirmed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    HANDLING = "handling"
    FULFILLED = "fulfilled"
    PARTIALLY_FILLED = "partially_filled"
    REFUNDED = "refunded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_S = OrderState

FINAL = frozenset({_S.FULFILLED, _S.PARTIALLY_FILLED, _S.REFUNDED, _S.REFUSED, _S.WITHDRAWN})
OPEN = frozenset(OrderState) - FINAL

NEXT: dict[OrderState, frozenset[OrderState]] = {
    # Unknown straight from confirmed only after a restore: the lost process may have sent it.
    _S.CONFIRMED: frozenset({_S.SENDING, _S.WITHDRAWN, _S.FULFILLED, _S.UNKNOWN}),
    # Withdrawn from sending only when the key was rejected: the provider read nothing else.
    _S.SENDING: frozenset({_S.CONFIRMED, _S.HANDLING, _S.REFUSED, _S.UNKNOWN, _S.WITHDRAWN}),
    _S.UNKNOWN: frozenset({_S.HANDLING, _S.REFUSED}),
    _S.HANDLING: frozenset({_S.FULFILLED, _S.PARTIALLY_FILLED, _S.REFUNDED}),
    **{state: frozenset() for state in FINAL},
}


class Reason(StrEnum):
    """Why an order was withdrawn or refused; each is a sentence in every language."""

    CANCELLED = "cancelled"
    PRICE_ROSE = "price-rose"
    OUT_OF_STOCK = "out-of-stock"
    NOT_AVAILABLE = "not-available"
    PROVIDER_BALANCE = "provider-balance"
    PAUSED = "paused"
    FROZEN = "frozen"
    TOO_LATE = "too-late"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Price × quantity promised to one member for ten minutes; spent by exactly one order.

    `rate` is the one that the price was made with, where the cost is in another currency.
    """

    id: QuoteId
    person_id: PersonId
    agent_id: AgentId
    account: Account
    card_type_id: CardTypeId
    product_key: str
    type_key: str
    product_title: str
    type_name: str
    quantity: int
    unit_price: Money
    unit_cost: Money
    created_at: datetime
    expires_at: datetime
    rate: Rate | None = None

    @property
    def total(self) -> Money:
        """What the agent pays in all."""
        return self.unit_price * self.quantity

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the promise is over."""
        return now >= self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One confirmed quote, bound to one provider account for life.

    `reference` is sent where a provider takes one, and never made again.
    `sending_at`…`sent_until` is the send window on our clock, `provider_ahead` what the
    provider's clock was ahead of it. `not_before` delays the next try of one that was not sent.
    `cards` counts the cards received and charged. `cost` is what was booked as its cost.
    `listed_lag` is how long the provider's list took to show it, once it did.
    `absent_at` is when a complete reading after the horizon first lacked it.
    `epoch` names the process that took it: only that process may edit its progress message.
    `rate` is the quote's.
    """

    id: OrderId
    version: int
    quote_id: QuoteId
    reference: str
    agent_id: AgentId
    person_id: PersonId
    account: Account
    card_type_id: CardTypeId
    product_key: str
    type_key: str
    product_title: str
    type_name: str
    quantity: int
    unit_price: Money
    unit_cost: Money
    state: OrderState
    epoch: int
    confirmed_at: datetime
    message_id: int | None = None
    sending_at: datetime | None = None
    sent_until: datetime | None = None
    provider_ahead: timedelta | None = None
    not_before: datetime | None = None
    handling_at: datetime | None = None
    final_at: datetime | None = None
    provider_order_id: str | None = None
    provider_status: str | None = None
    cards: int = 0
    cost: Money | None = None
    reason: Reason | None = None
    provider_message: str | None = None
    listed_lag: timedelta | None = None
    absent_at: datetime | None = None
    looked_at: datetime | None = None
    rate: Rate | None = None

    @property
    def total(self) -> Money:
        """What was held at confirmation."""
        return self.unit_price * self.quantity

    @property
    def charged(self) -> Money:
        """What the agent has paid for the cards received."""
        return self.unit_price * self.cards

    @property
    def given_back(self) -> Money:
        """What went back to the wallet; zero while the order is open."""
        return self.total - self.charged if self.is_final else Money.zero(self.unit_price.currency)

    def in_price_currency(self, cost: Money) -> Money | None:
        """Convert what the provider took to what the agent pays in, by the quote's rate.

        None for a currency that the quote had no rate for.
        """
        return in_currency(cost, self.unit_price.currency, self.rate)

    @property
    def bucket(self) -> Bucket:
        """Orders of the same bucket buy interchangeable cards."""
        return Bucket(
            account=self.account,
            product_key=self.product_key,
            type_key=self.type_key,
            quantity=self.quantity,
        )

    @property
    def is_final(self) -> bool:
        """Tell whether nothing more will happen to it by itself."""
        return self.state in FINAL

    def to(self, state: OrderState, **changes: object) -> "Order":
        """Take a step of its life; a step that is not in the table is a bug."""
        if state not in NEXT[self.state]:
            raise DomainError(f"order {self.id} cannot go from {self.state} to {state}")
        return replace(self, state=state, **changes)  # type: ignore[arg-type] # replace is untyped


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of the provider's clock."""

    since: datetime
    until: datetime

    def holds(self, instant: datetime) -> bool:
        """Tell whether `instant` lies in it, ends included."""
        return self.since <= instant <= self.until
