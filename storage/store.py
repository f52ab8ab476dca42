"""The store on one SQLite file."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import text

from bot.errors import StoreError
from storage import driver, schema
from storage.alerts import SqlAlerts
from storage.calls import SqlCalls
from storage.cards import SqlCards
from storage.catalog import SqlCatalog
from storage.engine import Connect, Side, claim
from storage.inputs import SqlExpectedInputs
from storage.journal import SqlJournal
from storage.ledger import SqlLedger
from storage.marks import SqlMarks
from storage.orders import SqlOrders
from storage.outbox import SqlOutbox
from storage.people import SqlPeople
from storage.recipients import SqlRecipients
from storage.session import Session
from storage.shelf import SqlShelf

DURABLE = ("wal", 2)
"""The journal mode and `synchronous` (FULL) that keep what was promised when the power fails."""


class SqlWork:
    """One transaction over everything that is stored."""

    def __init__(self, session: Session, key_id: Callable[[bytes], str]) -> None:
        self.people = SqlPeople(session)
        self.ledger = SqlLedger(session)
        self.orders = SqlOrders(session)
        self.cards = SqlCards(session, key_id)
        self.recipients = SqlRecipients(session, key_id)
        self.shelf = SqlShelf(session)
        self.outbox = SqlOutbox(session)
        self.catalog = SqlCatalog(session)
        self.journal = SqlJournal(session)
        self.calls = SqlCalls(session, key_id)
        self.alerts = SqlAlerts(session)
        self.marks = SqlMarks(session)
        self.inputs = SqlExpectedInputs(session)


class SqlStore:
    """Keeps everything in the SQLite file at `path`, made when missing, readable by its owner.

    `key_id` names the key that sealed a value, and raises for what is not sealed: so nothing
    gets in that is not (`Vault.key_id`). `connect` stands in for aiosqlite in a simulation.
    """

    def __init__(
        self, path: Path, *, key_id: Callable[[bytes], str], connect: Connect = driver.connect
    ) -> None:
        self.path = path
        self._key_id = key_id
        self._writer = Side(path, writes=True, connect=connect)
        self._reader = Side(path, writes=False, connect=connect)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Make or check the file.

        Raises `SchemaMismatch` for a file that is no database of this program and version, and
        `StoreError` for one that cannot be written, or not durably. Then nothing stays open.
        """
        claim(self.path)
        try:
            await self._check()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection; the readers first, so that the writer folds the log in."""
        await self._reader.close()
        await self._writer.close()

    async def pending(self) -> tuple[str, ...]:
        """Name the revisions that the database lacks, oldest first."""
        async with self._writer.transaction() as session:
            return await session.call(schema.pending)

    async def migrate(self) -> tuple[str, ...]:
        """Apply the revisions that the database lacks, all or none, and name them."""
        async with self._writer.transaction() as session:
            return await session.call(schema.migrate)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlWork]:
        """Open the one write transaction; one inside another raises `StoreError`."""
        async with self._writer.transaction() as session:
            yield SqlWork(session, self._key_id)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlWork]:
        """Open a view of what is committed now; a few at a time, the others wait their turn."""
        async with self._reader.transaction() as session:
            yield SqlWork(session, self._key_id)

    async def _check(self) -> None:
        try:
            await self._look()
        except StoreError as error:
            raise type(error)(f"{self.path}: {error}.") from error

    async def _look(self) -> None:
        async with self._writer.transaction() as session:
            mode = (await session.run(text("PRAGMA journal_mode"))).scalar_one()
            synchronous = (await session.run(text("PRAGMA synchronous"))).scalar_one()
            if (mode, synchronous) != DURABLE:
                raise StoreError(
                    "it would not survive a power cut, because its folder cannot hold SQLite's"
                    f" write-ahead log (journal mode {mode}, synchronous {synchronous})"
                )
            await session.call(schema.pending)
