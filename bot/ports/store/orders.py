"""Quotes and orders, as they are stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.agents import AgentId, PersonId
from bot.domain.catalog import (
    Account,
    Bucket,
    CardTypeId,
)
from bot.domain.money import Money
from bot.domain.orders import Order, OrderId, OrderState, Quote, QuoteId


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
    """What was sold in a stretch of time, by final orders: orders, cards, price, cost.

    `cost` is in the currency of the prices: what each order cost, at its own rate.
    """

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
        """Drop the quotes whose time ends before an instant and that became no order."""
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

    async def find_by_message(self, person_id: PersonId, message_id: int) -> Order | None:
        """Find the newest order whose progress a message in a person's chat shows."""
        ...

    async def find_by_provider_order(
        self, account: Account, provider_order_id: str
    ) -> Order | None:
        """Find the order that owns a provider order."""
        ...

    async def find_by_reference(self, account: Account, reference: str) -> Order | None:
        """Find the order that was, or may have been, placed with a reference."""
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

    async def list_lags(self, account: Account, *, limit: int = 100) -> tuple[timedelta, ...]:
        """List how long the provider's list took to show the newest orders that it showed."""
        ...

    async def list_favourites(self, agent_id: AgentId, *, limit: int) -> tuple[CardTypeId, ...]:
        """List the types an agent bought most often lately (its last 50 orders with cards)."""
        ...

    async def sold(
        self, since: datetime, until: datetime, *, currency: str, agent_id: AgentId | None = None
    ) -> Sold:
        """Add up the orders with cards, priced in `currency`, that became final in a stretch.

        A cost is converted as the order does it, each rounded up; one that it has no rate for is
        left out.
        """
        ...

    async def spent(
        self, account: Account, since: datetime, until: datetime, *, currency: str
    ) -> Money:
        """Add up what the cards of an account's orders cost that became final in a stretch.

        `currency` is the account's; nothing is converted.
        """
        ...
