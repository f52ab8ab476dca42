"""Every store that keeps the contract, opened empty."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.ports.store import Store
from storage import driver
from storage.store import SqlStore
from tests.fakes import inline_sqlite
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault


@asynccontextmanager
async def empty_store(kind: str, migrated: Path, folder: Path) -> AsyncIterator[Store]:
    """Open a store in `folder`: `sql`, `inline` (SQL without a thread) or `memory`."""
    key_id = MemoryVault().key_id
    if kind == "memory":
        yield MemoryStore(key_id=key_id)
        return
    shutil.copy(migrated, folder / "wakil.db")
    connect = inline_sqlite.connect if kind == "inline" else driver.connect
    async with SqlStore(folder / "wakil.db", key_id=key_id, connect=connect) as store:
        yield store
