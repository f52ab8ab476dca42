"""What every chapter of the campaign needs: a shop, its agents, its admin and its witness."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.e2e.shop import Shop, shop
from tests.findings import Findings
from tests.torture.goods import fill_stock, goods_of, new_plum
from tests.torture.lives import Habits, Lives
from tests.torture.oracle import examine, read_books
from tests.torture.passing import Chance
from tests.torture.people import Admin, Shopkeeper
from tests.torture.quotas import tracebacks
from tests.torture.rest import come_to_rest
from tests.torture.weather import Climate, Weather
from tests.torture.witness import Witness

MONEY = 5_000_000
"""What each agent brings, so that nobody runs out of it."""

FLOAT = Decimal(100_000_000)

LAST_CALL = "Error while calling `get_updates` one more time"
"""What python-telegram-bot writes when the line to Telegram fails at the last call of a stop."""

NOT_REACHED = "Network Retry Loop (Bootstrap"
"""What it writes when Telegram is away at a start; the bot tries again."""

SETTINGS = {
    "ONECLICKDZ_CALLS_PER_MINUTE": "6000",
    "ONECLICKDZ_HORIZON_SECONDS": "2",
    "PLUM_HORIZON_SECONDS": "2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A shop that is open, and everybody in it."""

    stand: Shop
    chance: Chance
    witness: Witness
    weather: Weather
    lives: Lives
    admin: Admin

    def keepers(self, agents: int, enough: asyncio.Event) -> list[Shopkeeper]:
        """Give the first agents, who buy until it is `enough`."""
        goods = tuple(one for of in self.stand.sides for one in goods_of(of.double))
        return [
            Shopkeeper(
                stand=self.stand, person=person, chance=self.chance, goods=goods, enough=enough
            )
            for person in self.stand.agents[:agents]
        ]

    async def greet(self, agents: int) -> None:
        """Start the bot, and let everybody say hello."""
        await self.lives.serve()
        await self.stand.ask(self.stand.admin, "/start")
        first = self.chance.dice.choice(self.stand.sides).account.provider
        await self.stand.ask(self.stand.admin, f"/provider first {first}")
        for person in self.stand.agents[:agents]:
            await self.stand.ask(person, "/start")

    async def rest(self) -> None:
        """Wait until nothing is open any more; what stays so is a fault."""
        self.lives.faults += await come_to_rest(self.stand, self.lives, self.admin)

    async def reckon(self, *expected: str) -> Findings:
        """Stop in order, and hold everything against everything.

        Errors that say one of the expected words are no finding.
        """
        await self.lives.stop()
        books = await read_books(self.stand)
        findings = await examine(self.stand, self.witness, books, paid_in=Decimal(MONEY))
        findings.other += self.faults(*expected)
        return findings

    def faults(self, *expected: str) -> list[str]:
        """Name what the bot did that is no matter of the books."""
        return self.lives.faults + tracebacks(self.stand.log, LAST_CALL, NOT_REACHED, *expected)


@asynccontextmanager
async def stage(
    folder: Path,
    template: Path,
    chance: Chance,
    *,
    climate: Climate,
    habits: Habits | None = None,
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """Open a shop that sells at both providers, in front of doubles of its own."""
    plum, more = new_plum(), {**SETTINGS, **(more or {})}
    async with shop(folder, template, plum=plum, more=more) as stand:
        for side in stand.sides:
            fill_stock(side.double, FLOAT)
        witness = Witness(stand.sides, stand.database)
        yield Stage(
            stand=stand,
            chance=chance,
            witness=witness,
            weather=Weather(
                climate=climate,
                chance=chance,
                telegram=stand.telegram,
                sides=stand.sides,
                witness=witness,
            ),
            lives=Lives(stand=stand, chance=chance, habits=habits or Habits(), witness=witness),
            admin=Admin(stand=stand, witness=witness, chance=chance),
        )
