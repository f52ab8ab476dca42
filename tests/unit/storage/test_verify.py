import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.agents import AgentId
from bot.domain.audit import Detail, Event
from bot.domain.ledger import adjust
from bot.domain.orders import OrderState
from bot.errors import SchemaMismatch, StoreError
from bot.services.recovery import begin_epoch
from storage.backup import backup
from storage.store import SqlStore
from storage.verify import Report, verify
from tests.fakes.world import NOON, FakeClock
from tests.unit.storage.busy_shop import VAULT, new_shop
from tests.unit.storage.tampering import Tampering, copied, unguarded


def named(report: Report) -> set[tuple[str, str]]:
    """Name the rows that something is wrong with."""
    return {(one.table, one.row) for one in report.findings if not one.is_warning}


def said(report: Report, table: str, row: str) -> str:
    """Tell what is wrong with a row."""
    return "; ".join(one.says for one in report.findings if (one.table, one.row) == (table, row))


# --- What is right --------------------------------------------------------------------------------


async def test_a_shop_where_everything_happened_is_clean(busy: Path) -> None:
    """Sales in full, in part and not at all, stock, foreign orders, undone mistakes: it agrees."""
    report = await verify(busy)
    assert report.findings == ()
    assert report.is_clean
    assert (report.kind, report.orders) == ("database", 12)
    assert report.entries
    assert report.entries > 12


async def test_a_database_is_verified_while_it_is_served(busy: Path, tmp_path: Path) -> None:
    """Looking keeps nobody waiting, and sees what was committed, the write-ahead log included."""
    path = copied(busy, tmp_path)
    before = await verify(path)
    async with SqlStore(path, key_id=VAULT.key_id) as store:
        async with store.begin() as work:
            await work.marks.set("paused", "1")
            assert (await verify(path)).findings == ()
        assert path.with_name("copy.db-wal").stat().st_size > 0
        assert (await verify(path)).head == before.head


async def test_a_backup_and_an_export_are_as_clean(
    busy: Path, exported: Path, tmp_path: Path
) -> None:
    """Both are verified alone, wherever they lie, and bear the journal's head."""
    await backup(busy, tmp_path / "backup.db")
    reports = [await verify(path) for path in (busy, tmp_path / "backup.db", exported)]
    assert [report.findings for report in reports] == [(), (), ()]
    assert len({report.head for report in reports}) == 1
    assert reports[2].kind == "export"


async def test_an_empty_shop_is_clean(store: SqlStore) -> None:
    """On the first day there is nothing to disagree."""
    report = await verify(store.path)
    assert (report.findings, report.head) == ((), bytes(32).hex())


async def test_a_shop_without_agents_is_clean(store: SqlStore) -> None:
    """A bot that was started, and that nobody has come to yet, has nothing to disagree."""
    await begin_epoch(store, FakeClock())
    assert (await verify(store.path)).findings == ()


async def test_a_shop_that_has_sold_nothing_yet_is_clean(path: Path) -> None:
    """Money that was handed over before the first order belongs to no order."""
    async with new_shop(path):
        report = await verify(path)
    assert (report.findings, report.orders) == ((), 0)
    assert report.entries


# --- A row of the database was changed by hand ----------------------------------------------------

ANY_ENTRY = "SELECT id, id FROM entry WHERE key LIKE '{}' LIMIT 1"
ANY_LINE = """
    SELECT entry_id || '/' || line, posting.rowid FROM posting JOIN entry ON entry.id = entry_id
    WHERE key LIKE '{}' AND account LIKE '{}' LIMIT 1
"""
ORDER = "SELECT id, id FROM orders WHERE state = '{}' ORDER BY id LIMIT 1"
EVENT = "SELECT seq, seq FROM journal WHERE action = '{}' LIMIT 1"
FIRST = "SELECT {0}, rowid FROM {1} LIMIT 1"

AMOUNTS = (
    Tampering(
        "posting",
        ANY_LINE.format("order:%:hold", "wallet:%"),
        "UPDATE posting SET amount_minor = amount_minor - 100 WHERE rowid = ?",
    ),
    Tampering(
        "entry",
        "SELECT entry_id, rowid FROM posting WHERE line = 2 LIMIT 1",
        "UPDATE posting SET amount_minor = 1 WHERE rowid = ?",
    ),
    Tampering(
        "posting",
        FIRST.format("entry_id || '/' || line", "posting"),
        "UPDATE posting SET sum_minor = 7 WHERE rowid = ?",
    ),
    Tampering(
        "posting",
        ANY_LINE.format("topup:%", "wallet:%"),
        "UPDATE posting SET account = 'wallet:99' WHERE rowid = ?",
    ),
    Tampering(
        "wallet",
        FIRST.format("agent_id", "wallet"),
        "UPDATE wallet SET balance_minor = balance_minor + 1 WHERE rowid = ?",
    ),
    Tampering(
        "wallet",
        FIRST.format("agent_id", "wallet"),
        "UPDATE wallet SET held_minor = held_minor + 1 WHERE rowid = ?",
    ),
    Tampering(
        "wallet",
        FIRST.format("agent_id", "wallet"),
        "UPDATE wallet SET credit_limit_minor = 999900 WHERE rowid = ?",
    ),
    Tampering(
        "agent",
        "SELECT agent_id, agent_id FROM member ORDER BY agent_id LIMIT 1",
        "UPDATE agent SET margin_bp = NULL WHERE rowid = ?",
    ),
    Tampering(
        "orders",
        ORDER.format("fulfilled"),
        "UPDATE orders SET unit_price_minor = unit_price_minor - 1 WHERE rowid = ?",
    ),
    Tampering("orders", ORDER.format("refused"), "UPDATE orders SET quantity = 3 WHERE rowid = ?"),
    Tampering("orders", ORDER.format("handling"), "UPDATE orders SET cards = 1 WHERE rowid = ?"),
    Tampering(
        "orders",
        ORDER.format("fulfilled"),
        "UPDATE orders SET cost_minor = cost_minor - 1 WHERE rowid = ?",
    ),
    Tampering(
        "orders",
        ORDER.format("fulfilled"),
        "UPDATE orders SET product_title = 'Another' WHERE rowid = ?",
    ),
    Tampering(
        "unowned_order",
        "SELECT provider_order_id, rowid FROM unowned_order WHERE state = 'sold'",
        "UPDATE unowned_order SET amount_minor = amount_minor + 1 WHERE rowid = ?",
    ),
    Tampering(
        "entry",
        ANY_ENTRY.format("order:%:hold"),
        "UPDATE entry SET order_id = order_id + 1 WHERE rowid = ?",
    ),
    Tampering(
        "entry",
        ANY_ENTRY.format("order:%:release"),
        "UPDATE entry SET order_id = 99, key = 'order:99:release' WHERE rowid = ?",
    ),
    Tampering(
        "entry", ANY_ENTRY.format("adjust:%"), "UPDATE entry SET actor = 'admin:2' WHERE rowid = ?"
    ),
    Tampering(
        "journal",
        "SELECT seq, id FROM entry JOIN journal ON details LIKE '%\"' || key || '\"%' LIMIT 1",
        "DELETE FROM entry WHERE rowid = ?",
    ),
    Tampering("entry", ANY_ENTRY.format("topup:%"), "UPDATE entry SET lines = 3 WHERE rowid = ?"),
)

EVENTS = (
    Tampering(
        "journal",
        EVENT.format("order.confirmed"),
        "UPDATE journal SET details = replace(details, ':2', ':1') WHERE rowid = ?",
    ),
    Tampering(
        "journal", EVENT.format("wallet.moved"), "UPDATE journal SET details = '{' WHERE rowid = ?"
    ),
    Tampering(
        "journal",
        EVENT.format("wallet.moved"),
        "UPDATE journal SET details = replace(details, ',', ', ') WHERE rowid = ?",
    ),
    Tampering(
        "journal",
        EVENT.format("selling.paused"),
        "UPDATE journal SET actor = 'admin:2' WHERE rowid = ?",
    ),
    Tampering(
        "journal", EVENT.format("order.sending"), "UPDATE journal SET at = at + 1 WHERE rowid = ?"
    ),
    Tampering(
        "journal", EVENT.format("order.refused"), "UPDATE journal SET at = 9e18 WHERE rowid = ?"
    ),
    Tampering(
        "journal",
        EVENT.format("agent.suspended"),
        "UPDATE journal SET subject = 'agent:99' WHERE rowid = ?",
    ),
    Tampering(
        "journal",
        EVENT.format("cards.shown"),
        "UPDATE journal SET hash = zeroblob(32) WHERE rowid = ?",
    ),
    Tampering(
        "journal",
        EVENT.format("order.handling"),
        "UPDATE journal SET previous = zeroblob(32) WHERE rowid = ?",
    ),
    Tampering(
        "journal",
        "SELECT seq + 1, seq FROM journal WHERE action = 'agent.limit'",
        "DELETE FROM journal WHERE rowid = ?",
    ),
)

STATES = (
    Tampering(
        "orders", ORDER.format("fulfilled"), "UPDATE orders SET final_at = NULL WHERE rowid = ?"
    ),
    Tampering(
        "orders", ORDER.format("refused"), "UPDATE orders SET reason = 'paused' WHERE rowid = ?"
    ),
    Tampering(
        "orders",
        ORDER.format("handling"),
        "UPDATE orders SET provider_order_id = NULL WHERE rowid = ?",
    ),
    Tampering(
        "orders",
        ORDER.format("handling"),
        "UPDATE orders SET provider_order_id ="
        " (SELECT provider_order_id FROM unowned_order WHERE state = 'foreign') WHERE rowid = ?",
    ),
    Tampering("orders", ORDER.format("unknown"), "UPDATE orders SET person_id = 8 WHERE rowid = ?"),
    Tampering(
        "delivery",
        "SELECT id, id FROM delivery WHERE kind = 'receipt' AND state = 'sent' LIMIT 1",
        "UPDATE delivery SET state = 'due' WHERE rowid = ?",
    ),
    Tampering(
        "delivery",
        "SELECT id, id FROM delivery WHERE kind = 'receipt' LIMIT 1",
        "UPDATE delivery SET person_id = 1 WHERE rowid = ?",
    ),
    Tampering(
        "orders",
        "SELECT order_id, id FROM delivery WHERE kind = 'receipt' LIMIT 1",
        "DELETE FROM delivery WHERE rowid = ?",
    ),
    Tampering(
        "unowned_order",
        "SELECT provider_order_id, rowid FROM unowned_order WHERE state = 'sold'",
        "UPDATE unowned_order SET state = 'foreign' WHERE rowid = ?",
    ),
    Tampering(
        "unowned_order",
        "SELECT provider_order_id, rowid FROM unowned_order WHERE state = 'foreign'",
        "UPDATE unowned_order SET state = 'shelf' WHERE rowid = ?",
    ),
    Tampering(
        "journal",
        EVENT.format("order.from-shelf"),
        "UPDATE unowned_order SET taken_by = NULL WHERE taken_by IS NOT NULL AND ? > 0",
    ),
    Tampering(
        "access_request",
        FIRST.format("id", "access_request"),
        "UPDATE access_request SET state = 'declined' WHERE rowid = ?",
    ),
    Tampering(
        "agent",
        "SELECT id, id FROM agent WHERE suspended_at IS NOT NULL",
        "UPDATE agent SET suspended_at = NULL WHERE rowid = ?",
    ),
    Tampering(
        "agent",
        "SELECT id, id FROM agent WHERE suspended_at IS NULL",
        "UPDATE agent SET suspended_at = 1 WHERE rowid = ?",
    ),
    Tampering(
        "orders",
        "SELECT substr(owner, 7), rowid FROM card WHERE slot = 1 LIMIT 1",
        "DELETE FROM card WHERE rowid = ?",
    ),
    Tampering(
        "card",
        "SELECT 'order:99/1', rowid FROM card WHERE slot = 1 LIMIT 1",
        "UPDATE card SET owner = 'order:99' WHERE rowid = ?",
    ),
    Tampering(
        "provider_call",
        "SELECT order_id || '/1', order_id FROM provider_call WHERE outcome = 'refused'",
        "UPDATE provider_call SET outcome = 'accepted' WHERE order_id = ?",
    ),
    Tampering(
        "member",
        FIRST.format("'rowid ' || rowid", "member"),
        "UPDATE member SET agent_id = 99 WHERE rowid = ?",
    ),
)


@pytest.mark.parametrize("tampering", [*AMOUNTS, *EVENTS, *STATES], ids=str)
async def test_a_changed_row_is_named(busy: Path, tmp_path: Path, tampering: Tampering) -> None:
    """An amount, an event or a state that was changed by hand is found, and its row named."""
    path = copied(busy, tmp_path)
    row = tampering.on(path)
    report = await verify(path)
    assert row in named(report)
    assert not report.is_clean


async def test_no_state_of_any_order_can_be_changed(busy: Path, tmp_path: Path) -> None:
    """Whatever state an order is given by hand, its row is named: the journal tells its life."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        orders = dict(file.execute("SELECT id, state FROM orders").fetchall())
        for another in OrderState:
            for order_id, state in orders.items():
                given = another if another != state else OrderState.SENDING
                file.execute("UPDATE orders SET state = ? WHERE id = ?", (given, order_id))
            assert {("orders", str(one)) for one in orders} <= named(await verify(path))


async def test_money_moved_everywhere_at_once_is_found(busy: Path, tmp_path: Path) -> None:
    """Whoever changes a top-up in both its lines and in the wallet has the journal against him."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        (entry,) = file.execute("SELECT id FROM entry WHERE key = 'topup:1:7'").fetchone()
        file.execute(
            "UPDATE posting SET amount_minor = amount_minor * 2, sum_minor = sum_minor * 2"
            " WHERE entry_id = ?",
            (entry,),
        )
        file.execute(
            "UPDATE wallet SET balance_minor = balance_minor + ("
            " SELECT max(amount_minor) / 2 FROM posting WHERE entry_id = ?) WHERE agent_id = 1",
            (entry,),
        )
    report = await verify(path)
    assert said(report, "entry", str(entry)) == ("moves 200000.00, but the journal says 100000.00")
    assert {table for table, _ in named(report)} == {"trigger", "entry"}


@pytest.mark.parametrize("key", ["opening", "transaction-%"])
async def test_a_deposit_is_held_against_the_journal(busy: Path, tmp_path: Path, key: str) -> None:
    """A movement at the provider that was changed on both sides is named by its entry."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        (entry,) = file.execute(
            "SELECT id FROM entry WHERE key LIKE 'provider:%:' || ?", (key,)
        ).fetchone()
        file.execute(
            "UPDATE posting SET amount_minor = -amount_minor, sum_minor = -sum_minor"
            " WHERE entry_id = ?",
            (entry,),
        )
    assert "at the provider, but the journal says" in said(await verify(path), "entry", str(entry))


async def test_a_journal_that_was_cut_short_is_found(busy: Path, tmp_path: Path) -> None:
    """A chain cannot tell that its end is missing; the orders that ended there can."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        file.execute("DELETE FROM journal WHERE seq > 20")
    says = said(await verify(path), "orders", "12")
    assert says.startswith("has no event in the journal; ")


async def test_a_journal_whose_rows_were_swapped_is_found(busy: Path, tmp_path: Path) -> None:
    """An order whose life no order can have is named by the event that does not fit."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        (seq,) = file.execute("SELECT seq FROM journal WHERE action = 'order.handling'").fetchone()
        file.execute("UPDATE journal SET action = 'order.withdrawn' WHERE seq = ?", (seq,))
    assert "goes from withdrawn to fulfilled" in " ".join(
        one.says for one in (await verify(path)).findings
    )


async def test_guards_that_were_taken_off_are_missed(busy: Path, tmp_path: Path) -> None:
    """A dropped trigger, another table, a changed one: the file is not as we make it."""
    path = copied(busy, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("DROP TRIGGER journal_no_update")
        file.execute("CREATE TABLE mine (x)")
        file.execute("ALTER TABLE mark ADD COLUMN x TEXT")
    report = await verify(path)
    assert named(report) == {("trigger", "journal_no_update"), ("table", "mine"), ("table", "mark")}
    assert said(report, "trigger", "journal_no_update") == "is missing"
    assert said(report, "table", "mine") == "is not as this version makes it"


# --- A row of an export was changed by hand -------------------------------------------------------

EXPORTED = (
    Tampering(
        "ledger",
        FIRST.format("entry_id || '/' || line", "ledger"),
        "UPDATE ledger SET debit_minor = 5, credit_minor = 5 WHERE rowid = ?",
    ),
    Tampering(
        "ledger",
        FIRST.format("entry_id", "ledger"),
        "UPDATE ledger SET debit_minor = debit_minor + 5 WHERE rowid = ?",
    ),
    Tampering(
        "orders",
        FIRST.format("id", "orders"),
        "UPDATE orders SET state = 'refunded' WHERE rowid = ?",
    ),
    Tampering(
        "orders",
        FIRST.format("id", "orders"),
        "UPDATE orders SET charged_minor = 0 WHERE rowid = ?",
    ),
    Tampering(
        "orders",
        FIRST.format("id", "orders"),
        "UPDATE orders SET confirmed_at_utc = 'yesterday' WHERE rowid = ?",
    ),
    Tampering(
        "agents",
        FIRST.format("id", "agents"),
        "UPDATE agents SET balance_minor = 0 WHERE rowid = ?",
    ),
    Tampering(
        "journal",
        FIRST.format("seq", "journal"),
        "UPDATE journal SET action = 'bot.stopped' WHERE rowid = ?",
    ),
    Tampering(
        "journal",
        FIRST.format("seq", "journal"),
        "UPDATE journal SET hash = 'no hash' WHERE rowid = ?",
    ),
    Tampering(
        "admin_actions",
        FIRST.format("seq", "admin_actions"),
        "UPDATE admin_actions SET admin_id = 2 WHERE rowid = ?",
    ),
    Tampering(
        "journal",
        FIRST.format("seq", "admin_actions"),
        "DELETE FROM admin_actions WHERE rowid = ?",
    ),
    Tampering(
        "provider_deposits",
        FIRST.format("entry_id", "provider_deposits"),
        "UPDATE provider_deposits SET amount_minor = 1 WHERE rowid = ?",
    ),
    Tampering(
        "ledger",
        FIRST.format("entry_id", "provider_deposits"),
        "DELETE FROM provider_deposits WHERE rowid = ?",
    ),
    Tampering(
        "deliveries",
        "SELECT id, id FROM deliveries WHERE kind = 'receipt'",
        "UPDATE deliveries SET state = 'due' WHERE rowid = ?",
    ),
    Tampering(
        "shelf_orders",
        FIRST.format("provider_order_id", "shelf_orders"),
        "UPDATE shelf_orders SET state = 'shelf' WHERE rowid = ?",
    ),
    Tampering(
        "foreign_orders",
        FIRST.format("provider_order_id", "foreign_orders"),
        "UPDATE foreign_orders SET amount_minor = 1 WHERE rowid = ?",
    ),
    Tampering(
        "manifest",
        "SELECT 'sha256.provider_calls', rowid FROM provider_calls LIMIT 1",
        "UPDATE provider_calls SET code = 'other' WHERE rowid = ?",
    ),
    Tampering(
        "manifest",
        "SELECT name, rowid FROM manifest WHERE name = 'journal_head'",
        "DELETE FROM manifest WHERE rowid = ?",
    ),
)


@pytest.mark.parametrize("tampering", EXPORTED, ids=str)
async def test_a_changed_row_of_an_export_is_named(
    exported: Path, tmp_path: Path, tampering: Tampering
) -> None:
    """What an auditor was handed can be verified without us, and names what was changed in it."""
    path = copied(exported, tmp_path)
    row = tampering.on(path)
    assert row in named(await verify(path))


# --- Warnings -------------------------------------------------------------------------------------


async def test_an_overdrawn_wallet_is_a_warning(busy: Path, tmp_path: Path) -> None:
    """A correction or a lowered limit may take a wallet below it: odd, and no fault."""
    path = copied(busy, tmp_path)
    async with SqlStore(path, key_id=VAULT.key_id) as store, store.begin() as work:
        wallet = await work.ledger.wallet(AgentId(1))
        entry = adjust(AgentId(1), -wallet.balance * 2, key="adjust:1:9", at=NOON, actor="admin:1")
        await work.ledger.post(entry)
        details: dict[str, Detail] = {"entry": entry.key, "amount_minor": -wallet.balance.minor * 2}
        moved = Event(
            at=NOON, actor="admin:1", action="wallet.moved", subject="agent:1", details=details
        )
        await work.journal.append(moved)
    report = await verify(path)
    assert [(one.table, one.row, one.is_warning) for one in report.findings] == [
        ("wallet", "1", True)
    ]
    assert report.is_clean


async def test_a_key_that_is_not_noted_is_a_warning(busy: Path, tmp_path: Path) -> None:
    """Cards sealed with a key that the mark does not name could miss it at the next start."""
    path = copied(busy, tmp_path)
    async with SqlStore(path, key_id=VAULT.key_id) as store, store.begin() as work:
        await work.marks.set("keys-in-use", '["k1"]')
    report = await verify(path)
    assert [one.says for one in report.findings] == ["does not name k2, which seals cards"]
    assert report.is_clean


# --- What cannot be verified ----------------------------------------------------------------------


async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The sentence names the file."""
    with pytest.raises(StoreError, match=r"nowhere\.db is not there\.$"):
        await verify(tmp_path / "nowhere.db")
    with pytest.raises(StoreError, match="is not a file"):
        await verify(tmp_path)


async def test_a_file_that_is_something_else(tmp_path: Path) -> None:
    """A text, and another program's database, are neither."""
    (tmp_path / "text").write_text("not a database, and long enough to be looked at" * 100)
    with pytest.raises(SchemaMismatch, match="is not a database"):
        await verify(tmp_path / "text")
    (tmp_path / "empty.db").touch()
    with pytest.raises(SchemaMismatch, match=r"is empty: no shop was ever kept in it\.$"):
        await verify(tmp_path / "empty.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(SchemaMismatch, match="not one of Wakil"):
        await verify(tmp_path / "other.db")


async def test_a_file_of_another_version(busy: Path, exported: Path, tmp_path: Path) -> None:
    """An older or newer version's file is not judged by this version's rules."""
    for source, version, says in (
        (busy, 99, "newer version: its revision is 0099"),
        (busy, 0, "is at revision 0000"),
        (exported, 3, "its format is 3"),
    ):
        path = copied(source, tmp_path)
        with closing(sqlite3.connect(path)) as file:
            file.execute(f"PRAGMA user_version = {version}")
        with pytest.raises(SchemaMismatch, match=says):
            await verify(path)


async def test_a_damaged_file_is_found(busy: Path, tmp_path: Path) -> None:
    """SQLite's own check is part of ours: here an index that does not fit its table."""
    path = copied(busy, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, '(agent_id', '(person_id')"
            " WHERE name = 'orders_of_agent'"
        )
        file.commit()
    assert "is damaged: row 1 missing from index" in said(await verify(path), "file", "")
