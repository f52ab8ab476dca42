from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.orders import OrderState
from bot.errors import ProviderUnreachable
from bot.services.slowness import SLOW, SLOW_IN_DAYS
from tests.engine import ADMIN, Engine, opened

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def engine() -> Engine:
    """Open a shop at a provider that takes an order and does not finish it."""
    engine = await opened()
    engine.provider.handling = True
    await engine.buy()
    return engine


async def passes(engine: Engine, time: timedelta) -> None:
    """Let time pass, and the tracker look."""
    engine.clock.advance(time)
    await engine.track()


async def test_an_order_without_an_end_is_told_of_once(engine: Engine) -> None:
    """After an hour the admins read what to ask the provider, and never a second time."""
    await passes(engine, SLOW - A_MINUTE)
    assert await engine.alerts() == ()
    await passes(engine, A_MINUTE)
    (alert,) = await engine.alerts()
    assert (alert.kind, alert.subject) == ("order-slow", "order:1")
    assert alert.facts == {"status": "HANDLING", "its_order": engine.last_placed.id}
    await engine.works.counter.alerts.dismiss(alert.id, ADMIN)
    await passes(engine, SLOW)
    await engine.start()
    await passes(engine, SLOW)
    assert await engine.alerts() == ()
    assert [order.state for order in await engine.orders()] == [OrderState.HANDLING]


async def test_cards_that_come_after_all_end_it(engine: Engine) -> None:
    """The alert is over without anybody's tap, and the cards are delivered as usual."""
    await passes(engine, SLOW)
    engine.provider.settle(engine.last_placed)
    await engine.rest(30)
    assert engine.codes() == engine.paid()
    assert await engine.alerts() == ()


async def test_a_person_can_close_it(engine: Engine) -> None:
    """What the alert names as the last resort works: the shop has its money again."""
    await passes(engine, SLOW)
    (order,) = await engine.orders()
    closed = await engine.works.counter.resolving.settle(order.id, ADMIN)
    assert closed.state is OrderState.REFUNDED
    assert (await engine.held(order.agent_id)).minor == 0
    assert await engine.alerts() == ()


async def test_a_provider_that_cannot_be_reached_is_no_excuse(engine: Engine) -> None:
    """The admins are told, whether or not the provider answers."""
    engine.provider.failures.append(ProviderUnreachable())
    await passes(engine, SLOW)
    assert await engine.kinds() == ["order-slow"]


async def test_what_takes_days_has_its_own_time(engine: Engine) -> None:
    """Cards that are promised within days are late after two weeks."""
    engine.provider.categories = tuple(
        replace(one, products=tuple(replace(each, delayed=True) for each in one.products))
        for one in engine.provider.categories
    )
    await engine.works.counter.catalog.refresh()
    await passes(engine, SLOW_IN_DAYS - A_MINUTE)
    assert await engine.alerts() == ()
    await passes(engine, SLOW)
    assert await engine.kinds() == ["order-slow"]


async def test_one_worry_at_a_time(engine: Engine) -> None:
    """An order whose counts disagree is told of as that, and not as slow too."""
    engine.provider.settle(engine.last_placed)
    engine.last_placed.shown = {"cards": ()}
    await passes(engine, A_MINUTE)
    await passes(engine, SLOW)
    assert await engine.kinds() == ["count-mismatch"]
