"""The disk fills up while agents buy, and has room again: nothing leaves that was not written."""

import asyncio
import shutil
from pathlib import Path

from tests.e2e.shop import PATIENCE_SECONDS
from tests.findings import Findings
from tests.torture.passing import Chance, passes
from tests.torture.small_disk import SmallDisk, small_disk
from tests.torture.stage import Stage, stage
from tests.torture.weather import Climate
from tests.torture.witness import ask

MILD = Climate(placing=0, reading=0, telegram=0, short=0, foreign_every=0, outage_every=0)

FULL = "disk is full"
"""What SQLite says of it."""

SENDING = "WHERE action = 'order.sending'"

UNDER_WAY = 2.0
"""Seconds for what was being sent when the disk filled up."""


async def full_disk(
    seed: int, folder: Path, template: Path, *, mounted: bool, seconds: float
) -> Findings:
    """Fill the disk twice: under a bot that goes on, and under one that is killed meanwhile."""
    with small_disk(folder / "disk", mounted=mounted) as disk:
        more = {"DATABASE_URL": f"sqlite:///{folder / 'disk' / 'wakil.db'}"}
        shutil.copy(template, folder / "disk" / "wakil.db")
        async with stage(folder, template, Chance(seed), climate=MILD, more=more) as on:
            await on.greet(len(on.stand.agents))
            enough = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                for keeper in on.keepers(len(on.stand.agents), enough):
                    group.create_task(keeper.buy())
                for killed in (False, True):
                    await _fill_once(on, disk, seconds, killed=killed)
                enough.set()
            await on.rest()
            findings = await on.reckon("disk", "File too large")
            if await _sold(on) == 0:
                findings.other.append("nothing was sold")
            return findings


async def _fill_once(on: Stage, disk: SmallDisk, seconds: float, *, killed: bool) -> None:
    bot = await on.lives.serve()
    sold = await _sold(on)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(on.stand.sold) <= sold / 2:
            await passes(0.1)
    await passes(seconds)
    on.lives.faults += await _refused(on, disk, bot.pid, seconds)
    if killed:
        bot = await on.lives.begin()
        disk.fill(bot.pid)
        await passes(seconds)
        await on.lives.end()
    disk.empty(bot.pid if bot.running else None)
    await on.lives.serve()


async def _refused(on: Stage, disk: SmallDisk, pid: int, seconds: float) -> list[str]:
    """Fill the disk, and see that it refuses what the bot writes, and that nothing else leaves.

    A disk that looks full proves nothing: where the files have room in themselves, it takes more.
    """
    told = _errors(on)
    disk.fill(pid)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while disk.is_told and _errors(on) == told:
                await passes(0.2)
    except TimeoutError:
        return ["the full disk refused nothing"]
    await passes(UNDER_WAY)
    written, sent, arrived = _journalled(on), _journalled(on, SENDING), on.witness.arrivals.total()
    await passes(seconds)
    found = []
    if not disk.is_told and _journalled(on) != written:
        found.append("the limit refused nothing")
    arrived = on.witness.arrivals.total() - arrived
    if arrived > _journalled(on, SENDING) - sent:
        found.append(f"{arrived} placings that could not be written down")
    return found


def _errors(on: Stage) -> int:
    return on.stand.log.read_text("utf-8").count(FULL)


def _journalled(on: Stage, of: str = "") -> int:
    ((count,),) = ask(on.stand.database, f"SELECT count(*) FROM journal {of}")
    return int(str(count))


async def _sold(on: Stage) -> int:
    ((count,),) = ask(on.stand.database, "SELECT count(*) FROM orders")
    return int(str(count))
