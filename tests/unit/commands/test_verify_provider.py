import json
from collections.abc import AsyncIterator

import pytest

from bot.commands import verify
from bot.commands.system import SystemClock
from bot.domain.catalog import Environment
from bot.domain.verifying import ONLINE
from bot.playground.oneclickdz import DEMO_KEY, OneClickDZ
from bot.providers.oneclickdz import OneClickDZProvider
from bot.services.marks import Frozen, set_frozen
from storage.store import SqlStore
from tests.unit.commands.conftest import NOWHERE, Folder
from tests.unit.storage.busy_shop import VAULT


@pytest.fixture
async def served(shop: Folder) -> AsyncIterator[OneClickDZ]:
    """Serve the account at the provider that the settings of the shop name."""
    provider = OneClickDZ()
    async with provider.serve() as address:
        shop.environment |= {"ONECLICKDZ_API_KEY": DEMO_KEY, "ONECLICKDZ_API_URL": address}
        yield provider


async def test_the_provider_is_asked_when_it_is_told_to(
    shop: Folder, served: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """The list and the balance are read, and nothing else is called."""
    assert await verify.run(None, provider=True, environment=shop.environment, root=shop.root) == 0
    said = capsys.readouterr().out
    assert "OK    provider-orders: each order that the provider lists is owned here" in said
    assert "SKIP  provider-balance: the books of this account are not opened yet" in said
    assert "0 orders are listed since" in said
    assert len(served.calls) == 2
    assert await verify.run(None, environment=shop.environment, root=shop.root) == 0
    assert "provider-" not in capsys.readouterr().out
    assert len(served.calls) == 2


async def test_a_rejected_key_is_not_tried_by_verifying(
    shop: Folder, served: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trying it again would lock the address out: the checks are left, and the rest is made."""
    account = OneClickDZProvider(
        address=NOWHERE, key=DEMO_KEY, environment=Environment.SANDBOX, clock=SystemClock()
    )
    await account.close()
    frozen = Frozen(key_hash=account.key_hash, since=SystemClock().now(), reason="BAD_KEY")
    async with SqlStore(shop.database, key_id=VAULT.key_id) as store, store.begin() as work:
        await set_frozen(work, account.account, frozen)
    assert (
        await verify.run(
            None, provider=True, json=True, environment=shop.environment, root=shop.root
        )
        == 0
    )
    answer = json.loads(capsys.readouterr().out)
    assert {one["check"] for one in answer["unchecked"]} == ONLINE
    assert served.calls == []


async def test_a_copy_is_not_held_against_the_provider(
    shop: Folder, served: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was sold after a backup would all be nobody's: that is wrong usage."""
    code = await verify.run(
        shop.database, provider=True, environment=shop.environment, root=shop.root
    )
    assert code == 2
    assert "leave FILE out" in capsys.readouterr().err
    assert served.calls == []
