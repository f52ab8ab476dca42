"""What a seed chooses: how the world treats the shop in one run.

What is met seldom is dealt out by turns, so that any few seeds in a row meet all of it.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
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

EIGHTH = 8
"""Every eighth seed runs on the real store, which takes nine times as long."""

OFTEN = 4
"""What comes in a run comes so many times in it, however short it is, or more."""

SALES_SUPPLIED = 4
"""Where everything runs short, some of it is brought once in so many sales."""

Providers = tuple[Capabilities, ...]
"""What the providers of a world can do, one after the other."""

WORLDS: dict[str, Providers] = {"lists": (LISTS,), "finds": (FINDS,), "both": (LISTS, FINDS)}
"""One that lists, one that finds by reference, or both side by side."""


def turn_of(seed: int) -> int:
    """Count the seeds of a store: each store has turns of its own."""
    eighths = seed // EIGHTH
    return seed - eighths if seed % EIGHTH else eighths


def world_of(seed: int) -> str:
    """Choose the world of a seed, by turns."""
    return ("lists", "finds", "both", "lists")[turn_of(seed) % 4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """How much there is of everything, in dinars and cards; `members` share a wallet."""

    wallet: int
    limit: int
    stock: int
    account: int
    members: int


PLENTY = Means(wallet=50_000_000, limit=0, stock=1_000_000, account=100_000_000, members=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One world. Rates are shares of calls, seconds are the provider's or a person's.

    `crash_every` is the mean of steps between two crashes, None without any. The others that
    end so are means of seconds, None for never.
    """

    providers: Providers
    people: int
    sales: int
    goods: tuple[Goods, ...]
    means: Means
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
    money_every: float
    supply_every: float | None


def draw(chance: Random, *, seed: int, sales: int, providers: Providers = (LISTS,)) -> Scenario:
    """Choose a world; about one in eight is calm, so that the ordinary is covered too."""
    turn = turn_of(seed)
    rough = not _is_dealt(turn, 17, 0.12)
    list_lag = chance.choices((0.2, 1.0, 3.0, 30.0, 300.0), (4, 4, 4, 4, 1))[0]
    people, think = chance.randint(2, 6), chance.choice((3.0, 15.0, 60.0, 120.0, 300.0))
    most = think * sales / people / OFTEN

    def dealt(prime: int, every: float) -> float | None:
        return min(every, most) if _is_dealt(turn, prime, 0.35) else None

    means = _tight(chance) if _is_dealt(turn, 13, 0.35) else PLENTY
    return Scenario(
        providers=providers,
        people=people,
        sales=sales,
        goods=tuple(chance.sample(ALL_GOODS, chance.randint(1, 4))),
        means=means,
        think=think,
        faults=chance.choice((0.1, 0.3, 0.5)) if rough else 0.0,
        read_faults=chance.choice((0.0, 0.05, 0.3)) if rough else 0.0,
        write_faults=chance.choice((0.0, 0.1, 0.3)) if rough else 0.0,
        list_lag=list_lag,
        horizon=PROVEN if list_lag <= QUICK and chance.random() < 0.5 else UNPROVEN,
        handling=chance.choice((0.0, 2.0, 8.0, 45.0)),
        short=chance.choice((0.0, 0.05, 0.3)),
        crash_every=chance.choice((400, 1500, 1500, 3000, 3000, 6000)) if rough else None,
        stop_every=dealt(2, 300.0),
        foreign_every=dealt(3, 120.0),
        clock_step_every=dealt(5, 300.0),
        outage_every=dealt(7, 400.0),
        price_every=dealt(11, 200.0),
        money_every=min(300.0, most),
        supply_every=SALES_SUPPLIED * think / people if means is not PLENTY else None,
    )


def _is_dealt(turn: int, prime: int, share: float) -> bool:
    """Tell whether a turn is one of the `share` that something falls to, evenly spread.

    Multiples of an irrational number fill the circle evenly; those of two roots go apart.
    """
    return turn * sqrt(prime) % 1 < share


def _tight(chance: Random) -> Means:
    """Choose how little there is: the price of a few orders, and the cards of one or two."""
    return Means(
        wallet=chance.choice((6_000, 15_000)),
        limit=chance.choice((0, 5_000)),
        stock=chance.choice((2, 4, 8)),
        account=chance.choice((10_000, 40_000)),
        members=2,
    )
