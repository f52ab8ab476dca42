import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import SchemaMismatch, StoreError
from storage import schema
from storage.backup import backup, revision_of
from storage.store import SqlStore
from tests.unit.storage.busy_shop import VAULT
from tests.unit.storage.tampering import copied


def dump(path: Path) -> list[str]:
    """Write everything that a database holds."""
    with closing(sqlite3.connect(path)) as file:
        return list(file.iterdump())


def names(folder: Path) -> list[str]:
    """List a folder."""
    return sorted(path.name for path in folder.iterdir())


def overwrite(path: Path, *, at: int) -> None:
    """Damage a file as a dying disk would."""
    with path.open("r+b") as raw:
        raw.seek(at)
        raw.write(b"\xff" * 100)


async def test_a_backup_holds_everything(busy: Path, tmp_path: Path) -> None:
    """It is one file, its owner's alone, with every row and guard of the database."""
    copy = tmp_path / "backup.db"
    await backup(busy, copy)
    assert dump(copy) == dump(busy)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["backup.db"]
    assert revision_of(copy) == len(schema.revisions())


async def test_a_backup_is_of_one_moment(busy: Path, tmp_path: Path) -> None:
    """What is committed is in it, write-ahead log included; what is under way is not."""
    path = copied(busy, tmp_path)
    async with SqlStore(path, key_id=VAULT.key_id) as store:
        async with store.begin() as work:
            await work.marks.set("paused", "committed")
        async with store.begin() as work:
            await work.marks.set("paused", "under way")
            await backup(path, tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        marks = dict(copy.execute("SELECT name, value FROM mark").fetchall())
    assert marks["paused"] == "committed"


async def test_a_backup_overwrites_nothing(busy: Path, tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    there = tmp_path / "backup.db"
    there.write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        await backup(busy, there)
    assert there.read_text() == "precious"


async def test_a_backup_needs_a_place(busy: Path, tmp_path: Path) -> None:
    """A folder that is not there is told in one sentence."""
    with pytest.raises(StoreError, match=r"nowhere/backup\.db cannot be written: No such file"):
        await backup(busy, tmp_path / "nowhere" / "backup.db")


async def test_what_a_killed_backup_left_is_no_obstacle(busy: Path, tmp_path: Path) -> None:
    """The half of an earlier try is taken away."""
    (tmp_path / "backup.db.partial").write_text("half")
    await backup(busy, tmp_path / "backup.db")
    assert names(tmp_path) == ["backup.db"]


async def test_a_backup_of_nothing_leaves_nothing(tmp_path: Path) -> None:
    """A database that cannot be read makes no file."""
    with pytest.raises(StoreError, match="is not there"):
        await backup(tmp_path / "wakil.db", tmp_path / "backup.db")
    assert names(tmp_path) == []


async def test_a_backup_that_does_not_read_back_is_no_backup(busy: Path, tmp_path: Path) -> None:
    """A damaged database is told, not copied and trusted."""
    path = copied(busy, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        (page,) = file.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'journal'"
        ).fetchone()
        (size,) = file.execute("PRAGMA page_size").fetchone()
    overwrite(path, at=(page - 1) * size)
    with pytest.raises(StoreError, match="damaged"):
        await backup(path, tmp_path / "backup.db")
    assert "backup.db" not in names(tmp_path)


async def test_a_file_that_the_system_keeps_from_us(tmp_path: Path) -> None:
    """The system's own reason is told in one sentence."""
    with pytest.raises(StoreError, match=r"File name too long\.$"):
        await backup(tmp_path / ("x" * 300), tmp_path / "backup.db")


def test_the_revision_of_a_file(busy: Path, tmp_path: Path) -> None:
    """An empty file is a database to be; anything else of another program is refused."""
    (tmp_path / "empty.db").touch()
    assert revision_of(tmp_path / "empty.db") == 0
    shutil.copy(busy, tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer:
        newer.execute("PRAGMA user_version = 42")
    with pytest.raises(SchemaMismatch, match="newer version: its revision is 0042"):
        revision_of(tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("PRAGMA application_id = 7")
    with pytest.raises(SchemaMismatch, match="not one of Wakil"):
        revision_of(tmp_path / "other.db")
