"""One update at a time per person, sixteen people at a time; nothing is lost at shutdown."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 16
"""People served at the same time: with more, the HTTP pool gets slower, not faster (measured)."""

WAITING = 10_000
"""Updates that may wait for their turn before the bot reads no more."""


class PerPerson(BaseUpdateProcessor):
    """Gives each update its person's turn, in order, and then one of the slots.

    The base class takes a semaphore of its own before it asks here, so that one is made too wide
    to matter: somebody who taps 64 times holds one slot, not all. Each update stays a task of the
    Application, whose `stop` waits for it: nothing needs draining.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        super().__init__(WAITING)
        self._slots = asyncio.Semaphore(at_once)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        try:
            async with self._turn(update), self._slots:
                await coroutine
        finally:
            if asyncio.iscoroutine(coroutine):
                coroutine.close()  # cancelled while it waited: it was never awaited

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    def _turn(self, update: object) -> asyncio.Lock:
        person = update.effective_user if isinstance(update, Update) else None
        return self._turns.setdefault(person.id if person else 0, asyncio.Lock())
