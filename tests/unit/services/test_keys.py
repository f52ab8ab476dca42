import pytest

from bot.errors import SettingsError
from bot.services.recovery import open_keeper
from tests.fakes.vault import MemoryVault
from tests.unit.services.shop import Shop


async def test_another_key_of_the_same_name(shop: Shop) -> None:
    """A key that was replaced under its old name is told by the setting's name, not as damage."""
    first = await open_keeper(shop.store, shop.vault)
    assert (await open_keeper(shop.store, shop.vault)).index_key == first.index_key
    with pytest.raises(SettingsError, match="CARD_KEYS holds another key under the name k1"):
        await open_keeper(shop.store, MemoryVault(("k1",)))
