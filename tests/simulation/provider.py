"""A provider at the end of a bad line: answers are late, lost, wrong or none at all.

What has reached it is carried out, whether or not the one who asked still lives.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bot.domain.catalog import Account, Environment, ListedCategory, ListedType
from bot.domain.money import Money
from bot.errors import ProviderBusy, ProviderContractBroken, ProviderError, ProviderUnreachable
from bot.ports.provider import (
    Line,
    OrderPage,
    Placement,
    Priority,
    ProviderOrder,
    ProviderProfile,
    RefusalKind,
    TransactionPage,
    Unknown,
)
from tests.fakes.provider import MemoryProvider, Unsent
from tests.fakes.provider_account import Declined, MemoryOrder, dinars
from tests.simulation.clock import SetClock
from tests.simulation.loop import passes
from tests.simulation.process import outside
from tests.simulation.scenario import Scenario
from tests.simulation.tally import Met, Tally

PATIENCE = 30.0
"""How many seconds the bot waits for an answer."""

LATEST = 110.0
"""What reached the provider becomes an order within so many seconds, or never."""

HICCUPS = 0.4
"""The share of lost answers after which the provider's records lag as never before."""

HICCUP = timedelta(seconds=145)
"""As long as that: a first reading after the horizon may lack it, a second one does not."""

FATES = (Met.UNSENT, Met.BUSY, Met.REFUSED, Met.LOST, Met.LATE, Met.LATE, Met.UNANSWERED)
"""What can become of a placing in bad weather."""

NAMES, APART = ("memory", "second"), 1_000_000
"""The providers of a world; no id and no code of one is the other's."""


class FarProvider(MemoryProvider):
    """The port over a bad line; `calm` ends all trouble."""

    def __init__(
        self, clock: SetClock, scenario: Scenario, chance: Random, tally: Tally, *, number: int
    ) -> None:
        capabilities = scenario.providers[number]
        super().__init__(
            clock,
            account=Account(provider=NAMES[number], environment=Environment.SANDBOX),
            capabilities=capabilities,
            balance=dinars(scenario.means.account),
            first_number=1 + number * APART,
        )
        self._fates = FATES + ((Met.TWICE,) if capabilities.finds_by_reference else ())
        self._scenario = scenario
        self._chance = chance
        self._met = tally.met
        self.handling = True
        self.calm = False
        self.is_out = False
        self.under_way = 0
        self._hiccups = False
        for key in ("psn-10", "psn-20"):
            self.set_type(key, stock=scenario.means.stock)

    @property
    def finds(self) -> bool:
        """Whether it finds an order by our reference."""
        return self.capabilities.finds_by_reference

    # What reaches it.

    async def place(self, line: Line, *, reference: str) -> Placement:
        started_at = self._clock.now()
        self.calls.append("place")
        await passes(self._latency())
        if not self._happens(self._scenario.faults):
            answer = outside(self._carry_out(line, reference, started_at, after=self._latency()))
            return await asyncio.shield(answer)
        fate = self._chance.choice(self._fates)
        self._met[fate] += 1
        match fate:
            case Met.UNSENT:
                return self._not_sent(Unsent(reason="ConnectError"), started_at)
            case Met.BUSY:
                later = timedelta(seconds=self._chance.choice((1, 5, 60)))
                return self._not_sent(Unsent(reason="429", retry_after=later), started_at)
            case Met.REFUSED:
                return self._refused(Declined(kind=RefusalKind.OTHER), started_at)
            case Met.LOST:
                await passes(self._chance.uniform(0, PATIENCE))
            case Met.LATE:
                after = self._chance.uniform(0, LATEST)
                outside(self._carry_out(line, reference, started_at, after=after))
                await passes(self._chance.uniform(0, PATIENCE))
            case Met.TWICE:  # something on the way repeats it: the answer is that of the second
                outside(self._carry_out(line, reference, started_at, after=0.0))
                await passes(0.1)
                again = outside(self._carry_out(line, reference, started_at, after=0.0))
                return await asyncio.shield(again)
            case _:
                self._hiccups = self._happens(HICCUPS)
                outside(self._carry_out(line, reference, started_at, after=0.0))
                await passes(self._chance.uniform(0, PATIENCE))
        exchange = self._exchange(started_at, None)
        return Unknown(reason="ReadTimeout", exchange=exchange)

    async def _carry_out(
        self, line: Line, reference: str, started_at: datetime, *, after: float
    ) -> Placement:
        self.under_way += 1
        try:
            await passes(after)
            placement = self._honest(line, reference, started_at)
            await passes(self._latency())
        finally:
            self.under_way -= 1
        return placement

    def take(self, line: Line, *, reference: str | None) -> MemoryOrder:
        lag = 0.2 if self.calm else self._scenario.list_lag
        self.list_lag = timedelta(seconds=self._chance.uniform(0.2, 1.0) * lag)
        if self._hiccups:
            self.list_lag, self._hiccups = HICCUP, False
            self._met[Met.HICCUP] += 1
        order = super().take(line, reference=reference)
        outside(self._fill(order))
        return order

    async def _fill(self, order: MemoryOrder) -> None:
        if self._scenario.handling:
            await passes(self._chance.expovariate(1 / self._scenario.handling))
        filled = order.line.quantity
        if self._happens(self._scenario.short):
            filled = self._chance.randint(0, filled)
            self._met[Met.SHORT] += 1
        hides = filled and self._happens(self._scenario.short / 3)
        if hides:
            order.shown = {"cards": ()}
            self._met[Met.HIDDEN] += 1
        self.settle(order, filled=filled)
        if hides:
            await passes(self._chance.expovariate(1 / 60))
            order.shown = {}

    # What is read of it.

    async def validate(self) -> ProviderProfile:
        await self._travel()
        return await super().validate()

    async def catalog(self) -> tuple[ListedCategory, ...]:
        await self._travel()
        return await super().catalog()

    async def types(
        self, product_key: str, *, priority: Priority = Priority.CHECKING
    ) -> tuple[ListedType, ...]:
        await self._travel()
        return await super().types(product_key, priority=priority)

    async def balance(self, *, priority: Priority = Priority.CHECKING) -> Money:
        await self._travel()
        return await super().balance(priority=priority)

    async def order(
        self, provider_order_id: str, *, priority: Priority = Priority.TRACKING
    ) -> ProviderOrder | None:
        await self._travel()
        return await super().order(provider_order_id, priority=priority)

    async def find_by_reference(self, reference: str) -> ProviderOrder | None:
        """Find what was taken; one record answers for both, so there is no lag."""
        await self._travel(listing=True)
        return await super().find_by_reference(reference)

    async def orders(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> OrderPage:
        await self._travel(listing=True)
        return await super().orders(since, until, page=page, priority=priority)

    async def transactions(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> TransactionPage:
        """Movements are shown with the order that they are of: one record lags behind."""
        await self._travel(listing=True)
        shown = await super().transactions(since, until, page=page, priority=priority)
        now = self.now()
        hidden = {one.id for one in self.placed if one.listed_at > now}
        listed = tuple(one for one in shown.transactions if one.provider_order_id not in hidden)
        return replace(shown, transactions=listed)

    async def _travel(self, *, listing: bool = False) -> None:
        await passes(self._latency())
        if listing and self.is_out:
            self._met[Met.LIST_OUT] += 1
            raise ProviderUnreachable("the list is out of order")
        if self._happens(self._scenario.read_faults):
            self._met[Met.READ_FAILED] += 1
            raise self._chance.choice(_FAULTS)

    # Chance.

    def _latency(self) -> float:
        return self._chance.uniform(0.05, 0.4)

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share and not self.calm


_FAULTS: Sequence[ProviderError] = (
    ProviderUnreachable("the answer was lost"),
    ProviderBusy("429", retry_after_seconds=2),
    ProviderContractBroken("HTML"),
)
