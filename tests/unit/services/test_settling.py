from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.matching import Horizons
from bot.domain.orders import Order, OrderState, Reason
from bot.errors import ProviderUnauthorized, ProviderUnreachable
from bot.ports.provider import Line, OrderPage
from bot.services.settling import EVERY, QUIET, SLOWEST, YOUNG, pace
from tests.engine import ADMIN, AMINA, PSN_20, Engine, check_books, opened
from tests.fakes.provider import FINDS, Held, Lost, MemoryProvider
from tests.fakes.provider_account import dinars
from tests.fakes.world import FakeClock
from tests.unit.samples import ORDER

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
HORIZON = timedelta(seconds=120)
ONE = Line(product_key="psn", type_key="psn-10", quantity=2)


@pytest.fixture
async def engine() -> Engine:
    return await opened()


async def lost(engine: Engine, *, committed: bool, quantity: int = 2) -> Order:
    """Place an order whose answer is lost."""
    engine.provider.answers.append(Lost(committed=committed))
    order = await engine.buy(quantity=quantity)
    assert order.state is OrderState.UNKNOWN
    return order


def test_old_unknown_orders_are_looked_for_less_often() -> None:
    """Every ten seconds for a quarter of an hour, then less and less, to every five minutes."""
    order = replace(ORDER, sent_until=ORDER.confirmed_at)
    ages = [timedelta(), YOUNG, timedelta(hours=1), timedelta(days=2)]
    paces = [pace(order, order.confirmed_at + age, EVERY) for age in ages]
    assert paces == [EVERY, EVERY, timedelta(seconds=36), SLOWEST]


async def test_nothing_unknown_is_rest(engine: Engine) -> None:
    """Without unknown orders the worker rests."""
    assert await engine.settle() == QUIET


async def test_the_only_match_is_adopted(engine: Engine) -> None:
    """The one listed order of the bucket in the send window is the unknown order."""
    order = await lost(engine, committed=True)
    assert await engine.settle() == EVERY
    adopted = await engine.order(order.id)
    assert (adopted.state, adopted.provider_order_id) == (
        OrderState.HANDLING,
        engine.last_placed.id,
    )
    assert adopted.listed_lag == timedelta()
    await engine.rest()
    assert engine.codes() == engine.paid()
    assert engine.places() == 1
    await check_books(engine)


async def test_the_lag_of_a_slow_list_is_learned(engine: Engine) -> None:
    """An order adopted after the list lacked it teaches how slow the list is."""
    engine.provider.list_lag = timedelta(seconds=100)
    order = await lost(engine, committed=True)
    await engine.settle_for(timedelta(seconds=110))
    await engine.rest()
    assert (await engine.order(order.id)).listed_lag == timedelta(seconds=100)


async def test_absence_takes_two_readings_after_the_horizon(engine: Engine) -> None:
    """Absence is believed late and twice; then the hold is released and the member told."""
    order = await lost(engine, committed=False)
    await engine.settle_for(HORIZON - timedelta(seconds=10))
    assert (await engine.order(order.id)).absent_at is None
    await engine.settle_for(timedelta(seconds=30))
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    await engine.settle_for(timedelta(seconds=10))
    refused = await engine.order(order.id)
    assert (refused.state, refused.reason) == (OrderState.REFUSED, Reason.ABSENT)
    assert await engine.balance(order.agent_id) == dinars(100_000)
    assert len(await engine.deliveries(order.id)) == 1
    assert await engine.kinds() == []


async def test_an_unproven_list_is_given_a_quarter_of_an_hour(engine: Engine) -> None:
    """Until ten placings have shown their lag, and no setting is explicit, it is 15 minutes."""
    engine.terms = replace(
        engine.terms, horizons={"memory": Horizons(least=HORIZON, explicit=False)}
    )
    await engine.start()
    order = await lost(engine, committed=False)
    await engine.settle_for(timedelta(minutes=14, seconds=50))
    assert (await engine.order(order.id)).absent_at is None
    await engine.settle_for(MINUTE)
    assert (await engine.order(order.id)).state is OrderState.REFUSED


async def test_a_second_witness_is_heard(engine: Engine) -> None:
    """While the account shows a charge that no order explains, absence is not believed."""
    engine.provider.list_lag = timedelta(hours=2)
    order = await lost(engine, committed=True)
    await engine.settle_for(timedelta(minutes=7))
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    assert await engine.kinds() == ["order-unknown"]
    await engine.deliver()
    engine.last_placed.listed_at = engine.clock.now()
    await engine.settle_for(timedelta(seconds=10))
    await engine.rest()
    assert engine.codes() == engine.paid()


async def test_a_charge_without_a_name(engine: Engine) -> None:
    """A charge that names no order may be this one if it is of its amount, and only then."""
    engine.provider.list_lag = timedelta(hours=2)
    order = await lost(engine, committed=True)
    moved = engine.provider.moved[-1]
    engine.provider.moved[-1] = replace(moved, provider_order_id=None)
    await engine.settle_for(timedelta(minutes=4))
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    engine.provider.moved[-1] = replace(moved, provider_order_id=None, amount=dinars(-1))
    await engine.settle_for(MINUTE)
    assert (await engine.order(order.id)).state is OrderState.REFUSED


async def test_explained_charges_are_no_witness(engine: Engine) -> None:
    """Charges of other local orders, of other buckets and of shelved orders prove nothing."""
    await engine.buy()
    order = await lost(engine, committed=False)
    engine.provider.buy_elsewhere(replace(ONE, type_key=PSN_20))
    await engine.settle_for(timedelta(minutes=3))
    assert (await engine.order(order.id)).state is OrderState.REFUSED


async def test_adopted_charges_are_no_witness(engine: Engine) -> None:
    """A charge of a foreign order that an admin took as stock is explained; before, it is not."""
    foreign = engine.provider.buy_elsewhere(ONE)
    await engine.sweep()
    order = await lost(engine, committed=False)
    await engine.settle_for(timedelta(minutes=4))
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    await engine.works.counter.resolving.shelve(foreign.id, ADMIN)
    await engine.settle_for(EVERY)
    assert (await engine.order(order.id)).state is OrderState.REFUSED


async def test_two_candidates_are_left_to_the_admins(engine: Engine) -> None:
    """With a foreign order of the bucket in the window, an admin decides; asked once."""
    order = await lost(engine, committed=True)
    engine.provider.buy_elsewhere(ONE)
    for _ in range(2):
        await engine.settle()
        engine.clock.advance(EVERY)
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    assert await engine.kinds() == ["order-ambiguous"]
    ours, theirs = engine.provider.placed
    await engine.works.counter.resolving.adopt(order.id, ours.id, ADMIN)
    await engine.rest()
    assert engine.codes() == [card.code for card in ours.cards or ()]
    await engine.sweep()
    assert await engine.kinds() == ["foreign-order"]
    assert theirs.reference is None


async def test_owned_orders_are_no_candidates(engine: Engine) -> None:
    """An order that another of the bucket owns is not adopted twice."""
    first = await engine.buy()
    second = await lost(engine, committed=False)
    await engine.settle()
    assert first.provider_order_id is not None
    assert (await engine.order(second.id)).state is OrderState.UNKNOWN


async def test_a_window_far_away_is_read_by_itself(engine: Engine) -> None:
    """Unknown orders that lie hours apart do not have the hours between them read."""
    first = await lost(engine, committed=False)
    engine.provider.buy_elsewhere(ONE)
    engine.provider.buy_elsewhere(ONE)
    await engine.settle()
    engine.clock.advance(timedelta(hours=5))
    second = await lost(engine, committed=True, quantity=1)
    before = engine.provider.calls.count("orders")
    await engine.settle()
    assert engine.provider.calls.count("orders") == before + 2
    states = [(await engine.order(one.id)).state for one in (first, second)]
    assert states == [OrderState.UNKNOWN, OrderState.HANDLING]


async def test_windows_close_together_are_one_reading(engine: Engine) -> None:
    """Unknown orders of the same minutes cost one call."""
    for quantity in (1, 2, 3):
        await lost(engine, committed=True, quantity=quantity)
    before = len(engine.provider.calls)
    await engine.settle()
    assert engine.provider.calls[before:] == ["orders"]
    assert {one.state for one in await engine.orders()} == {OrderState.HANDLING}


async def test_a_bucket_being_sent_is_skipped() -> None:
    """While an order of the bucket is being sent, nothing of it is adopted or called absent."""
    engine = await opened()
    order = await lost(engine, committed=True)
    other = await engine.confirm()
    async with engine.store.begin() as work:
        sending = (await work.orders.get(other.id)).to(
            OrderState.SENDING, sending_at=engine.clock.now()
        )
        await work.orders.save(sending)
    await engine.settle()
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN


async def test_an_incomplete_reading_proves_nothing(engine: Engine) -> None:
    """A list that moves while it is read proves no absence."""

    class Moving(MemoryProvider):
        async def orders(self, since: object, until: object, **how: object) -> OrderPage:
            page = await super().orders(since, until, **how)  # type: ignore[arg-type] # passed on
            return replace(page, total=page.total + 1)

    clock = FakeClock()
    engine = Engine(clock=clock, others=(Moving(clock),))
    await engine.open()
    await engine.hire()
    order = await lost(engine, committed=False)
    await engine.settle_for(timedelta(minutes=4))
    assert (await engine.order(order.id)).absent_at is None


async def test_references_settle_at_once() -> None:
    """A provider that finds by reference is asked for it, and nothing is read of a list."""
    clock = FakeClock()
    engine = Engine(clock=clock, others=(MemoryProvider(clock, capabilities=FINDS),))
    await engine.open()
    await engine.hire()
    found, absent = await lost(engine, committed=True), await lost(engine, committed=False)
    await engine.settle()
    assert (await engine.order(found.id)).state is OrderState.HANDLING
    assert "orders" not in engine.provider.calls
    await engine.settle_for(HORIZON - timedelta(seconds=10))
    assert (await engine.order(absent.id)).state is OrderState.UNKNOWN
    await engine.settle_for(timedelta(seconds=10))
    assert (await engine.order(absent.id)).reason is Reason.ABSENT


async def test_trouble_leaves_it_unknown(engine: Engine) -> None:
    """A list that cannot be read changes nothing; a rejected key freezes the account."""
    order = await lost(engine, committed=True)
    engine.provider.failures.append(ProviderUnreachable())
    await engine.settle()
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    engine.provider.failures.append(ProviderUnauthorized())
    await engine.settle()
    assert await engine.kinds() == ["provider-frozen"]
    before = len(engine.provider.calls)
    engine.clock.advance(EVERY)
    await engine.settle()
    assert len(engine.provider.calls) == before


async def test_a_look_is_not_repeated_too_soon(engine: Engine) -> None:
    """An unknown order that was just looked for is not looked for again at once."""
    await lost(engine, committed=False)
    await engine.settle()
    before = len(engine.provider.calls)
    await engine.settle()
    assert len(engine.provider.calls) == before


async def test_what_is_decided_meanwhile_stays_decided(engine: Engine) -> None:
    """An order that an admin decided while it was looked for is left as decided."""
    order = await lost(engine, committed=True)
    await engine.works.counter.resolving.absent(order.id, ADMIN)
    settling, now = engine.works.settling, engine.clock.now()
    await settling._adopt(order, engine.last_placed.id, now)
    await settling._note_absence(order, now)
    await settling._refuse(order, now)
    await settling._look(engine.provider, [order])
    engine.clock.advance(timedelta(hours=1))
    await settling._tell_if_old(engine.provider, order)
    assert (await engine.order(order.id)).reason is Reason.ABSENT
    assert await engine.actions(f"order:{order.id}") == [
        "order.confirmed",
        "order.sending",
        "order.unknown",
        "order.refused",
    ]


async def test_a_shelved_order_is_no_candidate(engine: Engine) -> None:
    """A provider order known as foreign is not adopted without an admin."""
    engine.provider.buy_elsewhere(ONE)
    await engine.sweep()
    order = await lost(engine, committed=False)
    await engine.settle()
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN


async def test_held_answers_are_not_unknown(engine: Engine) -> None:
    """An order on its way is not looked for."""
    engine.provider.answers.append(held := Held())
    await engine.confirm()
    await engine.works.placing.step()
    assert await engine.settle() == QUIET
    held.gate.set()
    await engine.works.placing.idle()
    assert engine.codes(AMINA) == []


async def test_a_clock_that_is_set_back(engine: Engine) -> None:
    """An unknown order goes on being looked for when the clock is set back by an hour."""
    engine.provider.answers.append(Lost(committed=False))
    await engine.buy()
    await engine.settle()
    engine.clock.set_back(timedelta(hours=1))
    before = len(engine.provider.calls)
    await engine.settle()
    assert len(engine.provider.calls) > before


@pytest.mark.parametrize("minutes", [-10, 10])
async def test_a_clock_that_is_set_refuses_no_order_that_was_taken(minutes: int) -> None:
    """Ten minutes forward or back in the middle of it all: the late order is still found."""
    engine = await opened()
    engine.provider.list_lag = timedelta(seconds=100)
    order = await lost(engine, committed=True)
    step = timedelta(minutes=minutes)
    engine.clock.set_back(-step)
    engine.provider.ahead -= step
    await engine.settle_for(timedelta(seconds=115))
    await engine.rest()
    settled = await engine.order(order.id)
    assert (settled.state, settled.cards) == (OrderState.FULFILLED, 2)


async def test_a_clock_that_is_set_forward_hurries_no_absence(engine: Engine) -> None:
    """An hour that never passed is no horizon: absence is believed as late as ever."""
    order = await lost(engine, committed=False)
    engine.clock.advance(timedelta(hours=1))
    engine.provider.ahead -= timedelta(hours=1)
    await engine.settle_for(HORIZON - timedelta(seconds=20))
    assert (await engine.order(order.id)).absent_at is None
    await engine.settle_for(timedelta(seconds=80))
    assert (await engine.order(order.id)).state is OrderState.REFUSED
