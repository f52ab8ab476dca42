from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import ledger
from bot.domain.catalog import Account, Environment
from bot.domain.ledger import CASH
from bot.domain.money import Money
from bot.domain.orders import Order, OrderState
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.errors import ProviderUnauthorized, ProviderUnreachable
from bot.ports.messenger import AlertRaised
from bot.ports.provider import Line, OrderPage, TransactionPage
from bot.services import marks
from bot.services.movements import MOST_PAGES, own_movements
from bot.services.restoring import enter_restore_mode
from bot.services.sweeping import EVERY
from tests.engine import ADMIN, AMINA, Engine, opened
from tests.fakes.provider import Lost, MemoryProvider
from tests.fakes.provider_account import dinars
from tests.fakes.world import FakeClock

LINE = Line(product_key="psn", type_key="psn-10", quantity=2)
HOUR = timedelta(hours=1)


@pytest.fixture
async def engine() -> Engine:
    engine = await opened()
    engine.clock.advance(timedelta(minutes=1))
    return engine


async def unowned(engine: Engine) -> list[UnownedOrder]:
    async with engine.store.read() as work:
        return list(await work.shelf.list_in(*UnownedState))


async def refused_but_placed(engine: Engine, *, quantity: int = 2) -> Order:
    """Place an order that is called absent, and listed afterwards."""
    engine.provider.list_lag = timedelta(days=1)
    engine.provider.answers.append(Lost(committed=True))
    order = await engine.buy(quantity=quantity)
    await engine.works.counter.resolving.absent(order.id, ADMIN)
    engine.provider.list_lag = timedelta()
    engine.last_placed.listed_at = engine.clock.now()
    return order


async def test_a_provider_order_that_is_told_of_names_its_provider(engine: Engine) -> None:
    """With several providers an admin must know in whose dashboard to look."""
    engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    await refused_but_placed(engine, quantity=1)
    await engine.sweep()
    await engine.deliver()
    told = [one for one in engine.messenger.messages(ADMIN) if isinstance(one, AlertRaised)]
    assert [(str(one.alert.kind), one.provider) for one in told] == [
        ("foreign-order", engine.provider.title),
        ("shelf-order", engine.provider.title),
    ]


async def test_a_paid_order_called_absent_goes_to_the_shelf(engine: Engine) -> None:
    """What was paid for a refused order is stock: the agent is not charged behind his back."""
    order = await refused_but_placed(engine)
    assert await engine.sweep() == EVERY
    (found,) = await unowned(engine)
    assert (found.state, found.cards, found.amount) == (UnownedState.SHELF, 2, dinars(2760))
    assert await engine.books(ledger.stock_of(order.account)) == dinars(2760)
    assert await engine.books() == engine.provider.held_balance
    assert await engine.balance(order.agent_id) == dinars(100_000)
    assert await engine.kinds() == ["shelf-order"]


async def test_the_shelf_is_sold_once(engine: Engine) -> None:
    """Two sales of one bucket share no card: the second one is placed."""
    await refused_but_placed(engine)
    await engine.sweep()
    first, second = await engine.buy(), await engine.buy()
    assert (first.state, second.state) == (OrderState.FULFILLED, OrderState.HANDLING)
    await engine.rest()
    assert sorted(engine.codes()) == sorted(engine.paid())
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.SOLD]
    assert await engine.books(ledger.stock_of(first.account)) == dinars(0)


async def test_free_cards_on_the_shelf(engine: Engine) -> None:
    """Cards of a sandbox cost nothing on the shelf either."""
    await refused_but_placed(engine)
    engine.last_placed.shown = {"amount": dinars(0)}
    await engine.sweep()
    assert (await engine.buy()).cost == dinars(0)


async def test_expected_cards_are_followed(engine: Engine) -> None:
    """An order of ours that is still handled is expected, and shelved once it has its cards."""
    engine.provider.handling = True
    await refused_but_placed(engine)
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.EXPECTED]
    engine.clock.advance(5 * HOUR)
    engine.provider.settle(engine.last_placed)
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.SHELF]


async def test_an_expected_order_not_found_is_asked_again(engine: Engine) -> None:
    """An expected order that the provider does not know now is asked for at the next sweep."""
    engine.provider.handling = True
    await refused_but_placed(engine)
    await engine.sweep()
    engine.provider.placed.clear()
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.EXPECTED]


async def test_a_refunded_order_is_only_explained(engine: Engine) -> None:
    """An order of ours that ended without cards leaves nothing on the shelf."""
    engine.provider.handling = True
    await refused_but_placed(engine)
    engine.provider.settle(engine.last_placed, filled=0)
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.ADOPTED]
    assert await engine.books() == engine.provider.held_balance


async def test_a_foreign_order_is_reported_once(engine: Engine) -> None:
    """An order that nothing explains is booked as unexplained, reported once and not touched."""
    foreign = engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    await engine.sweep()
    assert [one.state for one in await unowned(engine)] == [UnownedState.FOREIGN]
    assert await engine.kinds() == ["foreign-order"]
    account = engine.provider.account
    assert await engine.books(ledger.unexplained_at(account)) == dinars(2760)
    assert await engine.books() == engine.provider.held_balance
    assert foreign.reference is None


async def test_what_is_older_than_the_books_is_no_news() -> None:
    """Orders made elsewhere before the first start are in the opening balance, and not foreign.

    What the provider gives back of them later is booked as it comes.
    """
    engine = Engine()
    engine.provider.buy_elsewhere(LINE)
    engine.provider.handling = True
    slow = engine.provider.buy_elsewhere(LINE)
    engine.clock.advance(timedelta(minutes=1))
    await engine.open()
    await engine.sweep()
    assert await engine.kinds() == []
    assert await engine.books() == engine.provider.held_balance
    engine.clock.advance(timedelta(minutes=1))
    engine.provider.settle(slow, filled=1)
    await engine.sweep()
    assert await engine.books() == engine.provider.held_balance
    assert [one.state for one in await unowned(engine)] == [UnownedState.ADOPTED] * 2
    assert await engine.books(ledger.unexplained_at(engine.provider.account)) == dinars(0)


async def test_a_slow_foreign_order_is_followed(engine: Engine) -> None:
    """A foreign order is booked even if it ends hours after it was seen."""
    engine.provider.handling = True
    foreign = engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    engine.clock.advance(30 * HOUR)
    engine.provider.settle(foreign, filled=1)
    await engine.sweep()
    assert await engine.books() == engine.provider.held_balance


async def test_one_absent_order_explains_one_provider_order(engine: Engine) -> None:
    """Of two listed orders in the window of one refused order, only one is ours."""
    await refused_but_placed(engine)
    engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    states = sorted(one.state for one in await unowned(engine))
    assert states == [UnownedState.FOREIGN, UnownedState.SHELF]


async def test_what_may_be_open_is_left_alone(engine: Engine) -> None:
    """An order that an unknown order, or one being sent, may be is neither shelved nor foreign."""
    engine.provider.answers.append(Lost(committed=True))
    await engine.buy()
    await engine.sweep()
    assert await unowned(engine) == []
    engine.provider.buy_elsewhere(replace(LINE, quantity=1))
    other = await engine.confirm(quantity=1)
    async with engine.store.begin() as work:
        order = await work.orders.get(other.id)
        await work.orders.save(order.to(OrderState.SENDING, sending_at=engine.clock.now()))
    await engine.sweep()
    assert await unowned(engine) == []


async def test_own_orders_are_checked(engine: Engine) -> None:
    """An order of ours is no news while it says what it said; its lag is learned."""
    await engine.buy()
    await engine.sweep()
    order = (await engine.orders())[0]
    assert (order.state, order.listed_lag) == (OrderState.HANDLING, timedelta())
    await engine.rest()
    await engine.sweep()
    assert await engine.kinds() == []
    engine.last_placed.shown = {"amount": dinars(1)}
    await engine.sweep()
    assert await engine.kinds() == ["settled-changed"]


async def test_closed_hours_come_round(engine: Engine) -> None:
    """A foreign order of the last two days is found though the bot was not running."""
    engine.provider.buy_elsewhere(LINE)
    engine.clock.advance(40 * HOUR)
    for _ in range(12):
        await engine.sweep()
    assert await engine.kinds() == ["foreign-order"]


async def test_an_unchanged_hour_is_not_read_again(engine: Engine) -> None:
    """Of a closed hour with many orders only the count is asked while it stays the same."""
    engine.provider.deposit(dinars(1_000_000))
    engine.provider.set_type("psn-10", stock=10_000)
    for _ in range(101):
        engine.provider.buy_elsewhere(replace(LINE, quantity=1))
    engine.clock.advance(HOUR)
    await engine.sweep()
    assert len(await unowned(engine)) == 101
    for _ in range(12):
        await engine.sweep()
    before = engine.provider.calls.count("orders")
    await engine.sweep()
    assert engine.provider.calls.count("orders") == before + 1 + 4


class Slow(MemoryProvider):
    """A provider whose list is long on its way; `meanwhile` happens before it arrives."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def orders(self, since: object, until: object, **how: object) -> OrderPage:
        page = await super().orders(since, until, **how)  # type: ignore[arg-type] # passed on
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return page


async def test_what_was_read_before_an_order_was_settled_is_no_change() -> None:
    """A list that was asked for while an order was open says nothing new about its end."""
    clock = FakeClock()
    provider = Slow(clock)
    engine = Engine(clock=clock, others=(provider,))
    await engine.open()
    await engine.hire()
    provider.handling = True
    order = await engine.buy()

    async def ends() -> None:
        provider.settle(engine.last_placed)
        await engine.rest()

    provider.meanwhile = ends
    await engine.sweep()
    assert (await engine.order(order.id)).state is OrderState.FULFILLED
    assert await engine.kinds() == []


async def test_a_reading_that_ends_after_the_resume_leaves_no_mark() -> None:
    """What was read back counts for one restore: the next one is not ended by it."""
    clock = FakeClock()
    provider = Slow(clock)
    engine = Engine(clock=clock, others=(provider,))
    await engine.open()
    clock.advance(HOUR)
    async with engine.store.begin() as work:
        await enter_restore_mode(work, backed_up_at=clock.now(), at=clock.now())
    await engine.sweep()

    async def resumes() -> None:
        assert await engine.works.counter.desk.resume(ADMIN)

    provider.meanwhile = resumes
    await engine.sweep()
    async with engine.store.read() as work:
        assert await work.marks.find(marks.RESTORE_READ) is None


class Moving(MemoryProvider):
    """A provider whose list says more than it shows."""

    async def orders(self, since: object, until: object, **how: object) -> OrderPage:
        page = await super().orders(since, until, **how)  # type: ignore[arg-type] # passed on
        return replace(page, pages=2, total=page.total + 1)


async def test_a_reading_with_holes_is_made_again() -> None:
    """A closed hour that could not be read whole is read again at its next turn."""
    clock = FakeClock()
    engine = Engine(clock=clock, others=(Moving(clock),))
    await engine.open()
    await engine.sweep()
    assert engine.works.sweeping._totals._kept == {}


async def test_the_providers_clock_is_learned(engine: Engine) -> None:
    """How far the provider's clock is ahead is known before the first answer is lost."""
    engine.provider.ahead = timedelta(minutes=3)
    await engine.sweep()
    async with engine.store.read() as work:
        assert await marks.find_ahead(work, engine.provider.account) == timedelta(minutes=3)
    engine.provider.answers.append(Lost(committed=True))
    order = await engine.buy()
    await engine.settle()
    assert (await engine.order(order.id)).state is OrderState.HANDLING


async def test_deposits_are_booked_once(engine: Engine) -> None:
    """Money that comes and goes other than by orders is booked by its own id, once."""
    opening = engine.provider.held_balance
    engine.provider.deposit(dinars(5_000))
    engine.provider.deposit(dinars(-1_000))
    for _ in range(3):
        await engine.sweep()
        engine.clock.advance(EVERY)
    assert await engine.books() == engine.provider.held_balance == opening + dinars(4_000)
    assert await engine.books(CASH) == -(opening + dinars(4_000)) + dinars(100_000)


async def test_movements_fill_many_pages(engine: Engine) -> None:
    """Movements beyond the first page are booked as well."""
    for _ in range(120):
        engine.provider.deposit(dinars(1))
    await engine.sweep()
    assert await engine.books() == engine.provider.held_balance


class Endless(MemoryProvider):
    """A provider whose movements never come to an end."""

    async def transactions(self, since: object, until: object, **how: object) -> TransactionPage:
        page = await super().transactions(since, until, **how)  # type: ignore[arg-type] # passed on
        return replace(page, complete=False)


async def test_movements_without_an_end_are_read_so_far() -> None:
    """A provider that always promises another page does not hold the sweep up for ever."""
    clock = FakeClock()
    engine = Engine(clock=clock, others=(Endless(clock),))
    await engine.open()
    clock.advance(timedelta(minutes=1))
    engine.provider.deposit(dinars(1))
    engine.provider.calls.clear()
    await engine.sweep()
    assert await engine.books() == engine.provider.held_balance
    assert engine.provider.calls.count("transactions") == MOST_PAGES


@pytest.mark.parametrize("minutes", [-90, -10, 10, 90])
async def test_a_clock_that_is_set_books_nothing_twice_and_misses_nothing(minutes: int) -> None:
    """After our clock was set, each deposit is in the books once, the opening one as well."""
    engine = Engine()
    await engine.open()
    step = timedelta(minutes=minutes)
    engine.clock.set_back(-step)
    engine.provider.ahead -= step
    for _ in range(3):
        engine.clock.advance(timedelta(minutes=2))
        engine.provider.deposit(dinars(500))
        await engine.sweep()
    engine.clock.advance(timedelta(hours=2))
    await engine.sweep()
    assert await engine.books() == engine.provider.held_balance


class Restless(MemoryProvider):
    """A provider where money comes in while the balance is read."""

    async def balance(self, **how: object) -> Money:
        self.deposit(dinars(700))
        return await super().balance(**how)  # type: ignore[arg-type] # passed on


async def test_a_balance_that_moves_while_it_is_read_is_no_opening() -> None:
    """Money that comes in while the opening balance is read is not booked twice."""
    clock = FakeClock()
    engine = Engine(clock=clock, others=(Restless(clock),))
    await engine.start()
    assert "balance" in engine.provider.calls
    assert await engine.books() == dinars(0)


async def test_books_are_opened_by_the_sweep() -> None:
    """A balance that could not be read at the first start is booked later, sales counted."""
    engine = Engine()
    await engine.boot()
    await engine.works.counter.catalog.refresh()
    await engine.meet(ADMIN, "Karim")
    await engine.hire()
    engine.provider.handling = True
    engine.clock.advance(timedelta(minutes=1))
    await engine.buy()
    await engine.sweep()
    assert await engine.books() == dinars(0)
    engine.provider.settle(engine.last_placed)
    await engine.rest()
    await engine.sweep()
    assert await engine.books() == engine.provider.held_balance
    await engine.sweep()
    assert await engine.books() == engine.provider.held_balance


async def test_nothing_is_booked_before_the_books_are_open() -> None:
    """Without an opening balance no movement is booked."""
    engine = Engine()
    await engine.boot()
    await engine.works.sweeping.movements.book(engine.provider)
    assert await engine.books() == dinars(0)


async def test_before_the_books_are_open_an_orders_movement_is_its_own() -> None:
    """Without an opening no order is older than the books: what it took is booked with it."""
    engine = Engine()
    await engine.boot()
    engine.provider.buy_elsewhere(LINE)
    engine.provider.deposit(dinars(500))
    since = engine.clock.now() - HOUR
    async with engine.store.read() as work:
        left = await own_movements(
            work, engine.provider.account, engine.provider.moved, since=since
        )
    assert [movement.amount for movement in left] == [dinars(250_000), dinars(500)]


async def test_an_account_sent_from_while_read_is_not_opened() -> None:
    """A balance read while an order was sent and finished is not taken for an opening."""
    engine = Engine()
    await engine.boot()
    await engine.works.counter.catalog.refresh()
    await engine.hire()
    await engine.buy()
    await engine.track()
    await engine.works.sweeping.movements.open_books(engine.provider)
    assert await engine.books() == dinars(-2760)


async def test_an_empty_account_opens_without_an_entry() -> None:
    """Books of an account that holds nothing are opened without an entry."""
    engine = Engine()
    engine.provider.deposit(-engine.provider.held_balance)
    await engine.open()
    assert await engine.books() == dinars(0)
    assert await engine.actions("provider:memory") == ["provider.opened", "catalog.read"]


async def test_an_unreachable_provider_is_swept_later(engine: Engine) -> None:
    """A provider that cannot be read is swept the next time; a rejected key freezes it."""
    engine.provider.buy_elsewhere(LINE)
    engine.provider.failures.append(ProviderUnreachable())
    await engine.sweep()
    assert await unowned(engine) == []
    engine.provider.failures.append(ProviderUnauthorized())
    await engine.sweep()
    assert await engine.kinds() == ["provider-frozen"]
    before = len(engine.provider.calls)
    await engine.sweep()
    assert len(engine.provider.calls) == before


async def test_each_account_is_followed_by_its_own_provider() -> None:
    """An expected order of one provider is not asked for at another."""
    clock = FakeClock()
    other = Account(provider="other", environment=Environment.SANDBOX)
    engine = Engine(
        clock=clock, others=(MemoryProvider(clock), MemoryProvider(clock, account=other))
    )
    await engine.open()
    await engine.hire(AMINA)
    engine.provider.handling = True
    clock.advance(timedelta(minutes=1))
    engine.provider.buy_elsewhere(LINE)
    await engine.sweep()
    second = engine.providers["other"]
    assert isinstance(second, MemoryProvider)
    assert "order" not in second.calls


async def test_an_owned_order_is_never_shelved(engine: Engine) -> None:
    """A provider order that found its owner meanwhile is left to it."""
    await engine.buy()
    await engine.works.sweeping.shelving.take(engine.provider, engine.last_placed.view())
    assert await unowned(engine) == []
