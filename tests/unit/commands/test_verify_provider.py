import json
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest

from bot.commands import verify
from bot.commands.system import SystemClock
from bot.domain.catalog import Environment
from bot.domain.verifying import ONLINE
from bot.playground.oneclickdz import DEMO_KEY, OneClickDZ
from bot.playground.settings import plum_settings
from bot.providers.oneclickdz import OneClickDZProvider
from bot.services.funds import Funds
from bot.services.marks import Frozen, set_frozen
from bot.services.movements import Movements
from storage.store import SqlStore
from tests.unit.commands.conftest import NOWHERE, Folder
from tests.unit.storage.busy_shop import VAULT
from tests.unit.storage.tampering import unguarded

ACCOUNT = "oneclickdz:sandbox"


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
    assert await verify.run(None, provider=True, environment=shop.environment, root=shop.root) == 3
    said = capsys.readouterr().out
    assert f"OK    provider-orders at {ACCOUNT}: each order that the provider lists" in said
    assert f"SKIP  provider-balance at {ACCOUNT}: the books of this account are not" in said
    assert f"{ACCOUNT}: 0 orders are listed since" in said
    assert said.endswith(
        "What was checked agrees, 1 warnings; 1 checks that were asked for could not be made.\n"
    )
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
        == 3
    )
    answer = json.loads(capsys.readouterr().out)
    left = {one["check"] for one in answer["unchecked"] if one["account"] == ACCOUNT}
    assert left == ONLINE
    assert (answer["clean"], answer["complete"]) == (True, False)
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


async def answer_of(shop: Folder, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Ask the providers too; gives the exit code and the document."""
    code = await verify.run(
        None, provider=True, json=True, environment=shop.environment, root=shop.root
    )
    return code, json.loads(capsys.readouterr().out)


def checked(answer: dict[str, Any]) -> set[tuple[str, str]]:
    """Name the checks that were made of an account."""
    return {(one["check"], one["account"]) for one in answer["checks"] if one["account"]}


def left(answer: dict[str, Any]) -> set[tuple[str, str]]:
    """Name the checks that were left, each with its account."""
    return {(one["check"], one["account"]) for one in answer["unchecked"]}


def buy_elsewhere(served: OneClickDZ) -> str:
    """Place an order that the bot knows nothing of; gives its id."""
    product_id, type_id = next(
        (product.id, each.id)
        for product in served.catalog.products()
        for each in product.types
        if each.name == "PSN 10 USD"
    )
    return served.buy_at_dashboard(product_id, type_id).id


async def open_books(shop: Folder) -> None:
    """Book the balance of the account that is served, as the first sweep does."""
    clock = SystemClock()
    provider = OneClickDZProvider(
        address=shop.environment["ONECLICKDZ_API_URL"],
        key=DEMO_KEY,
        environment=Environment.SANDBOX,
        clock=clock,
    )
    async with SqlStore(shop.database, key_id=VAULT.key_id) as store:
        funds = Funds(clock=clock)
        await Movements(store=store, funds=funds, clock=clock).open_books(provider)
    await provider.close()


async def test_an_account_that_agrees_leaves_with_nought(
    shop: Folder, served: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every check of it was made, and the amounts bear their currency."""
    await open_books(shop)
    code, answer = await answer_of(shop, capsys)
    assert (code, answer["clean"], answer["complete"]) == (0, True, True)
    assert checked(answer) == {(check, ACCOUNT) for check in ONLINE}
    (balance,) = [note for note in answer["notes"] if "balance and books agree" in note]
    assert balance.startswith(f"{ACCOUNT}: ")
    assert balance.endswith(" DZD")
    assert served.calls


async def test_books_of_an_account_that_is_not_configured_are_told(
    shop: Folder, served: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody asks about the money that was left there: it is said, and is no fault."""
    await open_books(shop)
    code, answer = await answer_of(shop, capsys)
    assert (code, served.calls == []) == (0, False)
    assert left(answer) == {(check, "memory:sandbox") for check in ONLINE}
    assert {one["why"] for one in answer["unchecked"]} == {
        "it has books, and the settings do not name it"
    }


async def test_an_account_that_is_away_hides_no_other(
    shop: Folder, served: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each check is made or left of each account, and what is found says of which."""
    await open_books(shop)
    shop.environment |= plum_settings(NOWHERE)
    stranger = buy_elsewhere(served)
    code, answer = await answer_of(shop, capsys)
    assert (code, answer["clean"], answer["complete"]) == (3, True, False)
    assert checked(answer) == {(check, ACCOUNT) for check in ONLINE}
    assert {(check, "plum:sandbox") for check in ONLINE} <= left(answer)
    (found,) = [one for one in answer["findings"] if one["check"] == "provider-orders"]
    assert (found["account"], found["row"], found["is_warning"]) == (ACCOUNT, stranger, True)


async def test_a_finding_names_its_account(
    shop: Folder, served: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two accounts that both have a balance, the one that lacks money is named."""
    await open_books(shop)
    with closing(unguarded(shop.database)) as file:
        file.execute(
            "UPDATE posting SET amount_minor = amount_minor + 100"
            f" WHERE account = 'provider:{ACCOUNT}'"
        )
    code = await verify.run(None, provider=True, environment=shop.environment, root=shop.root)
    said = capsys.readouterr().out
    assert code == 1
    assert f"FAIL  provider-balance at {ACCOUNT}: the provider's balance is" in said
    assert f"FAIL {ACCOUNT} provider balance is " in said
    assert "DZD, but our books say" in said
    assert served.calls


@pytest.mark.parametrize(
    "damage",
    ["UPDATE journal SET details = '{' WHERE seq = 1", "ALTER TABLE unowned_order RENAME TO gone"],
)
async def test_a_damaged_database_is_reported_all_the_same(
    shop: Folder, served: OneClickDZ, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    """Where our own side cannot be read no account is judged, and the rest of the report stands."""
    buy_elsewhere(served)
    with closing(unguarded(shop.database)) as file:
        file.execute(damage)
    code, answer = await answer_of(shop, capsys)
    assert (code, answer["clean"], answer["complete"]) == (1, False, False)
    whys = {one["why"] for one in answer["unchecked"] if one["account"] == ACCOUNT}
    assert {why.partition(" (")[0] for why in whys} == {"our own side cannot be read"}
