"""Opening the counter: the settings, then the one process, the vault and the store.

Every command that writes begins here, so that none of them forgets the lock or the backup.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.commands.system import SystemClock
from bot.errors import BotError, StoreError, VaultError
from bot.settings import StoreSettings
from bot.vault import KeyRingVault
from storage.backup import backup, holds_nothing
from storage.driver import Connection, connect
from storage.files import without_trace
from storage.lock import only_process
from storage.store import SqlStore, SqlWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A store that this process alone serves, and the vault that seals for it."""

    store: SqlStore
    vault: KeyRingVault


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """The revisions that were applied, oldest first, and the copy of what was before them."""

    revisions: tuple[str, ...] = ()
    kept: Path | None = None


@asynccontextmanager
async def open_store(settings: StoreSettings) -> AsyncIterator[Opened]:
    """Claim the database, bring it up to date and open it, until the block ends.

    Raises `AlreadyRunning`, `SchemaMismatch`, `VaultError` or `StoreError`, each in a sentence
    for the person at the terminal.
    """
    vault = KeyRingVault(settings.card_keys)
    async with claimed_store(settings.database, key_id=vault.key_id) as store:
        await bring_up_to_date(store)
        yield Opened(store=store, vault=vault)


def nothing_is_sealed(_: bytes) -> str:
    """Stand in for a vault where no card is read or written, so that no key is needed."""
    raise VaultError("This command seals nothing")


@asynccontextmanager
async def claimed_store(
    database: Path, *, key_id: Callable[[bytes], str] = nothing_is_sealed
) -> AsyncIterator[SqlStore]:
    """Claim a database for this process and open it as it is, of whatever revision.

    Raises `AlreadyRunning`, or a `StoreError` that names the setting.
    """
    async with AsyncExitStack() as opened:
        try:
            opened.enter_context(only_process(database))
            store = await opened.enter_async_context(SqlStore(database, key_id=key_id))
        except StoreError as error:
            raise type(error)(f"DATABASE_URL names a file that cannot serve: {error}") from error
        yield store


@asynccontextmanager
async def looking_into(database: Path) -> AsyncIterator[SqlWork]:
    """Read a database that a bot may be serving: without its lock, and without a trace."""

    def untouched(_: str) -> Awaitable[Connection]:
        return connect(without_trace(database))

    # Not opened: that would write.
    store = SqlStore(database, key_id=nothing_is_sealed, connect=untouched)
    try:
        async with store.read() as work:
            yield work
    finally:
        await store.close()


async def bring_up_to_date(store: SqlStore) -> Migrated:
    """Apply the revisions that are missing, after a backup beside the database; maybe none."""
    lacking = await store.pending()
    if not lacking:
        return Migrated()
    kept = None
    if not holds_nothing(store.path):
        kept = beside(store.path, f"before-{lacking[0]}")
        await backup(store.path, kept)
    return Migrated(revisions=await store.migrate(), kept=kept)


def beside(database: Path, why: str) -> Path:
    """Name a file beside the database: `wakil.db.before-0002.20260310T120000123Z`."""
    moment = SystemClock().now().strftime("%Y%m%dT%H%M%S%f")[:-3]
    return database.with_name(f"{database.name}.{why}.{moment}Z")


def named(file: Path | None) -> Path:
    """Take the FILE of a command line, which argparse has asked for."""
    if file is None:
        raise BotError("Name a FILE.")
    return file
