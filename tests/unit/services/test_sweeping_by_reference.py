"""What is nobody's at a provider whose list shows our references, and neither cards nor figures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import ledger
from bot.domain.orders import Order, OrderState, Reason
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.errors import ProviderContractBroken, ProviderError, ProviderUnreachable
from bot.ports.provider import Line, ProviderOrder
from tests.engine import ADMIN, Engine, opened_finding
from tests.fakes.provider import Lost, MemoryProvider
from tests.fakes.provider_account import Declined, dinars

LINE = Line(product_key="psn", type_key="psn-10", quantity=2)
HOUR = timedelta(hours=1)


@pytest.fixture
async def engine() -> Engine:
    engine = await opened_finding()
    engine.clock.advance(timedelta(minutes=1))
    return engine


async def unowned(engine: Engine) -> list[UnownedOrder]:
    async with engine.store.read() as work:
        return list(await work.shelf.list_in(*UnownedState))


async def called_absent(engine: Engine) -> Order:
    """Have an order refused as absent that nobody has placed."""
    engine.provider.answers.append(Lost(committed=False))
    order = await engine.buy()
    await engine.works.counter.resolving.absent(order.id, ADMIN)
    return await engine.order(order.id)


def reads(engine: Engine) -> int:
    return engine.provider.calls.count("order")


async def test_a_paid_order_called_absent_goes_to_the_shelf(engine: Engine) -> None:
    """Its reference says whose it is, however late it was made: its cards are stock."""
    order = await called_absent(engine)
    engine.clock.advance(5 * HOUR)
    engine.provider.take(LINE, reference=order.reference)
    await engine.sweep()
    (found,) = await unowned(engine)
    assert (found.state, found.cards, found.amount) == (UnownedState.SHELF, 2, dinars(2760))
    assert await engine.books(ledger.stock_of(order.account)) == dinars(2760)
    assert await engine.books() == engine.provider.held_balance
    assert await engine.kinds() == ["shelf-order"]
    assert (await engine.buy()).state is OrderState.FULFILLED


async def test_nothing_is_guessed_from_the_time(engine: Engine) -> None:
    """An order made elsewhere in the very moment of an absent one is foreign, and not ours."""
    engine.provider.answers.append(Lost(committed=False))
    order = await engine.buy()
    engine.provider.buy_elsewhere(LINE, reference="of the dashboard")
    engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.FOREIGN] * 2
    await engine.works.counter.resolving.absent(order.id, ADMIN)
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.FOREIGN] * 2


async def test_what_settling_looks_for_is_left_to_it(engine: Engine) -> None:
    """An order with the reference of one that is unknown is not even read by the sweep."""
    engine.provider.answers.append(Lost(committed=True))
    order = await engine.buy()
    await engine.sweep()
    assert (await unowned(engine), reads(engine)) == ([], 0)
    await engine.settle()
    assert (await engine.order(order.id)).state is OrderState.HANDLING


async def test_a_refusal_that_was_none_is_stock(engine: Engine) -> None:
    """An order that exists although the provider said no is ours by its reference: paid stock."""
    engine.provider.answers.append(Declined())
    order = await engine.buy()
    assert order.reason is Reason.REFUSED
    engine.provider.take(LINE, reference=order.reference)
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.SHELF]


async def test_a_second_order_of_a_reference_is_told(engine: Engine) -> None:
    """A reference whose order is known by another id is somebody's mistake, and reported."""
    order = await engine.buy()
    await engine.rest()
    engine.provider.take(LINE, reference=order.reference)
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.FOREIGN]
    assert await engine.kinds() == ["foreign-order"]


async def test_a_foreign_order_is_read_once(engine: Engine) -> None:
    """A line shows no amount, so the order is read by its id; then nothing more is asked of it."""
    engine.provider.buy_elsewhere(LINE)
    for _ in range(3):
        await engine.sweep()
    assert reads(engine) == 1
    assert await engine.kinds() == ["foreign-order"]
    account = engine.provider.account
    assert await engine.books(ledger.unexplained_at(account)) == dinars(2760)
    assert await engine.books() == engine.provider.held_balance


class Torn(MemoryProvider):
    """A provider that lists orders, but cannot show one while there are `errors`.

    None among them is an answer too: it does not know the order (yet).
    """

    errors: Sequence[ProviderError | None] = ()

    async def order(self, provider_order_id: str, **how: object) -> ProviderOrder | None:
        if self.errors:
            error, *self.errors = self.errors
            if error is None:
                return None
            raise error
        return await super().order(provider_order_id, **how)  # type: ignore[arg-type] # passed on


@pytest.mark.parametrize("error", [ProviderContractBroken(), ProviderUnreachable(), None])
async def test_what_cannot_be_read_is_told_all_the_same(error: ProviderError | None) -> None:
    """A foreign order that cannot be read by its id now is reported, and booked once it can."""
    engine = await opened_finding(Torn)
    assert isinstance(engine.provider, Torn)
    engine.provider.buy_elsewhere(LINE)
    engine.provider.errors = [error, error]
    await engine.sweep()
    assert await engine.kinds() == ["foreign-order"]
    assert [one.amount for one in await unowned(engine)] == [None]
    await engine.sweep()
    assert [one.amount for one in await unowned(engine)] == [dinars(2760)]
    assert await engine.books() == engine.provider.held_balance
    assert await engine.kinds() == ["foreign-order"]


async def test_a_line_settles_nothing(engine: Engine) -> None:
    """A line without figures says nothing of an order of ours, and follows none."""
    await engine.buy()
    await engine.rest()
    before = reads(engine)
    await engine.sweep()
    assert (reads(engine), await engine.kinds()) == (before, [])
    engine.provider.buy_elsewhere(LINE)
    line = replace(engine.last_placed.as_listed(), status="REFUNDED")
    await engine.works.sweeping.shelving.take(engine.provider, line)
    assert [one.amount for one in await unowned(engine)] == [None]
