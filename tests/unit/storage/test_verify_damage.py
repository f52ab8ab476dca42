"""Verifying what a dying disk, a bad tool or a hand has left: it reports, and never breaks off."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.verifying import Check
from bot.errors import StoreError
from storage.files import inspecting
from storage.store import SqlStore
from storage.verify import Means, Report, verify
from storage.verify.functions import offer_functions
from tests.fakes.vault import MemoryVault
from tests.fakes.world import NOON
from tests.unit.storage.busy_shop import VAULT
from tests.unit.storage.tampering import copied, unguarded

SECRET = "SECRET1234"  # what must not be echoed


def found(report: Report, check: Check) -> list[tuple[str, str, str]]:
    """List what a check has found."""
    return [(one.table, one.row, one.says) for one in report.findings if one.check is check]


def overwrite_page_of(path: Path, table: str) -> None:
    """Overwrite the root page of a table, as a disk that loses a sector does."""
    with closing(sqlite3.connect(path)) as file:
        (page,) = file.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchone()
        (size,) = file.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)


@pytest.mark.parametrize("table", ["orders", "journal", "card", "mark"])
async def test_a_table_whose_pages_are_lost_is_found(
    busy: Path, tmp_path: Path, table: str
) -> None:
    """A database that dies is the one to be told of: each check that needs the table says so."""
    path = copied(busy, tmp_path)
    overwrite_page_of(path, table)
    report = await verify(path, Means(vault=VAULT))
    assert not report.is_clean
    assert (table, "", "is damaged: database disk image is malformed") in found(report, Check.FILE)
    stumbled = [one for one in report.findings if one.says.startswith("cannot be looked through")]
    assert stumbled
    malformed = "database disk image is malformed"
    assert all(
        one.says == f"cannot be looked through for {one.check}: {malformed}" for one in stumbled
    )


async def test_what_is_not_damaged_is_still_checked(busy: Path, tmp_path: Path) -> None:
    """A lost page of the orders hides neither a wallet nor a forged event."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        file.execute("UPDATE journal SET actor = 'admin:2' WHERE seq = 3")
        file.execute("UPDATE wallet SET balance_minor = 1 WHERE agent_id = 1")
    overwrite_page_of(path, "orders")
    report = await verify(path)
    assert ("journal", "3") in {(table, row) for table, row, _ in found(report, Check.CHAIN)}
    assert ("wallet", "1") in {(table, row) for table, row, _ in found(report, Check.WALLETS)}
    assert report.events


async def test_a_file_that_was_cut_short_is_found(busy: Path, tmp_path: Path) -> None:
    """A copy that ran out of room is a damaged database, and no missing one."""
    path = copied(busy, tmp_path)
    os.truncate(path, 100_000)
    report = await verify(path)
    assert report.events is None
    assert ("file", "", "is damaged: database disk image is malformed") in found(report, Check.FILE)
    assert not report.is_clean


async def test_a_table_whose_own_words_make_no_sense_is_found(busy: Path, tmp_path: Path) -> None:
    """SQLite would open nothing of such a file; what else is in it is checked."""
    path = copied(busy, tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_schema SET sql = 'CREATE nonsense' WHERE name = 'alert'")
    report = await verify(path)
    assert any("malformed database schema" in says for _, _, says in found(report, Check.FILE))
    assert report.orders == 12


async def test_a_file_that_lacks_a_table(busy: Path, tmp_path: Path) -> None:
    """What needs the table is told to be missing it, and the rest is checked."""
    path = copied(busy, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("ALTER TABLE mark RENAME TO marks")
    report = await verify(path, Means(vault=VAULT))
    says = "cannot be looked through for told: no such table: main.mark"
    assert ("file", "", says) in found(report, Check.TOLD)
    assert ("table", "mark", "is missing") in found(report, Check.GUARDS)
    assert report.orders == 12


async def test_what_is_sealed_is_opened_as_far_as_it_can_be_read(
    busy: Path, tmp_path: Path
) -> None:
    """A lost table of phone numbers hides no card that was moved."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        file.execute("ALTER TABLE recipient RENAME TO recipients")
        file.execute("UPDATE card SET sealed_code = zeroblob(60) WHERE owner = 'order:1'")
    found_there = found(await verify(path, Means(vault=VAULT)), Check.SEALS)
    says = "cannot be looked through for seals: no such table: main.recipient"
    assert ("file", "", says) in found_there
    assert {row for table, row, _ in found_there if table == "card"} == {"order:1/1", "order:1/2"}


async def test_a_text_that_is_not_utf_8_is_named_and_not_repeated(
    busy: Path, tmp_path: Path
) -> None:
    """Its row is named, and what stands in it is not: it may be a code."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        bad = SECRET.encode() + b"\xff"
        file.execute(
            "UPDATE orders SET provider_message = CAST(? AS TEXT) WHERE id = 6",
            (bad,),
        )
    report = await verify(path, Means(vault=VAULT))
    assert found(report, Check.FILE) == [
        ("orders", "6", "holds a text that is not UTF-8, in provider_message")
    ]
    assert SECRET not in repr(report)


async def test_a_store_does_not_repeat_what_it_cannot_read(busy: Path, tmp_path: Path) -> None:
    """The bot that stumbles over such a row says what is wrong, without the text and its cause."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        bad = SECRET.encode() + b"\xff"
        file.execute("UPDATE mark SET value = CAST(? AS TEXT) WHERE name = 'epoch'", (bad,))
    async with SqlStore(path, key_id=MemoryVault().key_id) as store, store.read() as work:
        with pytest.raises(StoreError, match=r"^a text is not UTF-8$") as told:
            await work.marks.find("epoch")
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


def read_mark(path: Path) -> None:
    """Read a mark as SQLite's own Python does."""
    with inspecting(path) as connection:
        connection.execute("SELECT value FROM mark WHERE name = 'epoch'").fetchone()


def test_a_look_at_a_file_does_not_repeat_what_it_cannot_read(busy: Path, tmp_path: Path) -> None:
    """The sentence names the file, and not the text."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        bad = SECRET.encode() + b"\xff"
        file.execute("UPDATE mark SET value = CAST(? AS TEXT) WHERE name = 'epoch'", (bad,))
    with pytest.raises(StoreError, match=r"copy\.db: a text is not UTF-8\.$"):
        read_mark(path)


@pytest.mark.parametrize("minor", [-(2**63 - 1), 2**63 - 1])
async def test_an_amount_beyond_all_bounds_is_named(busy: Path, tmp_path: Path, minor: int) -> None:
    """A sum that no column could hold is still one, and names its entry, order and wallet."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        (entry,) = file.execute("SELECT id FROM entry WHERE key = 'order:1:hold'").fetchone()
        file.execute("UPDATE posting SET amount_minor = ? WHERE entry_id = ?", (minor, entry))
    report = await verify(path)
    sign = "-" if minor < 0 else ""
    assert (
        "entry",
        str(entry),
        f"adds up to {sign}184467440737095516.14, not to zero",
    ) in found(report, Check.ENTRIES)
    assert ("orders", "1") in {(table, row) for table, row, _ in found(report, Check.ORDER_MONEY)}
    assert "integer overflow" not in repr(report)


async def test_an_amount_of_an_export_beyond_all_bounds_is_named(
    exported: Path, tmp_path: Path
) -> None:
    """An auditor's file is added up again in the same way."""
    path = copied(exported, tmp_path)
    with closing(unguarded(path)) as file:
        file.execute("UPDATE ledger SET debit_minor = ? WHERE debit_minor > 0", (2**63 - 1,))
    report = await verify(path)
    assert "ledger.debits_minor.DZD" in {row for _, row, _ in found(report, Check.MANIFEST)}
    assert found(report, Check.ENTRIES)


async def test_an_event_nested_beyond_all_bounds_is_named(busy: Path, tmp_path: Path) -> None:
    """Details that no reader can follow are no event; the chain goes on after them."""
    path = copied(busy, tmp_path)
    deep = "[" * 100_000 + "]" * 100_000
    with closing(unguarded(path)) as file:
        file.execute("UPDATE journal SET details = ? WHERE seq = 5", (deep,))
    assert found(await verify(path), Check.CHAIN) == [
        ("journal", "5", "cannot be read as an event")
    ]


async def test_tokens_nested_beyond_all_bounds_are_named(busy: Path, tmp_path: Path) -> None:
    """A mark that no reader can follow holds no tokens."""
    path = copied(busy, tmp_path)
    deep = "[" * 100_000 + "]" * 100_000
    with closing(unguarded(path)) as file:
        file.execute("UPDATE mark SET value = ? WHERE name = 'provider-tokens'", (deep,))
    rows = {row for _, row, _ in found(await verify(path, Means(vault=VAULT)), Check.SEALS)}
    assert rows == {"provider-tokens"}


async def test_what_nobody_thought_of_is_a_finding_of_its_check(busy: Path, tmp_path: Path) -> None:
    """An order without any instant cannot be late: the check says so, and the others are made."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        file.execute("UPDATE orders SET listed_lag = -9e18 WHERE id = 1")
    report = await verify(path, Means(in_use_at=NOON))
    says = "holds what cannot be read for stuck (OverflowError)"
    assert found(report, Check.STUCK) == [("file", "", says)]


# --- Guards that were disarmed --------------------------------------------------------------------


async def test_another_step_that_the_trigger_allows_is_found(busy: Path, tmp_path: Path) -> None:
    """The trigger lets an order take the steps that a table lists: the list is a guard too."""
    path = copied(busy, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("INSERT INTO order_step VALUES ('refunded', 'fulfilled')")
        file.execute("DELETE FROM order_step WHERE from_state = 'unknown' AND to_state = 'refused'")
        file.commit()
    assert found(await verify(path), Check.GUARDS) == [
        ("order_step", "refunded/fulfilled", "lets an order take a step that it may not"),
        ("order_step", "unknown/refused", "is missing"),
    ]


@pytest.mark.parametrize("name", ["sqliteXevil", "sqlite_evil"])
async def test_no_name_hides_a_trigger(busy: Path, tmp_path: Path, name: str) -> None:
    """A trigger of somebody's is found whatever it is called, as one of SQLite's own too."""
    path = copied(busy, tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("CREATE TRIGGER evil AFTER UPDATE ON wallet BEGIN SELECT 1; END")
        file.execute("PRAGMA writable_schema = ON")
        file.execute(
            "UPDATE sqlite_schema SET name = ?, sql = replace(sql, 'evil', ?) WHERE name = 'evil'",
            (name, name),
        )
    assert ("trigger", name, "is not as this version makes it") in found(
        await verify(path), Check.GUARDS
    )


async def test_what_sqlite_itself_keeps_is_no_guard(busy: Path, tmp_path: Path) -> None:
    """Statistics that somebody had SQLite gather change nothing."""
    path = copied(busy, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("ANALYZE")
    assert found(await verify(path), Check.GUARDS) == []


def test_a_moving_sum_forgets_what_it_has_passed() -> None:
    """Our sum stands in for SQLite's wherever that may stand, a moving frame included."""
    with closing(sqlite3.connect(":memory:")) as connection:
        offer_functions(connection)
        sums = connection.execute(
            "SELECT sum(column1) OVER (ROWS 1 PRECEDING) FROM"
            f" (VALUES ({2**63 - 1}), ({2**63 - 1}), (NULL), (NULL), (5))"
        ).fetchall()
    assert sums == [(2**63 - 1,), (str(2**64 - 2),), (2**63 - 1,), (None,), (5,)]
