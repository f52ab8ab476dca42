import pytest

from tests.unit.services.shop import Shop


@pytest.fixture
async def shop() -> Shop:
    """Open a shop whose catalogue was just read."""
    shop = Shop()
    await shop.stock()
    return shop
