"""Copy the database to FILE, while the bot runs or not."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.commands.opening import named
from bot.settings import ROOT, load_database
from storage.backup import backup


async def run(
    file: Path | None, *, environment: Mapping[str, str] = os.environ, root: Path = ROOT
) -> int:
    """Copy the database of the settings into a fresh FILE, and check that it reads back."""
    database, to = load_database(environment, root), named(file)
    await backup(database, to)
    print(f"Copied {database} to {to}, {to.stat().st_size:,} bytes, and read it back.")
    print("Its cards open only with CARD_KEYS: keep those safe, and apart from the copy.")
    return 0
