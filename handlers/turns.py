"""One update at a time per person, sixteen people at a time; no crowd keeps a member waiting."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from handlers.backlog import BATCH, MOST
from handlers.slots import Slot

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""People served at the same time: with more, the HTTP pool gets slower, not faster (measured)."""

LONGEST_LINE = 64
"""Updates of one person that may wait; what comes on top of them is dropped."""

CROWDED = 500
"""When so many wait in all, nobody's line may be longer than `SHORTEST_LINE`."""

SHORTEST_LINE = 4


@dataclass(slots=True, eq=False)
class _Line:
    """The updates of one person: one is served, the others wait."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0
    is_told: bool = False


class PerPerson(BaseUpdateProcessor):
    """Gives each update its person's turn, in order, and then one of the slots.

    The base class takes a semaphore of its own before it asks here, so that one is made too wide
    to matter: somebody who taps 64 times holds one slot, not all. Each update stays a task of the
    Application, whose `stop` waits for it. What is dropped was pressed or typed by somebody who
    has many updates before it, and who can do it again. Once those who wait are `given_up`, only
    who has a turn is served to the end.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        super().__init__(MOST + BATCH)
        self._slots = asyncio.Semaphore(at_once)
        self._lines: dict[int, _Line] = {}
        self._waiting = 0
        self.given_up = asyncio.Event()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        try:
            with self._place_in_line(_person_of(update)) as line:
                if line is not None:
                    await self._serve(line, coroutine)
        finally:
            if asyncio.iscoroutine(coroutine):
                coroutine.close()  # dropped, or cancelled while it waited: it was never awaited

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def _serve(self, line: _Line, coroutine: Awaitable[Any]) -> None:
        async with line.turn, Slot(self._slots):
            if not self.given_up.is_set():
                await coroutine

    @contextmanager
    def _place_in_line(self, person: int) -> Iterator[_Line | None]:
        """Stand in a person's line while the context is open; None when it is too long."""
        line = self._lines.setdefault(person, _Line())
        if line.length >= (LONGEST_LINE if self._waiting < CROWDED else SHORTEST_LINE):
            _tell(line, person)
            yield None
            return
        line.length += 1
        self._waiting += 1
        try:
            yield line
        finally:
            line.length -= 1
            self._waiting -= 1
            if not line.length:
                del self._lines[person]


def _person_of(update: object) -> int:
    person = update.effective_user if isinstance(update, Update) else None
    return person.id if person else 0


def _tell(line: _Line, person: int) -> None:
    """Log once that a line is too long, until it is empty again: a flood floods no log."""
    if not line.is_told:
        line.is_told = True
        log.warning("updates dropped", person=person, waiting=line.length)
