"""Write what an auditor needs to FILE, while the bot runs or not."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.commands.opening import named
from bot.commands.system import SystemClock
from bot.settings import ROOT, load_database, load_timezone
from storage.export import SqlExporter


async def run(
    file: Path | None, *, environment: Mapping[str, str] = os.environ, root: Path = ROOT
) -> int:
    """Export the database of the settings into a fresh FILE; it holds no code and no key."""
    to = named(file)
    database, timezone = load_database(environment, root), load_timezone(environment, root)
    await SqlExporter(database, timezone=timezone, clock=SystemClock()).export(to)
    print(f"Exported {database} to {to}: docs/audit.md says what is in it.")
    print(f"Anybody can check it: python run.py verify {to}")
    return 0
