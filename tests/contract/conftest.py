"""Every contract of the store is kept on SQLite, with and without a thread, and in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports.store import Store
from tests.fakes.stores import empty_store


@pytest.fixture(params=["sql", "inline", "memory"])
async def store(
    request: pytest.FixtureRequest, migrated: Path, tmp_path: Path
) -> AsyncIterator[Store]:
    """Open an empty store."""
    async with empty_store(request.param, migrated, tmp_path) as store:
        yield store
