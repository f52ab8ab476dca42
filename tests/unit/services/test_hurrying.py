from bot.domain.orders import OrderState
from bot.ports.provider import Priority, ProviderOrder
from tests.engine import Engine, opened
from tests.fakes.provider import Lost, MemoryProvider
from tests.fakes.world import FakeClock
from tests.unit.services.shop import rung


def looks(engine: Engine, call: str) -> int:
    """Count how often the provider was asked."""
    return engine.provider.calls.count(call)


async def test_an_order_that_moved_is_looked_at_now() -> None:
    """News make one look, however lately there was one; then the old pace holds again."""
    engine = await opened()
    engine.provider.handling = True
    order = await engine.buy()
    await engine.track()
    await engine.track()
    assert looks(engine, "order") == 1
    engine.provider.settle(engine.last_placed)
    engine.works.hurry()
    await engine.track()
    assert looks(engine, "order") == 2
    assert (await engine.order(order.id)).state is OrderState.FULFILLED
    await engine.track()
    assert looks(engine, "order") == 2


async def test_an_unknown_order_is_looked_for_now() -> None:
    """An order whose answer was lost is looked for at once, and after that at its own pace."""
    engine = await opened()
    engine.provider.answers.append(Lost(committed=False))
    await engine.buy()
    await engine.settle()
    before = looks(engine, "orders")
    await engine.settle()
    assert looks(engine, "orders") == before
    engine.works.hurry()
    await engine.settle()
    await engine.settle()
    assert looks(engine, "orders") == before + 1


async def test_the_workers_are_woken() -> None:
    """Both that look at orders are rung; nobody else is."""
    engine = await opened()
    bells = engine.works.bells
    for bell in (bells.tracking, bells.settling, bells.placing, bells.delivery):
        rung(bell)
    engine.works.hurry()
    assert [rung(bell) for bell in (bells.tracking, bells.settling)] == [True, True]
    assert [rung(bell) for bell in (bells.placing, bells.delivery)] == [False, False]


class Moving(MemoryProvider):
    """A provider whose news come while it is asked about an order."""

    engine: Engine

    async def order(
        self, provider_order_id: str, *, priority: Priority = Priority.TRACKING
    ) -> ProviderOrder | None:
        found = await super().order(provider_order_id, priority=priority)
        self.engine.works.hurry()
        return found


async def test_news_that_come_during_a_look_are_not_lost() -> None:
    """The look under way may have been too early: the next one is made all the same."""
    clock = FakeClock()
    provider = Moving(clock)
    provider.engine = engine = Engine(clock=clock, others=(provider,))
    await engine.open()
    await engine.hire()
    provider.handling = True
    await engine.buy()
    await engine.track()
    await engine.track()
    assert looks(engine, "order") == 2
