"""A shop whose provider is paid in dollars, as verify and the auditor see it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.rates import MILLION
from storage.export import export
from storage.store import SqlStore
from storage.verify import verify
from tests.engine import ADMIN, AMINA
from tests.fakes.provider import MemoryProvider
from tests.fakes.world import NOON, FakeClock
from tests.unit.storage.busy_shop import VAULT, BusyShop
from tests.unit.storage.tampering import Tampering, copied

LAST_ORDER = "SELECT id, rowid FROM orders ORDER BY id DESC"


async def make_shop(path: Path) -> None:
    """Sell by two rates, and have cards on the shelf."""
    clock = FakeClock()
    abroad = MemoryProvider(clock, currency="USD")
    async with SqlStore(path, key_id=VAULT.key_id) as store:
        await store.migrate()
        shop = BusyShop(store=store, clock=clock, others=(abroad,))
        await shop.open()
        await shop.let_in(AMINA, "Amina")
        for millionths in (250 * MILLION, 249_750_000):
            await shop.works.counter.rates.set("USD", millionths, ADMIN)
            await shop.sell()
        await shop.shelve()
        await shop.works.deliveries.idle()


@pytest.fixture(scope="session")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the database once; each test works on a copy."""
    path = tmp_path_factory.mktemp("abroad") / "wakil.db"
    asyncio.run(make_shop(path))
    return path


@pytest.fixture
async def audited(abroad: Path, tmp_path: Path) -> Path:
    """Export it."""
    path = tmp_path / "audit.db"
    await export(abroad, path, timezone=ZoneInfo("Africa/Algiers"), made_at=NOON)
    return path


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    """Ask a file something."""
    with closing(sqlite3.connect(path)) as file:
        return file.execute(question).fetchall()


async def test_two_currencies_agree(abroad: Path, audited: Path) -> None:
    """Dollars and dinars in one ledger are right, in the database and in the export."""
    for path in (abroad, audited):
        report = await verify(path)
        assert (report.findings, report.orders) == ((), 3)


async def test_an_auditor_reads_the_rate_of_each_order(audited: Path) -> None:
    """What a card cost, in what, and by which rate its price was made."""
    columns = "currency, unit_price_minor, unit_cost_minor, unit_cost_currency, rate, cost_minor"
    rows = ask(audited, f"SELECT {columns} FROM orders WHERE cards > 0 ORDER BY id")
    assert rows == [
        ("DZD", 250_000, 950, "USD", "250", 1900),
        ("DZD", 250_000, 950, "USD", "249.75", 1900),
    ]


async def test_a_days_sales_convert_nothing(audited: Path) -> None:
    """Sales stand in dinars and their cost in dollars; a margin of the two is nobody's guess."""
    columns = "currency, orders, cards, sales_minor, cost_minor, margin_minor"
    rows = ask(audited, f"SELECT {columns} FROM daily_sales ORDER BY currency")
    assert rows == [("DZD", 2, 4, 1_000_000, 0, None), ("USD", 0, 0, 0, 3800, None)]


@pytest.mark.parametrize(
    "tampering",
    [
        Tampering(
            "mark",
            "SELECT name, name FROM mark WHERE name LIKE 'rate:%'",
            "UPDATE mark SET value = replace(value, '249750000', '24975000') WHERE name = ?",
        ),
        Tampering(
            "mark",
            "SELECT 'rate:EUR:DZD', name FROM mark WHERE name LIKE 'rate:%'",
            "UPDATE mark SET name = 'rate:EUR:DZD' WHERE name = ?",
        ),
        Tampering(
            "orders", LAST_ORDER, "UPDATE orders SET rate_millionths = 240000000 WHERE rowid = ?"
        ),
        Tampering("orders", LAST_ORDER, "UPDATE orders SET rate_millionths = NULL WHERE rowid = ?"),
        Tampering(
            "unowned_order",
            "SELECT provider_order_id, rowid FROM unowned_order",
            "UPDATE unowned_order SET amount_currency = 'DZD' WHERE rowid = ?",
        ),
    ],
    ids=str,
)
async def test_a_rate_that_was_changed_by_hand_is_named(
    abroad: Path, tmp_path: Path, tampering: Tampering
) -> None:
    """Who lowers a rate past the bot, in force or in an order, is found."""
    path = copied(abroad, tmp_path)
    table, row = tampering.on(path)
    found = {(one.table, one.row) for one in (await verify(path)).findings if not one.is_warning}
    assert (table, row) in found


async def test_a_rate_is_named_in_an_export_too(audited: Path, tmp_path: Path) -> None:
    """A price that was made by a rate before any admin set it is found without the database."""
    path = copied(audited, tmp_path)
    change = "UPDATE orders SET rate = '240' WHERE rowid = ?"
    table, row = Tampering("orders", LAST_ORDER, change).on(path)
    says = [
        one.says for one in (await verify(path)).findings if (one.table, one.row) == (table, row)
    ]
    assert says == [
        "has not the reference, the currencies or the rate that were confirmed",
        "was priced by a rate of USD that nobody had set",
    ]
