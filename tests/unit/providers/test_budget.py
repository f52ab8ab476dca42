"""The rate budget: who goes first, who waits, and when nobody may go."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ProviderBusy, ProviderUnauthorized
from bot.ports.provider import Priority
from bot.providers.budget import LONGEST_HALT, PATIENCE, RateBudget

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(eq=False)
class Ring:
    """A call that is to come at `at`."""

    at: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        """Do not call."""
        self.cancelled = True


@dataclass
class Time:
    """Monotonic time, wall time and alarms, all moved by hand."""

    seconds: float = 1000.0
    rings: list[Ring] = field(default_factory=list)

    def time(self) -> float:
        """Seconds since some instant."""
        return self.seconds

    def now(self) -> datetime:
        """The same, on the wall."""
        return NOON + timedelta(seconds=self.seconds - 1000)

    def call_later(self, delay: float, callback: Callable[[], None], /) -> Ring:
        """Remember the call."""
        ring = Ring(self.seconds + delay, callback)
        self.rings.append(ring)
        return ring

    async def forward(self, seconds: float) -> None:
        """Let time pass, ring what is due in order, and let everybody act on it."""
        end = self.seconds + seconds
        while due := [r for r in self.rings if r.at <= end and not r.cancelled]:
            ring = min(due, key=lambda each: each.at)
            self.rings.remove(ring)
            self.seconds = max(self.seconds, ring.at)
            ring.callback()
            await settle()
        self.seconds = end


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


@dataclass
class Queue:
    """A budget of calls, and the names of those who had their turn."""

    time: Time
    budget: RateBudget
    gone: list[str] = field(default_factory=list)
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def join(self, name: str, priority: Priority) -> None:
        """Ask for a turn, and wait in a task of its own."""

        async def go() -> None:
            await self.budget.turn(priority)
            self.gone.append(name)

        self.tasks[name] = asyncio.create_task(go())
        await settle()

    def outcome(self, name: str) -> BaseException | None:
        """What somebody was told who had no turn."""
        return self.tasks[name].exception()


def queue(calls: int, reserved: int = 0) -> Queue:
    """A budget at noon."""
    time = Time()
    return Queue(time, RateBudget(calls, reserved=reserved, clock=time, timer=time))


async def test_calls_leave_at_once_while_there_are_some_left() -> None:
    """A budget of three lets three go at once, and the fourth only a minute after the first."""
    line = queue(3)
    for name in "abc":
        await line.join(name, Priority.TRACKING)
    early = list(line.gone)

    await line.time.forward(45)
    await line.join("d", Priority.TRACKING)
    await line.time.forward(15)

    assert early == ["a", "b", "c"]
    assert line.gone == ["a", "b", "c", "d"]


async def test_no_minute_holds_more_calls_than_the_budget() -> None:
    """The minute moves: calls come back one by one, each a minute after it was made."""
    line = queue(2)
    await line.join("a", Priority.TRACKING)
    await line.time.forward(50)
    await line.join("b", Priority.TRACKING)
    await line.join("c", Priority.TRACKING)
    await line.join("d", Priority.TRACKING)

    await line.time.forward(10)
    after_ten = list(line.gone)
    await line.time.forward(9)

    assert after_ten == ["a", "b", "c"]
    assert line.gone == ["a", "b", "c"]


async def test_what_matters_most_goes_first_and_then_who_came_first() -> None:
    """Placing overtakes settling, settling overtakes the catalogue; equals keep their order."""
    line = queue(1)
    await line.join("first", Priority.TRACKING)
    await line.time.forward(45)
    await line.join("catalog", Priority.CATALOG)
    await line.join("settling 1", Priority.SETTLING)
    await line.join("settling 2", Priority.SETTLING)
    await line.join("placing", Priority.PLACING)

    await line.time.forward(15)

    assert line.gone == ["first", "placing"]
    ranks = sorted(Priority)
    assert ranks[0] is Priority.PLACING
    assert ranks[-1] is Priority.CATALOG


async def test_a_share_is_kept_for_placing() -> None:
    """Others stop at the reserved share, which only placings may use."""
    line = queue(5, reserved=2)
    for name in "abcd":
        await line.join(name, Priority.SETTLING)
    before = list(line.gone)

    await line.join("p", Priority.PLACING)
    await line.join("q", Priority.PLACING)

    assert before == ["a", "b", "c"]
    assert line.gone == ["a", "b", "c", "p", "q"]


async def test_nobody_waits_for_ever() -> None:
    """Who had no turn within its patience is told when to come back, and takes no call."""
    line = queue(1)
    await line.join("a", Priority.TRACKING)
    await line.join("b", Priority.TRACKING)

    await line.time.forward(PATIENCE.total_seconds())

    told = line.outcome("b")
    assert isinstance(told, ProviderBusy)
    assert told.retry_after_seconds == 40
    assert line.gone == ["a"]


async def test_who_has_time_waits_longer() -> None:
    """A reading that nobody waits for may have more patience than others have."""
    line = queue(1)
    await line.join("a", Priority.TRACKING)
    patient = asyncio.create_task(line.budget.turn(Priority.CATALOG, patience=timedelta(minutes=3)))
    await settle()

    await line.time.forward(60)

    assert patient.done()
    assert patient.exception() is None


async def test_who_gives_up_takes_no_call() -> None:
    """A cancelled call leaves its place to the next in line."""
    line = queue(1)
    await line.join("a", Priority.TRACKING)
    await line.time.forward(45)
    await line.join("b", Priority.TRACKING)
    await line.join("c", Priority.TRACKING)

    line.tasks["b"].cancel()
    await settle()
    await line.time.forward(15)

    assert line.gone == ["a", "c"]


async def test_a_halt_sends_everybody_away_until_it_is_over() -> None:
    """Waiting and coming calls are told how long; afterwards calls leave again."""
    line = queue(2)
    await line.join("a", Priority.TRACKING)
    await line.join("b", Priority.TRACKING)
    await line.join("waits", Priority.PLACING)

    line.budget.halt(timedelta(seconds=70))
    await line.join("comes", Priority.PLACING)
    state = line.budget.state()
    await line.time.forward(70)
    await line.join("later", Priority.PLACING)

    for name in ("waits", "comes"):
        told = line.outcome(name)
        assert isinstance(told, ProviderBusy)
        assert told.retry_after_seconds == 70
    assert (state.left, state.easy) == (0, False)
    assert state.halted_until == NOON + timedelta(seconds=70)
    assert line.gone == ["a", "b", "later"]
    assert line.budget.state().halted_until is None


async def test_a_halt_has_a_ceiling() -> None:
    """A provider that asks for a day is asked again after a few minutes."""
    line = queue(2)

    line.budget.halt(timedelta(days=1))

    assert line.budget.state().halted_until == NOON + LONGEST_HALT


async def test_a_shorter_halt_does_not_end_a_longer_one() -> None:
    """Two refusals at once: the longer wait counts."""
    line = queue(2)

    line.budget.halt(timedelta(seconds=60))
    line.budget.halt(timedelta(seconds=5))

    assert line.budget.state().halted_until == NOON + timedelta(seconds=60)


async def test_a_freeze_lets_nothing_leave_until_thawed() -> None:
    """A rejected key stops waiting and coming calls at once."""
    line = queue(1)
    await line.join("a", Priority.TRACKING)
    await line.join("waits", Priority.PLACING)

    line.budget.freeze()
    await line.join("comes", Priority.PLACING)
    frozen = line.budget.state()
    line.budget.thaw()
    await line.time.forward(60)
    await line.join("later", Priority.TRACKING)

    assert isinstance(line.outcome("waits"), ProviderUnauthorized)
    assert isinstance(line.outcome("comes"), ProviderUnauthorized)
    assert (frozen.frozen, frozen.left, frozen.easy) == (True, 0, False)
    assert line.gone == ["a", "later"]


async def test_nobody_waits_for_a_turn_once_a_stop_began() -> None:
    """Who waits is told to come back, and so is who comes later; a call that is left still goes."""
    line = queue(1)
    await line.join("a", Priority.TRACKING)
    await line.join("waits", Priority.SWEEPING)

    line.budget.stop_waiting()
    await line.join("comes", Priority.TRACKING)
    await line.time.forward(0)
    told = [line.outcome("waits"), line.outcome("comes")]
    await line.time.forward(60)
    await line.join("later", Priority.TRACKING)

    assert all(isinstance(one, ProviderBusy) for one in told)
    assert line.gone == ["a", "later"]


async def test_a_turn_that_was_given_is_taken_back_by_a_freeze() -> None:
    """Between its turn and its first step a call can still be stopped, and is."""
    line = queue(1)
    await line.join("a", Priority.TRACKING)
    await line.time.forward(50)
    await line.join("b", Priority.PLACING)

    line.time.seconds += 10
    next(ring for ring in line.time.rings if ring.at == line.time.seconds).callback()
    line.budget.freeze()
    await settle()

    assert line.gone == ["a"]
    assert isinstance(line.outcome("b"), ProviderUnauthorized)


async def test_the_budget_tells_when_it_is_tight() -> None:
    """It is easy while half of the minute's calls are left and nobody waits."""
    line = queue(4, reserved=1)
    states = [line.budget.state()]
    for name in "abcd":
        await line.join(name, Priority.SETTLING)
        states.append(line.budget.state())

    assert [state.left for state in states] == [4, 3, 2, 1, 1]
    assert [state.easy for state in states] == [True, True, True, False, False]


async def test_it_runs_on_the_event_loop() -> None:
    """Without a timer of its own it uses the running loop's."""
    budget = RateBudget(2, reserved=5, clock=Time())

    await budget.turn(Priority.CATALOG)

    assert budget.state().left == 1
    budget.freeze()
    with pytest.raises(ProviderUnauthorized):
        await budget.turn(Priority.CATALOG)


STEPS = st.lists(
    st.tuples(st.sampled_from(list(Priority)), st.floats(0, 40, allow_nan=False)), max_size=40
)


@given(STEPS, st.integers(1, 8), st.integers(0, 8))
def test_no_minute_is_ever_too_full(
    steps: list[tuple[Priority, float]], calls: int, reserved: int
) -> None:
    """Whoever asks and whenever, any minute holds at most the budget, and nobody is left over."""

    async def run() -> tuple[list[float], Queue]:
        line = queue(calls, reserved)
        gone: list[float] = []

        async def go(priority: Priority) -> None:
            await line.budget.turn(priority)
            gone.append(line.time.seconds)

        for number, (priority, pause) in enumerate(steps):
            line.tasks[str(number)] = asyncio.create_task(go(priority))
            await settle()
            await line.time.forward(pause)
        await line.time.forward(120)
        return gone, line

    gone, line = asyncio.run(run())

    for first, later in zip(gone, gone[calls:], strict=False):
        assert later - first > 59.999_999
    told = [line.outcome(name) for name in line.tasks]
    assert all(error is None or isinstance(error, ProviderBusy) for error in told)
    assert len(gone) == told.count(None)
