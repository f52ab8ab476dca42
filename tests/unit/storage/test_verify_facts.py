"""What the journal has to tell so that one changed row is found, whatever agrees with it."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.orders import OrderState
from bot.domain.verifying import Check
from bot.ports.provider import Line
from storage.verify import Means, verify
from tests.engine import ADMIN, PSN_10
from tests.fakes.provider import Held, Lost
from tests.unit.storage.busy_shop import VAULT, new_shop
from tests.unit.storage.tampering import copied, unguarded
from tests.unit.storage.wide_shop import MINUTE, make_restored_shop, make_wide_shop


@pytest.fixture(scope="session")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a shop at two accounts in two currencies; each test works on a copy."""
    path = tmp_path_factory.mktemp("wide") / "wakil.db"
    asyncio.run(make_wide_shop(path))
    return path


@pytest.fixture(scope="session")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a shop in restore mode."""
    path = tmp_path_factory.mktemp("restored") / "wakil.db"
    asyncio.run(make_restored_shop(path))
    return path


@dataclass(frozen=True, slots=True)
class Change:
    """A change by hand, and the check, table and row (or the SQL that finds it) to be named."""

    sql: str
    check: Check
    table: str
    row: str

    def __str__(self) -> str:
        return self.sql.removeprefix("UPDATE posting SET account = ")

    def on(self, path: Path) -> tuple[str, str, str]:
        """Do it past every guard; gives what must be named for it."""
        with closing(unguarded(path)) as file:
            row = self.row
            if row.startswith("SELECT"):
                (row,) = file.execute(row).fetchone()
            for statement in self.sql.split("; "):
                assert file.execute(statement).rowcount > 0, statement
        return self.check, self.table, str(row)


async def faults(path: Path) -> set[tuple[str, str, str]]:
    """Name what is wrong with a file that was opened past its guards."""
    report = await verify(path, Means(vault=VAULT))
    return {
        (one.check, one.table, one.row)
        for one in report.findings
        if not one.is_warning and one.check is not Check.GUARDS
    }


FOREIGN = "SELECT provider_order_id FROM unowned_order WHERE state = 'foreign'"
SHELVED = "SELECT provider_order_id FROM unowned_order WHERE state = 'shelf'"
DUE = "SELECT id FROM delivery WHERE kind = 'receipt' AND state = 'due'"
UNKNOWN = "SELECT id FROM orders WHERE state = 'unknown'"
ENTRY = "SELECT min(id) FROM entry WHERE key GLOB '{}'"
LINE_OF = "UPDATE posting SET account = '{}' WHERE account GLOB '{}' AND entry_id = ({})"


def turned(account: str, into: str, key: str) -> str:
    """Move a line of an entry to another account."""
    return LINE_OF.format(into, account, ENTRY.format(key))


LOOKED_FOR = (
    Change("UPDATE orders SET reference = 'x' WHERE state = 'unknown'", Check.TOLD, "orders", "4"),
    *(
        Change(f"UPDATE orders SET {change} WHERE state = 'unknown'", Check.TOLD, "orders", UNKNOWN)
        for change in (
            "sending_at = sending_at - 86400000",
            "sending_at = NULL",
            "sent_until = sent_until + 60000",
            "sent_until = NULL",
            "provider_ahead = 600000",
            "absent_at = absent_at - 60000",
            "absent_at = NULL",
        )
    ),
    Change("UPDATE orders SET sending_at = 1 WHERE id = 1", Check.TOLD, "orders", "1"),
    Change("UPDATE orders SET sent_until = 1 WHERE id = 2", Check.TOLD, "orders", "2"),
)

SHAPES = (
    Change(
        "INSERT INTO entry SELECT 900, 'order:1:cost:99', at, actor, 1, '', 0, currency, 2, 0"
        " FROM entry WHERE id = 1; INSERT INTO posting VALUES (900, 1, 'cash', 100, 100),"
        " (900, 2, 'provider:memory:sandbox', -100, 0)",
        *(Check.ENTRIES, "entry", "900"),
    ),
    *(
        Change(turned(account, into, key), Check.ENTRIES, "entry", ENTRY.format(key))
        for account, into, key in (
            ("provider:*", "provider:other:sandbox", "order:1:cost:*"),
            ("provider:*", "stock:memory:sandbox", "order:1:cost:*"),
            ("cash", "adjustments", "topup:*"),
            ("wallet:1", "sales", "topup:1:7"),
            ("sales", "adjustments", "order:1:capture:*"),
            ("held:1", "held:2", "order:2:release"),
            ("wallet:1", "wallet:2", "order:1:hold"),
            ("cash", "sales", "provider:*:opening"),
            ("provider:*", "provider:memory:sandbox", "provider:other:*:opening"),
        )
    ),
    *(
        Change(
            f"UPDATE entry SET currency = '{currency}' WHERE key GLOB '{key}'",
            *(check, "entry", ENTRY.format(key)),
        )
        for currency, key, check in (
            ("EUR", "order:1:hold", Check.ENTRIES),
            ("DZD", "order:1:cost:*", Check.ENTRIES),
            ("USD", "topup:1:7", Check.ENTRIES),
            ("DZD", "provider:memory:*:opening", Check.BOOKED),
            ("USD", "provider:other:*:opening", Check.BOOKED),
        )
    ),
    Change(
        turned("provider:*", "provider:other:sandbox", "unowned:*a"),
        *(Check.ORDER_MONEY, "unowned_order", FOREIGN),
    ),
    Change(turned("stock:*", "cash", "shelf:*"), *(Check.ORDER_MONEY, "unowned_order", SHELVED)),
    Change(
        f"DELETE FROM posting WHERE entry_id = ({ENTRY.format('unowned:*a')});"
        " DELETE FROM entry WHERE key GLOB 'unowned:*a'",
        *(Check.ORDER_MONEY, "unowned_order", FOREIGN),
    ),
    Change(
        f"DELETE FROM posting WHERE entry_id = ({ENTRY.format('shelf:*')});"
        " DELETE FROM entry WHERE key GLOB 'shelf:*'",
        *(Check.ORDER_MONEY, "unowned_order", SHELVED),
    ),
    Change(
        "INSERT INTO entry SELECT 901, 'undo:' || key, at, actor, NULL, '', 0, currency, 2, 0"
        " FROM entry WHERE key GLOB 'unowned:*a'; INSERT INTO posting SELECT 901, line, account,"
        f" -amount_minor, -sum_minor FROM posting WHERE entry_id = ({ENTRY.format('unowned:*a')})",
        *(Check.ORDER_MONEY, "entry", ENTRY.format("unowned:*a")),
    ),
)

OWED = (
    Change(
        "UPDATE delivery SET state = 'dropped' WHERE state = 'due' AND kind = 'receipt'",
        Check.RECEIPTS,
        "delivery",
        DUE,
    ),
    Change(
        "UPDATE delivery SET state = 'parked' WHERE state = 'due' AND kind = 'receipt'",
        Check.RECEIPTS,
        "delivery",
        DUE,
    ),
    Change(
        "UPDATE delivery SET due_at = 32503680000000 WHERE state = 'due' AND kind = 'receipt'",
        Check.RECEIPTS,
        "delivery",
        DUE,
    ),
)

PEOPLE = (
    Change("INSERT INTO member VALUES (666, 1, 1)", Check.TOLD, "member", "666"),
    Change("UPDATE member SET agent_id = 2 WHERE agent_id = 1", Check.TOLD, "member", "7"),
    Change(
        "DELETE FROM member WHERE agent_id = 1",
        Check.TOLD,
        "journal",
        "SELECT seq FROM journal WHERE action = 'access.approved' AND subject = 'person:7'",
    ),
    Change(
        "INSERT INTO agent (id, name, created_at) VALUES (77, 'x', 1);"
        " INSERT INTO wallet VALUES (77, 'DZD', 0, 0, NULL)",
        Check.TOLD,
        "agent",
        "77",
    ),
    Change(
        "UPDATE wallet SET credit_limit_minor = NULL WHERE agent_id = 2", Check.TOLD, "wallet", "2"
    ),
    Change(
        "UPDATE wallet SET credit_limit_minor = 0 WHERE agent_id = 1", Check.TOLD, "wallet", "1"
    ),
    Change("UPDATE agent SET margin_bp = 0 WHERE id = 2", Check.TOLD, "agent", "2"),
)

MARKS = (
    *(
        Change(f"INSERT INTO mark VALUES ('{name}', '0')", Check.TOLD, "mark", name)
        for name in ("default-margin-bp", "restored", "restore-read", "backed-up", "paused")
    ),
    Change("UPDATE mark SET value = '99' WHERE name = 'epoch'", Check.TOLD, "mark", "epoch"),
    Change("UPDATE orders SET unit_cost_currency = 'DZD' WHERE id = 1", Check.TOLD, "orders", "1"),
    Change(
        "UPDATE orders SET unit_cost_currency = 'DZD', rate_millionths = NULL WHERE id = 1",
        Check.TOLD,
        "orders",
        "1",
    ),
    Change("UPDATE orders SET rate_millionths = NULL WHERE id = 1", Check.TOLD, "orders", "1"),
)

UNOWNED = (
    *(
        Change(
            f"UPDATE unowned_order SET {change} WHERE state = '{state}'",
            Check.OWNERS,
            "unowned_order",
            row,
        )
        for state, row, change in (
            ("foreign", FOREIGN, "state = 'adopted'"),
            ("foreign", FOREIGN, "state = 'adopted', amount_minor = 0"),
            ("foreign", FOREIGN, "state = 'expected'"),
            ("foreign", FOREIGN, "quantity = 5"),
            ("shelf", SHELVED, "state = 'adopted'"),
            ("shelf", SHELVED, "state = 'foreign'"),
            ("shelf", SHELVED, "type_key = 'psn-50'"),
            ("shelf", SHELVED, "product_key = 'other'"),
            ("shelf", SHELVED, "quantity = 1"),
            ("shelf", SHELVED, "cards = 1"),
            ("shelf", SHELVED, "provider = 'other'"),
        )
    ),
)

EVIDENCE = (
    *(
        Change(
            f"UPDATE card SET {change} WHERE owner GLOB '{owner}' AND slot = 1",
            Check.KEPT_CARDS,
            "card",
            f"SELECT owner FROM card WHERE owner GLOB '{owner}'",
        )
        for owner in ("order:1", "shelf:*")
        for change in ("sealed_serial = NULL, serial_key_id = NULL", "valid_until = '2020-01-01'")
    ),
    Change("DELETE FROM provider_call WHERE order_id = 1", Check.OWNERS, "provider_call", "1/1"),
    Change(
        "UPDATE provider_call SET outcome = 'refused' WHERE order_id = 4",
        Check.OWNERS,
        "provider_call",
        "4/1",
    ),
    Change(
        "UPDATE provider_call SET code = 'other' WHERE order_id = 4",
        Check.OWNERS,
        "provider_call",
        "4/1",
    ),
    Change(
        "UPDATE provider_call SET attempt = 2 WHERE order_id = 1",
        Check.OWNERS,
        "provider_call",
        "1/2",
    ),
)

ALL = (*LOOKED_FOR, *SHAPES, *OWED, *PEOPLE, *MARKS, *UNOWNED, *EVIDENCE)


@pytest.mark.parametrize("change", ALL, ids=str)
async def test_a_fact_that_was_changed_by_hand_is_named(
    wide: Path, tmp_path: Path, change: Change
) -> None:
    """Whoever changes what an order is found by, an entry's account or a right is given away."""
    path = copied(wide, tmp_path)
    expected = change.on(path)
    assert expected in await faults(path)


RECEIVED = (
    Change("DELETE FROM recipient", Check.TOLD, "orders", "6"),
    Change(
        "INSERT INTO recipient SELECT quote_id, x'00', 'k2' FROM orders WHERE id = 7",
        *(Check.TOLD, "orders", "7"),
    ),
    Change(
        "UPDATE mark SET value = '{}' WHERE name = 'provider-tokens'",
        *(Check.TOLD, "mark", "provider-tokens"),
    ),
    Change(
        "UPDATE orders SET provider_message = 'it has an-access-token in it' WHERE id = 2",
        *(Check.CODES, "orders", "2"),
    ),
    Change(
        "UPDATE unowned_order SET cards = 1 WHERE state = 'sold'",
        *(Check.OWNERS, "unowned_order", SHELVED.replace("'shelf'", "'sold'")),
    ),
    Change("DELETE FROM provider_call WHERE attempt = 2", Check.OWNERS, "provider_call", "7/2"),
)


@pytest.mark.parametrize("change", RECEIVED, ids=str)
async def test_what_was_kept_is_not_thrown_away(busy: Path, tmp_path: Path, change: Change) -> None:
    """Receivers, tokens and calls are kept for good, and a token stands nowhere in clear."""
    path = copied(busy, tmp_path)
    expected = change.on(path)
    assert expected in await faults(path)


RESTORED = (
    *(
        Change(f"DELETE FROM mark WHERE name = '{name}'", Check.TOLD, "mark", name)
        for name in ("restored", "backed-up")
    ),
    *(
        Change(f"UPDATE mark SET value = value + 1 WHERE name = '{name}'", Check.TOLD, "mark", name)
        for name in ("restored", "backed-up", "restore-read")
    ),
)


@pytest.mark.parametrize("change", RESTORED, ids=str)
async def test_restore_mode_does_not_end_unseen(
    restored: Path, tmp_path: Path, change: Change
) -> None:
    """Nobody sells from an old copy because a mark was taken out of it."""
    path = copied(restored, tmp_path)
    expected = change.on(path)
    assert expected in await faults(path)


async def test_wide_and_restored_shops_are_clean(wide: Path, restored: Path) -> None:
    """Two accounts, two currencies, cards on the shelf, a copy that was read back: all agrees."""
    assert await faults(wide) == set()
    assert await faults(restored) == set()


async def test_cards_that_are_shown_again_agree(path: Path) -> None:
    """The last cards are owed a second time with the end of an order whose counts disagreed."""
    async with new_shop(path) as shop:
        shop.provider.handling = True
        order = await shop.buy()
        shop.provider.settle(shop.last_placed, filled=1)
        shop.last_placed.shown = {"fulfilled_quantity": 2}
        await shop.rest()
        await shop.works.counter.resolving.settle(order.id, ADMIN)
        assert await faults(path) == set()
        await shop.rest()
        await shop.works.deliveries.idle()
        assert [one.state for one in await shop.deliveries(order.id)] == ["sent", "sent"]
    assert await faults(path) == set()
    with closing(unguarded(path)) as file:
        (last,) = file.execute("SELECT max(id) FROM delivery WHERE kind = 'receipt'").fetchone()
        file.execute("UPDATE delivery SET state = 'due', sent_at = NULL WHERE id = ?", (last,))
    assert (Check.RECEIPTS, "delivery", str(last)) in await faults(path)


async def test_an_order_that_was_adopted_by_an_admin_agrees(path: Path) -> None:
    """A foreign order that an unknown one turns out to be is taken off the unexplained."""
    async with new_shop(path) as shop:
        shop.clock.advance(MINUTE)
        line = Line(product_key="psn", type_key=PSN_10, quantity=2)
        foreign = shop.provider.buy_elsewhere(line)
        await shop.sweep()
        shop.clock.advance(MINUTE)
        shop.provider.answers.append(Lost(committed=False))
        order = await shop.buy()
        await shop.works.counter.resolving.adopt(order.id, foreign.id, ADMIN)
        await shop.rest()
        assert (await shop.order(order.id)).state is OrderState.FULFILLED
        await shop.works.deliveries.idle()
    assert await faults(path) == set()
    with closing(unguarded(path)) as file:
        (entry,) = file.execute("SELECT id FROM entry WHERE key GLOB 'undo:unowned:*'").fetchone()
        (booked,) = file.execute("SELECT id FROM entry WHERE key GLOB 'unowned:*'").fetchone()
        file.execute("DELETE FROM posting WHERE entry_id = ?", (entry,))
        file.execute("DELETE FROM entry WHERE id = ?", (entry,))
    assert (Check.ORDER_MONEY, "entry", str(booked)) in await faults(path)


UNTOLD = {
    "order.confirmed": ("reference", "currency", "cost_currency", "rate_millionths"),
    "order.sending": ("recipient",),
    "order.unknown": ("sent_until_ms", "ahead_ms"),
    "order.absent-once": ("began_ms",),
    "order.fulfilled": ("kept",),
    "access.approved": ("agent", "limit_minor"),
    "foreign.seen": ("provider", "environment", "product", "type"),
    "shelf.stocked": ("provider", "environment", "product", "type", "quantity", "kept"),
    "provider.opened": ("amount_minor", "currency"),
    "provider.moved": ("currency",),
    "provider.tokens-renewed": ("environment",),
    "restore.entered": ("backed_up_ms",),
    "cards.shown": ("delivery",),
}
"""What an earlier version did not tell."""


def forget(file: sqlite3.Connection) -> None:
    """Take out of the journal what an earlier version did not tell."""
    for action, names in UNTOLD.items():
        paths = ", ".join(f"'$.{name}'" for name in names)
        file.execute(
            f"UPDATE journal SET details = json_remove(details, {paths}) WHERE action = ?",  # ours
            (action,),
        )
    file.execute("UPDATE journal SET action = 'shelf.nothing' WHERE action = 'shelf.expected'")
    file.execute("UPDATE journal SET action = 'restore.nothing' WHERE action = 'restore.read'")


@pytest.mark.parametrize("name", ["wide", "restored", "busy"])
async def test_the_journal_of_an_earlier_version_is_believed(
    request: pytest.FixtureRequest, tmp_path: Path, name: str
) -> None:
    """What was not journaled then is no fault now: nothing but the broken chain is found."""
    path = copied(request.getfixturevalue(name), tmp_path)
    with closing(unguarded(path)) as file:
        forget(file)
    assert {check for check, _, _ in await faults(path)} <= {Check.CHAIN}


async def test_an_answer_that_could_not_be_kept_is_not_missed(path: Path) -> None:
    """A call of which a full disk kept nothing is told by the journal alone."""
    async with new_shop(path) as shop:
        shop.provider.answers.append(held := Held())
        order = await shop.confirm()
        await shop.works.placing.step()
        await held.begun.wait()
        (placing,) = shop.works.placing._busy.values()
        placing.cancel()
        await shop.works.placing.idle()
        await shop.works.placing.step()
        assert (await shop.order(order.id)).state is OrderState.UNKNOWN
    assert await faults(path) == set()
