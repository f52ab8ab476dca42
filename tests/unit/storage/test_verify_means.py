import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.cards import Card
from bot.domain.matching import Horizons
from bot.domain.secret import Secret
from bot.domain.verifying import Check, Finding
from bot.services.keeping import Keeper
from bot.vault import KeyRingVault
from storage.engine import WRITER
from storage.verify import Means, Report, verify
from storage.verify.machine import ROOM, check_pragmas, check_room
from tests.fakes.world import NOON
from tests.unit.samples import ACCOUNT
from tests.unit.storage.busy_shop import VAULT
from tests.unit.storage.tampering import copied, unguarded

YEAR = timedelta(days=365)
STRANGER = KeyRingVault((("k9", Secret(bytes(32))),))


def found(report: Report, check: Check) -> list[Finding]:
    """List what a check has found."""
    return [one for one in report.findings if one.check is check]


# --- Sealed values --------------------------------------------------------------------------------


async def test_without_keys_nothing_sealed_is_judged(busy: Path) -> None:
    """A report that opened no card says so, and does not pretend."""
    report = await verify(busy)
    assert {one.check for one in report.unchecked} == {Check.SEALS, Check.CODES}
    assert {one.why for one in report.unchecked} == {"there are no CARD_KEYS to open cards with"}
    assert not {check for check, _ in report.checked} & {Check.SEALS, Check.CODES}


async def test_another_shops_keys_are_no_fault_of_a_copy(busy: Path) -> None:
    """A backup is verified on another machine, whose keys have nothing to do with it."""
    report = await verify(busy, Means(vault=STRANGER))
    assert report.is_clean
    assert {one.why for one in report.unchecked} == {"CARD_KEYS holds none of k2"}


async def test_a_lost_key_is_a_fault_of_the_database_in_use(busy: Path) -> None:
    """Cards that nobody can open any more are told once for the key, with their number."""
    report = await verify(busy, Means(vault=STRANGER, in_use_at=NOON))
    (lost,) = [one for one in found(report, Check.SEALS) if "CARD_KEYS lacks" in one.says]
    assert (lost.table, lost.row) == ("mark", "index-key")
    assert "the key k2, which CARD_KEYS lacks" in lost.says


async def test_a_shop_that_has_sealed_nothing_is_clean(busy: Path, tmp_path: Path) -> None:
    """Before the first card there is no index key and no code to look for."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        for table in ("card", "provider_call"):
            file.execute(f"DELETE FROM {table}")
        file.execute("DELETE FROM mark WHERE name = 'index-key'")
    report = await verify(path, Means(vault=VAULT))
    assert found(report, Check.SEALS) == found(report, Check.CODES) == []


async def test_a_code_that_was_sold_twice_is_found(busy: Path, tmp_path: Path) -> None:
    """In production the second card of the same code is named; the sandbox repeats its codes."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        file.execute("DELETE FROM mark WHERE name = 'index-key'")
        keeper = Keeper(vault=VAULT, index_key=bytes(32))
        for owner in ("order:1", "order:2"):
            card = keeper.seal(owner, 1, Card(code="the same code"))
            file.execute(
                "UPDATE card SET code_index = ?, sealed_code = ?, sealed_serial = NULL"
                " WHERE owner = ? AND slot = 1",
                (card.index, card.sealed_code, owner),
            )
    assert found(await verify(path, Means(vault=VAULT)), Check.CODES) == []
    with closing(unguarded(path)) as file:
        file.execute("UPDATE orders SET environment = 'production'")
    (twice,) = found(await verify(path, Means(vault=VAULT)), Check.CODES)
    assert (twice.row, twice.says) == ("order:2/1", "is the same code as card order:1/1")


# --- Orders that stand still ----------------------------------------------------------------------


async def test_an_order_that_is_unknown_for_long_is_a_warning(busy: Path) -> None:
    """Long after the horizon somebody should settle it; the report says how."""
    explicit = {ACCOUNT.provider: Horizons(least=timedelta(minutes=2), explicit=True)}
    report = await verify(busy, Means(vault=VAULT, horizons=explicit, in_use_at=NOON + YEAR))
    (late,) = found(report, Check.STUCK)
    assert (late.table, late.row, late.is_warning) == ("orders", "12", True)
    assert late.says.endswith("minutes: settle it by /resolve 12")
    assert report.is_clean


async def test_a_copy_is_judged_by_its_own_time(busy: Path, exported: Path) -> None:
    """An order that was just unknown when a backup was made is not old because the backup is."""
    for path in (busy, exported):
        assert found(await verify(path), Check.STUCK) == []


async def test_the_horizon_follows_the_lags_seen(busy: Path, tmp_path: Path) -> None:
    """A provider whose list is slow makes an unknown order odd later; an absurd lag is no lag."""
    path = copied(busy, tmp_path)
    explicit = {ACCOUNT.provider: Horizons(least=timedelta(minutes=2), explicit=True)}
    means = Means(horizons=explicit, in_use_at=NOON + timedelta(hours=3))
    assert found(await verify(path, means), Check.STUCK)
    with closing(unguarded(path)) as file:
        file.execute("UPDATE orders SET listed_lag = 9e15 WHERE id = 1")
    assert found(await verify(path, means), Check.STUCK) == []


# --- The machine ----------------------------------------------------------------------------------


def test_sqlite_does_as_it_is_told() -> None:
    """Every guard that a connection asks for is there; one that SQLite lacks is named."""
    assert list(check_pragmas(WRITER)) == []
    (lacking,) = check_pragmas(("PRAGMA no_such_guard = ON",))
    assert lacking.says == "does not do as told: no_such_guard is None, not ON"
    assert not lacking.is_warning


def test_a_full_disk_is_told_before_it_is() -> None:
    """An update copies the database beside itself: there must be room for that."""
    assert list(check_room(10 * ROOM, needed=ROOM)) == []
    (low,) = check_room(2 * ROOM, needed=3 * ROOM)
    assert low.says == "has 128 MiB left: make room before writes fail"
    assert low.is_warning


async def test_a_database_without_a_log_is_a_warning(busy: Path, tmp_path: Path) -> None:
    """A backup that was put in the database's place gets its log at the next start."""
    path = copied(busy, tmp_path)
    assert found(await verify(path, Means(in_use_at=NOON)), Check.FILE) == []
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
    (odd,) = found(await verify(path, Means(in_use_at=NOON)), Check.FILE)
    assert (odd.table, odd.row, odd.is_warning) == ("file", "file", True)


@pytest.mark.parametrize("check", [Check.KEPT_CARDS, Check.QUOTES, Check.SEALS, Check.GUARDS])
async def test_what_an_export_cannot_tell_is_said(exported: Path, check: Check) -> None:
    """An export holds no card, quote or guard: those checks are left out by name."""
    report = await verify(exported, Means(vault=VAULT))
    assert check in {one.check for one in report.unchecked}
    assert (check, "") not in report.checked
    assert (Check.MANIFEST, "") in report.checked
