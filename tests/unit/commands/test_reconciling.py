from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.commands.reconciled import Reconciled
from bot.commands.reconciling import Reconciling
from bot.domain.money import Money
from bot.domain.orders import OrderState
from bot.domain.rates import MILLION
from bot.domain.verifying import ONLINE, Check
from bot.errors import ProviderUnreachable
from bot.ports.provider import Line, OrderPage, Priority
from bot.ports.store import Work
from tests.engine import ADMIN, PSN_20, Engine, opened_finding
from tests.fakes.provider import Lost, MemoryProvider
from tests.fakes.provider_account import MemoryOrder, dinars
from tests.fakes.world import FakeClock

HOUR = timedelta(hours=1)
ELSEWHERE = Line(product_key="psn", type_key=PSN_20, quantity=1)


@pytest.fixture
async def shop() -> Engine:
    """Open a shop that has sold two cards; its provider's own books are older than ours."""
    engine = Engine()
    engine.clock.advance(timedelta(seconds=1))
    await engine.open()
    await engine.hire()
    await sell(engine)
    return engine


async def sell(shop: Engine) -> None:
    """Sell two cards to the end."""
    await shop.buy()
    await shop.track()


async def reconcile(shop: Engine) -> Reconciled:
    """Hold the shop against its provider; nothing is placed, and few calls are made."""
    provider = shop.provider
    before = len(provider.calls)
    checking = Reconciling(reading=shop.store.read, provider=provider, clock=shop.clock)
    done = await checking.reconcile()
    calls = provider.calls[before:]
    assert set(calls) <= {"orders", "balance", "transactions", "order"}
    assert len(calls) <= 5
    return done


def said(done: Reconciled) -> list[tuple[Check, str, str, bool]]:
    """Name what was found."""
    return [(one.check, one.table, one.row, one.is_warning) for one in done.findings]


def last(shop: Engine) -> MemoryOrder:
    """The order that the provider took last."""
    return shop.provider.placed[-1]


async def test_a_shop_at_rest_agrees_with_its_provider(shop: Engine) -> None:
    """Each listed order is ours, at the cost that was booked, and the balances are equal."""
    shop.clock.advance(HOUR)
    done = await reconcile(shop)
    assert (said(done), done.unchecked) == ([], [])
    assert done.notes == [
        "1 orders are listed since 2026-03-10 12:00 UTC",
        "balance and books agree: 247240 DZD",
    ]


async def test_only_two_days_are_looked_at(shop: Engine) -> None:
    """What is older was held against the list while it was young."""
    shop.clock.advance(timedelta(hours=49))
    assert "0 orders are listed since 2026-03-10 13:00 UTC" in (await reconcile(shop)).notes


async def test_a_shop_without_a_past_has_nothing_to_compare() -> None:
    """Before the first start no provider is asked."""
    done = await reconcile(Engine())
    assert {one.check for one in done.unchecked} == ONLINE


async def test_a_provider_that_is_away_is_no_fault(shop: Engine) -> None:
    """What could not be asked is said to be unchecked."""
    shop.provider.failures.append(ProviderUnreachable("away"))
    done = await reconcile(shop)
    assert said(done) == []
    assert {one.why for one in done.unchecked} == {"Memory was not reached: away"}


# --- Whose the provider's orders are --------------------------------------------------------------


async def test_an_order_of_nobody_is_named(shop: Engine) -> None:
    """Another program on the same key is found, and the balance that it explains is no second."""
    theirs = shop.provider.buy_elsewhere(ELSEWHERE)
    shop.clock.advance(HOUR)
    done = await reconcile(shop)
    assert said(done) == [(Check.PROVIDER_ORDERS, "provider", theirs.id, False)]


async def test_an_order_of_nobody_that_is_young_is_a_warning(shop: Engine) -> None:
    """The sweep may not have seen it yet: it tells whose it is within minutes."""
    theirs = shop.provider.buy_elsewhere(ELSEWHERE)
    assert said(await reconcile(shop)) == [(Check.PROVIDER_ORDERS, "provider", theirs.id, True)]


async def test_a_reported_foreign_order_is_known(shop: Engine) -> None:
    """What the sweep has reported and booked is nothing new."""
    shop.provider.buy_elsewhere(ELSEWHERE)
    await shop.sweep()
    shop.clock.advance(HOUR)
    assert said(await reconcile(shop)) == []


async def test_an_order_under_way_may_be_the_one(shop: Engine) -> None:
    """An order whose answer was lost explains one of its bucket, and its cost."""
    shop.provider.answers.append(Lost(committed=True))
    await shop.buy()
    shop.clock.advance(HOUR)
    done = await reconcile(shop)
    assert said(done) == []
    assert f"{last(shop).id} may be an order of ours that is under way" in done.notes
    assert "1 orders in flight, which may cost 2760 DZD, explain it" in done.notes[-1]


async def test_an_order_of_ours_that_the_provider_lost_is_named(shop: Engine) -> None:
    """A list and a question by id that both lack it leave no doubt."""
    order = await shop.buy()
    await shop.track()
    shop.provider.placed.pop()
    shop.clock.advance(HOUR)
    assert (Check.PROVIDER_ORDERS, "orders", str(order.id), False) in said(await reconcile(shop))


async def test_an_order_that_only_the_list_lacks_is_there(shop: Engine) -> None:
    """A slow list is no proof: the provider is asked for the order itself."""
    last(shop).listed_at += 10 * HOUR
    shop.clock.advance(HOUR)
    assert said(await reconcile(shop)) == []


class Restless(MemoryProvider):
    """Its list is never the same twice."""

    async def orders(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> OrderPage:
        shown = await super().orders(since, until, page=page, priority=priority)
        return replace(shown, pages=2, total=len(self.calls))


async def test_a_list_that_moves_proves_nothing_absent() -> None:
    """Where orders may have slipped between two pages, nothing is said of what is lacking."""
    clock = FakeClock()
    shop = Engine(clock=clock, others=(Restless(clock),))
    clock.advance(timedelta(seconds=1))
    await shop.open()
    assert "the list moved while it was read" in "".join((await reconcile(shop)).notes)


async def test_an_order_with_two_owners_is_named(shop: Engine) -> None:
    """An order that is ours cannot be foreign too."""
    theirs = shop.provider.buy_elsewhere(ELSEWHERE)
    await shop.sweep()
    (order,) = await shop.orders(OrderState.FULFILLED)
    async with shop.store.begin() as work:
        await work.orders.save(replace(order, provider_order_id=theirs.id))
    assert (Check.PROVIDER_ORDERS, "orders", str(order.id), False) in said(await reconcile(shop))


# --- What they cost -------------------------------------------------------------------------------


async def test_another_amount_is_named(shop: Engine) -> None:
    """What the provider took and what was booked are compared to the centime."""
    last(shop).shown["amount"] = Money(minor=275_999, currency="DZD")
    done = await reconcile(shop)
    assert said(done) == [(Check.PROVIDER_COSTS, "orders", "1", False)]
    assert done.findings[0].says == "cost 2760 DZD, but the provider took 2759.99 DZD"


async def test_another_amount_of_a_foreign_order_is_named(shop: Engine) -> None:
    """What foreign orders took is booked, and compared too."""
    theirs = shop.provider.buy_elsewhere(ELSEWHERE)
    await shop.sweep()
    theirs.shown["amount"] = dinars(1)
    assert said(await reconcile(shop)) == [
        (Check.PROVIDER_COSTS, "unowned_order", theirs.id, False)
    ]


# --- The balance ----------------------------------------------------------------------------------


async def test_money_that_is_missing_at_the_provider_is_told(shop: Engine) -> None:
    """What no order and no movement explains is a finding with both figures."""
    shop.provider.moved[0] = replace(shop.provider.moved[0], amount=dinars(249_000))
    (gone,) = (await reconcile(shop)).findings
    assert (gone.check, gone.table, gone.row) == (Check.PROVIDER_BALANCE, "provider", "balance")
    assert gone.says == "is 246240 DZD, but our books say 247240 DZD"


async def test_an_order_in_flight_explains_no_more_than_its_cost(shop: Engine) -> None:
    """Money that is missing is told although something is being handled."""
    shop.provider.handling = True
    await shop.buy()
    assert said(await reconcile(shop)) == []
    shop.provider.moved[0] = replace(shop.provider.moved[0], amount=dinars(249_000))
    (gone,) = (await reconcile(shop)).findings
    assert gone.says.endswith("of which 2760 DZD may be in flight")


async def test_a_deposit_that_is_not_booked_yet_is_no_fault(shop: Engine) -> None:
    """The sweep books it within minutes."""
    shop.clock.advance(HOUR)
    shop.provider.deposit(dinars(5_000))
    done = await reconcile(shop)
    assert said(done) == []
    assert "5000 DZD came and is booked by the next sweep" in done.notes
    await shop.sweep()
    assert (await reconcile(shop)).notes[-1] == "balance and books agree: 252240 DZD"


async def test_books_that_are_not_opened_are_not_judged() -> None:
    """Until the opening balance could be read there is nothing to hold it against."""
    shop = Engine()
    await shop.boot()
    done = await reconcile(shop)
    assert [one.why for one in done.unchecked] == ["the books of this account are not opened yet"]


async def test_a_foreign_order_without_a_price_leaves_the_balance_open(shop: Engine) -> None:
    """While nobody knows what it costs, nobody can say what should be left."""
    shop.provider.handling = True
    shop.provider.buy_elsewhere(ELSEWHERE)
    assert [one.check for one in (await reconcile(shop)).unchecked] == [Check.PROVIDER_BALANCE]
    await shop.sweep()
    assert [one.check for one in (await reconcile(shop)).unchecked] == [Check.PROVIDER_BALANCE]


async def test_a_shop_that_sells_meanwhile_is_not_judged(shop: Engine) -> None:
    """Books that move between two looks are looked at once more, and then left alone."""
    looks = 0

    @asynccontextmanager
    async def selling() -> AsyncIterator[Work]:
        nonlocal looks
        looks += 1
        async with shop.store.read() as work:
            yield work
        if looks > 3:
            await sell(shop)

    checking = Reconciling(reading=selling, provider=shop.provider, clock=shop.clock)
    done = await checking.reconcile()
    assert said(done) == []
    assert [one.why for one in done.unchecked] == ["the shop was selling meanwhile: try again"]


async def test_an_account_in_dollars_is_held_against_its_own_books() -> None:
    """What is in flight, foreign or deposited abroad is counted in dollars, and agrees."""
    clock = FakeClock()
    shop = Engine(clock=clock, others=(MemoryProvider(clock, currency="USD"),))
    clock.advance(timedelta(seconds=1))
    await shop.open()
    await shop.hire()
    await shop.works.counter.rates.set("USD", 250 * MILLION, ADMIN)
    await sell(shop)
    shop.provider.handling = True
    await shop.buy()
    clock.advance(timedelta(minutes=1))
    shop.provider.deposit(Money.of(100, "USD"))
    done = await reconcile(shop)
    assert (done.findings, done.unchecked) == ([], [])
    assert any("which may cost 19" in note for note in done.notes)


# --- A list that shows references, and neither cards nor figures ----------------------------------


async def test_lines_without_figures_are_read_by_their_id() -> None:
    """What a stranger cost is asked for, and the reference tells what is under way."""
    shop = await opened_finding()
    await sell(shop)
    theirs = shop.provider.buy_elsewhere(ELSEWHERE)
    shop.clock.advance(HOUR)
    assert said(await reconcile(shop)) == [(Check.PROVIDER_ORDERS, "provider", theirs.id, False)]
    await shop.sweep()
    done = await reconcile(shop)
    assert (said(done), done.unchecked) == ([], [])
    shop.provider.answers.append(Lost(committed=True))
    await shop.buy()
    mine = shop.last_placed
    stranger = shop.provider.buy_elsewhere(mine.line)
    done = await reconcile(shop)
    assert said(done) == [(Check.PROVIDER_ORDERS, "provider", stranger.id, True)]
    assert f"{mine.id} may be an order of ours that is under way" in done.notes


async def test_a_movement_told_by_its_day_is_not_missed() -> None:
    """Money that came since the last sweep is found although its day began long before that."""
    shop = await opened_finding()
    await sell(shop)
    shop.clock.advance(3 * HOUR)
    await shop.sweep()
    shop.clock.advance(HOUR)
    shop.provider.deposit(dinars(700))
    done = await reconcile(shop)
    assert (said(done), done.unchecked) == ([], [])
    assert "700 DZD came and is booked by the next sweep" in done.notes
