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
from storage.verify import verify
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
