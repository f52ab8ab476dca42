"""The storm: a shop trades in bad weather, the bot dies often, and all comes to rest."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tests.crash.knife import POINTS
from tests.findings import Findings
from tests.torture.lives import Habits, Lives
from tests.torture.oracle import Books, examine, read_books
from tests.torture.passing import Chance, passes
from tests.torture.people import Admin, Shopkeeper
from tests.torture.quotas import shortfalls, tracebacks
from tests.torture.stage import MONEY, Stage, stage
from tests.torture.weather import Climate
from tests.torture.witness import ask

ORDERS = "SELECT count(*) FROM orders"
UNKNOWN = "SELECT count(*) FROM journal WHERE action = 'order.unknown'"

WHOLE = {
    "unknown for a while": 50,
    "kill points reached": len(POINTS),
    "orderly stops": 10,
    "freezes": 2,
    "second processes refused": 2,
    "ends of tokens": 10,
    "foreign orders": 10,
    "outages of the lists": 1,
}
"""What the whole storm has to bring, beside its orders and kills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long a campaign goes on, and how bad it is."""

    least: Mapping[str, int]
    """How much of everything has to come, by its name in `had`."""
    seed: int
    climate: Climate = field(default_factory=Climate)
    habits: Habits = field(default_factory=Habits)
    agents: int = 24
    longest: float = 3000.0


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a campaign."""

    plan: Plan
    seconds: float
    had: Mapping[str, int]
    books: Books
    lives: Lives
    admin: Admin
    placed: Mapping[str, int]
    paid: int
    delivered: int
    tracebacks: int
    findings: Findings

    def figures(self) -> Mapping[str, object]:
        """Give what a campaign reports."""
        found, lives = self.findings, self.lives
        return {
            **self.had,
            **{f"orders at {name}": count for name, count in self.placed.items()},
            "points never reached": ", ".join(one for one in POINTS if not lives.points[one]),
            "unknown by a stop": lives.unknown_by_stop,
            "tokens made by hand": self.admin.renewed,
            **{f"the admin: {why}": count for why, count in sorted(self.admin.decided.items())},
            "cards paid for": self.paid,
            "cards delivered": self.delivered,
            "doubled": len(found.doubled),
            "lost": len(found.lost),
            "orphaned": len(found.orphaned),
            "held": len(found.held),
            "other": len(found.other),
            "tracebacks": self.tracebacks,
            "seconds": round(self.seconds),
            "seed": self.plan.seed,
        }


async def storm(plan: Plan, folder: Path, template: Path) -> Outcome:
    """Run it to its end."""
    began, chance = time.monotonic(), Chance(plan.seed)
    async with stage(folder, template, chance, climate=plan.climate, habits=plan.habits) as on:
        await on.greet(plan.agents)
        keepers = await _trade(plan, on)
        await asyncio.gather(*(keeper.tap_again() for keeper in keepers))
        await on.rest()
        await on.lives.stop()
        return await _outcome(plan, on, began)


async def _trade(plan: Plan, on: Stage) -> list[Shopkeeper]:
    """Buy in bad weather until there were orders and kills enough, or time is up."""
    enough, over = asyncio.Event(), asyncio.Event()
    keepers = on.keepers(plan.agents, enough)
    on.weather.begin()
    async with asyncio.TaskGroup() as group:
        group.create_task(_until_enough(plan, on, enough))
        group.create_task(on.weather.run())
        watching = group.create_task(on.admin.watch(over))
        living = group.create_task(on.lives.run(enough))
        buying = [group.create_task(keeper.buy()) for keeper in keepers]
        await enough.wait()
        on.weather.calm.set()
        await asyncio.wait([living, *buying])
        over.set()
        await asyncio.wait([watching])
    return keepers


async def _until_enough(plan: Plan, on: Stage, enough: asyncio.Event) -> None:
    last = time.monotonic() + plan.longest
    while time.monotonic() < last and shortfalls(plan.least, _had(on)):
        await passes(1.0)
    enough.set()


def _had(on: Stage) -> Mapping[str, int]:
    """Count what came so far."""
    lives, weather, database = on.lives, on.weather, on.stand.database
    return {
        "orders": int(str(ask(database, ORDERS)[0][0])),
        "unknown for a while": int(str(ask(database, UNKNOWN)[0][0])),
        "kills": lives.kills,
        "kill points reached": sum(count > 0 for count in lives.points.values()),
        "orderly stops": lives.stops,
        "freezes": lives.freezes,
        "second processes refused": lives.refused,
        "ends of tokens": weather.tokens_ended,
        "foreign orders": weather.foreign,
        "outages of the lists": weather.outages,
    }


async def _outcome(plan: Plan, on: Stage, began: float) -> Outcome:
    books, stand = await read_books(on.stand), on.stand
    findings = await examine(stand, on.witness, books, paid_in=Decimal(MONEY))
    findings.other += on.faults() + shortfalls(plan.least, had := _had(on))
    ours = [
        (side.account.provider, one)
        for side in stand.sides
        for one in side.orders
        if not one.by_dashboard
    ]
    return Outcome(
        plan=plan,
        seconds=time.monotonic() - began,
        books=books,
        had=had,
        lives=on.lives,
        admin=on.admin,
        placed=Counter(name for name, _ in ours),
        paid=sum(len(one.codes) for _, one in ours),
        delivered=sum(len(stand.cards(person)) for person in stand.agents),
        tracebacks=len(tracebacks(stand.log)),
        findings=findings,
    )
