"""Slots: how many people are served at the same time. Whoever only waits holds none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from types import TracebackType


class Slot:
    """One place among those of a semaphore; taken by entering it, left at its end."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots = slots
        self._holder: asyncio.Task[object] | None = None

    async def __aenter__(self) -> None:
        await self.take()
        _TAKEN.set(self)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _TAKEN.set(None)
        if self._holder is not None:  # a wait outside that was cut short has given it back
            self.give_back()

    @property
    def is_mine(self) -> bool:
        """Tell whether the running task holds it: one that a handler began inherits the name."""
        return self._holder is not None and self._holder is asyncio.current_task()

    async def take(self) -> None:
        """Wait for a place."""
        await self._slots.acquire()
        self._holder = asyncio.current_task()

    def give_back(self) -> None:
        """Leave the place to another."""
        self._holder = None
        self._slots.release()


_TAKEN: ContextVar[Slot | None] = ContextVar("slot", default=None)


@asynccontextmanager
async def outside_slot() -> AsyncIterator[None]:
    """Wait without the slot that this task holds, if it holds one; it takes one again after."""
    slot = _TAKEN.get()
    if slot is None or not slot.is_mine:
        yield
        return
    slot.give_back()
    try:
        yield
    finally:
        await slot.take()
