"""A migrated database, and a bare connection to it that goes round the store."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.export import export
from storage.store import SqlStore
from tests.contract.store_samples import confirm, open_shop, quote
from tests.fakes.vault import MemoryVault
from tests.fakes.world import NOON
from tests.unit.storage.busy_shop import make_busy_shop


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a database that is not there yet."""
    return tmp_path / "wakil.db"


@pytest.fixture
async def store(migrated: Path, path: Path) -> AsyncIterator[SqlStore]:
    """Open a migrated, empty store."""
    shutil.copy(migrated, path)
    async with SqlStore(path, key_id=MemoryVault().key_id) as store:
        yield store


@pytest.fixture
async def shop(store: SqlStore) -> SqlStore:
    """Open a store with an agent, a member, a quote and its order."""
    async with store.begin() as work:
        await confirm(work, quote(await open_shop(work)))
    return store


@pytest.fixture
def raw(shop: SqlStore) -> Iterator[sqlite3.Connection]:
    """Connect past the store, as somebody with a shell would."""
    with closing(sqlite3.connect(shop.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one database in which everything has happened; each test works on a copy."""
    path = tmp_path_factory.mktemp("busy") / "wakil.db"
    asyncio.run(make_busy_shop(path))
    return path


@pytest.fixture(scope="session")
def exported(busy: Path) -> Path:
    """Export it."""
    path = busy.with_name("audit.db")
    asyncio.run(export(busy, path, timezone=ZoneInfo("Africa/Algiers"), made_at=NOON))
    return path
