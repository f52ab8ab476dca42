"""What else happens in the simulated world, until it is calm."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from bot.ports.provider import Line
from bot.services import marks
from tests.fakes.provider_account import dinars
from tests.simulation.engine import Life
from tests.simulation.loop import passes
from tests.simulation.process import outside
from tests.simulation.tally import Met
from tests.simulation.world import SimulatedWorld

CLOCK_STEPS = tuple(timedelta(minutes=n) for n in (-10, -1, 1, 10))


@dataclass(frozen=True, slots=True)
class Weather:
    """Crashes come by themselves; the rest of the trouble is made here."""

    world: SimulatedWorld

    def begin(self) -> None:
        """Let it begin."""
        scenario = self.world.scenario
        for every, trouble in (
            (scenario.stop_every, self._stops),
            (scenario.foreign_every, self._foreign_orders),
            (scenario.clock_step_every, self._clock_steps),
            (scenario.outage_every, self._outages),
            (scenario.price_every, self._prices),
            (scenario.money_every, self._money_moves),
            (scenario.supply_every, self._brings),
        ):
            if every is not None:
                outside(trouble(every))

    async def _until_calm(self, every: float) -> AsyncIterator[None]:
        while True:
            await passes(self.world.about(every))
            if self.world.is_calm:
                return
            yield

    async def _stops(self, every: float) -> None:
        async for _ in self._until_calm(every):
            await self.world.stop()

    async def _foreign_orders(self, every: float) -> None:
        async for _ in self._until_calm(every):
            goods = self.world.chance.choice(self.world.scenario.goods)
            line = Line(product_key="psn", type_key=goods.key, quantity=goods.quantity)
            provider = self.world.any_provider()
            if provider.objection(line) is None:
                provider.buy_elsewhere(line)
                self._count(Met.FOREIGN)

    async def _clock_steps(self, every: float) -> None:
        """Set the clock, and not again before the bot has noticed: twice is not promised."""
        async for _ in self._until_calm(every):
            if not await self.world.ask(self._is_clock_known):
                continue
            by = self.world.chance.choice(CLOCK_STEPS)
            self.world.clock.set(by)
            self._count(Met.CLOCK_STEP)
            for provider in self.world.providers:
                provider.ahead -= by

    async def _is_clock_known(self, _life: Life) -> bool:
        async with self.world.engine.store.read() as work:
            known = [await marks.find_ahead(work, one.account) for one in self.world.providers]
        return known == [one.ahead for one in self.world.providers]

    async def _outages(self, every: float) -> None:
        async for _ in self._until_calm(every):
            provider = self.world.any_provider()
            provider.is_out = True
            await passes(self.world.about(120))
            provider.is_out = False

    async def _prices(self, every: float) -> None:
        async for _ in self._until_calm(every):
            key = self.world.chance.choice(("psn-10", "psn-20"))
            self.world.any_provider().set_type(
                key, cost=dinars(self.world.chance.randint(1200, 3000))
            )
            self._count(Met.PRICE)

    async def _money_moves(self, every: float) -> None:
        async for _ in self._until_calm(every):
            provider = self.world.any_provider()
            amount = dinars(self.world.chance.choice((-5_000, 10_000)))
            if (provider.held_balance + amount).minor >= 0:
                provider.deposit(amount)
                self._count(Met.MONEY)

    async def _brings(self, every: float) -> None:
        """Bring some of what ran short: cards and money to a provider, cash to the counter."""
        async for _ in self._until_calm(every):
            chance, provider = self.world.chance, self.world.any_provider()
            for key in ("psn-10", "psn-20"):
                provider.set_type(key, stock=chance.randint(0, 12))
            if self.world.happens(0.3):
                provider.deposit(dinars(20_000))
            await self.world.pay_in(
                chance.choice(self.world.people), chance.choice((5_000, 20_000))
            )

    def _count(self, kind: Met) -> None:
        self.world.tally.met[kind] += 1
