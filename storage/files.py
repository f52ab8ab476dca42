"""Files of our own beside the database's: read-only looks at one, fresh ones made whole."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
)


def read_only(path: Path) -> str:
    """Write the URI that opens a SQLite file without ever writing to it."""
    return f"file:{quote(str(path.absolute()))}?mode=ro"


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
        raise StoreError(f"{path}: {error}.") from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}.") from error


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
