"""What every keep of tokens promises."""

import pytest

from bot.domain.catalog import Account, Environment
from bot.ports.store import Store
from bot.ports.tokens import TokenKeep
from bot.services.tokens import KeptTokens
from tests.fakes.tokens import MemoryKeep
from tests.fakes.vault import MemoryVault
from tests.fakes.world import FakeClock


@pytest.fixture(params=["kept", "memory"])
def keep(request: pytest.FixtureRequest, store: Store) -> TokenKeep:
    """Open an empty keep."""
    if request.param == "memory":
        return MemoryKeep()
    account = Account(provider="memory", environment=Environment.SANDBOX)
    return KeptTokens(store=store, vault=MemoryVault(), clock=FakeClock(), account=account)


async def test_a_keep_is_empty_at_first(keep: TokenKeep) -> None:
    """Nothing was saved: nothing is loaded."""
    assert await keep.load() is None


async def test_a_keep_gives_what_was_saved_last(keep: TokenKeep) -> None:
    """A value takes the place of the one before it, the very same one included."""
    for value in (b"one", b"two", b"two"):
        await keep.save(value)

    assert await keep.load() == b"two"
