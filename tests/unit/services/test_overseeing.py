from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.orders import OrderState
from bot.errors import ProviderUnreachable
from tests.engine import ADMIN, Engine, opened
from tests.fakes.provider import Lost
from tests.fakes.provider_account import dinars


@pytest.fixture
async def engine() -> Engine:
    return await opened()


async def frozen(engine: Engine) -> None:
    """Let the key be rejected while an order is looked at."""
    await engine.confirm()
    engine.provider.key_rejected = True
    engine.clock.advance(timedelta(minutes=2))
    await engine.place()
    engine.provider.key_rejected = False


async def test_the_books_beside_the_balance(engine: Engine) -> None:
    """`/provider` shows the balance, the books, and what open orders will have cost."""
    engine.provider.answers.append(Lost(committed=True))
    await engine.buy()
    engine.provider.handling = True
    await engine.buy(quantity=1)
    (status,) = await engine.works.counter.overseeing.providers_status()
    assert status.balance == engine.provider.held_balance
    assert status.in_flight == dinars(3 * 1380)
    assert status.books - status.in_flight == status.balance
    assert status.frozen is None


async def test_a_balance_that_cannot_be_read(engine: Engine) -> None:
    """The status of an account that is away shows the books alone."""
    engine.provider.failures.append(ProviderUnreachable())
    (status,) = await engine.works.counter.overseeing.providers_status()
    assert (status.balance, status.books) == (None, engine.provider.held_balance)


async def test_thawing(engine: Engine) -> None:
    """A frozen account whose key is good again is thawed, and its alert is settled."""
    await frozen(engine)
    assert await engine.works.counter.overseeing.thaw("memory", ADMIN)
    assert await engine.kinds() == []
    assert (await engine.buy(quantity=1)).state is OrderState.HANDLING


async def test_a_key_still_rejected_stays_frozen(engine: Engine) -> None:
    """An account whose key is still rejected is frozen again."""
    await frozen(engine)
    engine.provider.key_rejected = True
    assert not await engine.works.counter.overseeing.thaw("memory", ADMIN)
    assert engine.provider.budget().frozen


async def test_a_key_that_may_only_read_stays_frozen(engine: Engine) -> None:
    """An account whose key cannot trade is not thawed."""
    await frozen(engine)
    engine.provider.profile = replace(engine.provider.profile, may_order=False)
    assert not await engine.works.counter.overseeing.thaw("memory", ADMIN)
    assert engine.provider.budget().frozen


async def test_an_account_that_is_away_is_not_thawed(engine: Engine) -> None:
    """Without an answer about the key nothing is sold with it."""
    await frozen(engine)
    engine.provider.failures.append(ProviderUnreachable())
    assert not await engine.works.counter.overseeing.thaw("memory", ADMIN)
    assert await engine.kinds() == ["provider-frozen"]


async def test_an_unknown_provider_is_not_thawed(engine: Engine) -> None:
    """There is nothing to thaw under a name that is not configured."""
    assert not await engine.works.counter.overseeing.thaw("another", ADMIN)


async def test_another_bot_is_told_once(engine: Engine) -> None:
    """Another bot on the token is one alert, while nobody has acted."""
    for _ in range(2):
        await engine.works.counter.overseeing.tell_rival()
    assert await engine.kinds() == ["two-bots"]


async def test_health_counts(engine: Engine) -> None:
    """`/health` counts what is open, unknown, parked and unsettled."""
    engine.provider.answers.append(Lost(committed=False))
    order = await engine.buy()
    await engine.works.counter.desk.pause(ADMIN)
    health = await engine.works.counter.overseeing.health()
    assert health.open_orders[OrderState.UNKNOWN] == 1
    assert (health.unknown, health.oldest_unknown_at) == ((order.id,), order.confirmed_at)
    assert (health.paused_since, health.restored_since) == (engine.clock.now(), None)
    assert (health.parked, health.alerts, health.rival_seen) == (0, 0, False)
    assert (health.epoch, health.journal_rows > 0) == (engine.epoch, True)


async def test_health_of_an_empty_journal(engine: Engine) -> None:
    """A shop without a past is in good health."""
    fresh = Engine()
    fresh.epoch = 1
    fresh.store, engine.store = engine.store, fresh.store
    overseeing = replace(engine.works.counter.overseeing, store=engine.store)
    health = await overseeing.health()
    assert (health.journal_rows, health.oldest_unknown_at) == (0, None)
