"""aiosqlite, with one trip to its thread for a whole statement.

aiosqlite asks its thread for a cursor, for the statement, for its rows and for the cursor's end,
one after the other. Each trip wakes two threads, and costs more than most of our statements do.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")
Parameters = Sequence[Any]

_CHUNK = 64
"""Rows that aiosqlite would read ahead; nothing here is read in chunks."""


class Cursor:
    """One statement and all its rows, in the shape that SQLAlchemy asks of aiosqlite's cursor."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: tuple[Any, ...] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Parameters = ()) -> Self:
        """Execute a statement and read all its rows."""
        await self._connection.visit(self._execute, sql, parameters)
        return self

    async def executemany(self, sql: str, rows: Iterable[Parameters]) -> Self:
        """Execute a statement once for each of several rows."""
        await self._connection.visit(self._executemany, sql, rows)
        return self

    async def fetchall(self) -> list[Any]:
        """Give the rows that were read, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open: SQLite's cursor was closed when its rows had been read."""

    def _execute(self, raw: sqlite3.Connection, sql: str, parameters: Parameters) -> None:
        self._keep(raw.execute(sql, parameters))

    def _executemany(self, raw: sqlite3.Connection, sql: str, rows: Iterable[Parameters]) -> None:
        self._keep(raw.executemany(sql, rows))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        try:
            self._rows = cursor.fetchall()
            # Of a RETURNING statement both are known only when its rows have been read.
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
            self.description = cursor.description
        finally:
            cursor.close()


class Connection(aiosqlite.Connection):
    """A connection whose statements take one trip each."""

    def __init__(self, uri: str) -> None:
        # Its settings are read outside of its thread, as SQLAlchemy and aiosqlite do.
        opening = partial(
            sqlite3.connect, uri, uri=True, isolation_level=None, check_same_thread=False
        )
        super().__init__(opening, _CHUNK)
        self._thread.daemon = True  # a forgotten connection must not keep the process alive

    def cursor(self) -> Cursor:  # type: ignore[override] # aiosqlite's takes a trip of its own
        """Make a cursor; nothing is asked of the thread yet."""
        return Cursor(self)

    async def visit(self, work: Callable[..., T], *arguments: object) -> T:
        """Do `work` with SQLite's own connection, in its thread."""
        done: T = await self._execute(work, self._conn, *arguments)  # type: ignore[no-untyped-call]
        return done

    async def run(self, *statements: str) -> None:
        """Execute statements whose rows nobody wants in one trip, up to the first that fails."""
        await self.visit(_run, statements)


def _run(raw: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        raw.execute(statement).close()


async def connect(uri: str) -> Connection:
    """Open a SQLite URI."""
    connection = Connection(uri)
    await connection
    return connection
