"""A purchase never goes beyond the credit limit; a correction and a lowered limit may."""

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.agents import Agent, AgentId
from bot.domain.verifying import Check, Finding
from storage.export import export
from storage.verify import verify
from tests.engine import ADMIN
from tests.fakes.provider_account import dinars
from tests.fakes.world import NOON
from tests.unit.storage.busy_shop import BusyShop, new_shop
from tests.unit.storage.tampering import copied, unguarded

TOPUP = "(SELECT id FROM entry WHERE key = 'topup:1:7')"


async def limits(path: Path) -> list[Finding]:
    """Give what is said of limits."""
    return [one for one in (await verify(path)).findings if one.check is Check.LIMITS]


@pytest.fixture
async def shop(path: Path) -> AsyncIterator[BusyShop]:
    """Open a shop that was let in and has paid in 100,000 dinars."""
    async with new_shop(path) as opened:
        yield opened


async def set_limit(shop: BusyShop, amount: int | None) -> None:
    """Set how far the shop may buy on credit; None is without limit."""
    limit = None if amount is None else dinars(amount)
    await shop.works.counter.wallets.set_limit(AgentId(1), limit, ADMIN)


async def empty(shop: BusyShop) -> Agent:
    """Take all its money from the shop, by a correction."""
    wallets = shop.works.counter.wallets
    async with shop.store.read() as work:
        wallet = await work.ledger.wallet(AgentId(1))
        agent = await work.people.get_agent(AgentId(1))
    await wallets.adjust(agent.id, -wallet.balance, ADMIN, request="1:90", memo="taken out")
    return agent


async def test_what_is_bought_on_credit_is_right(shop: BusyShop, path: Path) -> None:
    """A wallet may go as far below zero as its limit was when each order was confirmed."""
    await empty(shop)
    await set_limit(shop, 20_000)
    await shop.sell()
    await set_limit(shop, None)
    await shop.sell()
    assert await limits(path) == []


async def test_a_limit_that_was_lowered_later_is_no_fault(shop: BusyShop, path: Path) -> None:
    """What was bought before was bought by the limit of then: it is odd, and no finding."""
    await empty(shop)
    await set_limit(shop, 20_000)
    await shop.sell()
    await set_limit(shop, 0)
    (odd,) = await limits(path)
    assert (odd.table, odd.row, odd.is_warning) == ("wallet", "1", True)


async def test_what_was_bought_before_any_limit_was_told_is_not_judged(
    shop: BusyShop, path: Path
) -> None:
    """A first limit that the journal does not know may have been any."""
    await shop.sell()
    await set_limit(shop, 20_000)
    with closing(unguarded(path)) as file:
        file.execute(
            f"UPDATE posting SET amount_minor = sign(amount_minor) WHERE entry_id = {TOPUP}"
        )
        file.execute("UPDATE journal SET details = '{}' WHERE action = 'access.approved'")
    assert [one.table for one in await limits(path)] == []


async def test_an_order_beyond_the_limit_is_named(busy: Path, tmp_path: Path) -> None:
    """Money that was not there when it was spent is a fault of the order that took it."""
    path = copied(busy, tmp_path)
    with closing(unguarded(path)) as file:
        file.execute("DELETE FROM journal WHERE action = 'agent.limit'")
        file.execute(
            "UPDATE posting SET amount_minor = amount_minor / 20000, sum_minor = sum_minor / 20000"
            f" WHERE entry_id = {TOPUP}"
        )
    found = await limits(path)
    assert ("orders", "3", False) in {(one.table, one.row, one.is_warning) for one in found}


async def test_an_order_beyond_a_limit_that_was_set_is_named(
    shop: BusyShop, path: Path, tmp_path: Path
) -> None:
    """The limit that the journal told last before the order is the one that counts."""
    await empty(shop)
    await set_limit(shop, 20_000)
    order = await shop.sell()
    await set_limit(shop, 30_000)
    with closing(unguarded(path)) as file:
        file.execute(
            "UPDATE journal SET details = replace(details, '2000000', '100')"
            " WHERE action = 'agent.limit'"
        )
    spent = order.unit_price * order.quantity
    says = f"took its wallet to -{spent.amount}.00, beyond the limit of 1.00"
    audit = tmp_path / "audit.db"
    await export(path, audit, timezone=ZoneInfo("Africa/Algiers"), made_at=NOON)
    for file_ in (path, audit):
        (beyond,) = await limits(file_)
        assert (beyond.table, beyond.row, beyond.says) == ("orders", str(order.id), says)
        assert not beyond.is_warning


async def test_the_limit_of_the_first_day_counts_where_it_is_told(
    shop: BusyShop, path: Path
) -> None:
    """An approval that tells the limit that it gave is the first word."""
    order = await shop.sell()
    await set_limit(shop, 20_000)
    with closing(unguarded(path)) as file:
        file.execute(
            'UPDATE journal SET details = \'{"agent":1,"limit_minor":0}\''
            " WHERE action = 'access.approved'"
        )
        assert await limits(path) == []
        file.execute(
            f"UPDATE posting SET amount_minor = amount_minor / 20000 WHERE entry_id = {TOPUP}"
        )
    assert [one.row for one in await limits(path)] == [str(order.id)]
