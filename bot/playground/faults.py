"""Scripted trouble at a provider's double: what goes wrong with a call, before or after it acts."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.playground.server import Cut

Params: TypeAlias = Mapping[str, object]
"""What a call asks for: its JSON body, else its path and query."""


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing happens until `gate` is set; then the call goes on, even if nobody waits any more."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Answer:
    """This answer instead of the true one."""

    make: Callable[[], Response]


@dataclass(frozen=True, slots=True)
class Torn:
    """The true answer's first half, as if it were the whole."""


Effect: TypeAlias = Stall | Answer | Torn


@dataclass(slots=True, kw_only=True)
class Fault:
    """An effect on the next `times` calls that `matching` accepts."""

    call: StrEnum
    effect: Effect
    after: bool
    times: int
    matching: Callable[[Params], bool]


class Script:
    """The trouble ahead: first scripted, first taken."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Script one more fault, behind the others."""
        self._faults.append(fault)

    def take(self, call: StrEnum, params: Params, *, after: bool) -> Effect | None:
        """Use up one turn of the first fault that fits, if any does."""
        for fault in self._faults:
            if fault.call is call and fault.after is after and fault.matching(params):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault.effect
        return None

    def clear(self) -> None:
        """No more trouble."""
        self._faults.clear()


async def suffer(effect: Effect | None, response: Response | None) -> Response | None:
    """Let an effect have its way with the response, which is None before there is one."""
    match effect:
        case Answer():
            return effect.make()
        case Torn() if response is not None:
            half = bytes(response.body)[: len(response.body) // 2]
            return Response(half, response.status_code, media_type="application/json")
        case Stall():
            await effect.gate.wait()
        case _:
            pass
    return response


def cut() -> Answer:
    """The connection ends without a byte of answer."""
    return Answer(Cut)


def torn() -> Torn:
    """The true answer breaks off in the middle; the call has taken effect by then."""
    return Torn()


def html(code: int, *, retry_after: int | None = None) -> Answer:
    """An error page of the proxy in front of the provider."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    page = f"<html><body><h1>{code} Error</h1>cloudflare</body></html>"
    return Answer(lambda: HTMLResponse(page, code, headers))


def json_body(text: str, code: int = 200) -> Answer:
    """Any body that calls itself JSON."""
    return Answer(lambda: Response(text, code, media_type="application/json"))


def empty(code: int = 200) -> Answer:
    """No body at all."""
    return Answer(lambda: Response(b"", code))


def redirect(address: str) -> Answer:
    """Sent elsewhere, method and body kept."""
    return Answer(lambda: RedirectResponse(address, 307))
