"""Bells wake workers, and workers run until they are told to stop."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

log = structlog.get_logger(__name__)

AFTER_A_FAULT = timedelta(seconds=1)
"""A worker that failed takes a breath before it tries again."""


class Bell:
    """Wakes one worker; ringing before it listens is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the worker, now or at its next wait."""
        self._rung.set()

    async def wait(self, at_most: timedelta) -> None:
        """Wait for the bell, but no longer than `at_most`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), at_most.total_seconds())
        self._rung.clear()


@dataclass(slots=True, kw_only=True)
class Bells:
    """One bell per worker."""

    placing: Bell = field(default_factory=Bell)
    tracking: Bell = field(default_factory=Bell)
    settling: Bell = field(default_factory=Bell)
    sweeping: Bell = field(default_factory=Bell)
    delivery: Bell = field(default_factory=Bell)
    catalog: Bell = field(default_factory=Bell)
    rotation: Bell = field(default_factory=Bell)
    restoring: Bell = field(default_factory=Bell)


async def work(
    name: str, step: Callable[[], Awaitable[timedelta]], bell: Bell, stopping: asyncio.Event
) -> None:
    """Run `step` again and again until `stopping`; it tells how long it can rest.

    A step that fails is logged and tried again: one bad order must not stop the counter.
    """
    while not stopping.is_set():
        try:
            rest = await step()
        except Exception:
            log.exception("worker failed", worker=name)
            rest = AFTER_A_FAULT
        if not stopping.is_set():
            await bell.wait(rest)
