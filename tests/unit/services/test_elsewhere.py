"""What one provider lacks is offered from another, and nothing goes there by itself."""

from dataclasses import replace

import pytest

from bot.domain.orders import Order, OrderState, Quote, QuoteId, Reason
from bot.domain.outbox import DeliveryKind
from bot.ports.provider import RefusalKind
from tests.engine import AMINA, Engine, check_books
from tests.fakes.provider_account import Declined, dinars
from tests.unit.services.two_accounts import OTHER, Pair, the_agent


@pytest.fixture
async def pair() -> Pair:
    """Open a shop with two accounts, whose prices were read."""
    pair = Pair()
    await pair.open()
    await pair.types(await pair.hire())
    return pair


async def owed(engine: Engine, order: Order) -> tuple[Order, Quote | None]:
    """Give an order as it ended, and the quote that its member is offered instead."""
    (delivery,) = await engine.deliveries(order.id)
    async with engine.store.read() as work:
        quote_id = QuoteId(str(delivery.facts.get("quote")))
        quote = await work.orders.find_quote(quote_id)
    assert delivery.kind is (DeliveryKind.REQUOTE if quote else DeliveryKind.OUTCOME)
    return await engine.order(order.id), quote


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (RefusalKind.OUT_OF_STOCK, Reason.OUT_OF_STOCK),
        (RefusalKind.PRODUCT, Reason.NOT_AVAILABLE),
        (RefusalKind.BALANCE, Reason.PROVIDER_BALANCE),
    ],
)
async def test_what_was_refused_for_want_is_offered_elsewhere(
    pair: Pair, kind: RefusalKind, reason: Reason
) -> None:
    """The order stays refused where it was; a new quote of the other account waits for a tap."""
    pair.provider.answers.append(Declined(kind=kind))
    ended, quote = await owed(pair, await pair.buy(quantity=2))
    assert (ended.state, ended.reason) == (OrderState.REFUSED, reason)
    assert quote is not None
    assert (quote.account, quote.type_key, quote.quantity) == (OTHER, "9-10", 2)
    assert quote.unit_price == dinars(1460)
    await pair.rest()
    assert pair.second.placed == []
    await check_books(pair)


async def test_the_new_quote_is_an_order_like_any_other(pair: Pair) -> None:
    """Confirmed, it is the other provider's order for life, and its cards come from there."""
    pair.provider.answers.append(Declined(kind=RefusalKind.OUT_OF_STOCK))
    refused, quote = await owed(pair, await pair.buy(quantity=2))
    assert quote is not None
    confirmed = await pair.works.counter.checkout.confirm(AMINA, quote.id, message_id=None)
    await pair.rest()
    order = await pair.order(confirmed.order.id)
    assert (order.state, order.account) == (OrderState.FULFILLED, OTHER)
    assert refused.account == pair.provider.account
    assert len(pair.codes()) == 2
    assert pair.provider.placed == []


async def test_another_refusal_is_offered_nowhere(pair: Pair) -> None:
    """What a provider refused for a reason of its own is told as it is."""
    pair.provider.answers.append(Declined(kind=RefusalKind.VALIDATION))
    ended, quote = await owed(pair, await pair.buy())
    assert (ended.reason, quote) == (Reason.REFUSED, None)


async def test_an_account_that_is_short_leaves_the_sale_to_the_other(pair: Pair) -> None:
    """Withdrawn for want of money at the provider, the member can still buy."""
    pair.provider.deposit(-pair.provider.held_balance)
    pair.clock.advance(pair.terms.track_every * 20)
    ended, quote = await owed(pair, await pair.buy())
    assert (ended.state, ended.reason) == (OrderState.WITHDRAWN, Reason.PROVIDER_BALANCE)
    assert quote is not None
    assert quote.account == OTHER


@pytest.mark.parametrize(
    ("here", "there", "account", "quantity"),
    [(3, 100, "other", 5), (3, 4, "other", 4), (3, 3, "memory", 3), (0, 1, "other", 1)],
)
async def test_whoever_has_more_is_offered(
    pair: Pair, here: int, there: int, account: str, quantity: int
) -> None:
    """Of five ordered, the rest here is offered unless the other account has more of them."""
    order = await pair.confirm(quantity=5)
    pair.provider.set_type("psn-10", stock=here)
    pair.second.set_type("9-10", stock=there)
    pair.clock.advance(pair.terms.track_every * 20)
    await pair.types(await the_agent(pair))
    await pair.place()
    ended, quote = await owed(pair, order)
    assert ended.reason is Reason.OUT_OF_STOCK
    assert quote is not None
    assert (quote.account.provider, quote.quantity) == (account, quantity)


async def test_a_dearer_price_is_asked_where_it_was_ordered(pair: Pair) -> None:
    """A price that rose is no want: the same provider's new price is offered."""
    order = await pair.confirm()
    pair.provider.set_type("psn-10", cost=dinars(1500))
    pair.clock.advance(pair.terms.track_every * 20)
    await pair.place()
    ended, quote = await owed(pair, order)
    assert ended.reason is Reason.PRICE_ROSE
    assert quote is not None
    assert quote.account == pair.provider.account


@pytest.mark.parametrize("lacking", ["frozen", "stock", "phone"])
async def test_what_the_other_cannot_sell_either_is_not_offered(pair: Pair, lacking: str) -> None:
    """A frozen account, one without stock, and one that would ask for a number, offer nothing."""
    if lacking == "frozen":
        await pair.freeze(pair.second)
    elif lacking == "stock":
        pair.second.set_type("9-10", stock=0)
    else:
        games, meals = pair.second.categories
        asking = tuple(replace(one, needs_phone=True) for one in games.products)
        pair.second.categories = (replace(games, products=asking), meals)
        await pair.works.counter.catalog.refresh()
    pair.clock.advance(pair.terms.track_every * 20)
    await pair.types(await the_agent(pair))
    pair.provider.answers.append(Declined(kind=RefusalKind.OUT_OF_STOCK))
    ended, quote = await owed(pair, await pair.buy())
    assert (ended.state, quote) == (OrderState.REFUSED, None)
