"""What doctor looks at on this machine: the files, the database, the keys that open it."""

import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.commands.opening import looking_into
from bot.domain.verifying import Check
from bot.errors import AlreadyRunning, BotError, VaultError
from bot.services import marks
from bot.services.keeping import INDEX_KEY_SLOT
from bot.services.recovery import keys_in_use
from bot.settings import Settings
from bot.vault import KeyRingVault
from storage import schema
from storage.backup import revision_of
from storage.files import OLDEST_SQLITE
from storage.lock import only_process
from storage.verify import Means, Report, verify

OTHERS = 0o077


class Mark(StrEnum):
    """How a check ended."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check: what was looked at, how it is, and how to mend it when it is not well."""

    mark: Mark
    what: str
    says: str


def ok(what: str, says: str) -> Result:
    """All is well."""
    return Result(mark=Mark.OK, what=what, says=says)


def warn(what: str, says: str) -> Result:
    """It works, and should be looked at."""
    return Result(mark=Mark.WARN, what=what, says=says)


def fail(what: str, says: str) -> Result:
    """It will not work."""
    return Result(mark=Mark.FAIL, what=what, says=says)


def look_at_sqlite(version: tuple[int, ...]) -> Result:
    """Check that SQLite knows what the tables are made of."""
    written = ".".join(map(str, version))
    if version < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        return fail("SQLite", f"{written} is too old: use a Python that has {oldest} or newer.")
    return ok("SQLite", f"{written}; one process at a time writes, which the lock sees to.")


def look_at_files(settings: Settings, root: Path) -> Iterator[Result]:
    """Check that nobody else can read the settings and the database."""
    database = settings.database
    for path in (root / ".env", database, *database.parent.glob(f"{database.name}-*")):
        if path.exists() and path.stat().st_mode & OTHERS:
            yield warn("files", f"{path} can be read by others: chmod 600 {path}")


async def look_at_database(settings: Settings) -> AsyncIterator[Result]:
    """Check that the database is ours, of this version, agrees with itself, and opens."""
    database = settings.database
    if not database.exists():
        yield warn("database", f"{database} is not there yet: the first start makes it.")
        return
    try:
        lacking = len(schema.revisions()) - revision_of(database)
        if lacking:
            yield warn("database", f"{lacking} revisions are due: the next start applies them.")
            return
        vault = KeyRingVault(settings.card_keys)
        report = await verify(database, Means(vault=vault))
        yield _serving(database)
        async for result in _look_at_keys(settings, vault, report):
            yield result
    except BotError as error:
        yield fail("database", f"{error} See docs/operations.md for restoring a backup.")
        return
    wrong = sum(not one.is_warning and one.check is not Check.SEALS for one in report.findings)
    if wrong:
        yield fail("books", f"{wrong} rows do not agree: python run.py verify names them.")
    else:
        yield ok(
            "books", f"all of it agrees (orders: {report.orders:,}, events: {report.events:,})."
        )


def _serving(database: Path) -> Result:
    try:
        with only_process(database):
            return ok("database", f"{database} is up to date; no bot is serving it now.")
    except AlreadyRunning:
        return ok("database", f"{database} is up to date; a bot is serving it.")


async def _look_at_keys(
    settings: Settings, vault: KeyRingVault, report: Report
) -> AsyncIterator[Result]:
    async with looking_into(settings.database) as work:
        used = keys_in_use(await work.marks.find(marks.KEYS_IN_USE))
        index_key = await work.marks.find(marks.INDEX_KEY)
    if missing := sorted(used - vault.key_ids):
        yield fail(
            "keys",
            f"CARD_KEYS lacks {', '.join(missing)}, which cards are sealed with: put it back.",
        )
        return
    try:
        if index_key:
            vault.open(base64.b64decode(index_key), INDEX_KEY_SLOT)
    except VaultError:
        yield fail("keys", "CARD_KEYS holds another key by an old name: put the right one back.")
        return
    broken = sum(one.check is Check.SEALS for one in report.findings)
    for result in _judge_keys(used, vault, broken):
        yield result


def _judge_keys(used: frozenset[str], vault: KeyRingVault, broken: int) -> Iterator[Result]:
    newest = {vault.newest_key_id}
    older = ", ".join(sorted(used - newest))
    if broken:
        stay = f", so {older} must stay in CARD_KEYS" if older else ""
        says = f"{broken} sealed values do not open{stay}: python run.py verify names them."
        yield fail("keys", says)
    elif older:
        yield warn("keys", f"Cards are still sealed with {older}: serving re-seals them.")
    else:
        yield ok("keys", f"{vault.newest_key_id} seals every card.")
    if spare := sorted(vault.key_ids - used - newest):
        yield ok("keys", f"{', '.join(spare)} can go from CARD_KEYS; keep them with old backups.")
