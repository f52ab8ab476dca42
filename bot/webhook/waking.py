"""Waking no more often than is useful, and never losing the last knock."""

import asyncio
from collections.abc import Callable
from typing import Protocol

EVERY_SECONDS = 1.0
"""Knocks within a second are one: what moved meanwhile is seen by the look at its end."""


class Later(Protocol):
    """Calls something after a number of seconds, as an event loop does."""

    def __call__(self, delay: float, callback: Callable[[], None], /) -> object:
        """Call `callback` once, after `delay`."""
        ...


class Waking:
    """Calls `wake` for the first knock, and once at the end of a second in which others came."""

    def __init__(self, wake: Callable[[], None], *, later: Later | None = None) -> None:
        self._wake = wake
        self._later: Later = later or asyncio.get_running_loop().call_later
        self._resting = False
        self._knocked = False

    def knock(self) -> None:
        """Wake now, or as soon as a second has passed since the last time."""
        if self._resting:
            self._knocked = True
            return
        self._resting = True
        self._later(EVERY_SECONDS, self._rested)
        self._wake()

    def _rested(self) -> None:
        self._resting = False
        if self._knocked:
            self._knocked = False
            self.knock()
