"""An order at a provider that finds orders by our reference."""

from datetime import timedelta

import pytest

from bot.domain.orders import OrderState, Reason
from bot.errors import ProviderContractBroken, ProviderUnreachable
from tests.engine import Engine, check_books
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


async def states(engine: Engine) -> list[OrderState]:
    return [order.state for order in await engine.orders()]


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


async def test_open_orders_are_asked_for_one_by_one(engine: Engine) -> None:
    """A list without cards follows nothing: each order is read by its id, however young."""
    for quantity in (1, 2):
        await engine.buy(quantity=quantity)
    await engine.track()
    assert "orders" not in engine.provider.calls
    assert engine.provider.calls.count("order") == 2
    assert await states(engine) == [OrderState.FULFILLED] * 2


@pytest.mark.parametrize("error", [ProviderContractBroken(), ProviderUnreachable()])
async def test_an_order_that_cannot_be_read_hides_no_other(
    engine: Engine, error: ProviderContractBroken | ProviderUnreachable
) -> None:
    """Whatever is wrong with one order, the next one is read, and the first one comes last."""
    for quantity in (1, 2):
        await engine.buy(quantity=quantity)
    engine.provider.failures.append(error)
    await engine.track()
    assert await states(engine) == [OrderState.HANDLING, OrderState.FULFILLED]
    engine.clock.advance(timedelta(seconds=5))
    await engine.buy(quantity=3)
    engine.provider.failures.append(error)
    await engine.track()
    assert await states(engine) == [
        OrderState.FULFILLED,
        OrderState.FULFILLED,
        OrderState.HANDLING,
    ]


async def test_what_takes_days_is_followed_to_its_end(engine: Engine) -> None:
    """A delayed product is asked for ever more slowly; what was cancelled of it is given back."""
    engine.provider.handling = True
    order = await engine.buy()
    for _ in range(4 * 24):
        engine.clock.advance(timedelta(hours=1))
        await engine.track()
    assert (await engine.order(order.id)).state is OrderState.HANDLING
    engine.provider.settle(engine.last_placed, filled=1)
    engine.clock.advance(timedelta(minutes=30))
    await engine.track()
    settled = await engine.order(order.id)
    assert (settled.state, settled.cards) == (OrderState.PARTIALLY_FILLED, 1)
    assert settled.cost == engine.last_placed.price
    assert settled.given_back == settled.unit_price
    assert await engine.books() == engine.provider.held_balance
    await check_books(engine)
