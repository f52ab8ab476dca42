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

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import AsyncAdaptedQueuePool, PoolResetState

from bot.errors import StoreError
from storage import driver
from storage.session import Session, carry_out

Connect = Callable[[str], Awaitable[Any]]
"""Opens a SQLite URI as a connection of aiosqlite's shape that can `run` statements in one go."""

READERS = 2
"""One for a long report and one for all the others; each costs a thread and half a megabyte."""

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

BEGIN_WRITING = ("BEGIN IMMEDIATE",)
# The view is taken by the first reading: take it now, not when the block gets to it.
BEGIN_READING = ("BEGIN", "SELECT 1 FROM sqlite_schema LIMIT 1")


class _Compiled(dict[Any, Any]):
    """Statements that were compiled, for every engine of this process alike.

    SQLAlchemy asks with the engine's dialect in front, a new one for each engine. Ours are all
    the same, and compiling a statement takes far longer than carrying it out.
    """

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 # SQLAlchemy's own
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:  # noqa: ANN401 # likewise
        super().__setitem__(key[1:], compiled)


_COMPILED = _Compiled()
"""As many as there are statements in this package."""


class Side:
    """The writing or the reading side of the file: an engine, and turns to use it."""

    def __init__(self, path: Path, *, writes: bool, connect: Connect = driver.connect) -> None:
        self._engine = _engine(path, mode="rw" if writes else "ro", connect=connect)
        self._turns = asyncio.Semaphore(1 if writes else READERS)
        self._writes = writes
        self._owner: asyncio.Task[Any] | None = None
        # The one used last is used next: it still knows its statements and pages. The pool is for
        # those that were cut off; going through it costs as much as a statement.
        self._resting: list[Connection] = []
        pragmas = WRITER if writes else READER
        _prepare(self._engine, pragmas, begin=BEGIN_WRITING if writes else BEGIN_READING)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Open a transaction; it commits when the block ends, and leaves no trace when it raises.

        Waiting for a turn can be cancelled; from then on each step is carried to its end.
        """
        task = asyncio.current_task()
        if self._writes and self._owner is task:
            raise StoreError("a transaction was opened inside another one")
        async with self._turns:
            self._owner = asyncio.current_task()
            try:
                connection = await self._take()
                try:
                    async with _begun(connection) as session:
                        yield session
                except BaseException:
                    # Closing rolls back what is open, a commit that SQLite refused included.
                    await carry_out(connection.close)
                    raise
                self._resting.append(connection)
            finally:
                self._owner = None

    async def close(self) -> None:
        """Close every connection."""
        while self._resting:
            await carry_out(self._resting.pop().close)
        await carry_out(self._engine.dispose)

    async def _take(self) -> Connection:
        while not self._resting:  # whoever came meanwhile may have taken the one just opened
            await carry_out(self._open_another)
        return self._resting.pop()

    def _open_another(self) -> None:
        # Nobody may be waiting any more when it is open: it rests until somebody is.
        self._resting.append(self._engine.connect())


@asynccontextmanager
async def _begun(connection: Connection) -> AsyncIterator[Session]:
    transaction = await carry_out(connection.begin)
    session = Session(connection)
    try:
        yield session
        await carry_out(transaction.commit)
    finally:
        session.end()


def _engine(path: Path, *, mode: str, connect: Connect) -> Engine:
    """Make the engine inside `sqlalchemy.ext.asyncio.AsyncEngine`, without the one around it.

    That package cannot be imported without SQLAlchemy's ORM, a twelfth of the whole process.
    """
    file = "file:" + quote(str(path))
    url = URL.create("sqlite+aiosqlite", database=file, query={"mode": mode, "uri": "true"})

    def opening(*_arguments: object, **_options: object) -> Awaitable[Any]:
        return connect(f"{file}?mode={mode}")

    return create_engine(
        url,
        connect_args={"async_creator_fn": opening},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if mode == "rw" else READERS,
        max_overflow=0,
        pool_reset_on_return=None,  # see `reset` below
        hide_parameters=True,  # an error never tells a value
        execution_options={"compiled_cache": _COMPILED},
    )


def _prepare(engine: Engine, pragmas: tuple[str, ...], *, begin: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _record: object) -> None:  # noqa: ANN401 # the driver's connection
        try:
            dbapi.isolation_level = None  # the driver begins nothing by itself
            dbapi.run_async(lambda connection: connection.run(*pragmas))
        except BaseException:
            dbapi.close()  # the pool does not know it yet
            raise

    @event.listens_for(engine, "reset")
    def reset(dbapi: Any, _record: object, state: PoolResetState) -> None:  # noqa: ANN401 # likewise
        # A block that ended well has committed; one that raised has left its transaction open.
        if not state.terminate_only and dbapi.driver_connection.in_transaction:
            dbapi.rollback()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # Past SQLAlchemy, whose every statement costs more than these.
        dbapi: Any = connection.connection.dbapi_connection
        dbapi.run_async(lambda connection: connection.run(*begin))


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
        raise StoreError(f"{path} cannot be opened: {error.strerror}.") from error
