"""Checks of what the file stands on: SQLite as it is built here, the write-ahead log, the disk."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from bot.domain.verifying import Check, Finding
from storage.engine import WRITER

ROOM = 64 * 1024 * 1024
"""Less room than this on a disk is soon none."""

WAL = 2
"""How the header of a file says that it has a write-ahead log (sqlite.org/fileformat.html)."""

_WAL_AT = 18

_OF_A_FILE = frozenset({"journal_mode", "mmap_size"})
"""What a database in memory does not have."""


def check_machine(path: Path, *, in_use: bool) -> Iterator[Finding]:
    """Look at this machine's SQLite; for the database in use also at its log and its disk."""
    yield from check_pragmas(WRITER)
    if in_use:
        yield from _check_log(path)
        free = shutil.disk_usage(path.resolve().parent).free
        yield from check_room(free, needed=path.stat().st_size)


def check_pragmas(statements: Sequence[str]) -> Iterator[Finding]:
    """Check that SQLite takes what the bot asks of each connection; it is silent if it does not."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            name, asked = statement.removeprefix("PRAGMA ").split(" = ")
            connection.execute(statement)
            (is_now,) = connection.execute(f"PRAGMA {name}").fetchone() or (None,)
            if name not in _OF_A_FILE and is_now != _VALUES.get(asked, asked):
                says = f"does not do as told: {name} is {is_now}, not {asked}"
                yield _odd("SQLite", says, is_warning=False)


_VALUES = {"ON": 1, "OFF": 0, "FULL": 2, "0": 0, "5000": 5000}
"""What SQLite answers for what it was told."""


def check_room(free: int, *, needed: int) -> Iterator[Finding]:
    """Warn when a disk has no room for a copy of the database, as an update makes one."""
    if free < max(ROOM, needed):
        yield _odd("disk", f"has {free >> 20} MiB left: make room before writes fail")


def _check_log(path: Path) -> Iterator[Finding]:
    with path.open("rb") as file:
        header = file.read(_WAL_AT + 1)
    if header[_WAL_AT] != WAL:
        yield _odd("file", "has no write-ahead log, as a backup has none: the next start makes it")


def _odd(row: str, says: str, *, is_warning: bool = True) -> Finding:
    return Finding(check=Check.FILE, table="file", row=row, says=says, is_warning=is_warning)
