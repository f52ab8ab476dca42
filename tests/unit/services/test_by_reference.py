"""An order at a provider that finds orders by our reference."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.orders import Order, OrderState, Reason
from bot.errors import ProviderContractBroken, ProviderUnreachable
from bot.ports.provider import Line, OrderPage, ProviderOrder
from bot.services.listing import learn_ahead
from tests.engine import ADMIN, Engine, check_books, opened_finding
from tests.fakes.provider import Lost, MemoryProvider

HORIZON = timedelta(seconds=120)
EVERY = timedelta(seconds=10)
LINE = Line(product_key="psn", type_key="psn-10", quantity=2)


@pytest.fixture
async def engine() -> Engine:
    return await opened_finding()


async def lost(engine: Engine, *, committed: bool, quantity: int = 2) -> Order:
    """Place an order whose answer is lost."""
    engine.provider.answers.append(Lost(committed=committed))
    return await engine.buy(quantity=quantity)


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


async def test_one_look_up_that_fails_hides_no_other(engine: Engine) -> None:
    """Whatever is wrong with one order, the others are looked for in the same round."""
    for quantity in (1, 2, 3):
        await lost(engine, committed=True, quantity=quantity)
    engine.provider.failures += [ProviderUnreachable(), ProviderContractBroken()]
    await engine.settle()
    unknown = OrderState.UNKNOWN
    assert await states(engine) == [unknown, unknown, OrderState.HANDLING]
    engine.clock.advance(EVERY)
    await engine.settle()
    assert await states(engine) == [OrderState.HANDLING] * 3


async def test_a_duplicate_is_the_order_itself(engine: Engine) -> None:
    """A placing that is answered with "this reference is taken" is looked for, and adopted."""
    order = await engine.confirm()
    placed = engine.provider.buy_elsewhere(LINE, reference=order.reference)
    await engine.place()
    assert await states(engine) == [OrderState.UNKNOWN]
    await engine.rest()
    settled = await engine.order(order.id)
    assert (settled.state, settled.provider_order_id) == (OrderState.FULFILLED, placed.id)
    assert engine.codes() == engine.paid()
    assert len(engine.provider.placed) == 1
    assert await engine.books() == engine.provider.held_balance


class Forgetful(MemoryProvider):
    """A provider whose look-up finds nothing, whatever its list shows."""

    async def find_by_reference(self, reference: str) -> ProviderOrder | None:
        await super().find_by_reference(reference)
        return None


async def test_what_the_list_shows_is_not_absent() -> None:
    """After the horizon the list is asked too: an order that it shows is adopted, not refused."""
    engine = await opened_finding(Forgetful)
    there = await lost(engine, committed=True)
    absent = await lost(engine, committed=False)
    await engine.settle_for(HORIZON - EVERY)
    assert "orders" not in engine.provider.calls
    assert await states(engine) == [OrderState.UNKNOWN] * 2
    await engine.settle_for(EVERY)
    assert (await engine.order(there.id)).provider_order_id == engine.last_placed.id
    assert (await engine.order(absent.id)).reason is Reason.ABSENT
    assert await engine.held(absent.agent_id) == there.total


class Moving(MemoryProvider):
    """A provider whose list says more than it shows, until it `stands`."""

    stands = False

    async def orders(self, since: object, until: object, **how: object) -> OrderPage:
        page = await super().orders(since, until, **how)  # type: ignore[arg-type] # passed on
        return page if self.stands else replace(page, total=page.total + 1)


async def test_a_list_that_moves_proves_no_absence() -> None:
    """While the second witness cannot be heard whole, an order stays unknown."""
    engine = await opened_finding(Moving)
    order = await lost(engine, committed=False)
    await engine.settle_for(HORIZON + EVERY)
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    assert isinstance(engine.provider, Moving)
    engine.provider.stands = True
    await engine.settle_for(EVERY)
    assert (await engine.order(order.id)).reason is Reason.ABSENT


@pytest.mark.parametrize("minutes", [-10, 60])
async def test_a_clock_that_is_set_shortens_no_horizon(engine: Engine, minutes: int) -> None:
    """An hour that never passed is no horizon, though a look-up does not tell the time."""
    order = await lost(engine, committed=False)
    step = timedelta(minutes=minutes)
    engine.clock.set_back(-step)
    engine.provider.ahead -= step
    await engine.settle_for(HORIZON - EVERY)
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    engine.provider.take(LINE, reference=order.reference)
    await engine.settle_for(timedelta(minutes=1))
    assert (await engine.order(order.id)).state is OrderState.HANDLING


class Overtaken(MemoryProvider):
    """A provider that tells another caller of the time while its list is read."""

    told: Callable[[], Awaitable[bool]] | None = None

    async def orders(self, since: object, until: object, **how: object) -> OrderPage:
        page = await super().orders(since, until, **how)  # type: ignore[arg-type] # passed on
        if self.told is not None:
            await self.told()
        return page


async def test_a_clock_that_another_call_found_set_shortens_no_horizon() -> None:
    """What the sweep learns of the time while an order is looked for counts for the order too."""
    engine = await opened_finding(Overtaken)
    provider = engine.provider
    assert isinstance(provider, Overtaken)
    order = await lost(engine, committed=False)
    engine.clock.set_back(-HORIZON)
    provider.ahead -= HORIZON
    provider.told = partial(
        learn_ahead, engine.store, engine.clock, provider.account, provider.ahead
    )
    await engine.settle()
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN


async def test_what_an_admin_gave_away_is_not_taken_back(engine: Engine) -> None:
    """A reference whose order an admin gave to another order leaves both to the admins."""
    first, second = [await lost(engine, committed=True) for _ in range(2)]
    theirs = engine.provider.placed[1].id
    await engine.works.counter.resolving.adopt(first.id, theirs, ADMIN)
    await engine.settle_for(HORIZON * 3)
    assert (await engine.order(second.id)).state is OrderState.UNKNOWN
    assert "order-unknown" in await engine.kinds()
