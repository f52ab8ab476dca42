"""The command line: which commands there are, and what each takes."""

import argparse
from pathlib import Path

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
FLAGS = {
    "verify": {
        "json": "write one JSON document, for programs",
        "provider": "also ask the provider about its orders and its balance",
    },
}


def parser() -> argparse.ArgumentParser:
    """Describe every command; argparse answers `--help` and leaves with 2 on wrong usage."""
    top = argparse.ArgumentParser(description="Wakil, a Telegram counter for gift cards.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    top.set_defaults(command="serve", file=None)
    for name, promise in COMMANDS.items():
        command = commands.add_parser(name, help=promise, description=promise)
        if name in FILES:
            command.add_argument("file", metavar="FILE", type=Path, nargs=FILES[name])
        for flag, says in FLAGS.get(name, {}).items():
            command.add_argument(f"--{flag}", action="store_true", help=says)
    return top
