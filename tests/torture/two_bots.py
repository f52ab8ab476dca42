"""Two bots read one token, each with books and an account of its own: nothing is doubled."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

from bot.playground.oneclickdz import OneClickDZ
from tests.e2e.shop import Shop
from tests.findings import Findings
from tests.torture.full_disk import MILD
from tests.torture.lives import Habits, Lives
from tests.torture.passing import Chance, passes
from tests.torture.people import Admin
from tests.torture.stage import FLOAT, Stage, stage
from tests.torture.weather import fill_stock
from tests.torture.witness import Witness

TOGETHER = 15.0
ALONE = 5.0


async def two_bots(seed: int, folder: Path, template: Path) -> Findings:
    """Sell, let another bot read the same token for a while, and sell on when it is gone."""
    provider = OneClickDZ(seed="another")
    async with (
        provider.serve() as url,
        stage(folder, template, Chance(seed), climate=MILD) as on,
    ):
        other = _other(on, provider, url, template)
        fill_stock(provider, FLOAT)
        await on.greet(len(on.stand.agents))
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for keeper in on.keepers(len(on.stand.agents), enough):
                group.create_task(keeper.buy())
            await passes(ALONE)
            await other.lives.serve()
            await passes(TOGETHER)
            await other.lives.stop()
            await on.lives.stop()  # a process that never saw the other one sells at once
            await on.lives.serve()
            await passes(ALONE)
            enough.set()
        await on.rest()
        found = await on.reckon()
        await other.rest()
        theirs = await other.reckon()
        found.other += [f"of the other bot: {line}" for line in theirs.lines()]
        return found


def _other(on: Stage, provider: OneClickDZ, url: str, template: Path) -> Stage:
    """Make another bot in front of the same people."""
    database = on.stand.folder / "other.db"
    shutil.copy(template, database)
    settings = {"DATABASE_URL": f"sqlite:///{database}", "ONECLICKDZ_API_URL": url}
    stand: Shop = replace(
        on.stand,
        provider=provider,
        settings={**on.stand.settings, **settings},
        folder=on.stand.folder / "other",
    )
    stand.folder.mkdir()
    witness = Witness(provider, database)
    return replace(
        on,
        stand=stand,
        witness=witness,
        lives=Lives(stand=stand, chance=on.chance, habits=Habits()),
        admin=Admin(stand=stand, witness=witness, chance=on.chance),
    )
