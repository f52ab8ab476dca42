from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.catalog import CardType
from bot.domain.orders import Order, OrderState, QuoteId, Reason
from bot.domain.outbox import Delivery, DeliveryKind
from bot.services.requoting import Requoting
from tests.unit.samples import dinars
from tests.unit.services.shop import AMINA, Shop


def requoting(shop: Shop) -> Requoting:
    return Requoting(quoting=shop.counter.quoting, clock=shop.clock, terms=shop.terms)


async def current(shop: Shop, **changes: object) -> CardType:
    """Read PSN 10 USD anew, changed as a test says."""
    shop.provider.set_type("psn-10", **changes)
    await shop.stock()
    return (await shop.listed())[0]


async def reason(shop: Shop, order: Order, now: CardType | None) -> Reason | None:
    """Why the order cannot be sent."""
    async with shop.store.read() as work:
        return await requoting(shop).reason(work, order, now)


async def withdrawn(
    shop: Shop, order: Order, why: Reason, now: CardType | None
) -> tuple[Order, Delivery]:
    """Withdraw an order, and give it back with what its member is owed."""
    shop.clock.advance(timedelta(seconds=20))
    async with shop.store.begin() as work:
        await requoting(shop).withdraw(work, order, why, now)
    owed = await shop.owed(DeliveryKind.OUTCOME) + await shop.owed(DeliveryKind.REQUOTE)
    assert [one.order_id for one in owed] == [order.id]
    return await shop.order(order), owed[0]


# --- Whether it can be sent -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"stock": 2}, None),
        ({"cost": dinars(1370)}, None),
        ({"cost": dinars(1380) + dinars(0)}, None),
        ({"stock": 1}, Reason.OUT_OF_STOCK),
        ({"stock": 0}, Reason.OUT_OF_STOCK),
        ({"cost": dinars(1390)}, Reason.PRICE_ROSE),
        ({"cost": dinars(0)}, Reason.NOT_AVAILABLE),
    ],
    ids=["same", "enough", "cheaper", "equal", "one short", "gone", "dearer", "no price"],
)
async def test_an_order_is_held_against_what_the_provider_asks_now(
    shop: Shop, changes: dict[str, object], why: Reason | None
) -> None:
    """A price above the quote, or fewer cards than ordered, stops it; a cheaper one does not."""
    await shop.open_agent()
    order = await shop.confirmed(quantity=2)
    assert await reason(shop, order, await current(shop, **changes)) is why


async def test_a_cost_that_does_not_reach_the_agent_asks_nothing(shop: Shop) -> None:
    """1 380.50 DA still makes 1 450 DA: the distributor earns a little less, and nobody waits."""
    await shop.open_agent()
    order = await shop.confirmed(quantity=2)
    dearer = replace(dinars(1380), minor=138_050)
    assert await reason(shop, order, await current(shop, cost=dearer)) is None


async def test_what_is_not_listed_any_more_is_not_available(shop: Shop) -> None:
    """A type that vanished, and a product that was taken off, cannot be sent."""
    await shop.open_agent()
    order = await shop.confirmed()
    now = await current(shop)
    assert await reason(shop, order, None) is Reason.NOT_AVAILABLE
    shop.provider.categories = ()
    await shop.counter.catalog.refresh()
    assert await reason(shop, order, now) is Reason.NOT_AVAILABLE


# --- Withdrawing ----------------------------------------------------------------------------------


async def test_a_dearer_price_is_offered_anew(shop: Shop) -> None:
    """The order is withdrawn for nothing, and its member gets a quote at today's price."""
    agent = await shop.open_agent()
    order = await shop.confirmed(quantity=2)
    now = await current(shop, cost=dinars(1500))
    ended, owed = await withdrawn(shop, order, Reason.PRICE_ROSE, now)
    assert (ended.state, ended.reason) == (OrderState.WITHDRAWN, Reason.PRICE_ROSE)
    assert ended.final_at == shop.clock.now()
    assert (owed.kind, owed.person_id) == (DeliveryKind.REQUOTE, AMINA)
    async with shop.store.read() as work:
        quote = await work.orders.find_quote(QuoteId(str(owed.facts["quote"])))
        wallet = await work.ledger.wallet(agent.id)
    assert quote is not None
    assert (quote.unit_price, quote.quantity) == (dinars(1580), 2)
    assert quote.created_at == shop.clock.now()
    assert (wallet.balance, wallet.held) == (dinars(10_000), dinars(0))


async def test_fewer_cards_are_offered_when_some_are_left(shop: Shop) -> None:
    """Of five ordered three are there: three are offered."""
    await shop.open_agent()
    order = await shop.confirmed(quantity=5)
    _, owed = await withdrawn(shop, order, Reason.OUT_OF_STOCK, await current(shop, stock=3))
    async with shop.store.read() as work:
        quote = await work.orders.find_quote(QuoteId(str(owed.facts["quote"])))
    assert quote is not None
    assert quote.quantity == 3


@pytest.mark.parametrize(("why", "stock"), [(Reason.OUT_OF_STOCK, 0), (Reason.NOT_AVAILABLE, 100)])
async def test_where_nothing_can_be_offered_the_end_is_told(
    shop: Shop, why: Reason, stock: int
) -> None:
    """Sold out, or not for sale: the member reads that nothing was charged, without a button."""
    await shop.open_agent()
    order = await shop.confirmed()
    ended, owed = await withdrawn(shop, order, why, await current(shop, stock=stock))
    assert (ended.reason, owed.kind) == (why, DeliveryKind.OUTCOME)


async def test_a_type_that_vanished_is_not_offered(shop: Shop) -> None:
    """Without a type there is nothing to quote."""
    await shop.open_agent()
    order = await shop.confirmed()
    _, owed = await withdrawn(shop, order, Reason.NOT_AVAILABLE, None)
    assert owed.kind is DeliveryKind.OUTCOME
