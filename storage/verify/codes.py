"""The check that no code stands in clear: every text of every table is looked through."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.verifying import Check, Finding

SHORTEST = 8
"""What is shorter could be any number, and is not looked for."""


def check_texts(connection: sqlite3.Connection, clear: frozenset[str]) -> Iterator[Finding]:
    """Look for what must stand nowhere in clear in every text; no finding shows it."""
    codes = frozenset(code for code in clear if len(code) >= SHORTEST)
    if not codes:
        return
    looked_for = _Codes(codes)
    tables = connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
    for (table,) in tables.fetchall():
        for row, column in _rows_with(connection, str(table), looked_for):
            says = f"holds a code, PIN, serial or phone number in clear, in {column}"
            yield Finding(check=Check.CODES, table=str(table), row=row, says=says)


class _Codes:
    """Finds any of many codes in a text: only runs of their own characters are looked at."""

    def __init__(self, codes: frozenset[str]) -> None:
        self._codes = codes
        self._lengths = sorted({len(code) for code in codes})
        letters = "".join(re.escape(letter) for letter in sorted(set().union(*codes)))
        self._runs = re.compile(f"[{letters}]{{{self._lengths[0]},}}")

    def are_in(self, text: str) -> bool:
        """Tell whether a text holds a code, alone or among other words."""
        return any(self._is_in(run) for run in self._runs.findall(text))

    def _is_in(self, run: str) -> bool:
        return any(
            run[start : start + length] in self._codes
            for length in self._lengths
            for start in range(len(run) - length + 1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """A table's columns: those that name a row, and those that hold text."""

    key: tuple[str, ...]
    texts: tuple[str, ...]


def _rows_with(
    connection: sqlite3.Connection, table: str, codes: _Codes
) -> Iterator[tuple[str, str]]:
    columns = _columns(connection, table)
    if not columns.texts:
        return
    names = ", ".join(f'"{name}"' for name in (*columns.key, *columns.texts))
    key = len(columns.key)
    for values in connection.execute(f'SELECT {names} FROM main."{table}"'):  # noqa: S608 # its own names
        for column, text in zip(columns.texts, values[key:], strict=True):
            if isinstance(text, str) and codes.are_in(text):
                yield "/".join(map(str, values[:key])), column


def _columns(connection: sqlite3.Connection, table: str) -> _Columns:
    described = connection.execute(
        "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY pk, cid", (table,)
    ).fetchall()
    key = tuple(name for name, _, place in described if place)
    return _Columns(
        key=key or ("rowid",), texts=tuple(name for name, kind, _ in described if kind == "TEXT")
    )
