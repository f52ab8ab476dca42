"""One rate budget for one key: scarce calls go to what matters most."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Protocol

from bot.errors import TURNED_AWAY, ProviderBusy, ProviderError, ProviderUnauthorized
from bot.ports.provider import BudgetState, Priority
from bot.ports.world import Clock

WINDOW_SECONDS = 60.0
SHORTEST_WAIT_SECONDS = 0.01
"""Rounding may ring an alarm a hair too early; the next one must not follow at once for ever."""
PATIENCE = timedelta(seconds=20)
"""How long a call waits for its turn before it is told to come back later."""
LONGEST_HALT = timedelta(minutes=5)
"""A provider that asks for more than this is asked again sooner."""


class Alarm(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None:
        """Do not call."""
        ...


class Timer(Protocol):
    """Monotonic time and calls after a delay: an event loop, or a test."""

    def time(self) -> float:
        """Seconds since some fixed instant."""
        ...

    def call_later(self, delay: float, callback: Callable[[], None], /) -> Alarm:
        """Call back after `delay` seconds."""
        ...


@dataclass(order=True, slots=True)
class _Waiter:
    priority: Priority
    number: int
    turn: asyncio.Future[None] = field(compare=False)
    expiry: Alarm = field(compare=False)


class RateBudget:
    """At most `calls_per_minute` calls in any minute, first by priority, then by arrival.

    `reserved` of them are kept for placing, which therefore rarely waits.
    A halt (429) tells every call to come back later; a freeze (401) lets none leave until `thaw`.
    """

    def __init__(
        self, calls_per_minute: int, *, reserved: int, clock: Clock, timer: Timer | None = None
    ) -> None:
        self._limit = calls_per_minute
        self._reserved = min(reserved, calls_per_minute - 1)
        self._clock = clock
        self._timer: Timer = timer or asyncio.get_running_loop()
        self._taken: deque[float] = deque()
        self._waiting: list[_Waiter] = []
        self._numbers = count()
        self._alarm: Alarm | None = None
        self._halted_until = float("-inf")
        self._frozen = False
        self._longest = timedelta.max

    async def turn(self, priority: Priority, *, patience: timedelta = PATIENCE) -> None:
        """Wait for a call's turn and count the call.

        Raises `ProviderUnauthorized` while frozen; `ProviderBusy` while halted or after `patience`.
        """
        self._refuse_if_closed()
        waiter = self._enqueue(priority, min(patience, self._longest))
        self._serve()
        try:
            await waiter.turn
        finally:
            waiter.expiry.cancel()
            if waiter in self._waiting:  # cancelled while it waited
                self._leave(waiter)
        self._refuse_if_closed()  # a key may have been rejected since the turn was given

    def state(self) -> BudgetState:
        """Tell what is left; "easy" is half a minute's calls and nobody waiting."""
        halt = self._halt()
        left = 0 if self._frozen or halt > 0 else self._left()
        return BudgetState(
            left=left,
            easy=not self._waiting and 2 * left >= self._limit,
            frozen=self._frozen,
            halted_until=self._clock.now() + timedelta(seconds=halt) if halt > 0 else None,
        )

    def halt(self, wait: timedelta) -> None:
        """Let no call leave for `wait` (at most `LONGEST_HALT`); who waits is told to come back."""
        wait = min(max(wait, timedelta(0)), LONGEST_HALT)
        self._halted_until = max(self._halted_until, self._timer.time() + wait.total_seconds())
        self._dismiss(lambda: _busy(self._halt()))

    def stop_waiting(self) -> None:
        """Let no call wait for its turn any more; who waits is told to come back."""
        self._longest = timedelta()
        self._dismiss(lambda: _busy(self._until_next()))

    def freeze(self) -> None:
        """Let no call leave until `thaw`."""
        self._frozen = True
        self._dismiss(ProviderUnauthorized)

    def thaw(self) -> None:
        """Let calls leave again."""
        self._frozen = False

    def _refuse_if_closed(self) -> None:
        if self._frozen:
            raise ProviderUnauthorized(TURNED_AWAY)
        if self._halt() > 0:
            raise _busy(self._halt())

    def _enqueue(self, priority: Priority, patience: timedelta) -> _Waiter:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        expiry = self._timer.call_later(patience.total_seconds(), lambda: self._expire(turn))
        waiter = _Waiter(priority, next(self._numbers), turn, expiry)
        heappush(self._waiting, waiter)
        return waiter

    def _serve(self) -> None:
        """Give turns while calls are left: if the first in line may not go, nobody may."""
        while self._waiting and self._left() > self._kept_from(self._waiting[0].priority):
            waiter = heappop(self._waiting)
            if not waiter.turn.done():
                self._taken.append(self._timer.time())
                waiter.turn.set_result(None)
        if self._waiting and self._alarm is None:
            wait = self._taken[0] + WINDOW_SECONDS - self._timer.time()
            self._alarm = self._timer.call_later(max(wait, SHORTEST_WAIT_SECONDS), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._serve()

    def _kept_from(self, priority: Priority) -> int:
        return 0 if priority is Priority.PLACING else self._reserved

    def _left(self) -> int:
        now = self._timer.time()
        while self._taken and self._taken[0] + WINDOW_SECONDS <= now:
            self._taken.popleft()
        return self._limit - len(self._taken)

    def _halt(self) -> float:
        return self._halted_until - self._timer.time()

    def _expire(self, turn: asyncio.Future[None]) -> None:
        if not turn.done():
            turn.set_exception(_busy(self._until_next()))

    def _until_next(self) -> float:
        return self._taken[0] + WINDOW_SECONDS - self._timer.time() if self._taken else 1.0

    def _dismiss(self, error: Callable[[], ProviderError]) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.turn.done():
                waiter.turn.set_exception(error())

    def _leave(self, waiter: _Waiter) -> None:
        self._waiting.remove(waiter)
        heapify(self._waiting)


def _busy(seconds: float) -> ProviderBusy:
    return ProviderBusy(
        f"no call may leave for {seconds:.0f} s", retry_after_seconds=max(seconds, 0.0)
    )
