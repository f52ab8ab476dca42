"""Wakil's command line: without a command it migrates the database and serves.

Each command is the module `bot.commands.<name>`, imported only when it is called, with one
function, `async def run(file: Path | None, **flags: bool) -> int`, that gives the exit code:
0 done, 1 not done or findings, 2 wrong usage or nothing to verify, 3 a provider could not be
asked, 78 a setting is missing or malformed.
"""

import asyncio
import os
import sys

from bot import log
from bot.commands import imported
from bot.commands.line import parser
from bot.errors import BotError, SettingsError

SETTINGS_ERROR, INTERRUPTED = 78, 130


def main() -> int:
    """Run one command and give its exit code; a broken promise is one sentence, no traceback."""
    os.umask(0o077)  # every file that Wakil makes is its owner's alone
    options = vars(parser().parse_args())
    command = imported(options.pop("command"))
    # Standard output is for what was asked; a serving bot then logs as its settings say.
    log.configure(log_format="console", log_level="WARNING")
    try:
        return int(asyncio.run(command.run(options.pop("file"), **options)))
    except BotError as fault:
        print(fault, file=sys.stderr)
        return SETTINGS_ERROR if isinstance(fault, SettingsError) else 1
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
