"""A SQLite connection with aiosqlite's shape and no thread: every statement is done on the spot.

A simulation owns time and turns; a thread would take both from it. SQLAlchemy reaches into
aiosqlite's private parts (`_conn`, `_connection`, `_tx`), so they are here too.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Self

Parameters = Iterable[Any]


class Cursor:
    """A cursor whose coroutines never wait."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # description, rowcount, lastrowid
        return getattr(self._cursor, name)

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Parameters = ()) -> Self:
        await asyncio.sleep(0)  # a real statement lets others run
        self._cursor.execute(sql, tuple(parameters))
        return self

    async def executemany(self, sql: str, rows: Iterable[Parameters]) -> Self:
        await asyncio.sleep(0)
        self._cursor.executemany(sql, list(map(tuple, rows)))
        return self

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class _Now:
    """Stands where aiosqlite queues work for its thread, and does it on the spot."""

    def put_nowait(self, work: tuple["asyncio.Future[object]", Callable[[], object]]) -> None:
        future, function = work
        future.set_result(function())


class Connection:
    """A connection whose coroutines never wait."""

    def __init__(self, uri: str) -> None:
        self._conn = sqlite3.connect(uri, uri=True)
        self._connection: sqlite3.Connection | None = self._conn
        self._tx = _Now()

    @property
    def isolation_level(self) -> str | None:
        return self._conn.isolation_level

    @property
    def in_transaction(self) -> bool:
        return self._conn.in_transaction

    def cursor(self) -> Cursor:
        return Cursor(self._conn.cursor())

    async def run(self, *statements: str) -> None:
        await asyncio.sleep(0)
        for statement in statements:
            self._conn.execute(statement).close()

    async def create_function(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 # sqlite3's
        self._conn.create_function(*args, **options)

    async def commit(self) -> None:
        self._conn.commit()

    async def rollback(self) -> None:
        self._conn.rollback()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        self._conn.close()
        self._connection = None


async def connect(uri: str) -> Connection:
    """Open a SQLite URI."""
    return Connection(uri)
