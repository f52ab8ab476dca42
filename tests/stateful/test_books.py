"""The books against chance: orders walked through them in any order."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import ledger
from bot.domain.agents import AgentId
from bot.domain.ledger import (
    SALES,
    Entry,
    held_of,
    provider_account,
    wallet_of,
)
from bot.domain.money import Money
from bot.domain.orders import Order, OrderId
from tests.fakes.world import NOON
from tests.unit.samples import ACCOUNT, CURRENCY, ORDER, posted

AGENT = ORDER.agent_id
ADMIN = "admin:1"


class Books(RuleBasedStateMachine):
    """Orders of one agent are confirmed, filled bit by bit and closed, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Entry] = {}
        self.open: list[Order] = []
        self.closed: list[Order] = []

    def post(self, entry: Entry) -> None:
        assert entry.key not in self.entries
        self.entries[entry.key] = entry

    def free(self) -> int:
        return -posted(list(self.entries.values()), wallet_of(AGENT))

    @initialize(minor=st.integers(1, 10**7))
    def start(self, minor: int) -> None:
        amount = Money(minor=minor, currency=CURRENCY)
        self.post(ledger.top_up(AgentId(AGENT), amount, key="topup:1", at=NOON, actor=ADMIN))

    @rule(quantity=st.integers(1, 5), unit=st.integers(1, 10**6))
    def confirm(self, quantity: int, unit: int) -> None:
        number = len(self.open) + len(self.closed) + 1
        order = replace(
            ORDER,
            id=OrderId(number),
            quantity=quantity,
            unit_price=Money(minor=unit, currency=CURRENCY),
        )
        if order.total.minor <= self.free():
            self.post(ledger.hold(order, at=NOON))
            self.open.append(order)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def fill(self, data: st.DataObject) -> None:
        order = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        cards = data.draw(st.integers(1, order.quantity - order.cards))
        self.post(ledger.capture(order, cards=cards, at=NOON))
        source = provider_account(ACCOUNT)
        self.post(ledger.cost(order, order.unit_cost * cards, source=source, at=NOON))
        filled = replace(order, cards=order.cards + cards, version=order.version + 1)
        (self.closed if filled.cards == filled.quantity else self.open).append(filled)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        order = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        self.post(ledger.release(order, cards=order.quantity - order.cards, at=NOON))
        self.closed.append(order)

    @invariant()
    def everything_sums_to_zero(self) -> None:
        assert sum(p.amount.minor for e in self.entries.values() for p in e.postings) == 0

    @invariant()
    def held_is_what_open_orders_wait_for(self) -> None:
        held = -posted(list(self.entries.values()), held_of(AGENT))
        assert held == sum((o.total - o.charged).minor for o in self.open)

    @invariant()
    def sales_are_the_cards_that_came(self) -> None:
        sold = -posted(list(self.entries.values()), SALES)
        assert sold == sum(o.charged.minor for o in (*self.open, *self.closed))

    @invariant()
    def nobody_is_overdrawn(self) -> None:
        assert self.free() >= 0


TestBooks = Books.TestCase
