"""Wakil's command line: without a command it migrates the database and serves.

Each command is the module `bot.commands.<name>`, imported only when it is called, with one
function, `async def run(file: Path | None) -> int`, that gives the exit code:
0 done, 1 not done or findings, 2 wrong usage, 78 a setting is missing or malformed.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from bot.commands import imported
from bot.errors import BotError, SettingsError

SETTINGS_ERROR, INTERRUPTED = 78, 130
COMMANDS = {
    "serve": "migrate the database and serve (the default)",
    "init": "write .env, with a fresh card key",
    "doctor": "check token, provider, balance, database, keys, clock and admins",
    "demo": "show the whole counter on this machine, with nobody else involved",
    "migrate": "bring the database up to date",
    "export": "write what an auditor needs to FILE, a fresh SQLite database",
    "verify": "check the books and the journal, here or in FILE, a backup or an export",
    "backup": "copy the database to FILE",
    "restore": "put FILE, a backup, in the database's place",
    "rotate-keys": "make a new card key and say where to put it",
}
FILES = {"export": None, "verify": "?", "backup": None, "restore": None}  # as argparse counts


def parser() -> argparse.ArgumentParser:
    """Describe every command; argparse answers `--help` and leaves with 2 on wrong usage."""
    top = argparse.ArgumentParser(description="Wakil, a Telegram counter for gift cards.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    top.set_defaults(command="serve", file=None)
    for name, promise in COMMANDS.items():
        command = commands.add_parser(name, help=promise, description=promise)
        if name in FILES:
            command.add_argument("file", metavar="FILE", type=Path, nargs=FILES[name])
    return top


def main() -> int:
    """Run one command and give its exit code; a broken promise is one sentence, no traceback."""
    os.umask(0o077)  # every file that Wakil makes is its owner's alone
    options = parser().parse_args()
    command = imported(options.command)
    try:
        return int(asyncio.run(command.run(options.file)))
    except BotError as fault:
        print(fault, file=sys.stderr)
        return SETTINGS_ERROR if isinstance(fault, SettingsError) else 1
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
