from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import ledger
from bot.domain.orders import Order, OrderId, OrderState, Reason
from bot.domain.refusals import RefusalReason
from bot.domain.shelf import UnownedState
from bot.errors import Refusal
from bot.ports.provider import Line
from tests.engine import ADMIN, PSN_20, Engine, check_books, opened
from tests.fakes.provider import Lost
from tests.fakes.provider_account import dinars

LINE = Line(product_key="psn", type_key="psn-10", quantity=2)


@pytest.fixture
async def engine() -> Engine:
    engine = await opened()
    engine.clock.advance(timedelta(minutes=1))
    return engine


async def lost(engine: Engine, *, committed: bool = True) -> Order:
    engine.provider.answers.append(Lost(committed=committed))
    return await engine.buy()


async def test_absent_releases_the_hold(engine: Engine) -> None:
    """An order that an admin calls absent is refused, and its money is free again."""
    order = await lost(engine, committed=False)
    saved = await engine.works.counter.resolving.absent(order.id, ADMIN)
    assert (saved.state, saved.reason) == (OrderState.REFUSED, Reason.ABSENT)
    assert await engine.balance(order.agent_id) == dinars(100_000)
    assert len(await engine.deliveries(order.id)) == 1


async def test_adopting_binds_and_delivers(engine: Engine) -> None:
    """An order bound to a provider order by an admin is followed and delivered."""
    order = await lost(engine)
    await engine.works.counter.resolving.adopt(order.id, engine.last_placed.id, ADMIN)
    await engine.rest()
    assert engine.codes() == engine.paid()
    await check_books(engine)


async def test_adopting_what_was_foreign_moves_its_cost(engine: Engine) -> None:
    """A foreign order that an admin gives to an order becomes its cost: it is explained."""
    foreign = engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    order = await lost(engine, committed=False)
    await engine.works.counter.resolving.adopt(order.id, foreign.id, ADMIN)
    await engine.rest()
    assert engine.codes() == engine.paid()
    assert await engine.books(ledger.unexplained_at(order.account)) == dinars(0)
    assert await engine.books() == engine.provider.held_balance
    assert await engine.kinds() == []


async def test_adopting_what_was_shelved_empties_the_shelf(engine: Engine) -> None:
    """Shelved cards given to an order by an admin leave the shelf and the stock."""
    foreign = engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    await engine.works.counter.resolving.shelve(foreign.id, ADMIN)
    order = await engine.confirm()
    async with engine.store.begin() as work:
        sending = (await work.orders.get(order.id)).to(
            OrderState.SENDING, sending_at=engine.clock.now()
        )
        sending = await work.orders.save(sending)
        await work.orders.save(sending.to(OrderState.UNKNOWN))
    await engine.sweep()
    await engine.works.counter.resolving.adopt(order.id, foreign.id, ADMIN)
    await engine.rest()
    assert engine.codes() == engine.paid()
    assert await engine.books(ledger.stock_of(order.account)) == dinars(0)
    assert await engine.books() == engine.provider.held_balance


async def test_an_order_of_other_cards_is_not_adopted(engine: Engine) -> None:
    """A provider order known to be of another bucket cannot be given to an order."""
    foreign = engine.provider.buy_elsewhere(replace(LINE, type_key=PSN_20))
    await engine.sweep()
    order = await lost(engine, committed=False)
    with pytest.raises(Refusal, match=RefusalReason.PROVIDER_ORDER_UNKNOWN):
        await engine.works.counter.resolving.adopt(order.id, foreign.id, ADMIN)


async def test_nothing_is_adopted_twice(engine: Engine) -> None:
    """A provider order that has an owner, or was sold from the shelf, is not given again."""
    owned = await engine.buy()
    foreign = engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    order = await lost(engine, committed=False)
    async with engine.store.begin() as work:
        (unowned,) = await work.shelf.list_in(UnownedState.FOREIGN)
        await work.shelf.save(replace(unowned, state=UnownedState.SOLD, taken_by=owned.id))
    for taken in (str(owned.provider_order_id), foreign.id):
        with pytest.raises(Refusal, match=RefusalReason.ALREADY_DONE):
            await engine.works.counter.resolving.adopt(order.id, taken, ADMIN)


async def test_foreign_cards_are_taken_as_stock(engine: Engine) -> None:
    """`/adopt ID` puts a foreign order's cards on the shelf, for the next sale to take."""
    foreign = engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    await engine.works.counter.resolving.shelve(foreign.id, ADMIN)
    await engine.sweep()
    order = await engine.buy()
    await engine.deliver()
    assert order.state is OrderState.FULFILLED
    assert engine.places() == 0
    assert engine.codes() == engine.paid()


async def test_what_is_not_foreign_cannot_be_taken(engine: Engine) -> None:
    """Only a reported foreign order can be adopted as stock."""
    with pytest.raises(Refusal, match=RefusalReason.PROVIDER_ORDER_UNKNOWN):
        await engine.works.counter.resolving.shelve("68fc", ADMIN)


async def test_only_unknown_orders_are_decided(engine: Engine) -> None:
    """An order that is not unknown, or not there, is not decided by an admin."""
    order = await engine.buy()
    resolving = engine.works.counter.resolving
    with pytest.raises(Refusal, match=RefusalReason.NOT_POSSIBLE_NOW):
        await resolving.absent(order.id, ADMIN)
    with pytest.raises(Refusal, match=RefusalReason.ORDER_UNKNOWN):
        await resolving.adopt(OrderId(99), "68fc", ADMIN)


async def test_the_evidence_for_an_order(engine: Engine) -> None:
    """`/resolve N` shows the foreign orders of its bucket and the candidates that were found."""
    foreign = engine.provider.buy_elsewhere(LINE)
    engine.provider.buy_elsewhere(replace(LINE, type_key=PSN_20))
    await engine.sweep()
    order = await lost(engine)
    engine.provider.buy_elsewhere(LINE)
    await engine.settle()
    evidence = await engine.works.counter.resolving.evidence(order.id)
    assert evidence.state is OrderState.UNKNOWN
    assert [one.provider_order_id for one in evidence.foreign] == [foreign.id]
    assert set(evidence.candidates) == {one.id for one in engine.provider.placed[2:]}
    with pytest.raises(Refusal, match=RefusalReason.ORDER_UNKNOWN):
        await engine.works.counter.resolving.evidence(OrderId(99))
