"""Waiting for a change without asking every so often."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 30.0
"""How long people wait for what they expect, where nobody says otherwise."""


class Changes:
    """Wakes everyone who waits for the state of the double to change."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Let every waiter look again."""
        told, self._next = self._next, asyncio.Event()
        told.set()

    async def until(self, look: Callable[[], T | None], *, timeout_seconds: float) -> T:
        """Return the first true value of `look`, tried now and after every change.

        Nothing is awaited between a look and the wait that follows, so no change is missed.

        Raises:
            TimeoutError: nothing true came in time.
        """
        async with asyncio.timeout(timeout_seconds):
            while not (found := look()):
                await self._next.wait()
        return found
