"""The power is cut while the database is copied, and while a copy is put in its place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from storage.verify import verify
from tests.powercut.disk import Kept, lay_out
from tests.powercut.record import SYNCS, Kind
from tests.powercut.recorded import Moment, Recorded
from tests.powercut.survey import commit, files_after, look

COPIED, LATER = 40, 130
"""Commits in the backup, and in the database that it replaces: some of those in its log alone."""

CHANCES = dict.fromkeys(SYNCS, 1) | dict.fromkeys((Kind.CREATE, Kind.UNLINK, Kind.TELL), 4)
CHANCES[Kind.RENAME] = 40
"""How many states are looked at after a deed, beside the one that holds nothing unsynced."""

MAKE_SETTINGS = """
import asyncio, sys
from pathlib import Path
from bot.commands import init
asyncio.run(init.run(None, root=Path(sys.argv[1])))
"""

OLD, NEW = (LATER, False), (COPIED, True)
"""How many commits a database holds, and whether it knows that it was restored."""


@pytest.fixture(scope="module")
def commits(shim: Path, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return commit(shim, tmp_path_factory.mktemp("commits"), commits=LATER)


def run(shim: Path, disk: Path, word: str, file: Path) -> Recorded:
    """Run a command of the bot on the database in `disk`."""
    more = {"DATABASE_URL": f"sqlite:///{disk / 'wakil.db'}"}
    record = disk.parent / f"record-{word}"
    return Recorded(shim, disk, record, "run.py", word, str(file), more=more)


def cuts(recorded: Recorded, left: Path) -> Iterator[Moment]:
    """Cut the power often, and most where a name changes hands; `left` is what that leaves."""
    chance = Random(1)
    for moment in recorded.moments():
        if chances := CHANCES.get(moment.deed.kind):
            for kept in (Kept.NOTHING, *(Kept.SOME,) * chances):
                lay_out(moment.disk.cut(kept, chance), left)
                yield moment


def holding(database: Path) -> tuple[int, bool]:
    """Count the commits of a whole database, and tell whether it was restored."""
    numbers, fault = look(database)
    assert fault == "ok"
    with closing(sqlite3.connect(database)) as file:
        restored = file.execute("SELECT 1 FROM mark WHERE name = 'restored'").fetchone()
    return len(numbers), restored is not None


async def test_a_backup_that_was_reported_is_on_the_disk(
    shim: Path, commits: Recorded, tmp_path: Path
) -> None:
    """A copy is whole under its name when `backup` says so, and never half a copy before."""
    disk, left = lay_out(files_after(commits, LATER), tmp_path / "disk"), tmp_path / "left"
    reported = 0
    for moment in cuts(run(shim, disk, "backup", disk / "copy.db"), left):
        copy = left / "copy.db"
        if moment.told or (copy.exists() and copy.stat().st_size):
            assert holding(copy) == OLD
            assert holding(left / "wakil.db") == OLD
            reported += bool(moment.told)
    assert reported > 1
    assert (await verify(left / "copy.db")).findings == ()


async def test_a_restore_is_done_or_not(shim: Path, commits: Recorded, tmp_path: Path) -> None:
    """Wherever it is cut: the old database with all its commits, or the backup, restored."""
    disk, left = lay_out(files_after(commits, COPIED), tmp_path / "disk"), tmp_path / "left"
    run(shim, disk, "backup", tmp_path / "copy.db")
    lay_out(files_after(commits, LATER), disk)
    assert (disk / "wakil.db-wal").stat().st_size > 0
    seen = set()
    for moment in cuts(run(shim, disk, "restore", tmp_path / "copy.db"), left):
        held = holding(left / "wakil.db")
        assert held == NEW or (held == OLD and not moment.told), moment.deed
        seen.add(held)
    assert seen == {OLD, NEW}
    assert (await verify(left / "wakil.db")).findings == ()
    (aside,) = left.glob("wakil.db.replaced.*Z")
    assert holding(aside) == OLD


def test_a_card_key_that_was_made_is_on_the_disk(shim: Path, tmp_path: Path) -> None:
    """The key that seals the first card is not lost with the power: nobody has a copy yet."""
    disk, left = tmp_path / "disk", tmp_path / "left"
    lay_out({".env.example": b"CARD_KEYS=\n"}, disk)
    record = tmp_path / "record"
    made = Recorded(shim, disk, record, "-c", MAKE_SETTINGS, str(disk))
    kept = [(left / ".env").read_bytes() for moment in cuts(made, left) if moment.told]
    assert set(kept) == {(disk / ".env").read_bytes()}
