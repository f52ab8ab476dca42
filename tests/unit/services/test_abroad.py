"""A shop that is paid in dinars, and buys at one provider in dinars and at another in dollars."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain import ledger
from bot.domain.catalog import Account, CardTypeId, Environment
from bot.domain.ledger import COST_OF_CARDS, SALES, LedgerAccount
from bot.domain.money import Money
from bot.domain.orders import Order, OrderState
from bot.domain.rates import MILLION, Rate
from bot.domain.shelf import UnownedState
from bot.errors import ProviderUnreachable
from bot.ports.provider import Line
from bot.ports.store import Store
from tests.engine import ADMIN, AMINA, BILAL, PSN_10, Engine, check_books
from tests.fakes.provider import Lost, MemoryProvider, Unsent
from tests.fakes.provider_account import CURRENCY, Declined, dinars
from tests.fakes.world import FakeClock

LINE = Line(product_key="psn", type_key=PSN_10, quantity=2)
ABROAD = Account(provider="abroad", environment=Environment.SANDBOX)
LATER = timedelta(minutes=2)


def dollars(amount: str) -> Money:
    return Money.of(Decimal(amount), "USD")


class Border(Engine):
    """An engine with two providers; `provider` is the one abroad."""

    def __init__(self, store: Store | None = None) -> None:
        clock = FakeClock()
        self.here = MemoryProvider(clock)
        abroad = MemoryProvider(clock, account=ABROAD, currency="USD", balance=dollars("500"))
        super().__init__(store=store, clock=clock, others=(abroad, self.here))

    async def set_rate(self, dinar: int) -> None:
        """Say what a dollar is worth."""
        await self.works.counter.rates.set("USD", dinar * MILLION, ADMIN)

    async def type_at(self, account: Account, key: str = PSN_10) -> CardTypeId:
        """Find a type of one of the providers, in a catalogue that was just read."""
        catalog = self.works.counter.catalog
        async with self.store.read() as work:
            enabled = await work.catalog.list_enabled()
        listed = [product for product in enabled if product.account == account]
        for product in listed:
            await catalog.read_types(product, timedelta(seconds=15))
        async with self.store.read() as work:
            for product in listed:
                for one in await work.catalog.list_types(product.id):
                    if one.key == key:
                        return one.id
        raise KeyError(key)

    async def type_id(self, key: str = PSN_10) -> CardTypeId:
        """Find a type abroad."""
        return await self.type_at(ABROAD, key)

    async def balance_of(self, account: LedgerAccount, currency: str) -> Money:
        """What the books say of an account in a currency."""
        async with self.store.read() as work:
            return await work.ledger.balance(account, currency)

    async def sell_here(self, quantity: int = 2) -> None:
        """Sell cards of the provider that is paid in dinars."""
        type_id = await self.type_at(self.here.account)
        offer = await self.works.counter.quoting.quote(AMINA, type_id, quantity)
        await self.works.counter.checkout.confirm(AMINA, offer.quote.id, message_id=None)
        await self.rest()


async def opened(store: Store | None = None) -> Border:
    """Open the shop; a dollar is worth 250 dinars."""
    engine = Border(store)
    await engine.open()
    await engine.hire()
    await engine.set_rate(250)
    engine.clock.advance(timedelta(seconds=1))
    return engine


@pytest.fixture
async def engine() -> Border:
    return await opened()


async def look(engine: Border, **shown: object) -> Order:
    """Let the provider show the newest order so, and look at it."""
    engine.last_placed.shown = shown
    await engine.rest()
    return (await engine.orders())[-1]


# --- Whole sales ----------------------------------------------------------------------------------


async def test_sales_in_two_currencies_add_up_in_each(store: Store) -> None:
    """Dollars and dinars are booked apart: each account's books end at its provider's balance."""
    engine = await opened(store)
    await engine.hire(BILAL)
    await engine.buy()
    engine.provider.answers += [Lost(committed=True), Unsent(), Declined()]
    for quantity in (1, 2, 3):
        await engine.buy(BILAL, quantity=quantity)
        await engine.rest()
    engine.provider.handling = True
    await engine.buy(quantity=4)
    engine.provider.settle(engine.last_placed, filled=3)
    engine.provider.deposit(dollars("20.50"))
    await engine.rest()
    await engine.sell_here()
    engine.clock.advance(LATER)
    await engine.sweep()
    assert await engine.orders(OrderState.HANDLING, OrderState.UNKNOWN) == ()
    assert await engine.kinds() == []
    await check_books(engine)
    for provider in (engine.provider, engine.here):
        account = ledger.provider_account(provider.account)
        booked = await engine.balance_of(account, provider.currency)
        assert booked == provider.held_balance
        assert not await engine.balance_of(account, {"USD": CURRENCY}.get(booked.currency, "USD"))
    codes = [*engine.codes(AMINA), *engine.codes(BILAL)]
    bought = [*engine.provider.placed, *engine.here.placed]
    assert sorted(codes) == sorted(card.code for one in bought for card in one.cards or ())


async def test_the_sales_of_a_day_are_told_in_the_shops_currency(store: Store) -> None:
    """Profit is what the shops paid less what the cards cost, each at the rate of its order."""
    engine = await opened(store)
    await engine.buy()
    await engine.rest()
    await engine.set_rate(260)
    await engine.buy(quantity=1)
    await engine.rest()
    await engine.sell_here(quantity=1)
    engine.clock.advance(timedelta(seconds=1))
    today = (await engine.works.counter.desk.sales()).today
    assert (today.orders, today.cards) == (3, 4)
    assert today.charged == dinars(2 * 2500 + 2600 + 1450)
    assert today.cost == dinars(19 * 250 + 1380) + Money(minor=950 * 260, currency=CURRENCY)
    assert await engine.balance_of(SALES, CURRENCY) == -today.charged
    assert await engine.balance_of(COST_OF_CARDS, "USD") == dollars("28.50")
    assert await engine.balance_of(COST_OF_CARDS, CURRENCY) == dinars(1380)


# --- What the provider takes ----------------------------------------------------------------------


@pytest.mark.parametrize(("taken", "kinds"), [("20", []), ("20.01", ["cost-above-price"])])
async def test_a_loss_is_told_by_the_rate_of_the_quote(
    engine: Border, taken: str, kinds: list[str]
) -> None:
    """Sold for 5 000 DA at 250: twenty dollars are no loss, a cent more is one."""
    await engine.buy()
    await engine.set_rate(100)
    order = await look(engine, amount=dollars(taken))
    assert (order.state, order.cost) == (OrderState.FULFILLED, dollars(taken))
    assert order.charged == dinars(5000)
    assert await engine.kinds() == kinds


async def test_an_amount_that_no_rate_converts_keeps_no_card_back(engine: Border) -> None:
    """A provider that charged in a third currency is booked so, and the cards are delivered."""
    await engine.buy()
    order = await look(engine, amount=Money.of(900, "EUR"))
    assert (order.state, order.cost) == (OrderState.FULFILLED, Money.of(900, "EUR"))
    assert engine.codes() == engine.paid()
    assert await engine.kinds() == []
    account = ledger.provider_account(ABROAD)
    assert await engine.balance_of(account, "EUR") == -Money.of(900, "EUR")


async def test_an_account_is_held_against_what_was_spent_at_it(engine: Border) -> None:
    """Sales at one provider, in dinars, do not make another's dollars look few."""
    await engine.sell_here(quantity=5)
    await engine.buy()
    await engine.rest()
    engine.provider.deposit(dollars("18.99") - engine.provider.held_balance)
    engine.clock.advance(LATER)
    await engine.sweep()
    (alert,) = await engine.alerts()
    assert (alert.kind, alert.subject) == ("provider-balance-soon", "provider:abroad")
    assert alert.facts == {"left_minor": 1899, "day_minor": 1900, "currency": "USD"}
    engine.provider.deposit(dollars("0.01"))
    engine.clock.advance(LATER)
    await engine.sweep()
    assert await engine.kinds() == []


async def test_an_order_that_the_account_cannot_pay_is_withdrawn(engine: Border) -> None:
    """The balance is compared with the cost, both in dollars, and so the admins read it."""
    engine.provider.deposit(dollars("18.99") - engine.provider.held_balance)
    engine.clock.advance(LATER)
    order = await engine.buy()
    assert order.state is OrderState.WITHDRAWN
    (alert,) = await engine.alerts()
    assert alert.facts == {"needed_minor": 1900, "currency": "USD"}


# --- Orders that are nobody's ---------------------------------------------------------------------


async def test_the_shelf_abroad_is_kept_and_sold_in_dollars(engine: Border) -> None:
    """A paid order called absent is stock in dollars, and the next sale takes it at its cost."""
    engine.provider.answers.append(Lost(committed=True))
    order = await engine.buy()
    await engine.works.counter.resolving.absent(order.id, ADMIN)
    await engine.sweep()
    assert await engine.balance_of(ledger.stock_of(ABROAD), "USD") == dollars("19")
    sold = await engine.buy()
    assert (sold.state, sold.cost, sold.rate) == (
        OrderState.FULFILLED,
        dollars("19"),
        Rate(source="USD", target=CURRENCY, millionths=250 * MILLION),
    )
    assert engine.places() == 1
    assert not await engine.balance_of(ledger.stock_of(ABROAD), "USD")
    assert await engine.books() == engine.provider.held_balance


async def test_a_foreign_order_that_took_nothing_took_no_dollars() -> None:
    """What an order took before the books were opened, or did not take, is nothing in dollars."""
    engine = Border()
    older = engine.provider.buy_elsewhere(LINE)
    engine.clock.advance(LATER)
    await engine.open()
    engine.clock.advance(LATER)
    free = engine.provider.buy_elsewhere(LINE)
    free.shown = {"amount": None}
    await engine.sweep()
    async with engine.store.read() as work:
        unowned = {one.provider_order_id: one for one in await work.shelf.list_in(*UnownedState)}
    assert {unowned[one.id].amount for one in (older, free)} == {Money.zero("USD")}


# --- What admins see ------------------------------------------------------------------------------


async def test_each_account_stands_in_its_own_currency(engine: Border) -> None:
    """`/provider` shows dollars where dollars are paid, what is under way among them."""
    engine.provider.handling = True
    await engine.buy()
    abroad, here = await engine.works.counter.overseeing.providers_status()
    assert (abroad.balance, abroad.books) == (dollars("481"), dollars("500"))
    assert abroad.in_flight == dollars("19")
    assert (here.in_flight, here.books) == (dinars(0), engine.here.held_balance)
    engine.provider.failures.append(ProviderUnreachable())
    abroad, _ = await engine.works.counter.overseeing.providers_status()
    assert (abroad.balance, abroad.books, abroad.in_flight) == (
        None,
        dollars("500"),
        dollars("19"),
    )
