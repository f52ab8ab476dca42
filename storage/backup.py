"""Copies of the database: taken while it is served, whole or not at all."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import SchemaMismatch, StoreError
from storage import schema
from storage.files import fresh_file, looking_at


async def backup(database: Path, to: Path) -> None:
    """Copy `database` as it is at this moment into the fresh file `to`, and check the copy.

    Nobody is kept waiting by it. The copy is one file of its owner's alone, on disk when this
    returns. Raises `StoreError` and leaves nothing behind when `to` exists, or cannot be
    written, or does not read back as it should.
    """
    await asyncio.to_thread(_backup, database, to)


def revision_of(path: Path) -> int:
    """Number the revision of a database of this program; 0 for an empty file.

    Raises `SchemaMismatch` for anything else, and for a newer version's.
    """
    with looking_at(path) as connection:
        return revision_in(connection, path)


def revision_in(connection: sqlite3.Connection, path: Path) -> int:
    """Number the revision of the database that is open, as `revision_of` does."""
    mark = _pragma(connection, "application_id")
    revision = _pragma(connection, "user_version")
    if mark != schema.APPLICATION_ID and (mark or revision or has_tables(connection)):
        raise SchemaMismatch(f"{path} is a database, but not one of Wakil.")
    if revision > len(schema.revisions()):
        raise SchemaMismatch(f"{path} is of a newer version: its revision is {revision:04}.")
    return int(revision)


def holds_nothing(path: Path) -> bool:
    """Tell whether a database is new, with nothing in it to lose."""
    with looking_at(path) as connection:
        return not has_tables(connection)


def _backup(database: Path, to: Path) -> None:
    with looking_at(database) as source, fresh_file(to) as partial:
        with closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)  # in one step: one moment, whoever writes meanwhile
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that opens anywhere
        _require_whole(partial)


def _require_whole(path: Path) -> None:
    with looking_at(path) as copy:
        fault = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if fault != "ok":
        raise StoreError(f"The copy is damaged, and so may be the database: {fault}.")


def has_tables(connection: sqlite3.Connection) -> bool:
    """Tell whether anything was ever kept in the database that is open."""
    return connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is not None


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
