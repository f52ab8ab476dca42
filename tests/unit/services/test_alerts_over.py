from datetime import timedelta

import pytest

from bot.domain.orders import OrderState
from bot.domain.refusals import RefusalReason
from bot.errors import ProviderUnreachable, Refusal
from bot.ports.provider import Line
from tests.engine import ADMIN, AMINA, Engine, opened
from tests.fakes.provider import Lost
from tests.fakes.provider_account import dinars

LINE = Line(product_key="psn", type_key="psn-10", quantity=2)


@pytest.fixture
async def engine() -> Engine:
    """A shop with one agent that has money."""
    return await opened()


async def test_an_order_that_was_found_worries_nobody_any_more(engine: Engine) -> None:
    """What was unknown for too long is found in a list that lagged: its alert is settled."""
    engine.provider.list_lag = timedelta(hours=1)
    engine.provider.answers.append(Lost(committed=True))
    order = await engine.buy()
    order_id = order.id
    # The account's movements show the charge, so that the order is not believed absent.
    await engine.settle_for(timedelta(minutes=10))
    assert await engine.kinds() == ["order-unknown"]
    for placed in engine.provider.placed:
        placed.listed_at = engine.clock.now()
    await engine.settle_for(timedelta(seconds=20))
    assert (await engine.order(order_id)).state is OrderState.HANDLING
    assert await engine.kinds() == []
    assert "alert.acted" in await engine.actions(f"order:{order_id}")


async def test_cards_that_arrived_worry_nobody_any_more(engine: Engine) -> None:
    """A parked delivery that came when its member wrote is no alert any more."""
    engine.messenger.blocked.add(AMINA)
    await engine.buy()
    await engine.rest()
    assert await engine.kinds() == ["delivery-parked"]
    engine.messenger.blocked.clear()
    await engine.meet(AMINA, "Amina, back")
    await engine.rest()
    assert engine.codes() == engine.paid()
    assert await engine.kinds() == []


async def test_admins_are_warned_before_the_provider_account_runs_dry(engine: Engine) -> None:
    """While the account covers less than a day of sales the admins know, once."""
    order = await engine.buy()
    await engine.rest()
    assert order.cost is None
    engine.provider.deposit(dinars(1_000) - engine.provider.held_balance)
    engine.clock.advance(timedelta(minutes=2))
    await engine.sweep()
    await engine.sweep()
    assert await engine.kinds() == ["provider-balance-soon"]
    (alert,) = await engine.alerts()
    assert alert.facts == {"left_minor": 100_000, "day_minor": 276_000, "currency": "DZD"}
    engine.provider.deposit(dinars(50_000))
    engine.clock.advance(timedelta(minutes=2))
    await engine.sweep()
    assert await engine.kinds() == []


async def test_a_provider_that_cannot_be_asked_adopts_nothing(engine: Engine) -> None:
    """An admin's word is checked with the provider first; when it is away, nothing is decided."""
    theirs = engine.provider.buy_elsewhere(LINE)
    engine.provider.answers.append(Lost(committed=False))
    order = await engine.buy()
    engine.provider.failures.append(ProviderUnreachable())
    with pytest.raises(Refusal, match=RefusalReason.NOT_POSSIBLE_NOW):
        await engine.works.counter.resolving.adopt(order.id, theirs.id, ADMIN)
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    engine.providers.clear()
    with pytest.raises(Refusal, match=RefusalReason.NOT_POSSIBLE_NOW):
        await engine.works.counter.resolving.adopt(order.id, theirs.id, ADMIN)


async def test_a_copy_for_the_auditor_is_journaled(engine: Engine) -> None:
    """Who took a copy of the books, and when, stands in the journal."""
    await engine.works.counter.desk.exported(ADMIN)
    assert "export.sent" in await engine.actions("shop")
