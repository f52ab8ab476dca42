"""Two shops order with one key at each provider: each one's orders are foreign to the other.

No answer to a placing is lost here: of an order that is unknown, nobody could tell whose it is,
where no reference does. And no tokens end: of two bots with one pair, the second to renew it
finds it gone.
"""

import asyncio
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.playground.plum.app import BASE
from bot.playground.server import serve
from bot.playground.telegram import Telegram
from tests.e2e.shop import Shop
from tests.findings import Findings
from tests.torture.lives import Habits, Lives
from tests.torture.oracle import examine, read_books
from tests.torture.passing import Chance, passes
from tests.torture.people import Admin
from tests.torture.stage import MONEY, Stage, stage
from tests.torture.weather import Climate
from tests.torture.witness import CALLER

AGENTS = 5
TRADING = 6.0

MILD = Climate(
    placing=0, reading=0.01, telegram=0, foreign_every=10.0, outage_every=0, tokens_every=0
)


async def neighbours(seed: int, folder: Path, template: Path) -> Findings:
    """Let both trade, stop and start one of them, and hold each against the provider."""
    telegram = Telegram()
    async with (
        stage(folder, template, Chance(seed), climate=MILD) as on,
        telegram.serve() as telegram_url,
        serve(_calls_of(folder / "other.db", on.stand.provider._api.app)) as provider_url,
        serve(_calls_of(folder / "other.db", on.stand.plum._api.app)) as plum_url,
    ):
        settings = {
            "TELEGRAM_API_URL": telegram_url,
            "ONECLICKDZ_API_URL": provider_url,
            "PLUM_API_URL": f"{plum_url}{BASE}",
        }
        other = _next_door(on, telegram, settings, template)
        on.admin.is_alone = other.admin.is_alone = False
        on.weather.begin()
        weather = asyncio.create_task(on.weather.run())
        await asyncio.gather(on.greet(AGENTS), other.greet(AGENTS))
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for one in (on, other):
                group.create_task(one.admin.watch(enough))
                for keeper in one.keepers(AGENTS, enough):
                    group.create_task(keeper.buy())
            await passes(TRADING)
            await on.lives.stop()
            await on.lives.serve()
            await passes(TRADING)
            enough.set()
        on.weather.calm.set()
        await weather
        return await _reckon(on, other)


async def _reckon(on: Stage, other: Stage) -> Findings:
    found, owned = Findings(), []
    for one in (on, other):
        await one.rest()
    for one in (on, other):
        await one.rest()  # what the other one bought last is foreign here
        await one.lives.stop()
        books = await read_books(one.stand)
        mine = await examine(one.stand, one.witness, books, paid_in=Decimal(MONEY))
        found.other += mine.lines() + one.faults()
        owned.append(books.owners().keys())
    found.doubled += [f"{its_id} is owned by both" for its_id in owned[0] & owned[1]]
    return found


def _calls_of(database: Path, app: ASGIApp) -> ASGIApp:
    """Let the witness know whose calls come through this door."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        CALLER.set(database)
        await app(scope, receive, send)

    return asked


def _next_door(on: Stage, telegram: Telegram, settings: dict[str, str], template: Path) -> Stage:
    """Open another shop with people and books of its own, at the same provider account."""
    database = on.stand.folder / "other.db"
    shutil.copy(template, database)
    folder = on.stand.folder / "other"
    folder.mkdir()
    settings = {**on.stand.settings, **settings, "DATABASE_URL": f"sqlite:///{database}"}
    stand: Shop = replace(
        on.stand,
        telegram=telegram,
        settings=settings,
        folder=folder,
        admin=telegram.person(on.stand.admin.id, "Samir"),
        agents=tuple(
            telegram.person(one.id, one.account.first_name, one.account.language_code)
            for one in on.stand.agents
        ),
    )
    return replace(
        on,
        stand=stand,
        lives=Lives(stand=stand, chance=on.chance, habits=Habits(), witness=on.witness),
        admin=Admin(stand=stand, witness=on.witness, chance=on.chance),
    )
