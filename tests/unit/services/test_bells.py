import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.services.bells import AFTER_A_FAULT, Bell, work

LONG = timedelta(hours=1)
PATIENCE = 10
"""Seconds that a test waits for what should happen at once."""

Step = Callable[[], Awaitable[timedelta]]


class Counting:
    """Counts the steps of a worker; the ones in `faults` fail."""

    def __init__(self, *faults: int) -> None:
        self.count = 0
        self._faults = faults
        self._changed = asyncio.Condition()

    async def step(self) -> timedelta:
        async with self._changed:
            self.count += 1
            self._changed.notify_all()
        if self.count in self._faults:
            raise RuntimeError("one bad order")
        return LONG

    async def reach(self, count: int) -> None:
        """Wait for the nth step."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.count >= count)


async def test_ringing_before_anybody_listens_is_not_lost() -> None:
    """A bell that rang while its worker was busy wakes it at once, and only once."""
    bell = Bell()
    bell.ring()
    async with asyncio.timeout(PATIENCE):
        await bell.wait(LONG)
    waiting = asyncio.create_task(bell.wait(LONG))
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring()
    async with asyncio.timeout(PATIENCE):
        await waiting


async def test_a_worker_that_nobody_rings_for_wakes_by_itself() -> None:
    """A rest ends in time, bell or not."""
    async with asyncio.timeout(PATIENCE):
        await Bell().wait(timedelta(milliseconds=1))


async def test_a_worker_steps_when_its_bell_rings() -> None:
    """Between two steps it rests, and no longer than until the bell."""
    bell, stopping, counting = Bell(), asyncio.Event(), Counting()
    worker = asyncio.create_task(work("placing", counting.step, bell, stopping))
    await counting.reach(1)
    bell.ring()
    await counting.reach(2)
    stopping.set()
    bell.ring()
    async with asyncio.timeout(PATIENCE):
        await worker
    assert counting.count == 2


async def test_a_worker_outlives_a_step_that_fails() -> None:
    """One bad order does not stop the counter: after a breath the worker tries again."""
    bell, stopping, counting = Bell(), asyncio.Event(), Counting(1, 2)
    worker = asyncio.create_task(work("placing", counting.step, bell, stopping))
    for count in (1, 2):
        await counting.reach(count)
        bell.ring()
    await counting.reach(3)
    stopping.set()
    bell.ring()
    async with asyncio.timeout(PATIENCE):
        await worker
    assert timedelta() < AFTER_A_FAULT <= timedelta(seconds=5)


async def test_a_worker_that_is_told_to_stop_does_not_rest() -> None:
    """Told while it works, a worker ends after its step; told before, it does nothing."""
    stopping, bell = asyncio.Event(), Bell()
    counting = Counting()

    async def last() -> timedelta:
        stopping.set()
        return await counting.step()

    async with asyncio.timeout(PATIENCE):
        await work("placing", last, bell, stopping)
        await work("placing", last, bell, stopping)
    assert counting.count == 1
