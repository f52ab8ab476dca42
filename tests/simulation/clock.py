"""The machine's clock: it goes with the loop's time, and is set now and then, as clocks are."""

import asyncio
from datetime import datetime, timedelta

from tests.fakes.world import NOON


class SetClock:
    """Tells noon and the loop's time, plus what it was set by."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._set_by = timedelta()

    def now(self) -> datetime:
        passed = timedelta(milliseconds=int(self._loop.time() * 1000))
        return NOON + passed + self._set_by

    def set(self, by: timedelta) -> None:
        """Set it forward or back."""
        self._set_by += by
