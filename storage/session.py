"""A transaction's hold on its connection: each step is carried to its end, each error is ours."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Row
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.util import greenlet_spawn

from bot.errors import Conflict, SchemaMismatch, StoreError
from storage.files import in_words, quotable

T = TypeVar("T")
Values = Mapping[str, object]


class Session:
    """The statements of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ended = False

    async def run(
        self, statement: Executable, values: Values | Sequence[Values] | None = None
    ) -> CursorResult[Any]:
        """Execute a statement, once for each of several values."""
        return await carry_out(self._open().execute, statement, values)

    async def list(self, statement: Executable, values: Values | None = None) -> Sequence[Row[Any]]:
        """Execute a statement and give all its rows."""
        return (await self.run(statement, values)).all()

    async def call(self, work: Callable[[Connection], T]) -> T:
        """Do something that needs the connection itself, as Alembic does."""
        return await carry_out(work, self._open())

    async def find(self, statement: Executable, values: Values | None = None) -> Row[Any] | None:
        """Execute a statement and give its first row, or None."""
        return (await self.run(statement, values)).first()

    def end(self) -> None:
        """Let nothing be asked any more: the connection is the next transaction's."""
        self._ended = True

    def _open(self) -> Connection:
        if self._ended:
            raise StoreError("the transaction is over")
        return self._connection


async def carry_out(step: Callable[..., T], *arguments: object) -> T:
    """Do `step` to its end, even when the waiting task is cancelled; only then let it be.

    `step` is SQLAlchemy's, and waits for the driver inside a greenlet. SQLAlchemy throws a
    connection away whose statement was cut off half-way. What the driver raises becomes a
    `StoreError`, here and nowhere else.
    """
    task = asyncio.create_task(greenlet_spawn(step, *arguments))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _ended(task)
        raise
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise translated(error) from quotable(error)


async def _ended(task: asyncio.Task[object]) -> None:
    """Wait for the end of `task`, however often the waiting one is cancelled."""
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({task})
    task.exception()  # it was looked at: nobody else will


def translated(error: SQLAlchemyError | sqlite3.Error) -> StoreError:
    """Say what the driver meant, and quote no value."""
    cause = getattr(error, "orig", error)
    if isinstance(error, IntegrityError):
        return Conflict(str(cause))
    if getattr(cause, "sqlite_errorname", "") == "SQLITE_NOTADB":
        return SchemaMismatch("the file is not a database")
    return StoreError(in_words(cause or error))
