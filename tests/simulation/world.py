"""The simulated world: a shop, its people, its provider and its chats, from one seed."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from bot.domain.agents import PersonId
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from tests.simulation.clock import SetClock
from tests.simulation.disks import Disk
from tests.simulation.engine import Engine, Life
from tests.simulation.loop import passes
from tests.simulation.process import Process, outside
from tests.simulation.provider import FarProvider
from tests.simulation.scenario import Goods, Scenario
from tests.simulation.tally import Met, Tally
from tests.simulation.telegram import FarMessenger

T = TypeVar("T")

FIRST_PERSON = 11

STOP_PATIENCE = 90.0
"""How many seconds a service manager waits for an orderly end before it kills."""

ANSWER_PATIENCE = 3600.0
"""An update that was not answered after so many seconds never will be."""


class SimulatedWorld:
    """Everything outside the bot, and the bot's processes one after the other."""

    def __init__(
        self, scenario: Scenario, chance: Random, disk: Disk, *, bot: type[Engine] = Engine
    ) -> None:
        self.scenario = scenario
        self.chance = chance
        self.clock = SetClock()
        self.tally = Tally()
        self.providers = tuple(
            FarProvider(self.clock, scenario, chance, self.tally, number=number)
            for number in range(len(scenario.providers))
        )
        self.messenger = FarMessenger(scenario, chance, self.tally)
        self.engine = bot(
            clock=self.clock,
            providers=self.providers,
            messenger=self.messenger,
            disk=disk,
            horizon=scenario.horizon,
            means=scenario.means,
        )
        self.people = tuple(PersonId(FIRST_PERSON + n) for n in range(scenario.people))
        self.is_calm = False
        self._disk = disk
        self._paid = 0
        self._serving: asyncio.Future[tuple[Process, Life]] = _nobody()

    # The bot's lives.

    async def open(self) -> None:
        """Open the shop in good weather; the weather turns when everybody is in."""
        self._turn(calm=True)
        process = Process()
        life = await process.spawn(self.engine.start(process))
        await process.spawn(self.engine.furnish(life, self.people))
        self._turn(calm=False)
        process.dies_in(self._steps_to_live())
        outside(self._live(process, life))

    async def calm_down(self) -> None:
        """Let nothing go wrong any more."""
        self.is_calm = True
        self._turn(calm=True)
        process, _ = await self._serving
        process.dies_in(None)

    def _turn(self, *, calm: bool) -> None:
        self.messenger.calm = calm
        for provider in self.providers:
            provider.calm = calm

    async def _live(self, process: Process, life: Life) -> None:
        """Serve, die, and be started again, for ever."""
        while True:
            self._serving.set_result((process, life))
            await process.dead.wait()
            self._serving = _nobody()
            process, life = await self._next_life(process)

    async def _next_life(self, process: Process) -> tuple[Process, Life]:
        while True:
            self.tally.met[Met.CRASH] += not process.was_stopped
            await process.buried()
            await self._disk.close()
            await passes(self._downtime())
            process = Process(dies_in=self._steps_to_live())
            starting = process.spawn(self.engine.start(process))
            await asyncio.wait({starting})
            if process.is_alive and starting.exception() is None:
                return process, starting.result()
            if process.is_alive:
                self.tally.faults.append(f"start: {starting.exception()!r}")
                process.kill()

    async def stop(self) -> None:
        """End the process in order, as a service manager does: it kills what takes too long."""
        process, life = await self._serving
        life.stopping.set()
        await asyncio.wait({life.working, outside(passes(STOP_PATIENCE))}, return_when=_FIRST)
        if process.is_alive:
            process.was_stopped = life.working.done()
            self.tally.met[Met.STOP] += process.was_stopped
            process.kill()

    async def ask(self, does: Callable[[Life], Coroutine[Any, Any, T]]) -> T | None:
        """Let the bot take an update; None when it refuses, or died with it in its hands.

        What it had not acknowledged is given to the next process.
        """
        while True:
            process, life = await asyncio.shield(self._serving)
            task = process.spawn(does(life))
            done, _ = await asyncio.wait({task}, timeout=ANSWER_PATIENCE)
            if not done:
                task.cancel()
                self.tally.faults.append("update: no answer")
                return None
            if not process.is_alive or task.cancelled():
                _forget_error(task)
                if self.chance.random() < 0.3:
                    return None
                continue
            error = task.exception()
            if error is None:
                return task.result()
            self._turned_down(error)
            return None

    def _turned_down(self, error: BaseException) -> None:
        match error:
            case Refusal(reason=RefusalReason.NOT_ENOUGH_BALANCE):
                self.tally.met[Met.OVERDRAWN] += 1
            case Refusal(reason=RefusalReason.OUT_OF_STOCK):
                self.tally.met[Met.SOLD_OUT] += 1
            case Refusal():
                pass
            case _:
                self.tally.faults.append(f"update: {error!r}")

    async def pay_in(self, person_id: PersonId, amount: int) -> None:
        """Have the admin credit a shop's cash, and try the same again until it is told as done."""
        self._paid += 1
        request = f"cash {self._paid}"
        while not await self.ask(lambda life: self.engine.pay_in(life, person_id, amount, request)):
            await passes(5)

    # Chance.

    def happens(self, share: float) -> bool:
        """Throw the dice."""
        return self.chance.random() < share

    def any_provider(self) -> FarProvider:
        """Choose one of the providers, where there is a choice."""
        return self.providers[0] if len(self.providers) == 1 else self.chance.choice(self.providers)

    def any_goods(self) -> Goods:
        """Choose what is bought, and where."""
        goods = self.chance.choice(self.scenario.goods)
        return replace(goods, provider=self.any_provider().account.provider)

    def about(self, mean: float) -> float:
        """Give a span of seconds whose mean is `mean`."""
        return self.chance.expovariate(1 / mean)

    def _steps_to_live(self) -> int | None:
        every = self.scenario.crash_every
        return None if every is None or self.is_calm else 1 + int(self.about(every))

    def _downtime(self) -> float:
        return self.about(self.chance.choice((0.5, 5, 5, 60)))


_FIRST = asyncio.FIRST_COMPLETED


def _forget_error(task: "asyncio.Task[Any]") -> None:
    """What a process dies of is nobody's business."""
    if task.done() and not task.cancelled():
        task.exception()


def _nobody() -> "asyncio.Future[tuple[Process, Life]]":
    return asyncio.get_running_loop().create_future()
