"""Both stores against chance: whatever is posted, in whatever order, they answer alike."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.domain import ledger
from bot.domain.agents import AgentId, PersonId, Wallet
from bot.domain.ledger import Entry, held_of, wallet_of
from bot.domain.money import Money
from bot.domain.orders import Order
from bot.errors import Conflict
from bot.ports.store import Posted, Work
from storage.store import SqlStore
from tests.contract.store_samples import confirm, dzd, open_shop, quote
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault
from tests.fakes.world import NOON

T = TypeVar("T")
SHOPS = (AgentId(1), AgentId(2))
shops = st.sampled_from(SHOPS)
amounts = st.integers(1, 400_000)
few = st.integers(1, 3)


class Books(RuleBasedStateMachine):
    """Whatever is posted, in whatever order, to both stores."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.orders: list[Order] = []
        self.entries: list[Entry] = []
        self.quoted = 0
        shutil.copy(self.template, self.folder / "wakil.db")
        self.memory = MemoryStore(key_id=MemoryVault().key_id)
        self.sql = self.reopened()
        self.both(lambda work: open_shop(work, member=PersonId(7)))
        self.both(lambda work: open_shop(work, member=PersonId(8)))

    def reopened(self) -> SqlStore:
        """Open the file, as a new process would."""
        store = SqlStore(self.folder / "wakil.db", key_id=MemoryVault().key_id)
        self.runner.run(store.open())
        return store

    def teardown(self) -> None:
        self.runner.run(self.sql.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def both(self, do: Callable[[Work], Awaitable[T]]) -> T:
        """Do the same in both stores, which must answer alike."""

        async def each(store: SqlStore | MemoryStore) -> T | Conflict:
            try:
                async with store.begin() as work:
                    return await do(work)
            except Conflict as conflict:
                return conflict

        answer, twin = self.runner.run(each(self.sql)), self.runner.run(each(self.memory))
        if isinstance(answer, Conflict):
            assert isinstance(twin, Conflict)
            raise answer
        assert answer == twin
        return answer

    def post(self, entry: Entry) -> Posted | None:
        """Post an entry; None when a guard refused it."""
        try:
            posted = self.both(lambda work: work.ledger.post(entry))
        except Conflict:
            return None
        if posted is Posted.POSTED:
            self.entries.append(entry)
        return posted

    def wallet(self, shop: AgentId) -> Wallet:
        return self.both(lambda work: work.ledger.wallet(shop))

    @rule(shop=shops, minor=amounts, n=st.integers(1, 20))
    def top_up(self, shop: AgentId, minor: int, n: int) -> None:
        self.post(ledger.top_up(shop, dzd(minor), key=f"t{n}", at=NOON, actor="admin:1"))

    @rule(shop=shops, minor=amounts | amounts.map(int.__neg__), n=st.integers(1, 20))
    def adjust(self, shop: AgentId, minor: int, n: int) -> None:
        self.post(ledger.adjust(shop, dzd(minor), key=f"a{n}", at=NOON, actor="admin:1"))

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(self.entries))
        if entry.order_id is None:
            self.post(ledger.undo(entry, at=NOON, actor="admin:1"))

    @rule(shop=shops, limit=st.none() | st.integers(0, 300_000))
    def set_limit(self, shop: AgentId, limit: int | None) -> None:
        money = None if limit is None else dzd(limit)
        self.both(lambda work: work.ledger.set_credit_limit(shop, money))

    @rule(shop=shops, quantity=few)
    def order(self, shop: AgentId, quantity: int) -> None:
        self.quoted += 1
        person = PersonId(6 + shop)
        quoted = quote(shop, f"q{self.quoted}", quantity=quantity, person_id=person)
        order = self.both(lambda work: confirm(work, quoted))
        before = self.wallet(shop)
        posted = self.post(ledger.hold(order, at=NOON))
        after = self.wallet(shop)
        spendable = before.spendable
        covered = spendable is None or spendable >= order.total
        assert posted is (Posted.POSTED if covered else Posted.OVERDRAWN)
        if posted is Posted.POSTED:
            assert after.spendable is None or after.spendable >= dzd(0)
            assert after.held - before.held == before.balance - after.balance == order.total
            self.orders.append(order)
        else:
            assert after == before

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), cards=few)
    def capture(self, data: st.DataObject, cards: int) -> None:
        order = data.draw(st.sampled_from(self.orders))
        self.post(ledger.capture(order, cards=cards, at=NOON))

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), cards=few)
    def release(self, data: st.DataObject, cards: int) -> None:
        order = data.draw(st.sampled_from(self.orders))
        self.post(ledger.release(order, cards=cards, at=NOON))

    @rule()
    def restart(self) -> None:
        self.runner.run(self.sql.close())
        self.sql = self.reopened()

    @invariant()
    def wallets_are_what_their_postings_say(self) -> None:
        async def recompute(work: Work) -> tuple[tuple[Money, Money], ...]:
            return tuple(
                [
                    (
                        -await work.ledger.balance(wallet_of(shop), "DZD"),
                        -await work.ledger.balance(held_of(shop), "DZD"),
                    )
                    for shop in SHOPS
                ]
            )

        wallets = [self.wallet(shop) for shop in SHOPS]
        assert self.both(recompute) == tuple((one.balance, one.held) for one in wallets)
        assert all(one.held >= dzd(0) for one in wallets)

    @invariant()
    def the_books_are_the_same_and_balance(self) -> None:
        every = self.both(lambda work: work.ledger.list_entries())
        assert [posted.entry for posted in reversed(every)] == self.entries


def test_no_sequence_overdraws(migrated: Path) -> None:
    """No order of top-ups, holds, captures and undos overdraws, or parts wallets from books."""

    class Here(Books):
        template = migrated

    few_but_long = settings(max_examples=12, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Here, settings=few_but_long)
