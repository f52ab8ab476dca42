"""Putting a copy in a database's place: all of it, or nothing."""

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from storage.files import fresh_file, naming_faults, sync

_LOG, _INDEX = "-wal", "-shm"
"""What SQLite keeps beside a database, and for it alone; the index is made anew from the log."""


async def put_in_place(copy: Path, database: Path, *, aside: Path) -> Path | None:
    """Make `copy`, a file beside the database that nobody has open, the database.

    What was there is kept as `aside`, write-ahead log included; None when nothing was. Nobody
    may have either of them open. Stopped half-way, by a power cut too, the old database is still
    in its place, whole: it can be done again.
    """
    return await asyncio.to_thread(_put_in_place, copy, database, aside)


def _put_in_place(copy: Path, database: Path, aside: Path) -> Path | None:
    with naming_faults(copy), closing(sqlite3.connect(copy)) as file:
        file.execute("PRAGMA journal_mode = DELETE")  # folds its own log in: one file is moved
    with naming_faults(database):
        there = database.exists()
        if there:
            # Damaged or not: it is kept byte for byte, before it is opened.
            _keep(database, aside)
            if _beside(database, _LOG).exists():
                _keep(_beside(database, _LOG), _beside(aside, _LOG))
            _fold_in(database)
        for end in (_LOG, _INDEX):
            # Left there, the old log would be played over the copy.
            _beside(database, end).unlink(missing_ok=True)
        sync(database.parent)  # else the power could fail with the copy here and the log still too
        copy.replace(database)
        sync(database.parent)
        return aside if there else None


def _fold_in(database: Path) -> None:
    """Make a database whole without its log, which goes before it does; a damaged one stays so."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _keep(file: Path, to: Path) -> None:
    with fresh_file(to) as partial:
        shutil.copyfile(file, partial)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
