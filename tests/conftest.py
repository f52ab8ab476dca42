"""What every test relies on: time limits are for people, not for two slow cores."""

import asyncio
import gc
from pathlib import Path

import pytest
from hypothesis import settings

from storage.store import SqlStore
from tests.fakes.vault import MemoryVault

settings.register_profile("wakil", deadline=None)
settings.load_profile("wakil")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one database for all tests; each works on a copy."""
    path = tmp_path_factory.mktemp("migrated") / "wakil.db"

    async def migrate() -> None:
        async with SqlStore(path, key_id=MemoryVault().key_id) as store:
            await store.migrate()

    asyncio.run(migrate())
    return path


def pytest_collection_finish() -> None:
    """Leave what was imported and collected alone: it is no garbage, and there is a lot of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
