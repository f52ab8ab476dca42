"""Checks of the file itself: SQLite's own, and that every table and guard stands as we made it."""

import sqlite3
from collections.abc import Iterator

from sqlalchemy import create_engine

from bot.domain.orders import NEXT
from bot.domain.verifying import Check, Finding
from storage import schema
from storage.files import in_words
from storage.verify.texts import check_encoding

# SQLite's own are tables (sqlite_stat1): a trigger is somebody's, whatever it is called.
_GUARDS = """
    SELECT type, name, sql FROM sqlite_schema
    WHERE sql IS NOT NULL AND NOT (type = 'table' AND substr(name, 1, 7) = 'sqlite_')
"""

_TABLES = "SELECT name FROM main.sqlite_schema WHERE type = 'table'"

_STEPS = "SELECT from_state, to_state FROM order_step"


def check_file(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Ask SQLite whether the file is whole, and all its references and texts can be followed."""
    yield from _check_pages(connection)
    yield from _check_references(connection)
    yield from check_encoding(connection)


def damage(says: str, table: str = "file") -> Finding:
    """Say that the file, or a table of it, is damaged."""
    return Finding(check=Check.FILE, table=table, row="", says=f"is damaged: {says}")


def _check_pages(connection: sqlite3.Connection) -> Iterator[Finding]:
    try:
        for (fault,) in connection.execute("PRAGMA integrity_check"):
            if fault != "ok":
                yield damage(fault)
    except sqlite3.Error:  # it breaks off where a table's first page is lost
        yield from _check_each_table(connection)


def _check_each_table(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (table,) in connection.execute(_TABLES).fetchall():
        try:
            faults = connection.execute(f'PRAGMA integrity_check("{table}")').fetchall()
        except sqlite3.Error as error:
            faults = [(in_words(error),)]
        yield from (damage(fault, table) for (fault,) in faults if fault != "ok")


def _check_references(connection: sqlite3.Connection) -> Iterator[Finding]:
    try:
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:  # a page is lost, or a table was made anew without its key
        says = f"has references that cannot be followed: {in_words(error)}"
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
    yield from _check_steps(connection)


def _check_steps(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Compare the steps that the trigger lets an order take with those that it may take."""
    should = {(str(before), str(after)) for before in NEXT for after in NEXT[before]}
    found = set(connection.execute(_STEPS).fetchall())
    for step in sorted(should ^ found):
        says = "is missing" if step in should else "lets an order take a step that it may not"
        yield Finding(check=Check.GUARDS, table="order_step", row="/".join(step), says=says)


def _made_now() -> dict[tuple[str, str], str]:
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            schema.migrate(connection)
            rows = connection.exec_driver_sql(_GUARDS)
            return {(kind, name): sql for kind, name, sql in rows}
    finally:
        engine.dispose()
