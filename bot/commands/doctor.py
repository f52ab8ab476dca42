"""Check everything that the counter needs, and say how to mend what is not well."""

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from bot.commands.asking_around import ask_providers, ask_telegram
from bot.commands.examining import (
    Mark,
    Result,
    fail,
    look_at_database,
    look_at_files,
    look_at_sqlite,
    ok,
)
from bot.errors import SettingsError
from bot.log import redactor
from bot.settings import ROOT, Settings, load
from storage.files import SQLITE

UNWELL = 1


async def run(
    _file: Path | None, *, environment: Mapping[str, str] = os.environ, root: Path = ROOT
) -> int:
    """Look, ask around, and print a line a check; 1 when something will not work.

    Nothing is changed, nobody gets a message, nothing is ordered. A bot may be serving meanwhile.
    """
    worst = 0
    async for result in _examine(environment, root):
        print(f"{result.mark:<5} {result.what}: {result.says}")
        worst = max(worst, UNWELL if result.mark is Mark.FAIL else 0)
    print("Something will not work: mend what says FAIL." if worst else "Ready to serve.")
    return worst


async def _examine(environment: Mapping[str, str], root: Path) -> AsyncIterator[Result]:
    yield look_at_sqlite(SQLITE)
    try:
        settings = load(environment, root)
    except SettingsError as error:
        for line in str(error).splitlines():
            yield fail("settings", line)
        return
    redactor.hide(*settings.secrets())
    yield ok("settings", "all there and well formed.")
    for result in look_at_files(settings, root):
        yield result
    async for result in _look_and_ask(settings):
        yield result


async def _look_and_ask(settings: Settings) -> AsyncIterator[Result]:
    for check in (look_at_database, ask_telegram, ask_providers):
        async for result in check(settings):
            yield result
