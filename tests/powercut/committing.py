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
from bot.domain.agents import Agent, Language, Person
from bot.domain.money import Money
from bot.services.bells import Bells
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
        wallets = Wallets(store=store, clock=SystemClock(), bells=Bells(), terms=terms_for())
        agent = await open_shop(store)
        for number in range(1, commits + 1):
            await wallets.top_up(agent.id, CASH, ADMIN, request=str(number))
            os.write(1, b"%d\n" % number)


async def open_shop(store: SqlStore) -> Agent:
    async with store.begin() as work:
        await work.people.save_person(
            Person(id=AMINA, name="Amina", username=None, language=Language.ARABIC)
        )
        at = SystemClock().now()
        return await work.people.add_agent("Shop", credit_limit=CASH, currency="DZD", at=at)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
