from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.agents import Member
from bot.domain.ledger import held_of
from bot.domain.orders import OrderId, OrderState, Quote, QuoteId, Reason
from bot.domain.outbox import DeliveryKind
from bot.domain.pricing import QUOTE_LIFE
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from tests.unit.samples import CURRENCY, dinars
from tests.unit.services.shop import ADMIN, AMINA, BILAL, Shop, rung


async def quoted(shop: Shop, *, quantity: int = 2) -> Quote:
    """Quote some cards to Amina."""
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id(), quantity)
    return offer.quote


async def refused(shop: Shop, quote: Quote) -> Refusal:
    """Try to confirm a quote, and see that nothing came of it."""
    before = await shop.journal()
    with pytest.raises(Refusal) as refusal:
        await shop.counter.checkout.confirm(AMINA, quote.id, message_id=51)
    assert await shop.journal() == before
    async with shop.store.read() as work:
        assert await work.orders.find_by_quote(quote.id) is None
        assert (await work.ledger.wallet(quote.agent_id)).held == dinars(0)
    return refusal.value


# --- Confirming -----------------------------------------------------------------------------------


async def test_a_confirmation_holds_the_price_and_makes_the_order(shop: Shop) -> None:
    """In one step the quote becomes an order, its price is reserved, and the journal knows."""
    agent = await shop.open_agent(paid_in=10_000)
    quote = await quoted(shop)
    confirmation = await shop.counter.checkout.confirm(AMINA, quote.id, message_id=51)
    order = confirmation.order
    assert confirmation.is_new
    assert (order.state, order.quote_id, order.message_id) == (OrderState.CONFIRMED, quote.id, 51)
    assert (order.total, order.epoch, order.confirmed_at) == (dinars(2900), 1, shop.clock.now())
    async with shop.store.read() as work:
        wallet = await work.ledger.wallet(agent.id)
        assert await work.ledger.balance(held_of(agent.id), CURRENCY) == dinars(-2900)
    assert (wallet.balance, wallet.held) == (dinars(7100), dinars(2900))
    (row,) = await shop.told("order.confirmed")
    assert (row.event.actor, row.event.subject) == ("member:7", f"order:{order.id}")
    assert rung(shop.works.bells.placing)


async def test_a_second_tap_finds_the_same_order(shop: Shop) -> None:
    """Four presses on one button, or the same one replayed later, are one order and one hold."""
    agent = await shop.open_agent(paid_in=10_000)
    quote = await quoted(shop)
    confirm = shop.counter.checkout.confirm
    first = await confirm(AMINA, quote.id, message_id=51)
    shop.clock.advance(timedelta(days=1))
    for _ in range(3):
        again = await confirm(AMINA, quote.id, message_id=51)
        assert (again.order, again.is_new) == (first.order, False)
    async with shop.store.read() as work:
        assert (await work.ledger.wallet(agent.id)).held == dinars(2900)
        assert await work.orders.count_of_agent(agent.id) == 1


async def test_a_message_shows_one_order(shop: Shop) -> None:
    """A second order confirmed from the same message gets a message of its own."""
    await shop.open_agent()
    confirm = shop.counter.checkout.confirm
    first = await confirm(AMINA, (await quoted(shop)).id, message_id=51)
    second = await confirm(AMINA, (await quoted(shop)).id, message_id=51)
    assert (first.order.message_id, second.order.message_id) == (51, None)


async def test_a_quote_belongs_to_one_member(shop: Shop) -> None:
    """Another member's button, or a made-up one, buys nothing."""
    agent = await shop.open_agent()
    quote = await quoted(shop)
    await shop.meet(BILAL)
    async with shop.store.begin() as work:
        at = shop.clock.now()
        await work.people.add_member(Member(person_id=BILAL, agent_id=agent.id, joined_at=at))
    for person_id, quote_id in ((BILAL, quote.id), (AMINA, QuoteId("made up"))):
        with pytest.raises(Refusal) as refusal:
            await shop.counter.checkout.confirm(person_id, quote_id, message_id=51)
        assert refusal.value.reason == RefusalReason.QUOTE_UNKNOWN


async def test_a_quote_is_over_after_ten_minutes(shop: Shop) -> None:
    """Later the price is asked again, for the same type and quantity."""
    await shop.open_agent()
    quote = await quoted(shop)
    shop.clock.advance(QUOTE_LIFE)
    refusal = await refused(shop, quote)
    assert refusal.reason == RefusalReason.QUOTE_EXPIRED
    assert refusal.facts == {"type": quote.card_type_id, "quantity": 2}


async def test_who_may_not_sell_any_more_confirms_nothing(shop: Shop) -> None:
    """Suspension and a pause reach quotes that were made before."""
    agent = await shop.open_agent()
    quote = await quoted(shop)
    await shop.counter.people.suspend(agent.id, ADMIN, suspended=True)
    assert (await refused(shop, quote)).reason == RefusalReason.SUSPENDED
    await shop.counter.people.suspend(agent.id, ADMIN, suspended=False)
    await shop.counter.desk.pause(ADMIN)
    assert (await refused(shop, quote)).reason == RefusalReason.PAUSED


async def test_a_quote_stays_with_the_agent_it_was_made_for(shop: Shop) -> None:
    """A member who works for another shop now spends neither shop's money on the old quote."""
    await shop.open_agent()
    quote = await quoted(shop)
    other = await shop.open_agent(BILAL, name="Bilal")
    moved = replace(quote, id=QuoteId("moved"), agent_id=other.id)
    async with shop.store.begin() as work:
        await work.orders.add_quote(moved)
    assert (await refused(shop, moved)).reason == RefusalReason.QUOTE_UNKNOWN


async def test_a_wallet_that_fell_short_since_the_quote_buys_nothing(shop: Shop) -> None:
    """Two quotes on the same money: the second one says how much is missing."""
    await shop.open_agent(paid_in=3000)
    first, second = await quoted(shop), await quoted(shop)
    await shop.counter.checkout.confirm(AMINA, first.id, message_id=51)
    before = await shop.journal()
    with pytest.raises(Refusal) as refusal:
        await shop.counter.checkout.confirm(AMINA, second.id, message_id=52)
    assert refusal.value.reason == RefusalReason.NOT_ENOUGH_BALANCE
    assert refusal.value.facts == {
        "missing": dinars(2800),
        "total": dinars(2900),
        "balance": dinars(100),
    }
    assert await shop.journal() == before
    async with shop.store.read() as work:
        assert await work.orders.find_by_quote(second.id) is None


async def test_credit_is_spent_to_its_limit_and_no_further(shop: Shop) -> None:
    """An agent with a limit buys on it; the last centime of it is the last."""
    await shop.open_agent(paid_in=0, limit=dinars(2900))
    quote, more = await quoted(shop), await quoted(shop)
    confirmation = await shop.counter.checkout.confirm(AMINA, quote.id, message_id=51)
    assert confirmation.is_new
    with pytest.raises(Refusal):
        await shop.counter.checkout.confirm(AMINA, more.id, message_id=52)


# --- Cancelling -----------------------------------------------------------------------------------


async def test_a_confirmed_order_is_cancelled_for_nothing(shop: Shop) -> None:
    """Before it is sent, the member takes it back, and the whole hold returns."""
    agent = await shop.open_agent(paid_in=10_000)
    order = await shop.confirmed()
    withdrawn = await shop.counter.checkout.cancel(AMINA, order.id)
    assert (withdrawn.state, withdrawn.reason) == (OrderState.WITHDRAWN, Reason.CANCELLED)
    assert (withdrawn.final_at, withdrawn.given_back) == (shop.clock.now(), dinars(2900))
    async with shop.store.read() as work:
        wallet = await work.ledger.wallet(agent.id)
    assert (wallet.balance, wallet.held) == (dinars(10_000), dinars(0))
    (owed,) = await shop.owed(DeliveryKind.OUTCOME)
    assert (owed.person_id, owed.order_id) == (AMINA, order.id)
    (row,) = await shop.told("order.withdrawn")
    assert (row.event.actor, row.event.details) == ("member:7", {"reason": "cancelled"})
    assert rung(shop.works.bells.delivery)


@pytest.mark.parametrize("state", [OrderState.SENDING, OrderState.WITHDRAWN])
async def test_what_may_have_left_is_not_cancelled(shop: Shop, state: OrderState) -> None:
    """Once it is being sent (or is over), taking it back is too late."""
    await shop.open_agent()
    order = await shop.confirmed()
    async with shop.store.begin() as work:
        await work.orders.save(order.to(state))
    with pytest.raises(Refusal) as refusal:
        await shop.counter.checkout.cancel(AMINA, order.id)
    assert refusal.value.reason == RefusalReason.TOO_LATE_TO_CANCEL
    assert refusal.value.facts == {"order": order.id}


async def test_nobody_cancels_another_persons_order(shop: Shop) -> None:
    """A forged button of another member, or of no order at all, finds nothing."""
    await shop.open_agent()
    await shop.open_agent(BILAL, name="Bilal")
    order = await shop.confirmed()
    for person_id, order_id in ((BILAL, order.id), (AMINA, OrderId(99))):
        with pytest.raises(Refusal) as refusal:
            await shop.counter.checkout.cancel(person_id, order_id)
        assert refusal.value.reason == RefusalReason.ORDER_UNKNOWN
    assert (await shop.order(order)).state is OrderState.CONFIRMED
