import asyncio
from datetime import datetime

import pytest

from bot.domain.orders import OrderState
from bot.errors import ProviderBusy
from bot.ports.provider import OrderPage
from bot.ports.store import Store
from tests.engine import ADMIN, AMINA, BILAL, Engine, check_books, opened
from tests.fakes.messenger import Held
from tests.fakes.messenger import Lost as LostWrite
from tests.fakes.provider import Lost, MemoryProvider, Unsent
from tests.fakes.provider_account import Declined
from tests.fakes.world import FakeClock


@pytest.fixture
async def engine(store: Store) -> Engine:
    engine = await opened(store)
    await engine.hire(BILAL)
    return engine


async def agree(engine: Engine) -> None:
    """Hold the provider's record against ours, to the centime and to the card."""
    await check_books(engine)
    assert await engine.books() == engine.provider.held_balance
    shown = [*engine.codes(AMINA), *engine.codes(BILAL)]
    assert sorted(shown) == sorted(engine.paid())


async def test_a_day_of_sales(engine: Engine) -> None:
    """Sales, refusals, a lost answer, a cancelled order and a part: all of it adds up."""
    await engine.buy(AMINA)
    engine.provider.answers += [Lost(committed=True), Unsent(), Declined()]
    for quantity in (1, 2, 3):
        await engine.buy(BILAL, quantity=quantity)
    order = await engine.confirm(AMINA, quantity=5)
    await engine.works.counter.checkout.cancel(AMINA, order.id)
    await engine.rest()
    engine.provider.handling = True
    await engine.buy(AMINA, quantity=4)
    engine.provider.settle(engine.last_placed, filled=3)
    await engine.rest()
    assert await engine.orders(OrderState.HANDLING, OrderState.UNKNOWN) == ()
    await agree(engine)


async def test_a_restart_loses_nothing(engine: Engine) -> None:
    """A process that dies with an answer lost and cards undelivered is made good by the next."""
    await engine.buy(AMINA)
    await engine.track()
    engine.provider.answers.append(Lost(committed=True))
    await engine.buy(BILAL)
    await engine.start()
    await engine.rest()
    await agree(engine)


async def test_the_shelf_on_any_store(engine: Engine) -> None:
    """A paid order called absent is sold to the next agent, and the books agree."""
    engine.provider.answers.append(Lost(committed=True))
    order = await engine.buy(AMINA)
    await engine.works.counter.resolving.absent(order.id, ADMIN)
    await engine.sweep()
    await engine.buy(BILAL)
    await engine.rest()
    assert engine.places() == 1
    await agree(engine)


async def test_a_lost_message_is_a_copy(engine: Engine) -> None:
    """Cards whose message was lost come again, on any store."""
    await engine.buy(AMINA)
    await engine.track()
    engine.messenger.answers.append(LostWrite(arrived=False))
    await engine.deliver()
    await engine.rest()
    await agree(engine)


async def test_the_works_run_until_they_are_stopped(engine: Engine) -> None:
    """The workers sell by themselves, and end in order when they are told to."""
    stopping = asyncio.Event()
    engine.messenger.answers.append(held := Held())
    running = asyncio.create_task(engine.works.run(stopping))
    await engine.confirm(AMINA)
    await asyncio.wait_for(held.begun.wait(), 10)
    stopping.set()
    held.gate.set()
    await asyncio.wait_for(running, 10)
    assert engine.codes() == engine.paid()


async def test_a_stop_begins_no_other_message(engine: Engine) -> None:
    """A chat that much is owed to does not hold up a stop: the rest is sent by the next process."""
    for _ in range(3):
        await engine.buy(AMINA)
    await engine.track()
    stopping = asyncio.Event()
    engine.messenger.answers.append(held := Held())
    running = asyncio.create_task(engine.works.run(stopping))
    await asyncio.wait_for(held.begun.wait(), 10)
    stopping.set()
    await asyncio.sleep(0)
    held.gate.set()
    await asyncio.wait_for(running, 10)
    assert len(engine.codes()) < len(engine.paid())
    await engine.start()
    await engine.rest()
    assert sorted(engine.codes()) == sorted(engine.paid())


class Busy(MemoryProvider):
    """A provider of which the calls of this minute are used up."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.waited = asyncio.Event()
        self.stopped = asyncio.Event()

    def stop_waiting(self) -> None:
        self.stopped.set()

    async def orders(self, since: datetime, until: datetime, **how: object) -> OrderPage:
        self.waited.set()
        await self.stopped.wait()
        raise ProviderBusy


async def test_a_stop_waits_for_no_turn() -> None:
    """A sweep that stands in line for the calls of the next minutes does not hold up a stop."""
    provider = Busy(clock := FakeClock())
    engine = Engine(clock=clock, others=(provider,))
    await engine.open()
    stopping = asyncio.Event()
    running = asyncio.create_task(engine.works.run(stopping))
    await asyncio.wait_for(provider.waited.wait(), 10)
    stopping.set()
    await asyncio.wait_for(running, 10)
