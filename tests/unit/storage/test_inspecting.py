import hashlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.errors import StoreError
from storage.files import inspecting
from storage.verify import Means, verify
from tests.fakes.world import NOON
from tests.unit.storage.tampering import copied

SERVING = """
import sqlite3, sys
writer = sqlite3.connect(sys.argv[1], isolation_level=None)
writer.execute("PRAGMA journal_mode = WAL")
writer.execute("INSERT INTO mark VALUES ('written-last', '1')")
print("serving", flush=True)
sys.stdin.readline()
"""


@contextmanager
def served(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another process write the database and keep it open."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVING, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "serving\n"
        try:
            yield process
        finally:
            process.kill()


def contents(folder: Path) -> dict[str, str]:
    """Hash every file of a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def marks(path: Path) -> set[str]:
    """Read the marks, without a trace."""
    with inspecting(path) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM mark")}


async def test_verifying_leaves_no_trace(busy: Path, exported: Path, tmp_path: Path) -> None:
    """Neither a database that nobody serves nor an export gets a log beside it."""
    copied(busy, tmp_path)
    shutil.copy(exported, tmp_path / "audit.db")
    before = contents(tmp_path)
    for name in ("copy.db", "audit.db"):
        assert (await verify(tmp_path / name)).is_clean
    assert contents(tmp_path) == before


async def test_verifying_a_served_database_leaves_no_trace(busy: Path, tmp_path: Path) -> None:
    """What its process has written is seen, and its log and index stay as they are."""
    path = copied(busy, tmp_path)
    with served(path):
        before = contents(tmp_path)
        assert before.keys() == {"copy.db", "copy.db-wal", "copy.db-shm"}
        assert (await verify(path)).is_clean
        assert "written-last" in marks(path)
        assert contents(tmp_path) == before


async def test_verifying_after_a_kill_leaves_no_trace(busy: Path, tmp_path: Path) -> None:
    """What a killed process left is read with its log, and left to the next start to mend."""
    path = copied(busy, tmp_path)
    with served(path) as process:
        process.kill()
        process.wait()
        before = contents(tmp_path)
        assert (await verify(path)).is_clean
        assert "written-last" in marks(path)
        assert contents(tmp_path) == before


def test_a_log_without_its_index_is_not_passed_over(busy: Path, tmp_path: Path) -> None:
    """A database copied by hand may lack its last sales: it is refused, not judged without them."""
    path = copied(busy, tmp_path)
    with served(path) as process:
        process.kill()
    path.with_name("copy.db-shm").unlink()
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=r"copy\.db-wal holds changes, but copy\.db-shm"):
        marks(path)
    assert contents(tmp_path) == before


def serve_while_inspecting(path: Path) -> None:
    """Begin to serve a database while it is read."""
    with (
        inspecting(path) as connection,
        closing(sqlite3.connect(path, isolation_level=None)) as writer,
    ):
        connection.execute("SELECT * FROM mark").fetchall()
        writer.execute("INSERT INTO mark VALUES ('written-last', '1')")


def test_what_is_written_meanwhile_is_not_judged(busy: Path, tmp_path: Path) -> None:
    """A database that begins to be served while it is read is told to be tried again."""
    path = copied(busy, tmp_path)
    with pytest.raises(StoreError, match="was written while it was read: try again"):
        serve_while_inspecting(path)


def test_what_is_gathered_meanwhile_goes_to_no_file(busy: Path, tmp_path: Path) -> None:
    """Large tables and sorted rows stay in memory: a temporary file would hold our books."""
    path = copied(busy, tmp_path)
    with inspecting(path) as connection:
        connection.execute(
            "CREATE TEMP TABLE gathered AS WITH RECURSIVE n (i) AS"
            " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
            " SELECT i, hex(randomblob(50)) AS text FROM n"
        )
        sorting = connection.execute("SELECT text FROM gathered ORDER BY text")
        sorting.fetchone()
        assert [name for name in opened_files() if "etilqs" in name] == []


def opened_files() -> list[str]:
    """Name the files that this process has open, where the system tells."""
    handles = Path("/proc/self/fd").glob("*")
    return [str(handle.readlink()) for handle in handles if handle.is_symlink()]


async def test_a_link_leads_to_what_was_written_last(busy: Path, tmp_path: Path) -> None:
    """The log lies beside the database, not beside a link to it, and is read all the same."""
    path = copied(busy, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(path)
    with served(path):
        assert "written-last" in marks(link)
        assert (await verify(link, Means(in_use_at=NOON))).is_clean
        assert contents(link.parent).keys() == {"link.db"}


def cut_off_in_a_write(path: Path, to: Path) -> Path:
    """Copy a database whose write has begun to reach it, with the journal that undoes it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN")
        writer.execute("UPDATE orders SET provider_message = hex(zeroblob(2000))")
        for ending in ("", "-journal"):
            shutil.copy(path.with_name(path.name + ending), to / f"cut.db{ending}")
        writer.execute("ROLLBACK")
    return to / "cut.db"


def test_a_half_written_file_is_not_judged(busy: Path, tmp_path: Path) -> None:
    """What a killed program left half-written is refused, and told how to be taken back."""
    path = cut_off_in_a_write(copied(busy, tmp_path), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=r"cut\.db is half-written: cut\.db-journal holds"):
        marks(path)
    assert contents(tmp_path) == before
    with closing(sqlite3.connect(path)) as taken_back:
        assert taken_back.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert marks(path)


@pytest.mark.parametrize("left", [b"", bytes(512)], ids=["emptied", "zeroed"])
async def test_a_journal_that_is_done_with_says_nothing(
    busy: Path, tmp_path: Path, left: bytes
) -> None:
    """SQLite may leave its journal empty, or with a header of zeros, when a write has ended."""
    path = copied(busy, tmp_path)
    path.with_name("copy.db-journal").write_bytes(left)
    assert (await verify(path)).is_clean
