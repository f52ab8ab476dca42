"""A process that can be killed at any step it takes, and the taps that count its steps.

Killing cancels every task of the process where it waits. What is left of a task as it unwinds
can do nothing any more: every port of a dead process is cut.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy.util import greenlet_spawn

from bot.domain.agents import Person
from bot.ports.messenger import Answer, Message, Messenger
from bot.ports.provider import Line, Placement, Provider
from bot.ports.store import Store, Work

T = TypeVar("T")

_RUNNING: ContextVar["Process | None"] = ContextVar("process", default=None)


class Process:
    """One life of the bot; it is killed in so many steps, or when it is told."""

    def __init__(self, *, dies_in: int | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._tasks: dict[asyncio.Task[Any], None] = {}  # in order: chance alone decides
        self._left = dies_in
        self.dead = asyncio.Event()
        self.was_stopped = False

    @property
    def is_alive(self) -> bool:
        """Whether it can still do anything."""
        return not self.dead.is_set()

    def spawn(self, does: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Do something inside the process: it dies with it."""
        context = copy_context()
        context.run(_RUNNING.set, self)
        return self._loop.create_task(does, context=context)

    def adopt(self, task: "asyncio.Task[Any]") -> None:
        """Count a task as its own."""
        self._tasks[task] = None
        task.add_done_callback(self._forget)

    def dies_in(self, steps: int | None) -> None:
        """Be killed in so many steps from now, or not at all."""
        self._left = steps

    async def step(self) -> None:
        """Take a step, which may be the last, and let others run."""
        self.count_step()
        await asyncio.sleep(0)

    def count_step(self) -> None:
        """Take a step, which may be the last."""
        if self.is_alive and self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self.kill()
        if not self.is_alive:
            raise asyncio.CancelledError

    def kill(self) -> None:
        """End everything where it stands."""
        self.dead.set()
        for task in tuple(self._tasks):
            task.cancel()

    def _forget(self, task: "asyncio.Task[Any]") -> None:
        del self._tasks[task]

    async def buried(self) -> None:
        """Wait until nothing of it runs any more."""
        while self._tasks:
            # `wait_for` may miss one cancellation that comes with the end of what it waits for.
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.wait(self._tasks, timeout=0.001)


def outside(does: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    """Do something in the world: no process takes it along."""
    context = copy_context()
    context.run(_RUNNING.set, None)
    return asyncio.get_running_loop().create_task(does, context=context)


def make_task(
    loop: asyncio.AbstractEventLoop,
    does: Coroutine[Any, Any, T],
    *,
    context: Context | None = None,
) -> "asyncio.Task[T]":
    """Make a task of the process that makes it: a task factory for the loop.

    A statement that has reached the disk is carried out, whoever waits for it.
    """
    task = asyncio.Task(does, loop=loop, context=context)
    process = (context or copy_context()).get(_RUNNING)
    is_statement = getattr(does, "__name__", "") == greenlet_spawn.__name__
    if process is not None and not is_statement:
        process.adopt(task)
    return task


@dataclass(frozen=True, slots=True)
class _TappedPart:
    """A part of the work that counts its steps: each of its methods is one.

    Others run between transactions, and where the store itself lets them: inside one they could
    not see what was written yet.
    """

    inner: object
    process: Process

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, object]]:
        method = getattr(self.inner, name)

        async def tapped(*arguments: object, **named: object) -> object:
            self.process.count_step()
            return await method(*arguments, **named)

        return tapped


@dataclass(frozen=True, slots=True)
class _TappedWork:
    """A transaction that counts its steps."""

    inner: Work
    process: Process

    def __getattr__(self, name: str) -> _TappedPart:
        return _TappedPart(getattr(self.inner, name), self.process)


@dataclass(frozen=True, slots=True)
class TappedStore:
    """A store that counts its steps: every statement, and before and after every commit."""

    inner: Store
    process: Process

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Work]:
        """Open the one write transaction."""
        await self.process.step()
        async with self.inner.begin() as work:
            yield cast(Work, _TappedWork(work, self.process))
            await self.process.step()
        await self.process.step()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a view."""
        await self.process.step()
        async with self.inner.read() as work:
            yield cast(Work, _TappedWork(work, self.process))


class TappedProvider:
    """A provider that counts a step before and after each placing; the reads are its own."""

    def __init__(self, inner: Provider, process: Process) -> None:
        self._inner = inner
        self._process = process

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def place(self, line: Line, *, reference: str) -> Placement:
        await self._process.step()
        placement = await self._inner.place(line, reference=reference)
        await self._process.step()
        return placement


@dataclass(frozen=True, slots=True)
class TappedMessenger:
    """A messenger that counts a step before and after each message."""

    inner: Messenger
    process: Process

    async def send(self, to: Person, message: Message) -> Answer:
        await self.process.step()
        answer = await self.inner.send(to, message)
        await self.process.step()
        return answer

    async def edit(self, to: Person, message_id: int, message: Message) -> Answer:
        await self.process.step()
        answer = await self.inner.edit(to, message_id, message)
        await self.process.step()
        return answer
