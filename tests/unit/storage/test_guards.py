import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from enum import StrEnum

import pytest

from bot.domain.agents import AgentId, Language, RequestState
from bot.domain.catalog import Environment
from bot.domain.ledger import top_up
from bot.domain.orders import NEXT, OrderId, OrderState
from bot.domain.outbox import DeliveryState
from bot.domain.shelf import UnownedState
from storage.store import SqlStore
from tests.contract.store_samples import (
    call,
    card,
    delivery,
    dzd,
    event,
    quote,
    unowned,
)
from tests.fakes.world import NOON


@pytest.fixture
async def full(shop: SqlStore) -> SqlStore:
    """Put a row into every table that has guards."""
    async with shop.begin() as work:
        entry = top_up(AgentId(1), dzd(100), key="t1", at=NOON, actor="admin:1")
        await work.ledger.post(entry)
        await work.journal.append(event())
        await work.journal.append(event("order.sent"))
        await work.calls.add(call(OrderId(1)))
        await work.cards.add([card()])
        await work.outbox.add(delivery("d1"))
        await work.shelf.save(unowned("u1"))
        await work.people.add_request(quote(AgentId(1)).person_id, at=NOON)
    return shop


@pytest.fixture
def raw(full: SqlStore) -> Iterable[sqlite3.Connection]:
    """Connect past the store, as somebody with a shell would."""
    with closing(sqlite3.connect(full.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


def refused(raw: sqlite3.Connection, *statements: str) -> str:
    """Run statements of which the last must be refused, and give the refusal."""
    for statement in statements[:-1]:
        raw.execute(statement)
    with pytest.raises(sqlite3.IntegrityError) as caught:
        raw.execute(statements[-1])
    return str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET memo = 'gift'",
        "DELETE FROM entry",
        "UPDATE posting SET amount_minor = 1",
        "DELETE FROM posting",
        "UPDATE journal SET actor = 'nobody'",
        "DELETE FROM journal",
        "UPDATE provider_call SET outcome = 'refused'",
        "UPDATE provider_call SET code = 'x', sealed_exchange = x'00'",
        "DELETE FROM provider_call",
    ],
)
def test_what_happened_stays(raw: sqlite3.Connection, change: str) -> None:
    """Books, journal and calls are only ever appended to, even by somebody with a shell."""
    assert "only ever appended to" in refused(raw, change)


@pytest.mark.parametrize("table", ["entry", "posting", "journal", "provider_call"])
def test_nothing_is_replaced_either(raw: sqlite3.Connection, table: str) -> None:
    """The writer's settings make INSERT OR REPLACE answer to the same triggers."""
    raw.execute("PRAGMA recursive_triggers = ON")
    refused(raw, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_a_call_is_sealed_again(raw: sqlite3.Connection) -> None:
    """Only the sealed exchange of a call may be replaced, by the same under another key."""
    raw.execute("UPDATE provider_call SET sealed_exchange = x'00', exchange_key_id = 'k2'")


ENTRY = "INSERT INTO entry VALUES (9, 'x', 0, 'admin:1', NULL, '', 0, 'DZD', 2, 0)"


@pytest.mark.parametrize(
    "statements",
    [
        # An entry of fewer lines than it says, at the commit.
        ("BEGIN", ENTRY, "INSERT INTO posting VALUES (9, 1, 'cash', 5, 5)", "COMMIT"),
        # Lines that do not sum to zero, at the commit.
        (
            "BEGIN",
            ENTRY,
            "INSERT INTO posting VALUES (9, 1, 'cash', 5, 5)",
            "INSERT INTO posting VALUES (9, 2, 'sales', -4, 1)",
            "COMMIT",
        ),
        # A running sum that lies.
        ("BEGIN", ENTRY, "INSERT INTO posting VALUES (9, 1, 'cash', 5, 0)"),
        # A line left out.
        ("BEGIN", ENTRY, "INSERT INTO posting VALUES (9, 2, 'cash', 5, 0)"),
        # A line of nothing.
        ("BEGIN", ENTRY, "INSERT INTO posting VALUES (9, 1, 'cash', 0, 0)"),
        # A rest that is not zero, and an entry of one line.
        ("INSERT INTO entry VALUES (9, 'x', 0, 'admin:1', NULL, '', 0, 'DZD', 2, 1)",),
        ("INSERT INTO entry VALUES (9, 'x', 0, 'admin:1', NULL, '', 0, 'DZD', 1, 0)",),
        # One more line for an entry that is complete.
        ("INSERT INTO posting VALUES (1, 3, 'cash', 5, 5)",),
        # A line of no entry, and a key used again.
        ("INSERT INTO posting VALUES (8, 1, 'cash', 5, 5)",),
        ("INSERT INTO entry VALUES (9, 't1', 0, 'admin:1', NULL, '', 0, 'DZD', 2, 0)",),
    ],
)
def test_books_that_do_not_balance_cannot_be_written(
    raw: sqlite3.Connection, statements: tuple[str, ...]
) -> None:
    """The database itself refuses an entry whose lines do not sum to zero."""
    refused(raw, *statements)


JOURNAL = "INSERT INTO journal VALUES ({}, 0, 'a', 'b', 'c', '{{}}', {}, randomblob(32))"
LAST = "(SELECT hash FROM journal WHERE seq = 2)"


@pytest.mark.parametrize(
    ("seq", "previous"),
    [(4, LAST), (3, "zeroblob(32)"), (3, "(SELECT hash FROM journal WHERE seq = 1)"), (1, LAST)],
)
def test_the_journal_neither_forks_nor_skips(
    raw: sqlite3.Connection, seq: int, previous: str
) -> None:
    """An event comes next, after the newest one, or not at all."""
    assert "does not continue" in refused(raw, JOURNAL.format(seq, previous))


def test_the_journal_goes_on(raw: sqlite3.Connection) -> None:
    """What continues the chain is taken."""
    raw.execute(JOURNAL.format(3, LAST))


def test_the_journal_begins_with_nothing(store: SqlStore) -> None:
    """The first event follows 32 zero bytes."""
    with closing(sqlite3.connect(store.path)) as bare:
        refused(bare, JOURNAL.format(1, "randomblob(32)"))
        bare.execute(JOURNAL.format(1, "zeroblob(32)"))


def test_steps_of_an_order_are_the_domains(raw: sqlite3.Connection) -> None:
    """The database knows the same steps as the code."""
    steps = set(raw.execute("SELECT from_state, to_state FROM order_step"))
    assert steps == {(state, after) for state, allowed in NEXT.items() for after in allowed}


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE orders SET state = 'handling'", "cannot take this step"),
        ("UPDATE orders SET quantity = 1", "never changed"),
        ("UPDATE orders SET agent_id = 2", "never changed"),
        ("UPDATE orders SET unit_price_minor = 1", "never changed"),
        ("DELETE FROM orders", "never deleted"),
    ],
)
def test_an_order_keeps_to_its_life(raw: sqlite3.Connection, statement: str, why: str) -> None:
    """Nobody, even with a shell, skips a step, changes the promise or makes an order vanish."""
    assert why in refused(raw, statement)


def test_an_order_begins_confirmed(raw: sqlite3.Connection) -> None:
    """No order is born half-way through its life."""
    raw.execute("CREATE TEMP TABLE copy AS SELECT * FROM orders")
    raw.execute("UPDATE temp.copy SET id = 2, state = 'handling'")
    assert "begins confirmed" in refused(raw, "INSERT INTO orders SELECT * FROM temp.copy")


WORDS: list[tuple[str, str, type[StrEnum]]] = [
    ("person", "language", Language),
    ("access_request", "state", RequestState),
    ("orders", "state", OrderState),
    ("unowned_order", "state", UnownedState),
    ("delivery", "state", DeliveryState),
    *((table, "environment", Environment) for table in ("catalog_reading", "category", "product")),
    *((table, "environment", Environment) for table in ("quote", "orders", "provider_call")),
    ("unowned_order", "environment", Environment),
]


@pytest.mark.parametrize(("table", "column", "words"), WORDS)
def test_the_database_knows_the_same_words(
    raw: sqlite3.Connection, table: str, column: str, words: type[StrEnum]
) -> None:
    """A state that the code knows is one that the database takes, and the other way round."""
    query = "SELECT sql FROM sqlite_schema WHERE name = ?"
    (sql,) = raw.execute(query, [table]).fetchone()
    check = re.search(rf"CHECK \(\s*{column} IN \(([^)]*)\)", sql)
    assert check is not None
    assert re.findall(r"'([a-z_-]+)'", check[1]) == [word.value for word in words]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wallet SET held_minor = -1",
        "UPDATE wallet SET credit_limit_minor = -1",
        "UPDATE agent SET margin_bp = -1",
        "UPDATE person SET language = 'de'",
        "UPDATE access_request SET state = 'lost'",
        "UPDATE access_request SET decided_at = 1",
        "UPDATE orders SET cards = -1",
        "UPDATE orders SET version = 0",
        "UPDATE orders SET cost_minor = 1",
        "UPDATE quote SET quantity = 0",
        "UPDATE quote SET unit_price_minor = -1",
        "UPDATE card SET slot = 0",
        "UPDATE card SET sealed_serial = x'00'",
        "UPDATE unowned_order SET amount_minor = NULL",
        "UPDATE unowned_order SET state = 'lost'",
        "UPDATE unowned_order SET cards = -1",
        "UPDATE delivery SET state = 'lost'",
        "UPDATE delivery SET last_slot = -1",
        "UPDATE delivery SET attempts = -1",
        "UPDATE delivery SET copy = 2",
        "UPDATE delivery SET facts = 'none'",
    ],
)
def test_amounts_and_states_are_checked(raw: sqlite3.Connection, statement: str) -> None:
    """No state is outside its list, and no amount below what makes sense."""
    assert "CHECK" in refused(raw, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wallet SET balance_minor = 'much'",
        "UPDATE wallet SET balance_minor = 0.5",
        "UPDATE delivery SET due_at = '2026-03-10'",
        "UPDATE card SET sealed_code = 'AB12-CD34'",
    ],
)
def test_columns_hold_what_they_are_for(raw: sqlite3.Connection, statement: str) -> None:
    """Money is whole, instants are numbers, and a clear code does not fit a sealed column."""
    assert "cannot store" in refused(raw, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM quote",
        "DELETE FROM agent",
        "DELETE FROM person",
        "UPDATE member SET agent_id = 99",
        "UPDATE unowned_order SET taken_by = 99",
        "UPDATE delivery SET order_id = 99",
    ],
)
def test_what_is_referred_to_is_there(raw: sqlite3.Connection, statement: str) -> None:
    """Nothing points into the void."""
    assert "FOREIGN KEY" in refused(raw, statement)
