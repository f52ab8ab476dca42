"""One SQLite file, one writer and a few readers.

The writer takes the write lock when its transaction begins, so that nothing it read changes
under it. Readers cannot write, and see what was committed when they began.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import StoreError
from storage.session import Session, carry_out

Connect = Callable[[str], Awaitable[Any]]
"""Opens a SQLite URI as a connection of aiosqlite's shape."""

READERS = 4

_BOTH = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA mmap_size = 0",  # a mapped file turns a stray pointer into a damaged database
)
WRITER = (
    *_BOTH,
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL forgets the last commits when the power fails
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # else INSERT OR REPLACE deletes behind the triggers' back
    "PRAGMA cell_size_check = ON",
)
READER = (*_BOTH, "PRAGMA query_only = ON")


class Side:
    """The writing or the reading side of the file: an engine, and turns to use it."""

    def __init__(self, path: Path, *, writes: bool, connect: Connect | None = None) -> None:
        self._engine = _engine(path, mode="rw" if writes else "ro", connect=connect)
        self._turns = asyncio.Semaphore(1 if writes else READERS)
        self._writes = writes
        self._owner: asyncio.Task[Any] | None = None
        _prepare(
            self._engine, WRITER if writes else READER, _begin_write if writes else _begin_read
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Open a transaction; it commits when the block ends, and leaves no trace when it raises.

        Waiting for a turn can be cancelled; from then on each step is carried to its end.
        """
        task = asyncio.current_task()
        if self._writes and self._owner is task:
            raise StoreError("a transaction was opened inside another one")
        async with self._turns:
            self._owner = task
            connection = self._engine.connect()
            try:
                await carry_out(_started(connection.start()))
                transaction = await carry_out(_started(connection.begin().start()))
                try:
                    yield Session(connection)
                    await carry_out(transaction.commit())
                except BaseException:
                    # SQLite keeps a transaction open whose commit it refused.
                    await carry_out(transaction.rollback())
                    raise
            finally:
                self._owner = None
                if connection.sync_connection is not None:  # else it was never opened
                    await carry_out(connection.close())

    async def close(self) -> None:
        """Close every connection."""
        await carry_out(self._engine.dispose())


async def _started(step: Awaitable[Any]) -> Any:  # noqa: ANN401 # connections and transactions
    return await step


def _engine(path: Path, *, mode: str, connect: Connect | None) -> AsyncEngine:
    file = "file:" + quote(str(path))
    url = URL.create("sqlite+aiosqlite", database=file, query={"mode": mode, "uri": "true"})
    options: dict[str, Any] = {}
    if connect is not None:
        options["async_creator"] = lambda: connect(f"{file}?mode={mode}")
    return create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if mode == "rw" else READERS,
        max_overflow=0,
        hide_parameters=True,  # an error never tells a value
        **options,
    )


def _prepare(
    engine: AsyncEngine, pragmas: tuple[str, ...], begin: Callable[[Connection], None]
) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(dbapi: Any, _record: object) -> None:  # noqa: ANN401 # the driver's connection
        try:
            dbapi.isolation_level = None  # the driver begins nothing by itself
            for pragma in pragmas:
                dbapi.execute(pragma).close()
        except BaseException:
            dbapi.close()  # the pool does not know it yet
            raise

    event.listen(engine.sync_engine, "begin", begin)


def _begin_write(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
    # The view is taken by the first reading: take it now, not when the block gets to it.
    connection.exec_driver_sql("SELECT 1 FROM sqlite_schema LIMIT 1").close()


def claim(path: Path) -> None:
    """Make the file when it is missing; keep it, and SQLite's files beside it, its owner's alone.

    SQLite gives the files it makes beside the database the mode of the database.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            if file.exists():
                file.chmod(0o600)
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}") from error
