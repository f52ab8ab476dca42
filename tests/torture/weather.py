"""Bad weather from a seed: what goes wrong with the provider's calls and with Telegram's."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from bot.playground.faults import Effect, Stall
from bot.playground.oneclickdz import Call, CardType, OneClickDZ, Plan, Product, faults
from bot.playground.telegram import AFTER, BEFORE, Aim, Telegram
from tests.torture.passing import Chance, Late, passes
from tests.torture.witness import FOR_EVER

READS = (Call.LIST, Call.CHECK_ORDER, Call.BALANCE, Call.TRANSACTIONS, Call.CHECK_PRODUCT)

PLENTY = 10_000_000

Goods = tuple[tuple[str, str, str], str, str]
"""Where a type is found (category, product, type), and the ids of its product and itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """How bad it is: shares of calls that fail, seconds between events; 0 is never."""

    placing: float = 0.015
    """The share of placings that each of sixteen troubles strikes."""
    reading: float = 0.01
    telegram: float = 0.004
    slowest: float = 4.0
    handling: float = 3.0
    list_lag: float = 0.2
    short: float = 0.15
    foreign_every: float = 60.0
    outage_every: float = 600.0
    outage: float = 90.0


@dataclass(slots=True, kw_only=True)
class Weather:
    """Makes trouble until it is `calm`."""

    climate: Climate
    chance: Chance
    telegram: Telegram
    provider: OneClickDZ
    calm: asyncio.Event = field(default_factory=asyncio.Event)
    foreign: int = 0
    outages: int = 0
    _is_out: bool = False

    def begin(self) -> None:
        """Let it begin."""
        self._spoil_placings()
        self._spoil_reads()
        self._spoil_telegram()
        self.provider.list_after(timedelta(seconds=self.climate.list_lag / 10))

    async def run(self) -> None:
        """Let it change, until it is calm."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._foreign_orders())
            group.create_task(self._outages())
            group.create_task(self._fates())

    def _spoil_placings(self) -> None:
        share, slowest = self.climate.placing, self.climate.slowest
        before: tuple[Effect, ...] = (
            faults.cut(),
            faults.html(502),
            faults.html(429, retry_after=1),
            faults.status(500, "INTERNAL_ERROR"),
            faults.status(503, "SERVICE_UNAVAILABLE"),
            faults.status(503, "AUTH_UNAVAILABLE", retry_after=1),
            faults.rate_limited(1),
            faults.status(400, "ERR_VALIDATION"),
            Stall(Late(self.chance, slowest)),
        )
        after: tuple[Effect, ...] = (
            faults.cut(),
            faults.cut(),
            faults.torn(),
            faults.html(504),
            faults.empty(),
            faults.without_order_id(),
            Stall(Late(self.chance, slowest)),
        )
        for effect in before:
            self._strike(Call.PLACE_ORDER, effect, share)
        for effect in after:
            self._strike(Call.PLACE_ORDER, effect, share, after=True)

    def _spoil_reads(self) -> None:
        def is_out(_: object) -> bool:
            return self._is_out and not self.calm.is_set()

        for call in (Call.LIST, Call.TRANSACTIONS):
            self.provider.fault(call, faults.html(502), times=FOR_EVER, matching=is_out)
        for call in READS:
            for effect in (faults.cut(), faults.html(502), faults.torn(), faults.rate_limited(1)):
                self._strike(call, effect, self.climate.reading)
            self._strike(call, Stall(Late(self.chance, 2.0)), self.climate.reading)

    def _strike(self, call: Call, effect: Effect, share: float, *, after: bool = False) -> None:
        rolls = self.chance.rolls(share, self.calm)
        self.provider.fault(call, effect, after=after, times=FOR_EVER, matching=rolls)

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

    async def _fates(self) -> None:
        """Keep it written what becomes of the next orders."""
        while not await passes(0.5, unless=self.calm):
            lacking = 40 - len(self.provider._account.plans)
            self.provider.plan(*(self._fate() for _ in range(lacking)))
        self.provider._account.plans.clear()

    def _fate(self) -> Plan:
        dice, climate = self.chance.dice, self.climate
        return Plan(
            filled=dice.randint(0, 1) if self.chance.happens(climate.short) else None,
            handling=timedelta(seconds=self.chance.about(climate.handling)),
            list_lag=timedelta(seconds=self._lag()),
        )

    def _lag(self) -> float:
        """How long the list takes to show an order; now and then it takes its time."""
        times = 10 if self.chance.happens(0.005) else 1
        return self.chance.about(self.climate.list_lag) * times

    async def _foreign_orders(self) -> None:
        every = self.climate.foreign_every
        goods = goods_of(self.provider)
        while every and not await passes(self.chance.about(every), unless=self.calm):
            if not self.telegram.world.updates.polled and self.chance.happens(0.8):
                continue  # one that is made while no bot runs stops all sales until /resume
            _, product_id, type_id = self.chance.dice.choice(goods)
            for _ in range(self.chance.dice.randint(1, 4)):
                self.provider.buy_at_dashboard(product_id, type_id, self.chance.dice.randint(1, 3))
                self.foreign += 1

    async def _outages(self) -> None:
        every = self.climate.outage_every
        while every and not await passes(self.chance.about(every), unless=self.calm):
            self._is_out = True
            self.outages += 1
            await passes(self.climate.outage, unless=self.calm)
            self._is_out = False


def goods_of(provider: OneClickDZ) -> tuple[Goods, ...]:
    """Give what can be bought, as a person finds it."""
    return tuple(
        ((category.title, product.title, card_type.name), product.id, card_type.id)
        for category in provider.catalog.categories
        for product in category.products
        for card_type in product.types
        if _is_sold(category.title, product, card_type)
    )


def fill_stock(provider: OneClickDZ, balance: Decimal) -> None:
    """Let nothing run out."""
    for product in provider.catalog.products():
        for card_type in product.types:
            card_type.stock = PLENTY
    provider.deposit(balance)


def _is_sold(category: str, product: Product, card_type: CardType) -> bool:
    return product.enabled and card_type.price > 0 and "Mobile" not in category
