import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import SchemaMismatch, StoreError
from bot.services.keeping import card_slot
from storage.export import SqlExporter, export
from storage.export_tables import TABLES
from storage.store import SqlStore
from tests.fakes.world import NOON, FakeClock
from tests.unit.storage.busy_shop import VAULT
from tests.unit.storage.tampering import copied

ALGIERS = ZoneInfo("Africa/Algiers")
DOCUMENT = Path(__file__).parents[3] / "docs" / "audit.md"


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    """Ask a database something."""
    with closing(sqlite3.connect(path)) as file:
        return file.execute(question).fetchall()


# --- What is in it --------------------------------------------------------------------------------


def test_every_row_is_there(busy: Path, exported: Path) -> None:
    """No agent, order, event, posting, message or call is left out."""
    for theirs, ours in (
        ("agents", "agent"),
        ("members", "member"),
        ("orders", "orders"),
        ("journal", "journal"),
        ("ledger", "posting"),
        ("deliveries", "delivery"),
        ("provider_calls", "provider_call"),
        ("admin_actions", "journal WHERE actor LIKE 'admin:%'"),
        ("shelf_orders", "unowned_order WHERE state IN ('expected', 'shelf', 'sold')"),
        ("foreign_orders", "unowned_order WHERE state IN ('foreign', 'adopted')"),
    ):
        count = ask(exported, f"SELECT count(*) FROM {theirs}")
        assert count == ask(busy, f"SELECT count(*) FROM {ours}")
        assert count > [(0,)]


def test_an_order_reads_plainly(exported: Path) -> None:
    """What was sold to whom, for how much, what it cost, and how it ended, in two clocks."""
    assert ask(
        exported,
        "SELECT id, agent_id, type_name, quantity, total_minor, charged_minor, cost_minor, state,"
        " confirmed_at_utc, confirmed_at_local FROM orders WHERE state = 'partially_filled'",
    ) == [
        (
            *(3, 1, "PSN 10 USD", 2, 290_000, 145_000, 138_000, "partially_filled"),
            *("2026-03-10T12:00:41.000Z", "2026-03-10 13:00:41"),
        )
    ]


def test_the_ledger_has_two_sides(exported: Path) -> None:
    """Debits and credits are columns of their own, and add up to the same."""
    ((debits, credits_, sides),) = ask(
        exported,
        "SELECT sum(debit_minor), sum(credit_minor), max((debit_minor > 0) + (credit_minor > 0))"
        " FROM ledger",
    )
    assert debits == credits_
    assert sides == 1


def test_what_came_to_the_provider(exported: Path) -> None:
    """The opening balance and each deposit, with the provider's own id of it."""
    rows = ask(exported, "SELECT movement, amount_minor FROM provider_deposits ORDER BY entry_id")
    assert rows[0] == ("opening", 25_000_000)
    assert [amount for _, amount in rows[1:]] == [2_000_000]


def test_the_manifest_can_be_made_again(exported: Path) -> None:
    """Anybody can count and hash the rows, without us."""
    says = {str(name): value for name, value in ask(exported, "SELECT name, value FROM manifest")}
    for table in TABLES:
        rows = ask(exported, f"SELECT * FROM {table.name} ORDER BY {table.key}")
        assert says[f"rows.{table.name}"] == str(len(rows))
        lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
        text = "".join(f"{line}\n" for line in lines)
        assert says[f"sha256.{table.name}"] == hashlib.sha256(text.encode()).hexdigest()
    assert says["journal_head"] == ask(exported, "SELECT hash FROM journal ORDER BY seq")[-1][0]
    assert says["made_at_utc"] == "2026-03-10T12:00:00.000Z"
    assert says["timezone"] == "Africa/Algiers"


# --- Its questions --------------------------------------------------------------------------------


def test_daily_sales(exported: Path) -> None:
    """Each day's cards, takings, cost and margin, as the ledger has them."""
    assert ask(
        exported,
        "SELECT day, agent, type_name, orders, cards, sales_minor, cost_minor, margin_minor"
        " FROM daily_sales",
    ) == [
        ("2026-03-10", "Amina", "PSN 10 USD", 4, 7, 1_015_000, 966_000, 49_000),
        ("2026-03-10", "Bilal", "PSN 10 USD", 2, 4, 580_000, 552_000, 28_000),
    ]


def test_agent_statement(exported: Path) -> None:
    """Every movement of a wallet in order; the last balance is the wallet's."""
    what = ask(exported, "SELECT DISTINCT what FROM agent_statement ORDER BY what")
    assert what == [("adjust",), ("hold",), ("release",), ("topup",), ("undo",)]
    ends = "SELECT agent_id, balance_minor, max(entry_id) FROM agent_statement GROUP BY agent_id"
    wallets = ask(exported, "SELECT id, balance_minor FROM agents ORDER BY id")
    assert [row[:2] for row in ask(exported, ends)] == wallets


def test_provider_reconciliation(busy: Path, exported: Path) -> None:
    """Every movement of a provider account, with the provider's id; it ends at our balance."""
    rows = ask(exported, "SELECT what, provider_id FROM provider_reconciliation")
    assert {what for what, _ in rows} == {"opening", "movement", "order", "unowned"}
    orders = {its_id for what, its_id in rows if what == "order"}
    assert orders == {
        row[0]
        for row in ask(
            busy, "SELECT provider_order_id FROM orders WHERE state LIKE '%filled' AND id <> 10"
        )
    }
    unowned = {its_id for what, its_id in rows if what == "unowned"}
    assert unowned == {row[0] for row in ask(busy, "SELECT provider_order_id FROM unowned_order")}
    balances = ask(exported, "SELECT balance_minor FROM provider_reconciliation")
    books = "SELECT sum(amount_minor) FROM posting WHERE account LIKE 'provider:%'"
    assert balances[-1:] == ask(busy, books)


# --- What is not in it ----------------------------------------------------------------------------


def test_nothing_secret_is_exported(busy: Path, exported: Path) -> None:
    """No code, serial, sealed value, index, key, quote, invite or name of a person leaves."""
    secrets: set[bytes] = set()
    for owner, slot, code, serial, index in ask(
        busy, "SELECT owner, slot, sealed_code, sealed_serial, code_index FROM card"
    ):
        assert isinstance(owner, str)
        assert isinstance(slot, int)
        assert isinstance(code, bytes)
        assert isinstance(serial, bytes)
        assert isinstance(index, bytes)
        secrets |= {code, serial, index, index.hex().encode()}
        secrets.add(VAULT.open(code, card_slot(owner, slot, "code")))
        secrets.add(VAULT.open(serial, card_slot(owner, slot, "serial")))
    for question in (
        "SELECT id FROM quote",
        "SELECT value FROM mark WHERE name = 'index-key'",
        "SELECT sealed_exchange FROM provider_call",
    ):
        for (value,) in ask(busy, question):
            secrets.add(value.encode() if isinstance(value, str) else bytes(value))  # type: ignore[call-overload] # a BLOB
    assert len(secrets) > 60
    written = exported.read_bytes()
    assert [one for one in secrets if one in written] == []
    assert b"sealed" not in written
    assert b"Karim" not in written


async def test_no_code_stands_in_the_clear_in_database_or_backup(busy: Path) -> None:
    """Neither the file nor its write-ahead log holds a code, a serial or a key."""
    clear = {bytes(range(32)), bytes(range(32)).hex().encode()}
    for owner, slot, code, serial in ask(
        busy, "SELECT owner, slot, sealed_code, sealed_serial FROM card"
    ):
        assert isinstance(owner, str)
        assert isinstance(slot, int)
        assert isinstance(code, bytes)
        assert isinstance(serial, bytes)
        clear.add(VAULT.open(code, card_slot(owner, slot, "code")))
        clear.add(VAULT.open(serial, card_slot(owner, slot, "serial")))
    for path in busy.parent.glob("wakil.db*"):
        written = path.read_bytes()
        assert [one for one in clear if one in written] == []


# --- The file -------------------------------------------------------------------------------------


async def test_an_export_is_its_owners_alone(busy: Path, tmp_path: Path) -> None:
    """It is one file with the mode 0600, and says in its header what it is."""
    exporter = SqlExporter(busy, timezone=ALGIERS, clock=FakeClock())
    await exporter.export(tmp_path / "audit.db")
    assert (tmp_path / "audit.db").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "audit.db.partial").exists()
    assert ask(tmp_path / "audit.db", "PRAGMA application_id") == [(0x57616B78,)]


async def test_an_export_overwrites_nothing(busy: Path, tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    (tmp_path / "audit.db").write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        await export(busy, tmp_path / "audit.db", timezone=ALGIERS, made_at=NOON)
    assert (tmp_path / "audit.db").read_text() == "precious"


async def test_an_export_is_of_one_moment(busy: Path, tmp_path: Path) -> None:
    """Sales go on while it is made, and none is half in it."""
    path = copied(busy, tmp_path)
    async with SqlStore(path, key_id=VAULT.key_id) as store, store.begin() as work:
        await work.people.add_agent("New", credit_limit=None, currency="DZD", at=NOON)
        await export(path, tmp_path / "audit.db", timezone=ALGIERS, made_at=NOON)
    assert ask(tmp_path / "audit.db", "SELECT count(*) FROM agents") == [(2,)]


async def test_an_export_of_nothing(tmp_path: Path, busy: Path) -> None:
    """A missing database, or one of another revision, leaves no file behind."""
    to = tmp_path / "audit.db"
    with pytest.raises(StoreError, match="is not there"):
        await export(tmp_path / "nowhere.db", to, timezone=ALGIERS, made_at=NOON)
    (tmp_path / "empty.db").touch()
    with pytest.raises(SchemaMismatch, match="is at revision 0000, not 0002: bring it up to date"):
        await export(tmp_path / "empty.db", to, timezone=ALGIERS, made_at=NOON)
    broken = copied(busy, tmp_path)
    with closing(sqlite3.connect(broken)) as file:
        file.execute("ALTER TABLE agent RENAME TO agencies")
    with pytest.raises(StoreError, match=r"copy\.db: no such table: source\.agent\.$"):
        await export(broken, to, timezone=ALGIERS, made_at=NOON)
    assert not to.exists()


async def test_a_first_day_can_be_exported(store: SqlStore, tmp_path: Path) -> None:
    """An empty journal has the head that its first event will be chained to."""
    await export(store.path, tmp_path / "audit.db", timezone=ALGIERS, made_at=NOON)
    head = "SELECT value FROM manifest WHERE name = 'journal_head'"
    assert ask(tmp_path / "audit.db", head) == [("00" * 32,)]


def test_the_document_explains_every_column() -> None:
    """docs/audit.md names each table and column, so that an auditor needs nobody."""
    words = DOCUMENT.read_text("utf-8")
    for table in TABLES:
        assert f"### `{table.name}`" in words
        section = words.split(f"### `{table.name}`")[1].split("\n### ")[0]
        for column in table.columns:
            name = column.name.removesuffix("_utc").removesuffix("_local")
            assert f"`{name}`" in section, (table.name, name)
