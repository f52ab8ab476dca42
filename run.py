"""Wakil's command line: without a command it migrates the database and serves.

Each command is the module `bot.commands.<name>` (`rotate-keys` is `rotate_keys`), imported only
when it is called, with one function: `async def run(file: Path | None) -> int`. The number is the
exit code: 0 done, 1 not done or findings, 2 wrong usage, 78 a setting is missing or malformed.
"""

import argparse
import asyncio
import importlib
import os
import sys
from pathlib import Path

from bot.errors import BotError, SettingsError

NONE, ONE, MAYBE = 0, None, "?"  # how many FILEs, as argparse counts them
COMMANDS = {
    "serve": ("migrate the database and serve (the default)", NONE),
    "init": ("write .env, with fresh keys", NONE),
    "doctor": (
        "check the token, the provider, the database, the keys, the clock, the admins",
        NONE,
    ),
    "demo": ("show the whole counter on this machine, with nobody else involved", NONE),
    "migrate": ("bring the database up to date", NONE),
    "export": ("write what an auditor needs to FILE, a fresh SQLite database", ONE),
    "verify": ("check the books and the journal, here or in FILE, an export", MAYBE),
    "backup": ("copy the database to FILE", ONE),
    "restore": ("put FILE, a backup, in the database's place", ONE),
    "rotate-keys": ("make a new card key", NONE),
}
SETTINGS_ERROR, INTERRUPTED = 78, 130


def parser() -> argparse.ArgumentParser:
    """Describe every command; argparse answers `--help` and leaves with 2 on wrong usage."""
    top = argparse.ArgumentParser(prog="run.py", description="A Telegram counter for gift cards.")
    top.set_defaults(command="serve", file=None)
    commands = top.add_subparsers(metavar="COMMAND")
    for name, (promise, files) in COMMANDS.items():
        command = commands.add_parser(name, help=promise, description=promise)
        command.set_defaults(command=name)
        if files != NONE:
            command.add_argument("file", metavar="FILE", type=Path, nargs=files)
    return top


def main() -> int:
    """Run one command and give its exit code; a broken promise is one sentence, not a traceback."""
    options = parser().parse_args()
    os.umask(0o077)  # every file that Wakil makes is its owner's alone
    command = importlib.import_module("bot.commands." + options.command.replace("-", "_"))
    try:
        code: int = asyncio.run(command.run(options.file))
        return code
    except BotError as error:
        print(error, file=sys.stderr)
        return SETTINGS_ERROR if isinstance(error, SettingsError) else 1
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
