"""Bring the database up to date, after a backup of it."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.commands.opening import bring_up_to_date, claimed_store
from bot.settings import ROOT, load_database


async def run(
    _file: Path | None, *, environment: Mapping[str, str] = os.environ, root: Path = ROOT
) -> int:
    """Apply the revisions that the database of the settings lacks."""
    database = load_database(environment, root)
    async with claimed_store(database) as store:
        done = await bring_up_to_date(store)
    if done.kept:
        print(f"Kept {database} as it was in {done.kept}.")
    if done.revisions:
        print(f"Brought {database} up to date: revision {', '.join(done.revisions)}.")
    else:
        print(f"{database} is up to date.")
    return 0
