"""Every contract of the store is kept on SQLite, with and without a thread, and in memory."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports.store import Store
from storage import driver
from storage.store import SqlStore
from tests.fakes import inline_sqlite
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault


@pytest.fixture(params=["sql", "inline", "memory"])
async def store(
    request: pytest.FixtureRequest, migrated: Path, tmp_path: Path
) -> AsyncIterator[Store]:
    """Open an empty store."""
    key_id = MemoryVault().key_id
    if request.param == "memory":
        yield MemoryStore(key_id=key_id)
        return
    shutil.copy(migrated, tmp_path / "wakil.db")
    connect = inline_sqlite.connect if request.param == "inline" else driver.connect
    async with SqlStore(tmp_path / "wakil.db", key_id=key_id, connect=connect) as store:
        yield store
