"""Ready-made values that tests change one thing of."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.agents import AgentId, PersonId
from bot.domain.catalog import Account, CardTypeId, Environment
from bot.domain.ledger import Entry, LedgerAccount, balance
from bot.domain.money import Money
from bot.domain.orders import Order, OrderId, OrderState, Quote, QuoteId
from tests.fakes.world import NOON

CURRENCY = "DZD"
ACCOUNT = Account(provider="memory", environment=Environment.SANDBOX)


def dinars(amount: int) -> Money:
    return Money.of(amount, CURRENCY)


def posted(entries: list[Entry], account: LedgerAccount) -> int:
    """Sum an account in centimes, debits positive."""
    return balance((p for e in entries for p in e.postings), account, CURRENCY).minor


QUOTE = Quote(
    id=QuoteId("quote-1"),
    person_id=PersonId(7),
    agent_id=AgentId(3),
    account=ACCOUNT,
    card_type_id=CardTypeId(5),
    product_key="psn",
    type_key="psn-10",
    product_title="PSN",
    type_name="PSN 10 USD",
    quantity=2,
    unit_price=dinars(1450),
    unit_cost=dinars(1380),
    created_at=NOON,
    expires_at=NOON + timedelta(minutes=10),
)

ORDER = Order(
    id=OrderId(17),
    version=1,
    quote_id=QUOTE.id,
    reference="reference-1",
    agent_id=QUOTE.agent_id,
    person_id=QUOTE.person_id,
    account=ACCOUNT,
    card_type_id=QUOTE.card_type_id,
    product_key=QUOTE.product_key,
    type_key=QUOTE.type_key,
    product_title=QUOTE.product_title,
    type_name=QUOTE.type_name,
    quantity=QUOTE.quantity,
    unit_price=QUOTE.unit_price,
    unit_cost=QUOTE.unit_cost,
    state=OrderState.CONFIRMED,
    epoch=1,
    confirmed_at=NOON,
)


def order_in(state: OrderState) -> Order:
    return replace(ORDER, state=state)
