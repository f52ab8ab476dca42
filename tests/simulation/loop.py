"""An event loop whose time is made: it never waits, it leaps to the next thing that is due."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from tests.simulation.process import make_task

T = TypeVar("T")


TURNS = 100_000
"""So many turns of the loop without time passing are more than any moment ever took."""


class Stalled(Exception):
    """Nothing gets on: everybody waits for somebody, or somebody is busy with nothing."""


class _Leaping(selectors.SelectSelector):
    """Lets time pass instead of waiting; nothing ever comes from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stalled("everybody waits, and nothing is due")
        self._turns = self._turns + 1 if timeout <= 0 else 0
        if self._turns > TURNS:
            self._turns = 0  # what is left has to be ended yet
            raise Stalled("no time passes")
        self.now += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs the same coroutines in the same order every time, as fast as they can be run."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)
        self._clock_resolution = 1e-6  # what is due within a microsecond is due now

    def time(self) -> float:
        """Tell how many seconds have passed since the loop was made."""
        return self._leaping.now


def run(does: Coroutine[Any, Any, T]) -> T:
    """Run `does` from the beginning of time, in a world where processes own their tasks."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.get_loop().set_task_factory(make_task)  # type: ignore[arg-type] # its type is private
        return runner.run(does)


async def passes(seconds: float) -> None:
    """Let time pass."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()
    timer = loop.call_later(seconds, _end, over)
    try:
        await over
    finally:
        timer.cancel()


def _end(over: "asyncio.Future[None]") -> None:
    if not over.done():
        over.set_result(None)
