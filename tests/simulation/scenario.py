"""What a seed chooses: how the world treats the shop in one run."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bot.domain.matching import Horizons
from bot.ports.provider import Capabilities
from tests.engine import PROVEN, PSN_10, PSN_20
from tests.fakes.provider import FINDS, LISTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What is bought, and where: orders of the same goods are of one bucket."""

    key: str
    quantity: int
    provider: str = "memory"


UNPROVEN = Horizons(least=timedelta(minutes=2), explicit=False)
"""As the settings are: a quarter of an hour until the list has shown its lag."""

QUICK = 3.0
"""Whose list lags no longer may believe it after two minutes from the first."""

ALL_GOODS = tuple(Goods(key=key, quantity=n) for key in (PSN_10, PSN_20) for n in (1, 2, 3))

Providers = tuple[Capabilities, ...]
"""What the providers of a world can do, one after the other."""

WORLDS: dict[str, Providers] = {"lists": (LISTS,), "finds": (FINDS,), "both": (LISTS, FINDS)}
"""One that lists, one that finds by reference, or both side by side."""


def world_of(seed: int) -> str:
    """Choose the world of a seed; by a die of its own, so that nothing else depends on it."""
    return Random(f"the providers of {seed}").choice(("lists", "lists", "finds", "both"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One world. Rates are shares of calls, seconds are the provider's or a person's.

    `crash_every` is the mean of steps between two crashes, None without any. `foreign_every`
    and `clock_step_every` are means of seconds, None for never.
    """

    providers: Providers
    agents: int
    sales: int
    goods: tuple[Goods, ...]
    think: float
    faults: float
    read_faults: float
    write_faults: float
    list_lag: float
    horizon: Horizons
    handling: float
    short: float
    crash_every: int | None
    stop_every: float | None
    foreign_every: float | None
    clock_step_every: float | None
    outage_every: float | None
    price_every: float | None


def draw(chance: Random, *, sales: int, providers: Providers = (LISTS,)) -> Scenario:
    """Choose a world; about one in eight is calm, so that the ordinary is covered too."""
    rough = chance.random() > 0.12
    faults = chance.choice((0.1, 0.3, 0.5)) if rough else 0.0
    list_lag = chance.choices((0.2, 1.0, 3.0, 30.0, 300.0), (4, 4, 4, 4, 1))[0]
    return Scenario(
        providers=providers,
        agents=chance.randint(2, 6),
        sales=sales,
        goods=tuple(chance.sample(ALL_GOODS, chance.randint(1, 4))),
        think=chance.choice((3.0, 15.0, 60.0, 300.0, 300.0)),
        faults=faults,
        read_faults=chance.choice((0.0, 0.05, 0.3)) if rough else 0.0,
        write_faults=chance.choice((0.0, 0.1, 0.3)) if rough else 0.0,
        list_lag=list_lag,
        horizon=PROVEN if list_lag <= QUICK and chance.random() < 0.5 else UNPROVEN,
        handling=chance.choice((0.0, 2.0, 8.0, 45.0)),
        short=chance.choice((0.0, 0.05, 0.3)),
        crash_every=chance.choice((400, 1500, 1500, 3000, 3000, 6000)) if rough else None,
        stop_every=_maybe(chance, 0.3, 300.0),
        foreign_every=_maybe(chance, 0.25, 120.0),
        clock_step_every=_maybe(chance, 0.15, 300.0),
        outage_every=_maybe(chance, 0.3, 400.0),
        price_every=_maybe(chance, 0.3, 200.0),
    )


def _maybe(chance: Random, share: float, value: float) -> float | None:
    return value if chance.random() < share else None
