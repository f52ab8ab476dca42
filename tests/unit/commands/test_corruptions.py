import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.commands import verify
from bot.domain.audit import Event, chain
from bot.domain.instants import from_ms
from bot.domain.verifying import ONLINE, Check
from bot.services.keeping import card_slot
from bot.settings import ROOT
from tests.unit.commands.conftest import KEYS, OLD_KEY, Folder
from tests.unit.storage.busy_shop import VAULT
from tests.unit.storage.tampering import unguarded

Corrupt = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True)
class Corruption:
    """A change by hand, and the check, table and row (or the SQL that finds it) to be named."""

    what: str
    change: Corrupt
    check: Check
    table: str
    row: str

    def __str__(self) -> str:
        return self.what

    def on(self, path: Path) -> tuple[str, str, str]:
        """Do it past every guard; gives what must be named for it."""
        with closing(unguarded(path)) as file:
            row = self.row
            if row.startswith("SELECT"):
                (row,) = file.execute(row).fetchone()
            self.change(file)
        return self.check, self.table, str(row)


def by(*statements: str) -> Corrupt:
    """Change by SQL."""

    def change(file: sqlite3.Connection) -> None:
        for statement in statements:
            assert file.execute(statement).rowcount != 0, statement

    return change


def unconstrained(table: str, *statements: str) -> Corrupt:
    """Change by SQL a table that was made anew without its constraints."""
    anew = (
        f"CREATE TABLE anew AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE anew RENAME TO {table}",
    )
    return by(*anew, *statements)


def forge_event(file: sqlite3.Connection) -> None:
    """Change what an event says, and give it the hash that it should have."""
    seq, at, actor, action, subject, details, previous = file.execute(
        "SELECT seq, at, actor, action, subject, details, previous FROM journal"
        " WHERE action = 'wallet.moved' AND details LIKE '%topup:1:7%'"
    ).fetchone()
    forged = json.loads(details) | {"amount_minor": 1}
    event = Event(at=from_ms(at), actor=actor, action=action, subject=subject, details=forged)
    text = json.dumps(forged, sort_keys=True, separators=(",", ":"))
    file.execute(
        "UPDATE journal SET details = ?, hash = ? WHERE seq = ?",
        (text, chain(seq, event, previous), seq),
    )


def release_hold(file: sqlite3.Connection) -> None:
    """Give back an open order's hold, with an entry and a wallet that agree."""
    (total,) = file.execute(
        "SELECT quantity * unit_price_minor FROM orders WHERE id = 11"
    ).fetchone()
    (entry,) = file.execute("SELECT max(id) + 1 FROM entry").fetchone()
    file.execute(
        "INSERT INTO entry VALUES (?, 'order:11:release', 0, 'wakil', 11, '', 0, 'DZD', 2, 0)",
        (entry,),
    )
    file.executemany(
        "INSERT INTO posting VALUES (?, ?, ?, ?, ?)",
        [(entry, 1, "held:1", total, total), (entry, 2, "wallet:1", -total, 0)],
    )
    file.execute(
        "UPDATE wallet SET held_minor = held_minor - ?, balance_minor = balance_minor + ?"
        " WHERE agent_id = 1",
        (total, total),
    )


def leave_sending(file: sqlite3.Connection) -> None:
    """Leave an order sending, as a start that forgot to take it up would."""
    file.execute("UPDATE orders SET state = 'sending' WHERE id = 12")
    file.execute(
        "INSERT INTO journal SELECT seq + 1, at, 'wakil', 'bot.started', 'shop', '{\"epoch\":2}',"
        " hash, randomblob(32) FROM journal ORDER BY seq DESC LIMIT 1"
    )


def write_in_clear(file: sqlite3.Connection) -> None:
    """Write a code where a provider's words stand."""
    (sealed,) = file.execute(
        "SELECT sealed_code FROM card WHERE owner = 'order:1' AND slot = 2"
    ).fetchone()
    code = VAULT.open(sealed, card_slot("order:1", 2, "code")).decode()
    file.execute(
        "UPDATE orders SET provider_message = ? WHERE id = 6", (f"no more after <{code}>.",)
    )


def swap(table: str, columns: str, one: str, other: str) -> Corrupt:
    """Swap columns of two rows."""

    def change(file: sqlite3.Connection) -> None:
        rows = [
            file.execute(f"SELECT {columns} FROM {table} WHERE {where}").fetchone()
            for where in (one, other)
        ]
        assert None not in rows
        assert rows[0] != rows[1]
        names = ", ".join(f"{name} = ?" for name in columns.split(", "))
        for where, values in zip((other, one), rows, strict=True):
            file.execute(f"UPDATE {table} SET {names} WHERE {where}", values)

    return change


CARD = "owner = 'order:{}' AND slot = {}"
RECIPIENT = "quote_id = (SELECT quote_id FROM orders WHERE id = {})"
ENTRY = "SELECT id FROM entry WHERE key = '{}'"
RECEIPT = "SELECT min(id) FROM delivery WHERE kind = 'receipt' AND state = 'sent'"
FOREIGN = "SELECT provider_order_id FROM unowned_order WHERE state = 'foreign'"

CORRUPTIONS = (
    Corruption(
        "a changed amount in an entry",
        by(
            "UPDATE posting SET amount_minor = amount_minor + 100 WHERE line = 1"
            f" AND entry_id = ({ENTRY.format('order:1:capture:2')})"
        ),
        *(Check.ENTRIES, "entry", ENTRY.format("order:1:capture:2")),
    ),
    Corruption(
        "a deleted posting",
        by(f"DELETE FROM posting WHERE line = 2 AND entry_id = ({ENTRY.format('order:2:hold')})"),
        *(Check.ENTRIES, "entry", ENTRY.format("order:2:hold")),
    ),
    Corruption(
        "an entry that nothing explains",
        by(
            "INSERT INTO entry VALUES (900, 'gift:1', 0, 'wakil', NULL, '', 0, 'DZD', 2, 0)",
            "INSERT INTO posting VALUES (900, 1, 'cash', -5, -5), (900, 2, 'adjustments', 5, 0)",
        ),
        *(Check.BOOKED, "entry", "900"),
    ),
    Corruption(
        "an undoing of another amount",
        by(
            "INSERT INTO entry SELECT 901, 'undo:' || key, at, actor, NULL, '', 0, currency, 2, 0"
            " FROM entry WHERE key LIKE 'unowned:%' LIMIT 1",
            "INSERT INTO posting VALUES (901, 1, 'provider:memory:sandbox', 5, 5),"
            " (901, 2, 'unexplained:memory:sandbox', -5, 0)",
        ),
        *(Check.BOOKED, "entry", "901"),
    ),
    Corruption(
        "a changed wallet balance",
        by("UPDATE wallet SET balance_minor = balance_minor + 1 WHERE agent_id = 2"),
        *(Check.WALLETS, "wallet", "2"),
    ),
    Corruption("a released hold", release_hold, Check.ORDER_MONEY, "orders", "11"),
    Corruption(
        "a deleted event",
        by("DELETE FROM journal WHERE seq = 10"),
        *(Check.CHAIN, "journal", "11"),
    ),
    Corruption(
        "a forged hash",
        by("UPDATE journal SET hash = randomblob(32) WHERE seq = 12"),
        *(Check.CHAIN, "journal", "12"),
    ),
    Corruption(
        "an altered event",
        by("UPDATE journal SET details = replace(details, '2', '3') WHERE seq = 12"),
        *(Check.CHAIN, "journal", "12"),
    ),
    Corruption(
        "an event altered with its hash",
        forge_event,
        Check.BOOKED,
        "entry",
        ENTRY.format("topup:1:7"),
    ),
    Corruption(
        "another state",
        by("UPDATE orders SET state = 'refunded', cards = 0 WHERE id = 1"),
        *(Check.LIVES, "orders", "1"),
    ),
    Corruption("an order left sending", leave_sending, Check.STUCK, "orders", "12"),
    Corruption(
        "a quote spent twice",
        unconstrained(
            "orders",
            "UPDATE orders SET quote_id = (SELECT quote_id FROM orders WHERE id = 1) WHERE id = 7",
        ),
        *(Check.QUOTES, "orders", "7"),
    ),
    Corruption(
        "a provider order with two orders",
        unconstrained(
            "orders",
            "UPDATE orders SET provider_order_id ="
            " (SELECT provider_order_id FROM orders WHERE id = 1) WHERE id = 2",
        ),
        *(Check.OWNERS, "orders", "2"),
    ),
    Corruption(
        "a lost foreign order",
        by("DELETE FROM unowned_order WHERE state = 'foreign'"),
        *(Check.OWNERS, "unowned_order", FOREIGN),
    ),
    Corruption(
        "a deleted card",
        by(f"DELETE FROM card WHERE {CARD.format(1, 2)}"),
        *(Check.KEPT_CARDS, "orders", "1"),
    ),
    Corruption(
        "a copied card",
        by(
            "INSERT INTO card SELECT 'order:3', 2, code_index, sealed_code, sealed_serial,"
            " code_key_id, serial_key_id, sealed_pin, pin_key_id, valid_until FROM card"
            f" WHERE {CARD.format(1, 1)}"
        ),
        *(Check.KEPT_CARDS, "card", "order:3/2"),
    ),
    Corruption(
        "two swapped cards",
        swap("card", "sealed_code, sealed_serial", CARD.format(1, 1), CARD.format(2, 1)),
        *(Check.SEALS, "card", "order:2/1"),
    ),
    Corruption(
        "two swapped phone numbers",
        swap("recipient", "sealed_phone", RECIPIENT.format(5), RECIPIENT.format(6)),
        *(Check.SEALS, "recipient", "SELECT quote_id FROM orders WHERE id = 5"),
    ),
    Corruption(
        "two swapped hashes",
        swap("card", "code_index", CARD.format(1, 1), CARD.format(2, 1)),
        *(Check.SEALS, "card", "order:1/1"),
    ),
    Corruption(
        "a moved exchange",
        swap("provider_call", "sealed_exchange", "order_id = 1", "order_id = 2"),
        *(Check.SEALS, "provider_call", "1/1"),
    ),
    Corruption(
        "a card under another key's name",
        by(f"UPDATE card SET code_key_id = 'k1' WHERE {CARD.format(8, 1)}"),
        *(Check.SEALS, "card", "order:8/1"),
    ),
    Corruption(
        "a lost index key",
        by("UPDATE mark SET value = 'no key' WHERE name = 'index-key'"),
        *(Check.SEALS, "mark", "index-key"),
    ),
    Corruption(
        "lost tokens",
        by("UPDATE mark SET value = 'no tokens' WHERE name = 'provider-tokens'"),
        *(Check.SEALS, "mark", "provider-tokens"),
    ),
    Corruption(
        "tokens of another account",
        by("UPDATE mark SET value = replace(value, 'memory', 'other')"),
        *(Check.SEALS, "mark", "provider-tokens"),
    ),
    Corruption("a code in clear", write_in_clear, Check.CODES, "orders", "6"),
    Corruption(
        "a phone number in clear",
        by("UPDATE orders SET provider_message = 'none at 213555000001' WHERE id = 6"),
        *(Check.CODES, "orders", "6"),
    ),
    Corruption(
        "a receipt that says it was not delivered",
        by(f"UPDATE delivery SET state = 'due' WHERE id = ({RECEIPT})"),
        *(Check.RECEIPTS, "delivery", RECEIPT),
    ),
    Corruption(
        "a receipt without its moment",
        by(f"UPDATE delivery SET sent_at = NULL WHERE id = ({RECEIPT})"),
        *(Check.RECEIPTS, "delivery", RECEIPT),
    ),
    Corruption(
        "a deleted receipt",
        by("DELETE FROM delivery WHERE kind = 'receipt' AND order_id = 1"),
        *(Check.RECEIPTS, "orders", "1"),
    ),
)


def verified_by_command(shop: Folder, *, root: Path = ROOT) -> tuple[int, dict[str, Any]]:
    """Call `python run.py verify --json` as an admin would; gives its exit code and its answer."""
    answer = subprocess.run(
        [sys.executable, root / "run.py", "verify", "--json"],
        env={
            "PYTHONIOENCODING": "utf-8",
            "DATABASE_URL": f"sqlite:///{shop.database}",
            "CARD_KEYS": f"{KEYS},{OLD_KEY}",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.stderr == ""
    return answer.returncode, json.loads(answer.stdout)


def named(answer: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Name the checks and rows of everything that is no mere warning."""
    return {
        (one["check"], one["table"], one["row"])
        for one in answer["findings"]
        if not one["is_warning"]
    }


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=str)
async def test_what_was_changed_by_hand_is_named(
    shop: Folder, capsys: pytest.CaptureFixture[str], corruption: Corruption
) -> None:
    """Whoever changes one row of the books, cards, orders or journal is given away by name."""
    expected = corruption.on(shop.database)
    code = await verify.run(None, json=True, environment=shop.environment, root=shop.root)
    assert expected in named(json.loads(capsys.readouterr().out))
    assert code == 1


@pytest.mark.parametrize("corruption", CORRUPTIONS[::8], ids=str)
def test_the_command_line_names_it_too(shop: Folder, corruption: Corruption) -> None:
    """The process leaves with 1, and its document names the row."""
    expected = corruption.on(shop.database)
    code, answer = verified_by_command(shop)
    assert code == 1
    assert answer["clean"] is False
    assert expected in named(answer)


def test_the_untouched_database_is_clean(shop: Folder) -> None:
    """Every check that needs no provider is made and finds nothing, and no file was made."""
    before = shop.database.read_bytes()
    code, answer = verified_by_command(shop)
    assert (code, answer["clean"], named(answer)) == (0, True, set())
    made = {one["check"] for one in answer["checks"]}
    assert made == set(Check) - ONLINE - {Check.MANIFEST}
    assert answer["unchecked"] == []
    assert answer["summary"]["orders"] == 12
    assert shop.names() == {"wakil.db"}
    assert shop.database.read_bytes() == before


def test_a_dying_database_is_no_missing_one(shop: Folder) -> None:
    """Lost pages and a text that is no text leave with 1 and a whole document, and show no code."""
    with closing(unguarded(shop.database)) as file:
        file.execute(
            "UPDATE orders SET provider_message = CAST(x'534543524554FF' AS TEXT) WHERE id = 6"
        )
        (page,) = file.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'mark'").fetchone()
        (size,) = file.execute("PRAGMA page_size").fetchone()
    with shop.database.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(bytes(size))
    code, answer = verified_by_command(shop)
    assert (code, answer["clean"]) == (1, False)
    assert {("file", "mark", ""), ("file", "orders", "6")} <= named(answer)
    assert "SECRET" not in json.dumps(answer)


async def test_no_finding_shows_a_code(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """The row that holds a code in clear is named, and the code is not repeated."""
    with closing(unguarded(shop.database)) as file:
        write_in_clear(file)
        (message,) = file.execute("SELECT provider_message FROM orders WHERE id = 6").fetchone()
    code = message.partition("<")[2].partition(">")[0]
    assert await verify.run(None, environment=shop.environment, root=shop.root) == 1
    said = capsys.readouterr().out
    assert (
        "FAIL orders 6 holds a code, PIN, serial, phone number or token in clear,"
        " in provider_message" in said
    )
    assert code
    assert code not in said
