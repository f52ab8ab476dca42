"""Two bots read one token, each with books and an account of its own: nothing is doubled."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.playground.oneclickdz import OneClickDZ
from tests.e2e import sides
from tests.e2e.shop import PATIENCE_SECONDS, Shop
from tests.findings import Findings
from tests.torture.full_disk import MILD
from tests.torture.goods import fill_stock, new_plum
from tests.torture.lives import Habits, Lives
from tests.torture.passing import Chance, passes
from tests.torture.people import Admin
from tests.torture.stage import FLOAT, Stage, stage
from tests.torture.witness import Witness, ask

WARNED = "SELECT 1 FROM alert WHERE kind = 'two-bots'"

UNDER_WAY = 2.0
"""Seconds for what was being sent when Telegram told of the other one."""


async def two_bots(
    seed: int, folder: Path, template: Path, *, alone: float = 5.0, together: float = 15.0
) -> Findings:
    """Sell, let another bot read the same token for a while, and sell on when it is gone."""
    provider, plum = OneClickDZ(seed="another"), new_plum(seed="another")
    async with (
        provider.serve() as url,
        plum.serve() as plum_url,
        stage(folder, template, Chance(seed), climate=MILD) as on,
    ):
        urls = {"ONECLICKDZ_API_URL": url, "PLUM_API_URL": plum_url}
        other = _other(on, (sides.oneclickdz(provider), sides.plum(plum)), urls, template)
        for one in other.stand.sides:
            fill_stock(one.double, FLOAT)
        await on.greet(len(on.stand.agents))
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for keeper in on.keepers(len(on.stand.agents), enough):
                group.create_task(keeper.buy())
            await passes(alone)
            await other.lives.serve()
            on.lives.faults += await _quarrel(on, together)
            await other.lives.stop()
            await on.lives.stop()  # a process that never saw the other one sells at once
            await on.lives.serve()
            await passes(alone)
            enough.set()
        await on.rest()
        found = await on.reckon()
        await other.rest()
        theirs = await other.reckon()
        found.other += [f"of the other bot: {line}" for line in theirs.lines()]
        return found


async def _quarrel(on: Stage, seconds: float) -> list[str]:
    """See that the first bot hears of the other one, and sends nothing from then on."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not ask(on.stand.database, WARNED):
                await passes(0.1)
    except TimeoutError:
        return ["nobody was told of the other bot"]
    await passes(UNDER_WAY)
    before = on.witness.arrivals.total()
    await passes(seconds)
    sent = on.witness.arrivals.total() - before
    return [f"{sent} placings while another bot read the token"] if sent else []


def _other(
    on: Stage, sides: tuple[sides.Side, ...], urls: Mapping[str, str], template: Path
) -> Stage:
    """Make another bot in front of the same people."""
    database = on.stand.folder / "other.db"
    shutil.copy(template, database)
    stand: Shop = replace(
        on.stand,
        sides=sides,
        settings={**on.stand.settings, **urls, "DATABASE_URL": f"sqlite:///{database}"},
        folder=on.stand.folder / "other",
    )
    stand.folder.mkdir()
    witness = Witness(sides, database)
    return replace(
        on,
        stand=stand,
        witness=witness,
        lives=Lives(stand=stand, chance=on.chance, habits=Habits(), witness=witness),
        admin=Admin(stand=stand, witness=witness, chance=on.chance),
    )
