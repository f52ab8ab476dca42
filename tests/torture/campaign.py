"""A campaign: the shop opens, the weather turns, the bot dies often, and all comes to rest."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from bot.commands.opening import looking_into
from bot.domain.orders import OPEN
from tests.e2e.shop import Shop, shop
from tests.torture.lives import Habits, Lives
from tests.torture.oracle import Books, Findings, examine, read_books
from tests.torture.passing import Chance, passes
from tests.torture.people import Admin, Shopkeeper
from tests.torture.weather import Climate, Weather, fill_stock, goods_of
from tests.torture.witness import Witness, ask

MONEY = 5_000_000
"""What each agent brings, so that nobody runs out of it."""

FLOAT = Decimal(100_000_000)

COUNT = "SELECT count(*) FROM orders"

SETTINGS = {"ONECLICKDZ_CALLS_PER_MINUTE": "6000", "ONECLICKDZ_HORIZON_SECONDS": "2"}

REST_ROUNDS = 20
ROUND = 20.0
"""Within so many rounds of so many calm seconds everything rests, or something never will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long a campaign goes on, and how bad it is."""

    orders: int
    kills: int
    seed: int
    climate: Climate = field(default_factory=Climate)
    habits: Habits = field(default_factory=Habits)
    agents: int = 24
    longest: float = 1500.0


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a campaign."""

    plan: Plan
    seconds: float
    books: Books
    lives: Lives
    weather: Weather
    placed: int
    paid: int
    delivered: int
    tracebacks: int
    findings: Findings

    def figures(self) -> Mapping[str, object]:
        """Give what a campaign reports."""
        found, lives = self.findings, self.lives
        return {
            "orders": len(self.books.orders),
            "orders at the provider": self.placed,
            "kills": lives.kills,
            "kill points reached": f"{len(lives.points)}",
            "orderly stops": lives.stops,
            "freezes": lives.freezes,
            "second processes refused": lives.refused,
            "unknown for a while": self.books.unknown,
            "unknown by a stop": lives.unknown_by_stop,
            "foreign orders": self.weather.foreign,
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
    """Run a whole campaign; the shop is closed at its end."""
    began = time.monotonic()
    async with shop(folder, template, more=SETTINGS) as stand:
        fill_stock(stand.provider, FLOAT)
        chance = Chance(plan.seed)
        witness = Witness(stand.provider, [stand.database])
        weather = Weather(
            climate=plan.climate, chance=chance, telegram=stand.telegram, provider=stand.provider
        )
        lives = Lives(stand=stand, chance=chance, habits=plan.habits)
        admin = Admin(stand=stand, witness=witness, chance=chance)
        await lives.serve()
        await open_shop(stand, plan.agents)
        keepers = await _trade(plan, stand, chance, weather, lives, admin)
        await come_to_rest(stand, lives, admin)
        await asyncio.gather(*(keeper.tap_again() for keeper in keepers))
        await lives.stop()
        return await _outcome(plan, stand, witness, weather, lives, began)


async def open_shop(stand: Shop, agents: int) -> None:
    """Let everybody say hello."""
    await stand.ask(stand.admin, "/start")
    for person in stand.agents[:agents]:
        await stand.ask(person, "/start")


async def _trade(
    plan: Plan, stand: Shop, chance: Chance, weather: Weather, lives: Lives, admin: Admin
) -> list[Shopkeeper]:
    """Buy in bad weather until there were orders and kills enough, or time is up."""
    enough, over = asyncio.Event(), asyncio.Event()
    keepers = [
        Shopkeeper(
            stand=stand,
            person=person,
            chance=chance,
            goods=goods_of(stand.provider),
            enough=enough,
        )
        for person in stand.agents[: plan.agents]
    ]
    weather.begin()
    async with asyncio.TaskGroup() as group:
        group.create_task(_until_enough(plan, stand, lives, enough))
        group.create_task(weather.run())
        watching = group.create_task(admin.watch(over))
        living = group.create_task(lives.run(enough))
        buying = [group.create_task(keeper.buy()) for keeper in keepers]
        await enough.wait()
        weather.calm.set()
        await asyncio.wait([living, *buying])
        over.set()
        await asyncio.wait([watching])
    return keepers


async def _until_enough(plan: Plan, stand: Shop, lives: Lives, enough: asyncio.Event) -> None:
    last = time.monotonic() + plan.longest
    while time.monotonic() < last:
        await passes(1.0)
        ((orders,),) = ask(stand.database, COUNT)
        if int(str(orders)) >= plan.orders and lives.kills >= plan.kills:
            break
    enough.set()


async def come_to_rest(stand: Shop, lives: Lives, admin: Admin) -> bool:
    """Wait, in calm weather, until nothing is open; a start sweeps, so the bot starts anew."""
    for _ in range(REST_ROUNDS):
        await lives.serve()
        with suppress(TimeoutError):
            async with asyncio.timeout(ROUND):
                while not await rests(stand):
                    await admin.look()
                    await passes(0.5)
                return True
        await lives.stop()
        admin.is_patient = False
    return False


async def rests(stand: Shop) -> bool:
    """Tell whether nothing is open, owed, or left to a person, and every order is explained."""
    async with looking_into(stand.database) as work:
        if await work.orders.list_in(*OPEN) or await work.outbox.next_due_at():
            return False
        if await work.alerts.list_open():
            return False
    explained = {
        row[0]
        for question in (
            "SELECT provider_order_id FROM orders",
            "SELECT provider_order_id FROM unowned_order",
        )
        for row in ask(stand.database, question)
    }
    return all(one.id in explained and one.cards is not None for one in stand.provider.orders)


async def _outcome(
    plan: Plan, stand: Shop, witness: Witness, weather: Weather, lives: Lives, began: float
) -> Outcome:
    books = await read_books(stand)
    paid_in = Decimal(MONEY)
    findings = await examine(stand, witness, books, paid_in=paid_in)
    findings.other += lives.faults
    ours = [one for one in stand.provider.orders if not one.by_dashboard]
    return Outcome(
        plan=plan,
        seconds=time.monotonic() - began,
        books=books,
        lives=lives,
        weather=weather,
        placed=len(ours),
        paid=sum(len(one.cards or ()) for one in ours),
        delivered=sum(len(stand.cards(person)) for person in stand.agents),
        tracebacks=stand.log.read_text("utf-8").count("Traceback"),
        findings=findings,
    )
