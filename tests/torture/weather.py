"""Bad weather from a seed: what goes wrong with the providers' calls and with Telegram's."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.playground.books import Plan
from bot.playground.faults import Effect, Params, Stall, html
from bot.playground.plum import Plum, Rotation
from bot.playground.telegram import AFTER, BEFORE, Aim, Telegram
from tests.e2e.sides import Double, Side
from tests.torture.goods import purchase_at_dashboard
from tests.torture.passing import Chance, Late, passes
from tests.torture.troubles import Troubles, troubles_of
from tests.torture.witness import FOR_EVER, Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """How bad it is: shares of calls that fail, seconds between events; 0 is never."""

    placing: float = 0.015
    """The share of placings that each of some twenty troubles strikes."""
    reading: float = 0.01
    telegram: float = 0.004
    slowest: float = 4.0
    handling: float = 3.0
    list_lag: float = 0.2
    latest: float = 30.0
    """How late a list shows what it should have shown long ago, now and then."""
    short: float = 0.15
    foreign_every: float = 60.0
    unseen: float = 0.2
    """The share of foreign orders that may be made while no bot runs: each stops all sales."""
    outage_every: float = 600.0
    outage: float = 90.0
    tokens_every: float = 40.0
    """Seconds until the tokens end, where a provider has such."""


@dataclass(slots=True, kw_only=True)
class Weather:
    """Makes trouble until it is `calm`."""

    climate: Climate
    chance: Chance
    telegram: Telegram
    sides: tuple[Side, ...]
    witness: Witness
    calm: asyncio.Event = field(default_factory=asyncio.Event)
    foreign: int = 0
    outages: int = 0
    tokens_ended: int = 0
    _is_out: bool = False

    def begin(self) -> None:
        """Let it begin."""
        for side in self.sides:
            slowest = self.climate.slowest
            troubles = troubles_of(side.double, self.chance, slowest=slowest)
            self._spoil_placings(side, troubles)
            self._spoil_reads(side.double, troubles)
            side.double.list_after(timedelta(seconds=self.climate.list_lag / 10))
        self._spoil_telegram()

    async def run(self) -> None:
        """Let it change, until it is calm."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._foreign_orders())
            group.create_task(self._outages())
            for side in self.sides:
                group.create_task(self._fates(side.double))
                if isinstance(side.double, Plum):
                    group.create_task(self._ends_of_tokens(side.double))

    def _spoil_placings(self, side: Side, troubles: Troubles) -> None:
        share, double, placing = self.climate.placing, side.double, side.placing
        for effect in troubles.before:
            self._strike_placing(side, effect, after=False)
        for effect in troubles.after:
            self._strike_placing(side, effect, after=True)
        rolls = self.chance.rolls(share, self.calm)

        def turns_away(params: Params) -> bool:
            if is_struck := rolls(params):
                self.witness.was_in_vain(str(params["poNumber"]))
            return is_struck

        for effect in troubles.turned_away:
            double.fault(placing, effect, times=FOR_EVER, matching=turns_away)

    def _strike_placing(self, side: Side, effect: Effect, *, after: bool) -> None:
        """Let an effect strike placings; one that is only slow is still answered."""
        rolls = self.chance.rolls(self.climate.placing, self.calm)

        def strikes(params: Params) -> bool:
            if (is_struck := rolls(params)) and not isinstance(effect, Stall):
                self.witness.was_struck()
            return is_struck

        side.double.fault(side.placing, effect, after=after, times=FOR_EVER, matching=strikes)

    def _spoil_reads(self, double: Double, troubles: Troubles) -> None:
        def is_out(_: object) -> bool:
            return self._is_out and not self.calm.is_set()

        for call in troubles.lists:
            double.fault(call, html(502), times=FOR_EVER, matching=is_out)
        for call in troubles.reads:
            for effect in troubles.reading:
                self._strike(double, call, effect)
            self._strike(double, call, Stall(Late(self.chance, 2.0)))

    def _strike(self, double: Double, call: StrEnum, effect: Effect) -> None:
        rolls = self.chance.rolls(self.climate.reading, self.calm)
        double.fault(call, effect, times=FOR_EVER, matching=rolls)

    def _spoil_telegram(self) -> None:
        share, troubles = self.climate.telegram, self.telegram.faults

        def aim(method: str | None = None) -> Aim:
            return Aim(method=method, when=self.chance.rolls(share, self.calm))

        async def late() -> None:
            await passes(self.chance.about(1.0))

        for moment in (BEFORE, AFTER):
            troubles.cut(aim(), moment=moment, times=None)
            troubles.cut(aim("getUpdates"), moment=moment, times=None)
            troubles.add(aim(), late, moment=moment, times=None)
        troubles.broken(aim(), times=None)
        troubles.flood(aim(), retry_after_seconds=1, times=None)

    async def _fates(self, double: Double) -> None:
        """Keep it written what becomes of the next orders."""
        while not await passes(0.5, unless=self.calm):
            lacking = 40 - len(double._account.plans)
            double.plan(*(self._fate() for _ in range(lacking)))
        double._account.plans.clear()

    async def _ends_of_tokens(self, plum: Plum) -> None:
        """Let access tokens end, and a renewal do to the old pair what one of the pages says."""
        every = self.climate.tokens_every
        while every and not await passes(self.chance.about(every), unless=self.calm):
            plum.rotate(self.chance.dice.choice(tuple(Rotation)))
            plum.expire_access()
            self.tokens_ended += 1

    def _fate(self) -> Plan:
        dice, climate = self.chance.dice, self.climate
        return Plan(
            filled=dice.randint(0, 1) if self.chance.happens(climate.short) else None,
            handling=timedelta(seconds=self.chance.about(climate.handling)),
            list_lag=timedelta(seconds=self._lag()),
        )

    def _lag(self) -> float:
        """How long the list takes to show an order; now and then it takes its time."""
        is_late = self.chance.happens(0.01)
        return self.climate.latest if is_late else self.chance.about(self.climate.list_lag)

    async def _foreign_orders(self) -> None:
        every = self.climate.foreign_every
        while every and not await passes(self.chance.about(every), unless=self.calm):
            is_seen = self.telegram.world.updates.polled
            if not is_seen and not self.chance.happens(self.climate.unseen):
                continue
            double = self.chance.dice.choice(self.sides).double
            purchase = purchase_at_dashboard(double, self.chance)
            for _ in range(self.chance.dice.randint(1, 4)):
                purchase(self.chance.dice.randint(1, 3))
                self.foreign += 1

    async def _outages(self) -> None:
        every = self.climate.outage_every
        while every and not await passes(self.chance.about(every), unless=self.calm):
            self._is_out = True
            self.outages += 1
            await passes(self.climate.outage, unless=self.calm)
            self._is_out = False
