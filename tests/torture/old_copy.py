"""An old copy is put back after it was sold from: nothing is doubled, no card is shown to two."""

import asyncio
from collections import Counter
from pathlib import Path

from bot.domain.shelf import UnownedState
from tests.e2e.shop import ever_shown
from tests.findings import Findings
from tests.torture.oracle import examine_books, read_books, strangers
from tests.torture.passing import Chance, passes
from tests.torture.people import Shopkeeper
from tests.torture.stage import Stage, stage
from tests.torture.weather import Climate
from tests.torture.witness import ask

AGENTS = 12


async def old_copy(seed: int, folder: Path, template: Path, *, orders: int) -> Findings:
    """Sell, back up, sell on, lose the database, restore it, decide, and sell again.

    Every confirmation is pressed again meanwhile, those that the copy knows only as quotes too.
    The tokens in the copy are as old as it is.
    """
    climate = Climate(latest=5.0, foreign_every=15.0, outage_every=0, tokens_every=10.0)
    async with stage(folder, template, Chance(seed), climate=climate) as on:
        await on.greet(AGENTS)
        on.weather.begin()
        weather = asyncio.create_task(on.weather.run())
        copy = folder / "copy.db"
        first = await _sell(on, orders)
        second = await _sell(on, orders, copy=copy)
        await on.lives.kill()
        said = await on.stand.command("restore", str(copy))
        on.weather.calm.set()
        await weather
        await on.rest()
        await asyncio.gather(*(keeper.tap_again(last=None) for keeper in (*first, *second)))
        await _sell(on, orders)
        await on.rest()
        await on.lives.stop()
        found = await _examine(on)
        if said.code:
            found.other.append(f"restore: {said.text}")
        return found


async def _sell(on: Stage, orders: int, *, copy: Path | None = None) -> list[Shopkeeper]:
    """Let everybody buy until so many more orders stand in the books; back up meanwhile."""
    await on.lives.serve()
    enough, over = asyncio.Event(), asyncio.Event()
    goal = _count(on) + orders
    async with asyncio.TaskGroup() as group:
        group.create_task(on.admin.watch(over))
        keepers = on.keepers(AGENTS, enough)
        buying = [group.create_task(keeper.buy()) for keeper in keepers]
        while _count(on) < goal - orders // 2:
            await passes(0.2)
        if copy is not None:
            await on.stand.command("backup", str(copy))
        while _count(on) < goal:
            await passes(0.2)
        enough.set()
        await asyncio.wait(buying)
        over.set()
    return keepers


def _count(on: Stage) -> int:
    ((count,),) = ask(on.stand.database, "SELECT count(*) FROM orders")
    return int(str(count))


async def _examine(on: Stage) -> Findings:
    """The books know nothing of what was sold after the copy; the provider and the chats do."""
    stand = on.stand
    found = Findings(doubled=on.witness.doubled(), other=on.witness.unjournalled + on.faults())
    books = await read_books(stand)
    seen = Counter(code for person in stand.agents for code in ever_shown(person))
    codes = {code: one for one in stand.sold for code in one.codes}
    found.other += [f"{code} was shown to two" for code in codes if seen[code] > 1]
    shelf = {one.provider_order_id for one in books.unowned if one.state is UnownedState.SHELF}
    explained = {one.provider_order_id for one in books.unowned}
    explained |= {one.provider_order_id for one in books.orders if one.provider_order_id}
    found.lost += [
        code
        for code, order in codes.items()
        if not seen[code] and order.id not in shelf and not order.by_dashboard
    ]
    found.other += strangers(stand, on.witness, books)
    found.orphaned += [one.id for one in stand.sold if one.id not in explained]
    await examine_books(stand, found)
    return found
