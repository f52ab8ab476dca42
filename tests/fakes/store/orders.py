"""Quotes and orders in memory."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.agents import AgentId, PersonId
from bot.domain.catalog import Account, Bucket, CardTypeId
from bot.domain.money import Money, total
from bot.domain.orders import NEXT, Order, OrderId, OrderState, Quote, QuoteId
from bot.errors import Conflict
from bot.ports.store import NewOrder, Sold
from tests.fakes.store.block import Part, State, kept, require

LATELY = 50
BOUGHT_NOTHING = {OrderState.WITHDRAWN, OrderState.REFUSED, OrderState.REFUNDED}
CONFIRMED_AS = (
    "quote_id",
    "reference",
    "agent_id",
    "person_id",
    "account",
    "product_key",
    "type_key",
    "quantity",
    "unit_price",
    "confirmed_at",
    "rate",
)


class MemoryOrders(Part):
    """Orders."""

    async def add_quote(self, quote: Quote) -> None:
        draft = self._draft
        require(that=quote.id not in draft.quotes, otherwise="quote.id is unique")
        require(that=quote.person_id in draft.persons, otherwise="quote.person_id is a person")
        require(that=quote.agent_id in draft.agents, otherwise="quote.agent_id is an agent")
        require(that=quote.quantity > 0, otherwise="quote.quantity > 0")
        draft.quotes[quote.id] = kept(quote)

    async def find_quote(self, quote_id: QuoteId) -> Quote | None:
        return self._state.quotes.get(quote_id)

    async def forget_quotes(self, before: datetime) -> None:
        draft = self._draft
        spent = {order.quote_id for order in draft.orders.values()}
        for quote in tuple(draft.quotes.values()):
            if quote.expires_at < before and quote.id not in spent:
                del draft.quotes[quote.id]
                draft.recipients.pop(quote.id, None)

    async def add(self, new: NewOrder) -> Order:
        draft, quote = self._draft, new.quote
        require(that=quote.id in draft.quotes, otherwise="orders.quote_id is a quote")
        for other in draft.orders.values():
            require(that=other.quote_id != quote.id, otherwise="orders.quote_id is unique")
            require(that=other.reference != new.reference, otherwise="orders.reference is unique")
        order = Order(
            id=OrderId(len(draft.orders) + 1),
            version=1,
            quote_id=quote.id,
            reference=new.reference,
            agent_id=quote.agent_id,
            person_id=quote.person_id,
            account=quote.account,
            card_type_id=quote.card_type_id,
            product_key=quote.product_key,
            type_key=quote.type_key,
            product_title=quote.product_title,
            type_name=quote.type_name,
            quantity=quote.quantity,
            unit_price=quote.unit_price,
            unit_cost=quote.unit_cost,
            state=OrderState.CONFIRMED,
            epoch=new.epoch,
            confirmed_at=new.confirmed_at,
            message_id=new.message_id,
            rate=quote.rate,
        )
        draft.orders[order.id] = kept(order)
        return draft.orders[order.id]

    async def get(self, order_id: OrderId) -> Order:
        return self._state.orders[order_id]

    async def find(self, order_id: OrderId) -> Order | None:
        return self._state.orders.get(order_id)

    async def find_by_quote(self, quote_id: QuoteId) -> Order | None:
        return next((one for one in self._every() if one.quote_id == quote_id), None)

    async def find_by_provider_order(
        self, account: Account, provider_order_id: str
    ) -> Order | None:
        owned = (one for one in self._every() if one.account == account)
        return next((one for one in owned if one.provider_order_id == provider_order_id), None)

    async def find_by_reference(self, account: Account, reference: str) -> Order | None:
        referred = (one for one in self._every() if one.reference == reference)
        return next((one for one in referred if one.account == account), None)

    async def find_by_message(self, person_id: PersonId, message_id: int) -> Order | None:
        shown = (
            one
            for one in reversed(self._every())
            if (one.person_id, one.message_id) == (person_id, message_id)
        )
        return next(shown, None)

    async def save(self, order: Order) -> Order:
        draft = self._draft
        stored = draft.orders.get(order.id)
        if stored is None or stored.version != order.version:
            raise Conflict(f"order {order.id} has changed since it was read")
        _guard(draft, stored, order)
        draft.orders[order.id] = kept(replace(order, version=order.version + 1))
        return draft.orders[order.id]

    async def list_in(self, *states: OrderState) -> tuple[Order, ...]:
        return tuple(one for one in self._every() if one.state in states)

    async def list_in_bucket(self, bucket: Bucket, *states: OrderState) -> tuple[Order, ...]:
        return tuple(one for one in await self.list_in(*states) if one.bucket == bucket)

    async def list_of_agent(
        self, agent_id: AgentId, *, offset: int = 0, limit: int = 1000
    ) -> tuple[Order, ...]:
        return tuple(self._newest_of(agent_id)[offset : offset + limit])

    async def count_of_agent(self, agent_id: AgentId) -> int:
        return len(self._newest_of(agent_id))

    async def find_last_like(
        self, agent_id: AgentId, card_type_id: CardTypeId, quantity: int, *, since: datetime
    ) -> Order | None:
        like = (
            one
            for one in self._newest_of(agent_id)
            if (one.card_type_id, one.quantity) == (card_type_id, quantity)
            and one.confirmed_at >= since
            and one.state not in BOUGHT_NOTHING
        )
        return next(like, None)

    async def list_sent_between(
        self, account: Account, since: datetime, until: datetime
    ) -> tuple[Order, ...]:
        sent = [
            (one.sending_at, one.id, one)
            for one in self._every()
            if one.account == account
            and one.sending_at is not None
            and since <= one.sending_at < until
        ]
        return tuple(order for _, _, order in sorted(sent, key=lambda row: row[:2]))

    async def list_lags(self, account: Account, *, limit: int = 100) -> tuple[timedelta, ...]:
        newest = (one for one in reversed(self._every()) if one.account == account)
        return tuple(one.listed_lag for one in newest if one.listed_lag is not None)[:limit]

    async def list_favourites(self, agent_id: AgentId, *, limit: int) -> tuple[CardTypeId, ...]:
        lately = [one for one in self._newest_of(agent_id) if one.cards > 0][:LATELY]
        often = Counter(one.card_type_id for one in lately)  # keeps the newest first among equals
        return tuple(card_type for card_type, _ in often.most_common(limit))

    async def sold(
        self, since: datetime, until: datetime, *, currency: str, agent_id: AgentId | None = None
    ) -> Sold:
        ended = [
            one
            for one in self._ended_between(since, until)
            if one.unit_price.currency == currency and agent_id in {None, one.agent_id}
        ]
        costs = [one.in_price_currency(one.cost) for one in ended if one.cost]
        return Sold(
            orders=len(ended),
            cards=sum(one.cards for one in ended),
            charged=total((one.charged for one in ended), currency),
            cost=total((cost for cost in costs if cost), currency),
        )

    async def spent(
        self, account: Account, since: datetime, until: datetime, *, currency: str
    ) -> Money:
        ended = self._ended_between(since, until)
        costs = [one.cost for one in ended if one.account == account and one.cost]
        return total((cost for cost in costs if cost.currency == currency), currency)

    def _ended_between(self, since: datetime, until: datetime) -> list[Order]:
        return [
            one
            for one in self._every()
            if one.cards > 0 and one.final_at is not None and since <= one.final_at < until
        ]

    def _every(self) -> list[Order]:
        return list(self._state.orders.values())

    def _newest_of(self, agent_id: AgentId) -> list[Order]:
        return [one for one in reversed(self._every()) if one.agent_id == agent_id]


def _guard(draft: State, stored: Order, order: Order) -> None:
    """Refuse what the triggers and CHECKs refuse."""
    same = order.state is stored.state or order.state in NEXT[stored.state]
    require(that=same, otherwise="an order cannot take this step")
    kept_promise = all(getattr(order, name) == getattr(stored, name) for name in CONFIRMED_AS)
    require(that=kept_promise, otherwise="what was confirmed is never changed")
    require(
        that=order.cards == 0 or (order.cards > 0 and order.state not in BOUGHT_NOTHING),
        otherwise="an order that bought nothing has no cards",
    )
    mine = (order.account, order.provider_order_id)
    for other in draft.orders.values():
        theirs = (other.account, other.provider_order_id)
        require(
            that=other.id == order.id or order.provider_order_id is None or mine != theirs,
            otherwise="a provider order has one owner",
        )
