"""An order at a provider that finds orders by our reference."""

from datetime import timedelta

import pytest

from bot.domain.orders import OrderState, Reason
from tests.engine import Engine
from tests.fakes.provider import FINDS, Lost, MemoryProvider
from tests.fakes.world import FakeClock


async def finding() -> Engine:
    """Open a shop at a provider that finds by reference."""
    clock = FakeClock()
    engine = Engine(clock=clock, others=(MemoryProvider(clock, capabilities=FINDS),))
    await engine.open()
    await engine.hire()
    clock.advance(timedelta(seconds=1))
    return engine


@pytest.fixture
async def engine() -> Engine:
    return await finding()


@pytest.mark.parametrize("committed", [False, True])
async def test_trouble_with_the_money_is_told_at_once(engine: Engine, *, committed: bool) -> None:
    """What the provider says of money goes to the admins; the order is looked for as usual."""
    words = "HTTP 404: the refund failed"
    engine.provider.answers.append(Lost(committed=committed, reason=words, alarming=True))
    order = await engine.buy()
    assert order.state is OrderState.UNKNOWN
    (alert,) = await engine.alerts()
    assert (str(alert.kind), alert.subject) == ("money-trouble", f"order:{order.id}")
    assert alert.facts == {"reason": words}
    await engine.settle_for(timedelta(minutes=3))
    settled = await engine.order(order.id)
    assert settled.state is (OrderState.HANDLING if committed else OrderState.REFUSED)
    assert settled.reason is (None if committed else Reason.ABSENT)
    assert await engine.kinds() == ["money-trouble"]
