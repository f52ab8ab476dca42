"""Checks of the file itself: SQLite's own, and that every table and guard stands as we made it."""

import sqlite3
from collections.abc import Iterator

from sqlalchemy import create_engine

from bot.domain.verifying import Check, Finding
from storage import schema

_GUARDS = (
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
)


def check_file(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Ask SQLite whether the file is whole, and every reference leads somewhere."""
    for (fault,) in connection.execute("PRAGMA integrity_check"):
        if fault != "ok":
            yield Finding(check=Check.FILE, table="file", row="", says=f"is damaged: {fault}")
    yield from _check_references(connection)


def _check_references(connection: sqlite3.Connection) -> Iterator[Finding]:
    try:
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.OperationalError as error:  # a table was made anew without its key
        says = f"has references that cannot be followed: {error}"
        yield Finding(check=Check.FILE, table="file", row="", says=says)
        return
    for table, row, parent, _ in broken:
        says = f"names a row of {parent} that is not there"
        yield Finding(check=Check.FILE, table=table, row=f"rowid {row}", says=says)


def check_guards(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Compare tables, indexes and triggers with those of a database made this moment."""
    should = _made_now()
    found = {(kind, name): sql for kind, name, sql in connection.execute(_GUARDS)}
    for kind, name in sorted(should.keys() | found.keys()):
        if found.get((kind, name)) == should.get((kind, name)):
            continue
        missing = (kind, name) not in found
        says = "is missing" if missing else "is not as this version makes it"
        yield Finding(check=Check.GUARDS, table=kind, row=name, says=says)


def _made_now() -> dict[tuple[str, str], str]:
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            schema.migrate(connection)
            rows = connection.exec_driver_sql(_GUARDS)
            return {(kind, name): sql for kind, name, sql in rows}
    finally:
        engine.dispose()
