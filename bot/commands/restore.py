"""Put FILE, a backup, in the database's place.

What was sold since the backup was made is not in it, so the counter comes up in restore mode:
nothing that the provider made since is sold or shown before an admin has looked.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.commands.opening import beside, named, nothing_is_sealed
from bot.commands.system import SystemClock
from bot.domain.orders import OrderState
from bot.errors import SchemaMismatch
from bot.services.restoring import enter_restore_mode
from bot.settings import ROOT, load_database
from storage.backup import backup, holds_nothing, revision_of
from storage.lock import only_process
from storage.restore import put_in_place
from storage.store import SqlStore

NEXT = """\
The counter is in restore mode. What to do now:
1. Start the bot: python run.py. It sells nothing yet, and reads what the provider made since.
2. It tells the admins which orders to decide on: /resolve and /adopt, as docs/operations.md says.
3. When all is decided, /resume sells again."""


async def run(
    file: Path | None, *, environment: Mapping[str, str] = os.environ, root: Path = ROOT
) -> int:
    """Restore FILE into the database of the settings; what was there is kept aside."""
    database, source = load_database(environment, root), named(file)
    with only_process(database):
        revision_of(source)  # raises for what is no database of ours, or a newer version's
        if holds_nothing(source):
            raise SchemaMismatch(f"{source} is empty: it is no backup.")
        copy = beside(database, "restoring")
        try:
            await backup(source, copy)
            newest, unknown = await _enter(copy)
            kept = await put_in_place(copy, database, aside=beside(database, "replaced"))
        finally:
            for end in ("", "-wal", "-shm"):
                copy.with_name(copy.name + end).unlink(missing_ok=True)
    if kept:
        print(f"Kept the database that was here as {kept}.")
    print(
        f"Restored {source} to {database}: its newest event is of {newest:%Y-%m-%d %H:%M:%S} UTC."
    )
    if unknown:
        print(f"Orders that may have been placed since: {unknown}; their money stays held.")
    print(NEXT)
    return 0


async def _enter(copy: Path) -> tuple[datetime, int]:
    """Enter restore mode in a copy that is in nobody's place yet: the counter never sees less."""
    at = SystemClock().now()
    async with SqlStore(copy, key_id=nothing_is_sealed) as store:
        await store.migrate()
        async with store.begin() as work:
            last = await work.journal.last()
            newest = last.event.at if last else at
            await enter_restore_mode(work, backed_up_at=newest, at=at)
            unknown = await work.orders.list_in(OrderState.UNKNOWN)
    return newest, len(unknown)
