import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, Self

import pytest

from bot.domain.agents import AgentId
from bot.domain.catalog import CardTypeId, CategoryId, ProductId
from bot.domain.ledger import wallet_of
from bot.domain.orders import OPEN, OrderId, QuoteId
from bot.domain.outbox import DeliveryKind
from bot.domain.shelf import UnownedState
from bot.ports.store import Work
from storage.store import SqlStore
from tests.contract.store_samples import AMINA, HERE, after, unowned
from tests.fakes import inline_sqlite
from tests.fakes.vault import MemoryVault
from tests.fakes.world import NOON


class Explaining(inline_sqlite.Cursor):
    """Asks SQLite how it would answer each question, before it asks the question."""

    plans: list[tuple[str, str]]

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        values = tuple(parameters)
        if sql.lstrip().startswith("SELECT"):
            for *_, plan in self._cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values):
                self.plans.append((plan, sql))
        await super().execute(sql, values)
        return self


class Watched(inline_sqlite.Connection):
    """A connection that tells the plans of its questions."""

    def __init__(self, uri: str, plans: list[tuple[str, str]]) -> None:
        super().__init__(uri)
        self.plans = plans

    def cursor(self) -> Explaining:
        cursor = Explaining(self._conn.cursor())
        cursor.plans = self.plans
        return cursor


@pytest.fixture
def plans() -> list[tuple[str, str]]:
    """Gather SQLite's plans."""
    return []


@pytest.fixture
async def view(path: Path, plans: list[tuple[str, str]]) -> AsyncIterator[Work]:
    """Open a view whose questions are explained."""

    async def connect(uri: str) -> Watched:
        return Watched(uri, plans)

    async with SqlStore(path, key_id=MemoryVault().key_id, connect=connect) as store:
        await store.migrate()
        async with store.read() as view:
            plans.clear()
            yield view


async def test_what_is_asked_often_is_answered_from_an_index(
    view: Work, plans: list[tuple[str, str]]
) -> None:
    """No question of every tap or tick reads a whole table, however old the shop."""
    agent, order = AgentId(1), OrderId(1)
    bucket = unowned("u").bucket
    await view.people.find_person(AMINA)
    await view.people.find_member(AMINA)
    await view.people.find_agent_of(AMINA)
    await view.people.find_met(AMINA)
    await view.people.find_open_request(AMINA)
    await view.people.list_members(agent)
    await view.ledger.list_entries(wallet_of(agent))
    await view.ledger.find_entry("t1")
    await view.ledger.balance(wallet_of(agent), "DZD")
    await view.orders.find_quote(QuoteId("q"))
    await view.orders.find_by_quote(QuoteId("q"))
    await view.orders.find_by_message(AMINA, 51)
    await view.orders.find_by_provider_order(HERE, "68fc")
    await view.orders.list_in(*OPEN)
    await view.orders.list_in_bucket(bucket, *OPEN)
    await view.orders.list_of_agent(agent, limit=8)
    await view.orders.count_of_agent(agent)
    await view.orders.find_last_like(agent, CardTypeId(3), 2, since=NOON)
    await view.orders.list_favourites(agent, limit=3)
    await view.orders.list_sent_between(HERE, NOON, after(9))
    await view.orders.list_lags(HERE)
    await view.orders.sold(NOON, after(9), currency="DZD")
    await view.orders.spent(HERE, NOON, after(9), currency="DZD")
    await view.cards.list("order:1")
    await view.calls.list_of(order)
    await view.shelf.find_for(bucket)
    await view.shelf.list_in(UnownedState.FOREIGN)
    await view.outbox.list_due(NOON, limit=20)
    await view.outbox.next_due_at()
    await view.outbox.list_of_order(order)
    await view.outbox.list_parked(AMINA)
    await view.outbox.list_by_fact(DeliveryKind.ALERT, "alert", 1)
    await view.catalog.list_products(CategoryId(1))
    await view.catalog.list_types(ProductId(1))
    await view.alerts.list_open()
    await view.journal.last()
    await view.journal.list_of("order:1")
    await view.journal.list_after(1, limit=9)
    assert len(plans) > 40
    # A subquery's rows are few and read once; of the journal only the last row is read.
    reading_all = r"SCAN (?!anon_1$|journal$)\w+$"
    assert [plan for plan in plans if re.match(reading_all, plan[0])] == []
