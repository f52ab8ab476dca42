"""A process that moves money in the real store, one commit after the other, and says so.

`committing.py DATABASE COMMITS [SYNCHRONOUS]`: a line on standard output is a commit that is done.
Without a last argument the store commits as it does for the bot.
"""

import asyncio
import os
import sys
from pathlib import Path

from bot.commands.opening import nothing_is_sealed
from bot.commands.system import SystemClock
from bot.domain.agents import Agent
from bot.domain.money import Money
from bot.services.bells import Bells
from bot.services.people import People
from bot.services.wallet import Wallets
from storage import driver
from storage.store import SqlStore
from tests.engine import ADMIN, AMINA, terms_for

CASH = Money.of(100, "DZD")


async def main(database: Path, commits: int, *control: str) -> None:
    opened: list[driver.Connection] = []

    async def connect(uri: str) -> driver.Connection:
        opened.append(await driver.connect(uri))
        return opened[-1]

    async with SqlStore(database, key_id=nothing_is_sealed, connect=connect) as store:
        await store.migrate()
        for synchronous in control:  # the store itself refuses anything less than FULL
            await opened[0].run(f"PRAGMA synchronous = {synchronous}")
        clock, bells, terms = SystemClock(), Bells(), terms_for()
        wallets = Wallets(store=store, clock=clock, bells=bells, terms=terms)
        agent = await open_shop(People(store=store, clock=clock, bells=bells, terms=terms))
        for number in range(1, commits + 1):
            await wallets.top_up(agent.id, CASH, ADMIN, request=str(number))
            os.write(1, b"%d\n" % number)


async def open_shop(people: People) -> Agent:
    await people.meet(AMINA, "Amina", None)
    await people.ask_access(AMINA)
    async with people.store.read() as work:
        asked = await work.people.find_open_request(AMINA)
    assert asked is not None
    agent = (await people.decide(asked.id, ADMIN, approve=True)).agent
    assert agent is not None
    return agent


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
