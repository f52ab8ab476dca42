"""Files of our own beside the database's: read-only looks at one, fresh ones made whole."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.errors import SchemaMismatch, StoreError

SQLITE = sqlite3.sqlite_version_info
"""The SQLite that this Python was built with."""

OLDEST_SQLITE = (3, 38, 0)
"""STRICT tables came with 3.37, JSON for everybody with 3.38."""

_CAREFUL = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA mmap_size = 0",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",  # what is sorted or gathered would go to a file of the system's
)


def read_only(path: Path) -> str:
    """Write the URI that opens a SQLite file, or what a link leads to, and never writes to it."""
    return f"file:{quote(str(path.resolve()))}?mode=ro"


@contextmanager
def looking_at(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a SQLite file read-only, while others may be writing it.

    Nothing is begun: open a transaction for one view of all of it. Raises `StoreError` when it
    cannot be read, `SchemaMismatch` when it is no SQLite file.
    """
    with naming_faults(path):
        _require_file(path)
        with closing(_connect(read_only(path))) as connection:
            yield connection


@contextmanager
def inspecting(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a SQLite file as `looking_at` does, and leave no trace: no file is made or changed.

    Raises `StoreError` when that is not possible, and when the block ends if somebody wrote a
    database meanwhile that was nobody's when it was opened: what was read may be of two moments.
    """
    with naming_faults(path):
        _require_file(path)
        before = _state(path)
        with closing(_connect(without_trace(path))) as connection:
            yield connection
        if not before.is_shared and _state(path) != before:
            raise StoreError(f"{path} was written while it was read: try again.")


def without_trace(path: Path) -> str:
    """Write the URI that reads a SQLite file and neither makes nor changes any.

    SQLite makes the files of a write-ahead log even to read. So where there is none, nobody
    serves the database, and it is read as a file that cannot change; where there is one, its
    index is read as it stands. Raises `StoreError` for a log whose index is missing, and for a
    rollback journal, which says that the file is half-written.
    """
    state = _state(path)
    if state.is_shared:
        return read_only(path) + "&readonly_shm=1"
    if state.lacks_index:
        raise StoreError(
            f"{path}-wal holds changes, but {path.name}-shm is missing: copy a database by "
            "`python run.py backup`, which makes one file of it."
        )
    if state.is_half_written:
        raise StoreError(
            f"{path} is half-written: {path.name}-journal holds what it was before. Wait until "
            "nobody writes it; if that was cut off, open both with SQLite, which takes it back."
        )
    return read_only(path) + "&immutable=1"


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """How a database lies there; `is_shared` when somebody may be serving it."""

    is_shared: bool
    lacks_index: bool
    is_half_written: bool
    written_ns: int
    inode: int


def _state(path: Path) -> _State:
    real = path.resolve()  # SQLite's own files lie beside the database, not beside a link to it
    log, index, journal = (real.with_name(real.name + end) for end in ("-wal", "-shm", "-journal"))
    holds_changes = log.exists() and log.stat().st_size > 0
    file = real.stat()
    return _State(
        is_shared=log.exists() and index.exists(),
        lacks_index=holds_changes and not index.exists(),
        is_half_written=_is_hot(journal),
        written_ns=file.st_mtime_ns,
        inode=file.st_ino,
    )


def _is_hot(journal: Path) -> bool:
    """Tell whether a rollback journal has to be played back (sqlite.org/lockingv3.html).

    One that is done with is deleted, emptied, or begins with a zero, as the mode has it.
    """
    if not journal.exists():
        return False
    with journal.open("rb") as file:
        return file.read(1) not in {b"", b"\0"}


@contextmanager
def fresh_file(path: Path) -> Iterator[Path]:
    """Give an empty file of its owner's alone; when the block ends it becomes `path`, on disk.

    Raises `StoreError` when `path` exists or cannot be written. When the block raises, nothing
    is left behind.
    """
    try:
        # The name is taken first: from now on nobody else's file can be overwritten.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError as error:
        raise StoreError(f"{path} exists already: choose another name.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    partial = path.with_name(path.name + ".partial")
    try:
        with naming_faults(partial):
            partial.unlink(missing_ok=True)  # what a killed process left of an earlier try
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            yield partial
            sync(partial)
            partial.replace(path)
            sync(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def naming_faults(path: Path) -> Iterator[None]:
    """Make SQLite's and the system's errors ours, in one sentence that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise SchemaMismatch(f"{path} is not a database.") from error
        raise StoreError(f"{path}: {in_words(error)}.") from quotable(error)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}.") from error


def in_words(error: BaseException) -> str:
    """Say what SQLite says; its own words name columns and guards, never values."""
    return str(error) if quotable(error) else "a text is not UTF-8"


def quotable(error: BaseException) -> BaseException | None:
    """Give an error back, unless its words quote what stands in a row, as Python's of a text do."""
    return None if "Could not decode to UTF-8" in str(error) else error


def sync(path: Path) -> None:
    """Bring a file, or a folder's list of files, to the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    for pragma in _CAREFUL:
        connection.execute(pragma)
    return connection


def _require_file(path: Path) -> None:
    """Say plainly what SQLite calls `unable to open database file`."""
    if not path.exists():
        raise StoreError(f"{path} is not there.")
    if not path.is_file():
        raise StoreError(f"{path} is not a file.")
