"""Tokens that a provider renews are kept sealed, and outlive a change of keys."""

import base64
import json

import pytest

from bot.domain.catalog import Account, Environment
from bot.errors import DomainError, Tampered
from bot.ports.tokens import TokenKeep
from bot.services import marks
from bot.services.tokens import KeptTokens, LentTokens, open_tokens, read_kept, reseal_tokens
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault
from tests.fakes.world import FakeClock

SANDBOX = Account(provider="memory", environment=Environment.SANDBOX)
PRODUCTION = Account(provider="memory", environment=Environment.PRODUCTION)


def keep(store: MemoryStore, vault: MemoryVault, account: Account = SANDBOX) -> TokenKeep:
    """Open the keep of an account."""
    return KeptTokens(store=store, vault=vault, clock=FakeClock(), account=account)


@pytest.fixture
def vault() -> MemoryVault:
    """Open a vault."""
    return MemoryVault()


@pytest.fixture
def store(vault: MemoryVault) -> MemoryStore:
    """Open an empty store."""
    return MemoryStore(key_id=vault.key_id)


async def test_nothing_is_kept_at_first(store: MemoryStore, vault: MemoryVault) -> None:
    """Until the first renewal the settings are all there is."""
    assert await keep(store, vault).load() is None


async def test_what_was_saved_last_is_loaded(store: MemoryStore, vault: MemoryVault) -> None:
    """Another process opens what the one before it saved, and only for its own account."""
    await keep(store, vault).save(b"one")
    await keep(store, vault, PRODUCTION).save(b"elsewhere")
    await keep(store, vault).save(b"two")

    assert await keep(store, vault).load() == b"two"
    assert await keep(store, vault, PRODUCTION).load() == b"elsewhere"


async def test_tokens_are_sealed_and_journaled(store: MemoryStore, vault: MemoryVault) -> None:
    """The database holds no token in clear, and the journal only that there are new ones."""
    await keep(store, vault).save(b"a token")

    async with store.read() as work:
        mark = await work.marks.find(marks.TOKENS)
        last = await work.journal.last()
    assert mark is not None
    assert b"a token" not in base64.b64decode(json.loads(mark)["memory:sandbox"])
    assert last is not None
    assert (last.event.action, last.event.subject, dict(last.event.details)) == (
        "provider.tokens-renewed",
        "provider:memory",
        {"environment": "sandbox"},
    )


async def test_tokens_open_in_their_own_place_only(store: MemoryStore, vault: MemoryVault) -> None:
    """The tokens of one account, put in the place of another's, do not open there."""
    await keep(store, vault).save(b"a token")
    async with store.begin() as work:
        kept = read_kept(await work.marks.find(marks.TOKENS))
        moved = base64.b64encode(kept["memory:sandbox"]).decode()
        await work.marks.set(marks.TOKENS, json.dumps({"memory:production": moved}))

    with pytest.raises(Tampered):
        await keep(store, vault, PRODUCTION).load()


async def test_a_new_key_seals_the_tokens_again(store: MemoryStore, vault: MemoryVault) -> None:
    """After a rotation the old key may go; where nothing is kept, nothing is written."""
    both, new = MemoryVault(("k2", "k1"), vault._box), MemoryVault(("k2",), vault._box)
    async with store.begin() as work:
        await reseal_tokens(work, both)
        assert await work.marks.find(marks.TOKENS) is None
    await keep(store, vault).save(b"a token")

    async with store.begin() as work:
        await reseal_tokens(work, both)

    assert await keep(store, new).load() == b"a token"


async def test_a_command_uses_the_serving_bots_tokens(
    store: MemoryStore, vault: MemoryVault
) -> None:
    """A command beside a serving bot reads its tokens, and cannot put others in their place."""
    await keep(store, vault).save(b"a token")
    async with store.read() as work:
        lent = LentTokens(await open_tokens(work, vault, SANDBOX))

    assert await lent.load() == b"a token"
    assert "a token" not in repr(lent)
    with pytest.raises(DomainError):
        await lent.save(b"another")


@pytest.mark.parametrize("mark", ["no tokens", "5", "[]", '{"memory:sandbox":7}', '{"a":"?"}'])
def test_a_mark_that_is_none_of_ours_is_seen(mark: str) -> None:
    """A mark that was changed is told as such, and not taken for "nothing kept"."""
    with pytest.raises(ValueError, match="not what was written"):
        read_kept(mark)
