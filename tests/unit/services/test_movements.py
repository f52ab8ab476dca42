"""What is booked of an account's movements, however finely they tell their time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import ledger
from bot.domain.movements import Opening
from bot.ports.provider import Capabilities, Line, ProviderTransaction, TransactionPage
from bot.services import marks
from bot.services.movements import movement_entry
from tests.engine import Engine
from tests.fakes.provider import FINDS, LISTS, MemoryProvider
from tests.fakes.provider_account import dinars
from tests.fakes.world import FakeClock

LINE = Line(product_key="psn", type_key="psn-10", quantity=1)
DAY = timedelta(days=1)
AT = datetime(2026, 3, 10, tzinfo=UTC)
ABILITIES = {"lists": LISTS, "finds": FINDS}


def at(capabilities: Capabilities) -> Engine:
    clock = FakeClock()
    return Engine(clock=clock, others=(MemoryProvider(clock, capabilities=capabilities),))


def test_what_an_opening_holds() -> None:
    """All before the newest movement, and of the rest what was known; orders by name or by time."""
    second = timedelta(seconds=1)
    names = frozenset({"a"})
    opening = Opening(newest=AT, movements=names, orders_until=AT, orders=frozenset({"68fc"}))
    assert opening.holds("z", AT - second)
    assert opening.holds("a", AT)
    assert not opening.holds("b", AT)
    assert opening.holds_order("z", AT)
    assert opening.holds_order("68fc", AT + second)
    assert not opening.holds_order("z", AT + second)


async def test_books_that_were_opened_by_the_newest_movement_alone() -> None:
    """Books without the names of the movements known hold all that lies at the newest one."""
    engine = at(LISTS)
    account = engine.provider.account
    async with engine.store.begin() as work:
        assert await marks.find_opening(work, account) is None
        await marks.set_instant(work, marks.account_mark("books-opened", account), AT)
        opening = await marks.find_opening(work, account)
    assert opening is not None
    assert opening.holds("any", AT)
    assert not opening.holds("any", AT + timedelta(milliseconds=1))


step = st.tuples(
    st.integers(0, 40 * 60),
    st.sampled_from(("deposit", "withdraw", "foreign", "sale", "refund", "sweep")),
)


@pytest.mark.parametrize("name", ABILITIES)
@given(before=st.lists(step, max_size=6), after=st.lists(step, max_size=12))
@settings(max_examples=40, deadline=None)
async def test_nothing_is_booked_twice_and_nothing_missed(
    name: str, before: list[tuple[int, str]], after: list[tuple[int, str]]
) -> None:
    """Whenever the books are opened and read, they have in the end what the provider has."""
    engine = at(ABILITIES[name])
    for minutes, what in before:
        await happens(engine, minutes, what, is_open=False)
    await engine.open()
    await engine.hire()
    for minutes, what in after:
        await happens(engine, minutes, what, is_open=True)
        engine.clock.advance(timedelta(seconds=1))
        await engine.sweep()
    await engine.rest()
    for _ in range(13):  # all closed hours come round
        await engine.sweep()
    assert await engine.books() == engine.provider.held_balance


async def happens(engine: Engine, minutes: int, what: str, *, is_open: bool) -> None:
    engine.clock.advance(timedelta(minutes=minutes))
    provider = engine.provider
    match what:
        case "deposit":
            provider.deposit(dinars(500))
        case "withdraw":
            provider.deposit(dinars(-300))
        case "foreign":
            provider.buy_elsewhere(LINE)
        case "refund" if not is_open:  # what changes after it was read whole is only reported
            provider.handling = True
            order = provider.buy_elsewhere(LINE)
            provider.handling = False
            provider.settle(order, filled=0)
        case "sale" if is_open:
            await engine.buy(quantity=1)
            await engine.rest()
        case _:
            pass


class Nameless(MemoryProvider):
    """A provider whose movements name no order."""

    async def transactions(
        self, since: datetime, until: datetime, **how: object
    ) -> TransactionPage:
        page = await super().transactions(since, until, **how)  # type: ignore[arg-type] # passed on
        return replace(
            page,
            transactions=tuple(replace(one, provider_order_id=None) for one in page.transactions),
        )


async def test_orders_that_no_movement_names_are_older_by_the_clock() -> None:
    """Where the movements of the day name no order, what was made before the opening is in it."""
    clock = FakeClock()
    engine = Engine(clock=clock, others=(Nameless(clock, capabilities=FINDS),))
    clock.advance(timedelta(minutes=30))
    engine.provider.buy_elsewhere(LINE)
    clock.advance(timedelta(minutes=1))
    await engine.open()
    await engine.sweep()
    assert await engine.kinds() == []
    assert await engine.books() == engine.provider.held_balance
    clock.advance(timedelta(minutes=1))
    engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    assert await engine.kinds() == ["foreign-order"]
    assert await engine.books() == engine.provider.held_balance


@pytest.mark.parametrize("name", ABILITIES)
async def test_a_deposit_of_the_very_moment_is_booked_once(name: str) -> None:
    """What comes in the same moment, or on the same day, as the newest movement known is booked."""
    engine = at(ABILITIES[name])
    await engine.open()
    engine.provider.deposit(dinars(700))
    for _ in range(3):
        await engine.sweep()
        engine.clock.advance(DAY)
    assert await engine.books() == engine.provider.held_balance
    moved: ProviderTransaction = engine.provider.moved[-1]
    async with engine.store.read() as work:
        entry = await work.ledger.find_entry(movement_entry(engine.provider.account, moved).key)
    assert entry is not None
    assert await engine.books(ledger.CASH) == -engine.provider.held_balance
