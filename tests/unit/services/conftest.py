from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports.store import Store
from tests.fakes.provider_account import wide_shop
from tests.fakes.stores import empty_store
from tests.unit.services.shop import Shop


@pytest.fixture
async def shop() -> Shop:
    """Open a shop whose catalogue was just read."""
    shop = Shop()
    await shop.stock()
    return shop


@pytest.fixture
async def wide() -> Shop:
    """Open a shop that sells any amount, and cards for a phone, to a member who has money."""
    shop = Shop()
    shop.provider.categories, shop.provider.stock = wide_shop()
    await shop.stock()
    await shop.open_agent(paid_in=100_000)
    return shop


@pytest.fixture(params=["sql", "memory"])
async def store(
    request: pytest.FixtureRequest, migrated: Path, tmp_path: Path
) -> AsyncIterator[Store]:
    """Open an empty store."""
    async with empty_store(request.param, migrated, tmp_path) as store:
        yield store
