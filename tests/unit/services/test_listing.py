from datetime import timedelta

import pytest

from bot.domain.cards import Card
from bot.domain.orders import OrderState, Window
from bot.errors import ProviderContractBroken
from bot.ports.provider import Line, OrderPage, Priority
from bot.services.listing import AT_ONCE, LARGEST, note_lag, read_list
from tests.engine import Engine, opened
from tests.fakes.provider import MemoryProvider
from tests.fakes.world import NOON, FakeClock

LINE = Line(product_key="psn", type_key="psn-10", quantity=1)
HOUR = Window(since=NOON, until=NOON + timedelta(hours=1))


def listed(orders: int) -> MemoryProvider:
    """A provider that lists so many orders."""
    provider = MemoryProvider(FakeClock())
    provider.set_type("psn-10", stock=10_000)
    for _ in range(orders):
        provider.take(LINE, reference=None)
    return provider


async def read(provider: MemoryProvider) -> tuple[int, bool]:
    clock = FakeClock()
    listing = await read_list(provider, HOUR, priority=Priority.SETTLING, clock=clock)
    return len(listing.orders), listing.complete


async def test_one_page_is_one_call() -> None:
    """A window of one page is read whole in one call."""
    provider = listed(100)
    assert await read(provider) == (100, True)
    assert provider.calls == ["orders"]


async def test_an_empty_window_is_complete() -> None:
    """A window without orders is known to be empty after one call."""
    assert await read(listed(0)) == (0, True)


async def test_more_pages_are_confirmed_by_the_first() -> None:
    """After the last page the first is read again, to see whether pages shifted."""
    provider = listed(250)
    assert await read(provider) == (250, True)
    assert provider.calls == ["orders"] * 4


class Growing(MemoryProvider):
    """A provider where somebody buys while its list is being read."""

    async def orders(self, since: object, until: object, **how: object) -> OrderPage:
        page = await super().orders(since, until, **how)  # type: ignore[arg-type] # passed on
        self.take(LINE, reference=None)
        return page


async def test_shifting_pages_are_not_complete() -> None:
    """A reading during which the list grew proves no absence."""
    provider = Growing(FakeClock())
    provider.set_type("psn-10", stock=10_000)
    for _ in range(150):
        provider.take(LINE, reference=None)
    listing = await read_list(provider, HOUR, priority=Priority.SETTLING, clock=FakeClock())
    assert not listing.complete


async def test_a_list_larger_than_any_is_refused() -> None:
    """A reading that grows beyond what any account has is given up, and proves nothing."""
    provider = listed(1)
    provider.placed[0].cards = [Card(code="A" * LARGEST)]
    with pytest.raises(ProviderContractBroken):
        await read(provider)


async def test_the_first_sight_tells_the_lag() -> None:
    """The lag is noted once: by a reading right after placing, or one after a reading lacked it."""
    engine: Engine = await opened()
    order = await engine.buy()
    late = engine.clock.now() + AT_ONCE + timedelta(seconds=1)
    async with engine.store.begin() as work:
        await note_lag(work, order.id, begun_at=late, missed=False)
        assert (await work.orders.get(order.id)).listed_lag is None
        await note_lag(work, order.id, begun_at=late, missed=True)
        await note_lag(work, order.id, begun_at=engine.clock.now(), missed=False)
        assert (await work.orders.get(order.id)).listed_lag == AT_ONCE + timedelta(seconds=1)


async def test_a_reading_before_the_end_of_the_call_is_no_lag() -> None:
    """An order seen before its call had ended was shown at once."""
    engine: Engine = await opened()
    order = await engine.buy()
    async with engine.store.begin() as work:
        begun_at = engine.clock.now() - timedelta(seconds=3)
        await note_lag(work, order.id, begun_at=begun_at, missed=False)
        assert (await work.orders.get(order.id)).listed_lag == timedelta()


async def test_an_order_never_sent_has_no_lag() -> None:
    """What was never sent cannot have been listed."""
    engine: Engine = await opened()
    order = await engine.confirm()
    async with engine.store.begin() as work:
        await note_lag(work, order.id, begun_at=engine.clock.now(), missed=False)
        found = await work.orders.get(order.id)
    assert (found.state, found.listed_lag) == (OrderState.CONFIRMED, None)
