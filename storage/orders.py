"""Quotes and orders."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, desc, func, select

from bot.domain.agents import AgentId, PersonId
from bot.domain.catalog import Account, Bucket, CardTypeId
from bot.domain.money import Money, total
from bot.domain.orders import Order, OrderId, OrderState, Quote, QuoteId
from bot.domain.rates import in_currency
from bot.errors import Conflict
from bot.ports.store import NewOrder, Sold
from storage import tables
from storage.order_rows import (
    new_order_values,
    order_values,
    quote_values,
    read_order,
    read_quote,
    read_rate,
)
from storage.session import Session

LATELY = 50
"""Favourites are counted over so many of an agent's newest orders with cards."""

BOUGHT_NOTHING = (OrderState.WITHDRAWN, OrderState.REFUSED, OrderState.REFUNDED)

_FIND_QUOTE = select(tables.quote).where(tables.quote.c.id == bindparam("id_"))
_FORGET = tables.quote.delete().where(
    tables.quote.c.expires_at < bindparam("before"),
    ~select(tables.orders.c.id).where(tables.orders.c.quote_id == tables.quote.c.id).exists(),
)
_ADD = tables.orders.insert().returning(tables.orders)
_FIND = select(tables.orders).where(tables.orders.c.id == bindparam("id_"))
_FIND_BY_QUOTE = select(tables.orders).where(tables.orders.c.quote_id == bindparam("quote"))
_FIND_BY_MESSAGE = (
    select(tables.orders)
    .where(
        tables.orders.c.person_id == bindparam("person"),
        tables.orders.c.message_id == bindparam("message"),
    )
    .order_by(tables.orders.c.id.desc())
    .limit(1)
)
_UPDATE = (
    tables.orders.update()
    .where(tables.orders.c.id == bindparam("id_"), tables.orders.c.version == bindparam("version_"))
    .returning(tables.orders)
)
_IN_STATES = (
    select(tables.orders)
    .where(tables.orders.c.state.in_(bindparam("states", expanding=True)))
    .order_by(tables.orders.c.id)
)

# An order's cost is rounded up by itself, so that only equal ones are added up before.
_PAID_BY = (
    tables.orders.c.cost_minor,
    tables.orders.c.cost_currency,
    tables.orders.c.unit_cost_currency,
    tables.orders.c.unit_price_currency,
    tables.orders.c.rate_millionths,
)
_COSTS = (
    select(*_PAID_BY, func.count().label("orders"))
    .where(tables.orders.c.cost_minor.is_not(None))
    .group_by(*_PAID_BY)
)


class SqlOrders:
    """Quotes, orders, and what they add up to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add_quote(self, quote: Quote) -> None:
        await self._session.run(tables.quote.insert(), quote_values(quote))

    async def find_quote(self, quote_id: QuoteId) -> Quote | None:
        row = await self._session.find(_FIND_QUOTE, {"id_": quote_id})
        return None if row is None else read_quote(row)

    async def forget_quotes(self, before: datetime) -> None:
        await self._session.run(_FORGET, {"before": before})

    async def add(self, new: NewOrder) -> Order:
        return read_order((await self._session.run(_ADD, new_order_values(new))).one())

    async def get(self, order_id: OrderId) -> Order:
        order = await self.find(order_id)
        if order is None:
            raise KeyError(order_id)
        return order

    async def find(self, order_id: OrderId) -> Order | None:
        row = await self._session.find(_FIND, {"id_": order_id})
        return None if row is None else read_order(row)

    async def find_by_quote(self, quote_id: QuoteId) -> Order | None:
        row = await self._session.find(_FIND_BY_QUOTE, {"quote": quote_id})
        return None if row is None else read_order(row)

    async def find_by_provider_order(
        self, account: Account, provider_order_id: str
    ) -> Order | None:
        owner = select(tables.orders).where(
            _at_account(account), tables.orders.c.provider_order_id == provider_order_id
        )
        row = await self._session.find(owner)
        return None if row is None else read_order(row)

    async def find_by_reference(self, account: Account, reference: str) -> Order | None:
        referred = select(tables.orders).where(
            _at_account(account), tables.orders.c.reference == reference
        )
        row = await self._session.find(referred)
        return None if row is None else read_order(row)

    async def find_by_message(self, person_id: PersonId, message_id: int) -> Order | None:
        shown = {"person": person_id, "message": message_id}
        row = await self._session.find(_FIND_BY_MESSAGE, shown)
        return None if row is None else read_order(row)

    async def save(self, order: Order) -> Order:
        values = {"id_": order.id, "version_": order.version, **order_values(order)}
        row = await self._session.find(_UPDATE, values)
        if row is None:
            raise Conflict(f"order {order.id} has changed since it was read")
        return read_order(row)

    async def list_in(self, *states: OrderState) -> tuple[Order, ...]:
        return tuple(map(read_order, await self._session.list(_IN_STATES, {"states": states})))

    async def list_in_bucket(self, bucket: Bucket, *states: OrderState) -> tuple[Order, ...]:
        alike = _IN_STATES.where(
            _at_account(bucket.account),
            tables.orders.c.product_key == bucket.product_key,
            tables.orders.c.type_key == bucket.type_key,
            tables.orders.c.quantity == bucket.quantity,
        )
        return tuple(map(read_order, await self._session.list(alike, {"states": states})))

    async def list_of_agent(
        self, agent_id: AgentId, *, offset: int = 0, limit: int = 1000
    ) -> tuple[Order, ...]:
        return await self._orders(_newest_of(agent_id).offset(offset).limit(limit))

    async def count_of_agent(self, agent_id: AgentId) -> int:
        ours = select(func.count()).where(tables.orders.c.agent_id == agent_id)
        count: int = (await self._session.run(ours)).scalar_one()
        return count

    async def find_last_like(
        self, agent_id: AgentId, card_type_id: CardTypeId, quantity: int, *, since: datetime
    ) -> Order | None:
        like = _newest_of(agent_id).where(
            tables.orders.c.card_type_id == card_type_id,
            tables.orders.c.quantity == quantity,
            tables.orders.c.confirmed_at >= since,
            tables.orders.c.state.not_in(BOUGHT_NOTHING),
        )
        row = await self._session.find(like.limit(1))
        return None if row is None else read_order(row)

    async def list_sent_between(
        self, account: Account, since: datetime, until: datetime
    ) -> tuple[Order, ...]:
        return await self._orders(_sent_between(account, since, until))

    async def list_lags(self, account: Account, *, limit: int = 100) -> tuple[timedelta, ...]:
        shown = (
            select(tables.orders.c.listed_lag)
            .where(_at_account(account), tables.orders.c.listed_lag.is_not(None))
            .order_by(tables.orders.c.id.desc())
            .limit(limit)
        )
        return tuple((await self._session.run(shown)).scalars())

    async def list_favourites(self, agent_id: AgentId, *, limit: int) -> tuple[CardTypeId, ...]:
        lately = _newest_of(agent_id).where(tables.orders.c.cards > 0).limit(LATELY).subquery()
        often = (
            select(lately.c.card_type_id)
            .group_by(lately.c.card_type_id)
            .order_by(desc(func.count()), desc(func.max(lately.c.id)))
            .limit(limit)
        )
        return tuple((await self._session.run(often)).scalars())

    async def sold(
        self, since: datetime, until: datetime, *, currency: str, agent_id: AgentId | None = None
    ) -> Sold:
        ours = [
            *_ended_between(since, until),
            tables.orders.c.unit_price_currency == currency,
            *([] if agent_id is None else [tables.orders.c.agent_id == agent_id]),
        ]
        charged = func.sum(tables.orders.c.unit_price_minor * tables.orders.c.cards)
        sums = select(func.count(), func.sum(tables.orders.c.cards), charged).where(*ours)
        count, cards, charged_minor = tuple((await self._session.run(sums)).one())
        rows = (await self._session.run(_COSTS.where(*ours))).all()
        return Sold(
            orders=count,
            cards=cards or 0,
            charged=Money(minor=charged_minor or 0, currency=currency),
            cost=total((_converted(row, currency) * row.orders for row in rows), currency),
        )

    async def spent(
        self, account: Account, since: datetime, until: datetime, *, currency: str
    ) -> Money:
        costs = select(func.sum(tables.orders.c.cost_minor)).where(
            *_ended_between(since, until),
            _at_account(account),
            tables.orders.c.cost_currency == currency,
        )
        minor = (await self._session.run(costs)).scalar_one()
        return Money(minor=minor or 0, currency=currency)

    async def _orders(self, statement: Select[Any]) -> tuple[Order, ...]:
        return tuple(map(read_order, await self._session.list(statement)))


def _at_account(account: Account) -> ColumnElement[bool]:
    return (tables.orders.c.provider == account.provider) & (
        tables.orders.c.environment == account.environment
    )


def _ended_between(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        tables.orders.c.cards > 0,
        tables.orders.c.final_at >= since,
        tables.orders.c.final_at < until,
    )


def _converted(row: Row[Any], currency: str) -> Money:
    """Convert one order's cost as the order does; nothing for one that it has no rate for."""
    cost = Money(minor=row.cost_minor, currency=row.cost_currency)
    converted = in_currency(cost, currency, read_rate(row))
    return converted or Money.zero(currency)


def _newest_of(agent_id: AgentId) -> Select[Any]:
    return (
        select(tables.orders)
        .where(tables.orders.c.agent_id == agent_id)
        .order_by(tables.orders.c.id.desc())
    )


def _sent_between(account: Account, since: datetime, until: datetime) -> Select[Any]:
    return (
        select(tables.orders)
        .where(
            _at_account(account),
            tables.orders.c.sending_at >= since,
            tables.orders.c.sending_at < until,
        )
        .order_by(tables.orders.c.sending_at, tables.orders.c.id)
    )
