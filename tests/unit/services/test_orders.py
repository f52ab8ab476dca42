from datetime import timedelta

import pytest

from bot.domain.orders import Order, OrderId, OrderState
from bot.domain.outbox import CARDS_PER_MESSAGE
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.services.orders import PAGE
from tests.unit.services.shop import ADMIN, AMINA, BILAL, Shop

# --- Pages ----------------------------------------------------------------------------------------


async def test_orders_are_listed_newest_first_a_page_at_a_time(shop: Shop) -> None:
    """Eight orders make a page; a page beyond the ends is the nearest."""
    await shop.open_agent(paid_in=100_000)
    made: list[Order] = []
    for _ in range(PAGE + 2):
        made.append(await shop.confirmed(quantity=1))
        shop.clock.advance(timedelta(seconds=1))
    orders = shop.counter.orders
    first, last = await orders.page(AMINA), await orders.page(AMINA, 2)
    assert [order.id for order in first.orders] == [order.id for order in made[:1:-1]]
    assert [order.id for order in last.orders] == [made[1].id, made[0].id]
    assert (first.page, first.pages, last.page) == (1, 2, 2)
    assert await orders.page(AMINA, 99) == last
    assert await orders.page(AMINA, 0) == first


async def test_an_agent_without_orders_has_an_empty_page(shop: Shop) -> None:
    """Nothing bought yet is a page, not an error."""
    await shop.open_agent()
    page = await shop.counter.orders.page(AMINA)
    assert (page.orders, page.page, page.pages) == ((), 1, 1)


async def test_the_orders_are_the_shops(shop: Shop) -> None:
    """Every member sees the shop's orders; another shop's member sees none of them."""
    await shop.open_agent()
    await shop.open_agent(BILAL, name="Bilal")
    order = await shop.confirmed()
    assert await shop.counter.orders.get(AMINA, order.id) == order
    assert (await shop.counter.orders.page(BILAL)).orders == ()
    for person_id, order_id in ((BILAL, order.id), (AMINA, OrderId(99))):
        with pytest.raises(Refusal) as refused:
            await shop.counter.orders.get(person_id, order_id)
        assert refused.value.reason == RefusalReason.ORDER_UNKNOWN


async def test_a_stolen_phone_shows_nothing(shop: Shop) -> None:
    """A suspended agent's orders and cards are closed to whoever holds the phone."""
    agent = await shop.open_agent()
    order = await shop.sold()
    await shop.counter.people.suspend(agent.id, ADMIN, suspended=True)
    for look in (
        shop.counter.orders.page(AMINA),
        shop.counter.orders.get(AMINA, order.id),
        shop.counter.orders.reveal(AMINA, order.id),
    ):
        with pytest.raises(Refusal) as refused:
            await look
        assert refused.value.reason == RefusalReason.SUSPENDED


# --- Cards again ----------------------------------------------------------------------------------


async def test_cards_are_shown_again_and_the_journal_knows(shop: Shop) -> None:
    """An agent sees an old order's cards as a copy; who looked and when is written down first."""
    await shop.open_agent()
    order = await shop.sold(quantity=2)
    (receipt,) = await shop.counter.orders.reveal(AMINA, order.id)
    assert (receipt.order, receipt.copy, receipt.is_last) == (order, True, True)
    placed = shop.provider.placed[0].cards
    assert [numbered.card for numbered in receipt.cards] == placed
    assert [numbered.number for numbered in receipt.cards] == [1, 2]
    (row,) = await shop.told("cards.revealed")
    assert (row.event.actor, row.event.subject) == ("member:7", f"order:{order.id}")
    assert not any(card.code in repr((receipt, row)) for card in placed or ())


async def test_many_cards_are_shown_in_as_many_messages_as_they_need(shop: Shop) -> None:
    """Each card comes once, in order, and only the last message tells the money."""
    await shop.open_agent(paid_in=100_000)
    order = await shop.sold(quantity=CARDS_PER_MESSAGE + 5)
    receipts = await shop.counter.orders.reveal(AMINA, order.id)
    assert [len(receipt.cards) for receipt in receipts] == [CARDS_PER_MESSAGE, 5]
    assert [receipt.is_last for receipt in receipts] == [False, True]
    numbers = [numbered.number for receipt in receipts for numbered in receipt.cards]
    assert numbers == list(range(1, CARDS_PER_MESSAGE + 6))


async def test_an_order_without_cards_shows_none(shop: Shop) -> None:
    """Before there are cards there is nothing to reveal, nor to journal."""
    await shop.open_agent()
    order = await shop.confirmed()
    with pytest.raises(Refusal) as refused:
        await shop.counter.orders.reveal(AMINA, order.id)
    assert refused.value.reason == RefusalReason.NOTHING_THERE
    assert await shop.told("cards.revealed") == []


# --- For admins -----------------------------------------------------------------------------------


async def test_an_admin_sees_an_order_without_its_cards(shop: Shop) -> None:
    """State, shop and the calls that were made; no code."""
    agent = await shop.open_agent()
    order = await shop.sold()
    file = await shop.counter.orders.file(order.id)
    assert (file.order, file.agent) == (order, agent)
    assert [call.outcome for call in file.calls] == ["accepted"]
    assert file.order.state is OrderState.FULFILLED
    assert not any(card.code in repr(file) for card in shop.provider.placed[0].cards or ())
    with pytest.raises(Refusal) as refused:
        await shop.counter.orders.file(OrderId(99))
    assert refused.value.reason == RefusalReason.ORDER_UNKNOWN
