"""How a client is asked while its server says anything at all, whichever provider it is of."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Generic, TypeVar

from bot.errors import BotError
from bot.providers.http import Timeouts
from tests.fuzz.chance import chances
from tests.fuzz.heard import overheard
from tests.fuzz.spoiling import spoil
from tests.fuzz.wire import SPOILINGS, Answer, Server, honest

AnyCall = TypeVar("AnyCall", bound=StrEnum)

LIMITS = Timeouts(
    connect=timedelta(seconds=5), silence=timedelta(seconds=0.2), whole=timedelta(seconds=0.5)
)
PATIENCE_SECONDS = 30
"""Far beyond the client's own limits: what takes longer has none."""

AT_ONCE = 16
"""Many wait at once, so that those which only wait cost no time of their own."""


class WallClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One answer."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording(Generic[AnyCall]):
    """What the provider answered to each call, and the cards that stand in it."""

    answers: dict[AnyCall, tuple[Recorded, ...]]
    codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to, and what the client wrote about it."""

    value: object
    error: BaseException | None


@asynccontextmanager
async def named(case: str, answer: Answer) -> AsyncIterator[None]:
    """Give the case's name, to be run alone, to an error that no client may raise."""
    try:
        yield
    except BotError:
        raise
    except Exception as error:
        error.add_note(f"FUZZ_ONLY={case}: {answer} {answer.body[:2000]!r}")
        raise


async def outcome_of(call: Awaitable[object], case: str, answer: Answer) -> Outcome:
    """Wait for a call to end: in a value, or in an error of the port."""
    try:
        async with named(case, answer), asyncio.timeout(PATIENCE_SECONDS):
            return Outcome(await call, None)
    except BotError as error:
        return Outcome(None, error)


def spoilt(chance: Random, recorded: Sequence[Recorded]) -> Answer:
    """Spoil one of the answers to a call: what it says, how it is sent, or both."""
    chosen = chance.choice(recorded)
    body, twisted = chosen.body, chance.random()
    if twisted < 0.75 and body[:1] == b"{":
        body = spoil(chance, body)
    answer = honest(chosen.status, body)
    for spoiling in chance.choices(SPOILINGS, k=chance.choice((0, 1, 2)) if twisted < 0.75 else 2):
        answer = spoiling(chance, answer)
    return answer


async def hold(
    ask: Callable[[str, Answer], Awaitable[Outcome]],
    check: Callable[[Outcome, Answer, bool], None],
    recorded: Sequence[Recorded],
    *,
    server: Server,
    what: str,
    many: int,
) -> None:
    """Ask so `many` times, each time answered otherwise, and check what came of it.

    `check` is told whether the request arrived. Nothing may be logged.
    """
    room = asyncio.Semaphore(AT_ONCE)

    async def judge(case: str, chance: Random) -> None:
        answer = spoilt(chance, recorded)
        async with room:
            outcome = await ask(case, answer)
        async with named(case, answer):
            check(outcome, answer, case in server.arrived)

    with overheard() as log:
        cases = (judge(case, chance) for case, chance in chances(what, many))
        ends = await asyncio.gather(*cases, return_exceptions=True)
    failures = [end for end in ends if isinstance(end, Exception)]
    if failures:
        raise ExceptionGroup("answers that did more than they may", failures)
    assert log.getvalue() == ""
