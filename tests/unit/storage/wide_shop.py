"""A shop at two accounts, in two currencies, where much is still open, as verify finds it."""

from datetime import timedelta
from pathlib import Path

from bot.domain.agents import AgentId
from bot.domain.catalog import Account, Environment
from bot.domain.rates import MILLION
from bot.ports.provider import Line
from bot.services.restoring import enter_restore_mode
from storage.store import SqlStore
from tests.engine import ADMIN, AMINA, BILAL, PSN_10, PSN_20
from tests.fakes.provider import Lost, MemoryProvider
from tests.fakes.provider_account import dinars
from tests.fakes.world import FakeClock
from tests.unit.storage.busy_shop import VAULT, BusyShop

MINUTE = timedelta(minutes=1)


async def make_wide_shop(path: Path) -> None:
    """Sell dollars' cards for dinars; leave one unknown, one on the shelf, and cards owed."""
    async with SqlStore(path, key_id=VAULT.key_id) as store:
        await store.migrate()
        shop = await _opened(store)
        await shop.sell()
        await shop.shelve()
        await _unexplained(shop)
        await shop.buy(BILAL, key=PSN_20)
        await shop.track()  # its cards are owed, and were not sent yet
        await _missed_once(shop)


async def make_restored_shop(path: Path) -> None:
    """Find out that a database is an old copy, and read back what was sold since."""
    async with SqlStore(path, key_id=VAULT.key_id) as store:
        await store.migrate()
        shop = await _opened(store)
        await shop.sell()
        await shop.confirm()
        at = shop.clock.advance(MINUTE)
        async with store.begin() as work:
            await enter_restore_mode(work, backed_up_at=at - MINUTE, at=at)
        shop.clock.advance(MINUTE)
        await shop.sweep()
        shop.clock.advance(MINUTE)
        await shop.sweep()


async def _opened(store: SqlStore) -> BusyShop:
    clock = FakeClock()
    other = Account(provider="other", environment=Environment.SANDBOX)
    accounts = (
        MemoryProvider(clock, currency="USD"),
        MemoryProvider(clock, account=other, first_number=500),
    )
    shop = BusyShop(store=store, clock=clock, others=accounts)
    await shop.open()
    await shop.works.counter.rates.set("USD", 250 * MILLION, ADMIN)
    for person_id, name in ((AMINA, "Amina"), (BILAL, "Bilal")):
        await shop.let_in(person_id, name)
    await shop.works.counter.wallets.set_limit(AgentId(1), dinars(5_000), ADMIN)
    return shop


async def _unexplained(shop: BusyShop) -> None:
    shop.provider.buy_elsewhere(Line(product_key="psn", type_key=PSN_20, quantity=1))
    await shop.sweep()


async def _missed_once(shop: BusyShop) -> None:
    shop.provider.answers.append(Lost(committed=False))
    order = await shop.buy(quantity=1, key=PSN_10)
    while order.absent_at is None:
        shop.clock.advance(timedelta(seconds=10))
        await shop.settle()
        order = await shop.order(order.id)
