"""Trouble on demand: delays, gates, lost answers, floods, broken servers; by method and chat."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum

from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.playground.server import Cut
from bot.playground.telegram.answers import Refused, flood, forbidden
from bot.playground.telegram.params import Params
from bot.playground.telegram.waiting import PATIENCE_SECONDS
from bot.playground.telegram.world import BLOCKED


class Moment(Enum):
    """When a fault strikes: before the call takes effect, or between the effect and its answer."""

    BEFORE = "before"
    AFTER = "after"


BEFORE, AFTER = Moment.BEFORE, Moment.AFTER

Strike = Callable[[], Awaitable[Response | None]]
"""Does what the fault does; a response is answered instead of the true one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Which calls a fault strikes; whatever is not said fits every call.

    Without a method it fits all methods but getUpdates.
    """

    method: str | None = None
    chat_id: int | None = None
    when: Callable[[Params], bool] | None = None

    def fits(self, method: str, params: Params) -> bool:
        """Tell whether a call is meant."""
        named = self.method is None and method != "getUpdates"
        return (
            (named or self.method == method)
            and self.chat_id in {None, params.chat_id}
            and (self.when is None or self.when(params))
        )


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault that waits for its calls; `hits` counts them, `struck` is set when it first acts."""

    aim: Aim
    moment: Moment
    strike: Strike
    times: int | None
    hits: int = 0
    struck: asyncio.Event = field(default_factory=asyncio.Event)

    async def act(self) -> Response | None:
        """Do what the fault does; return what is answered instead, if anything."""
        self.struck.set()
        return await self.strike()

    def take(self, method: str, params: Params) -> bool:
        """Use the fault up by one if the call is meant and any are left."""
        if self.times == self.hits or not self.aim.fits(method, params):
            return False
        self.hits += 1
        return True

    def remove(self) -> None:
        """Strike no more."""
        self.times = self.hits


@dataclass(slots=True, kw_only=True)
class Gate:
    """Holds calls until it is opened; `await gate.reached()` until one stands before it."""

    fault: Fault
    opened: asyncio.Event

    async def reached(self, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until a call stands before the gate."""
        async with asyncio.timeout(timeout_seconds):
            await self.fault.struck.wait()

    def open(self) -> None:
        """Let everyone through, and hold nobody from now on."""
        self.fault.remove()
        self.opened.set()


class Faults:
    """The faults of one double.  Every method takes `times`: how often, None for ever."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def struck_by(self, method: str, params: Params) -> list[Fault]:
        """Return the faults that strike this call, used up by one."""
        return [fault for fault in self._faults if fault.take(method, params)]

    def clear(self) -> None:
        """Remove every fault.  A gate that is shut stays shut for those before it."""
        for fault in self._faults:
            fault.remove()
        self._faults.clear()

    def add(
        self, aim: Aim, strike: Strike, *, moment: Moment = BEFORE, times: int | None = 1
    ) -> Fault:
        """Add a fault of your own."""
        fault = Fault(aim=aim, moment=moment, strike=strike, times=times)
        self._faults.append(fault)
        return fault

    def delay(
        self, aim: Aim, seconds: float, *, moment: Moment = BEFORE, times: int | None = 1
    ) -> Fault:
        """Let the effect, or the answer alone, come late."""

        async def wait() -> None:
            await asyncio.sleep(seconds)

        return self.add(aim, wait, moment=moment, times=times)

    def hold(self, aim: Aim, *, moment: Moment = BEFORE, times: int | None = None) -> Gate:
        """Hold the effect, or the answer alone, until the gate is opened."""
        opened = asyncio.Event()

        async def wait() -> None:
            await opened.wait()

        return Gate(fault=self.add(aim, wait, moment=moment, times=times), opened=opened)

    def cut(self, aim: Aim, *, moment: Moment = AFTER, times: int | None = 1) -> Fault:
        """Drop the connection: after the effect the answer is lost, before it all is."""
        return self._answer(aim, Cut, moment=moment, times=times)

    def broken(
        self, aim: Aim, *, status: int = 502, moment: Moment = BEFORE, times: int | None = 1
    ) -> Fault:
        """Answer with a server's or proxy's page of HTML."""
        page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
        return self._answer(
            aim, lambda: HTMLResponse(page, status_code=status), moment=moment, times=times
        )

    def flood(self, aim: Aim, *, retry_after_seconds: int, times: int | None = 1) -> Fault:
        """Refuse with 429."""
        return self.refuse(aim, flood(retry_after_seconds), times=times)

    def blocked(self, aim: Aim, *, times: int | None = 1) -> Fault:
        """Refuse with 403, as if the person had blocked the bot."""
        return self.refuse(aim, forbidden(BLOCKED), times=times)

    def refuse(self, aim: Aim, refusal: Refused, *, times: int | None = 1) -> Fault:
        """Refuse with an answer of your own; nothing takes effect."""
        return self._answer(
            aim,
            lambda: JSONResponse(refusal.body(), status_code=refusal.status),
            moment=BEFORE,
            times=times,
        )

    def _answer(
        self, aim: Aim, make: Callable[[], Response], *, moment: Moment, times: int | None
    ) -> Fault:
        async def answer() -> Response:
            return make()

        return self.add(aim, answer, moment=moment, times=times)
