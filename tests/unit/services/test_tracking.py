from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.orders import OrderState
from bot.domain.progress import Step
from bot.errors import (
    ProviderBusy,
    ProviderContractBroken,
    ProviderUnauthorized,
    ProviderUnreachable,
)
from bot.services import marks
from bot.services.tracking import QUIET, SLOWER, SLOWEST, SLOWEST_OF_ALL, YOUNG, pace
from tests.engine import ADMIN, AMINA, Disk, Engine, opened
from tests.fakes.provider import Lost
from tests.unit.samples import ORDER

STEP = timedelta(seconds=5)


@pytest.fixture
async def engine() -> Engine:
    """Open a shop at a provider that takes its time."""
    engine = await opened()
    engine.provider.handling = True
    return engine


async def states(engine: Engine) -> list[OrderState]:
    return [order.state for order in await engine.orders()]


def test_stragglers_are_looked_at_less_often() -> None:
    """Every few seconds for ten minutes, then less and less, and for ever twice an hour."""
    order = replace(ORDER, handling_at=ORDER.confirmed_at)
    hour = timedelta(hours=1)
    ages = [timedelta(), YOUNG, 2 * hour, 23 * hour, 25 * hour, 240 * hour]
    paces = [pace(order, order.confirmed_at + age, STEP) for age in ages]
    assert paces == [STEP, SLOWER, 2 * hour / 100, SLOWEST, 25 * hour / 100, SLOWEST_OF_ALL]


async def test_nothing_open_is_rest(engine: Engine) -> None:
    """Without open orders the tracker rests."""
    assert await engine.track() == QUIET


async def test_a_lone_order_is_asked_for_directly(engine: Engine) -> None:
    """One order is asked for by its id, right after placing and then every few seconds."""
    await engine.buy()
    assert await engine.track() == STEP
    await engine.track()
    assert engine.provider.calls.count("order") == 1
    engine.clock.advance(STEP)
    engine.provider.settle(engine.last_placed)
    await engine.track()
    assert await states(engine) == [OrderState.FULFILLED]
    assert "orders" not in engine.provider.calls
    assert await engine.track() == QUIET


async def test_young_orders_are_read_together(engine: Engine) -> None:
    """Several young orders cost one call, cards included."""
    for quantity in (1, 2, 3):
        await engine.buy(quantity=quantity)
        engine.provider.settle(engine.last_placed)
    before = len(engine.provider.calls)
    await engine.track()
    assert engine.provider.calls[before:] == ["orders"]
    assert await states(engine) == [OrderState.FULFILLED] * 3


@pytest.mark.parametrize("others", [150, 1_000])
async def test_the_list_is_read_page_by_page(engine: Engine, others: int) -> None:
    """Orders beyond the first page are found on the next ones, or beyond the tenth by their id."""
    engine.provider.set_type("psn-10", stock=10_000)
    await engine.buy(quantity=1)
    await engine.buy(quantity=2)
    line = engine.last_placed.line
    engine.provider.deposit(engine.last_placed.price * 9_000)
    for _ in range(others):
        engine.provider.buy_elsewhere(line)
    for order in engine.provider.placed:
        engine.provider.settle(order)
    await engine.track()
    assert await states(engine) == [OrderState.FULFILLED] * 2


async def test_what_the_list_lacks_is_asked_for(engine: Engine) -> None:
    """An order that the list does not show yet is asked for by its id; the lag is learned."""
    engine.provider.list_lag = timedelta(seconds=8)
    for quantity in (1, 2):
        await engine.buy(quantity=quantity)
    await engine.track()
    assert engine.provider.calls.count("order") == 2
    engine.clock.advance(timedelta(seconds=10))
    await engine.track()
    engine.clock.advance(STEP)
    await engine.track()
    assert [one.listed_lag for one in await engine.orders()] == [timedelta(seconds=10)] * 2


async def test_late_readings_tell_no_lag(engine: Engine) -> None:
    """A first look long after placing does not count as the list's lag."""
    for quantity in (1, 2):
        await engine.buy(quantity=quantity)
    engine.clock.advance(timedelta(seconds=40))
    await engine.track()
    assert [one.listed_lag for one in await engine.orders()] == [None, None]


async def test_an_order_the_provider_does_not_know_yet(engine: Engine) -> None:
    """Not found right after placing is no proof of anything: it is looked for again."""
    await engine.buy()
    placed = engine.provider.placed.pop()
    await engine.track()
    assert await states(engine) == [OrderState.HANDLING]
    engine.provider.placed.append(placed)
    engine.provider.settle(placed)
    engine.clock.advance(STEP)
    await engine.track()
    assert await states(engine) == [OrderState.FULFILLED]


async def test_stragglers_are_asked_for_one_by_one(engine: Engine) -> None:
    """Orders older than ten minutes are asked for by id, at their own pace."""
    for quantity in (1, 2):
        await engine.buy(quantity=quantity)
    engine.clock.advance(YOUNG)
    before = len(engine.provider.calls)
    await engine.track()
    assert engine.provider.calls[before:] == ["order", "order"]
    engine.clock.advance(SLOWER - timedelta(seconds=1))
    await engine.track()
    assert engine.provider.calls[before:] == ["order", "order"]


async def test_an_order_adopted_late_is_no_reason_to_read_hours(engine: Engine) -> None:
    """Orders sent long ago and adopted now are asked for by id."""
    for quantity in (1, 2):
        engine.provider.answers.append(Lost(committed=True))
        await engine.buy(quantity=quantity)
    engine.clock.advance(timedelta(hours=9))
    for order, placed in zip(await engine.orders(), engine.provider.placed, strict=True):
        await engine.works.counter.resolving.adopt(order.id, placed.id, ADMIN)
    before = len(engine.provider.calls)
    await engine.track()
    assert engine.provider.calls[before:] == ["order", "order"]


@pytest.mark.parametrize("error", [ProviderUnreachable(), ProviderBusy()])
async def test_trouble_is_tried_again(engine: Engine, error: Exception) -> None:
    """A provider that cannot be read now is read at the next look; nothing is refunded."""
    await engine.buy()
    engine.provider.settle(engine.last_placed)
    assert isinstance(error, ProviderUnreachable | ProviderBusy)
    engine.provider.failures.append(error)
    await engine.track()
    assert await states(engine) == [OrderState.HANDLING]
    engine.clock.advance(STEP)
    await engine.track()
    assert await states(engine) == [OrderState.FULFILLED]


async def test_one_unreadable_order_hides_no_other(engine: Engine) -> None:
    """An order whose answer is not understood keeps no other from being looked at."""
    for quantity in (1, 2):
        await engine.buy(quantity=quantity)
        engine.provider.settle(engine.last_placed)
    engine.provider.failures += [ProviderContractBroken(), ProviderContractBroken()]
    await engine.track()
    assert await states(engine) == [OrderState.HANDLING, OrderState.FULFILLED]


async def test_a_rejected_key_freezes(engine: Engine) -> None:
    """A key rejected while tracking freezes the account; then nothing more is asked."""
    await engine.buy()
    engine.provider.key_rejected = True
    await engine.track()
    assert await engine.kinds() == ["provider-frozen"]
    before = len(engine.provider.calls)
    engine.clock.advance(STEP)
    await engine.track()
    assert len(engine.provider.calls) == before


async def test_a_client_that_stopped_unnoticed_is_told_of(engine: Engine) -> None:
    """Whoever met the rejection, the account is frozen on record, and the admins told, once."""
    engine.provider.key_rejected = True
    with pytest.raises(ProviderUnauthorized):
        await engine.provider.balance()
    await engine.track()
    assert await engine.kinds() == []  # whoever asked may be about to tell
    for _ in range(3):
        engine.clock.advance(STEP)
        await engine.track()
    assert await engine.kinds() == ["provider-frozen"]
    async with engine.store.read() as work:
        assert await marks.find_frozen(work, engine.provider.account) is not None


async def test_a_key_rejected_in_the_list_freezes(engine: Engine) -> None:
    """A key rejected while the list is read freezes the account too."""
    for quantity in (1, 2):
        await engine.buy(quantity=quantity)
    engine.provider.failures.append(ProviderUnauthorized())
    await engine.track()
    assert await engine.kinds() == ["provider-frozen"]


async def test_a_reading_that_cannot_be_taken(engine: Engine) -> None:
    """A reading that cannot be written down is read again; the others are looked at."""
    disk = Disk()
    engine = await opened(disk)
    await engine.buy()
    disk.full = True
    await engine.track()
    disk.full = False
    engine.clock.advance(STEP)
    await engine.track()
    assert await states(engine) == [OrderState.FULFILLED]


async def test_progress_is_told_after_a_while(engine: Engine) -> None:
    """An order that takes long tells so in its message."""
    await engine.buy()
    for seconds in (5, 60):
        engine.clock.advance(timedelta(seconds=seconds))
        await engine.track()
        await engine.works.deliveries.idle()
    steps = [one.step for one in engine.messenger.progress(AMINA)]
    assert steps == [Step.HANDLING, Step.HANDLING_LONG]


async def test_an_order_without_an_id_is_left(engine: Engine) -> None:
    """An order in handling without a provider order id is passed over, and hides no other."""
    await engine.buy()
    async with engine.store.begin() as work:
        (order,) = await work.orders.list_in(OrderState.HANDLING)
        await work.orders.save(replace(order, provider_order_id=None))
    await engine.track()
    assert await states(engine) == [OrderState.HANDLING]


async def test_a_clock_that_is_set_back(engine: Engine) -> None:
    """An order goes on being looked at when the machine's clock is set back by an hour."""
    engine.provider.handling = True
    await engine.buy()
    await engine.track()
    before = len(engine.provider.calls)
    await engine.track()
    assert len(engine.provider.calls) == before
    engine.clock.set_back(timedelta(hours=1))
    await engine.track()
    assert len(engine.provider.calls) > before
