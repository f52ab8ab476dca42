"""The bot as `run.py` serves it, with ports that kill the process: `child.py "before place"`."""

import asyncio
import os
import sys
from dataclasses import replace
from typing import cast

from bot import log
from bot.commands.opening import open_store
from bot.commands.serve import outfit, serve
from bot.ports.provider import Providers
from bot.settings import load
from storage.store import SqlStore
from tests.crash.knife import KillingMessenger, KillingStore, Knife, killing


async def main(point: str) -> None:
    settings, knife = load(os.environ), Knife(point)
    log.configure(
        log_format=settings.log_format, log_level=settings.log_level, secrets=settings.secrets()
    )
    async with open_store(settings) as opened:
        store = cast(SqlStore, KillingStore(opened.store, knife))
        async with outfit(settings, replace(opened, store=store)) as house:
            world = house.world
            providers: Providers = {
                name: killing(provider, knife) for name, provider in world.providers.items()
            }
            messenger = KillingMessenger(world.messenger, knife)
            sharp = replace(world, providers=providers, messenger=messenger)
            await serve(replace(house, world=sharp), asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
