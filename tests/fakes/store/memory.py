"""The store in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.errors import StoreError
from tests.fakes.store.block import Block, State
from tests.fakes.store.cards import (
    MemoryCalls,
    MemoryCards,
    MemoryRecipients,
    MemoryShelf,
)
from tests.fakes.store.catalog import MemoryCatalog, MemoryJournal
from tests.fakes.store.ledger import MemoryLedger
from tests.fakes.store.orders import MemoryOrders
from tests.fakes.store.outbox import (
    MemoryAlerts,
    MemoryExpectedInputs,
    MemoryMarks,
    MemoryOutbox,
)
from tests.fakes.store.people import MemoryPeople


class MemoryWork:
    """One transaction over everything that is stored."""

    def __init__(self, block: Block, key_id: Callable[[bytes], str]) -> None:
        self.people = MemoryPeople(block)
        self.ledger = MemoryLedger(block)
        self.orders = MemoryOrders(block)
        self.cards = MemoryCards(block, key_id)
        self.recipients = MemoryRecipients(block, key_id)
        self.shelf = MemoryShelf(block)
        self.outbox = MemoryOutbox(block)
        self.catalog = MemoryCatalog(block)
        self.journal = MemoryJournal(block)
        self.calls = MemoryCalls(block, key_id)
        self.alerts = MemoryAlerts(block)
        self.marks = MemoryMarks(block)
        self.inputs = MemoryExpectedInputs(block)


class MemoryStore:
    """Keeps everything in dictionaries, copied when a transaction begins, swapped when it ends.

    `key_id` names the key that sealed a value and raises for what is not sealed, as `Vault.key_id`.
    """

    def __init__(self, *, key_id: Callable[[bytes], str]) -> None:
        self._key_id = key_id
        self._state = State()
        self._turn = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryWork]:
        """Open the one write transaction; one inside another raises `StoreError`."""
        if self._owner is asyncio.current_task():
            raise StoreError("a transaction was opened inside another one")
        async with self._turn:
            self._owner = asyncio.current_task()
            draft = self._state.copy()
            block = Block(draft, writes=True)
            try:
                await asyncio.sleep(0)  # a real store lets others run here
                yield MemoryWork(block, self._key_id)
                await asyncio.sleep(0)
                self._state = draft
            finally:
                block.over = True
                self._owner = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[MemoryWork]:
        """Open a view of what is committed now."""
        block = Block(self._state, writes=False)
        try:
            await asyncio.sleep(0)
            yield MemoryWork(block, self._key_id)
        finally:
            block.over = True
