"""Every text of a file, with its place; and the check that each is UTF-8, as SQLite takes it."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.verifying import Check, Finding


class Garbled(str):
    """A text that is not UTF-8, with its bad bytes replaced."""

    __slots__ = ()


def read_text(raw: bytes) -> str:
    """Read a text whatever it holds: Python's own way breaks off, and quotes it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Garbled(raw.decode(errors="replace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text stands; `row` is the row's key."""

    table: str
    row: str
    column: str


def check_encoding(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Name each text that is not UTF-8: a bot that reads its row would stumble."""
    for place in places(connection, lambda text: isinstance(text, Garbled)):
        says = f"holds a text that is not UTF-8, in {place.column}"
        yield Finding(check=Check.FILE, table=place.table, row=place.row, says=says)


def places(connection: sqlite3.Connection, looked_for: Callable[[str], bool]) -> Iterator[Place]:
    """Go through every text of every table; give the places of those that are looked for."""
    tables = connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
    for (table,) in tables.fetchall():
        yield from _places_in(connection, str(table), looked_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """A table's columns: those that name a row, and those that hold text."""

    key: tuple[str, ...]
    texts: tuple[str, ...]


def _places_in(
    connection: sqlite3.Connection, table: str, looked_for: Callable[[str], bool]
) -> Iterator[Place]:
    columns = _columns(connection, table)
    if not columns.texts:
        return
    names = ", ".join(f'"{name}"' for name in (*columns.key, *columns.texts))
    key = len(columns.key)
    for values in connection.execute(f'SELECT {names} FROM main."{table}"'):  # noqa: S608 # its own names
        for column, text in zip(columns.texts, values[key:], strict=True):
            if isinstance(text, str) and looked_for(text):
                yield Place(table=table, row="/".join(map(str, values[:key])), column=column)


def _columns(connection: sqlite3.Connection, table: str) -> _Columns:
    described = connection.execute(
        "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY pk, cid", (table,)
    ).fetchall()
    key = tuple(name for name, _, place in described if place)
    return _Columns(
        key=key or ("rowid",), texts=tuple(name for name, kind, _ in described if kind == "TEXT")
    )
