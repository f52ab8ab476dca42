from datetime import timedelta

import pytest

from bot.domain.catalog import CardTypeId
from bot.domain.orders import OrderState, Reason
from bot.domain.quantities import MOST_AT_ONCE
from bot.domain.refusals import RefusalReason
from bot.errors import ProviderUnreachable, Refusal
from bot.services.quoting import PROMPT_AGE, REPEAT_WITHIN
from tests.unit.samples import dinars
from tests.unit.services.shop import ADMIN, AMINA, BILAL, Shop


async def refusal_of(shop: Shop, quantity: int, key: str = "psn-10") -> Refusal:
    """Ask for a quantity that cannot be had."""
    with pytest.raises(Refusal) as refused:
        await shop.counter.quoting.quote(AMINA, await shop.type_id(key), quantity)
    return refused.value


# --- Choosing -------------------------------------------------------------------------------------


async def test_a_type_is_shown_at_the_agents_price_with_the_most_of_it(shop: Shop) -> None:
    """1 380 DA at 5 % is 1 450 DA; of a hundred in stock fifty can be bought at once."""
    await shop.open_agent()
    choice = await shop.counter.quoting.choose(AMINA, await shop.type_id())
    assert choice.product.title == "PSN"
    assert (choice.price, choice.most) == (dinars(1450), MOST_AT_ONCE)
    rare = await shop.counter.quoting.choose(AMINA, await shop.type_id("psn-20"))
    assert rare.most == 5


async def test_a_stranger_is_shown_nothing(shop: Shop) -> None:
    """Prices are for members."""
    with pytest.raises(Refusal) as refused:
        await shop.counter.quoting.choose(BILAL, await shop.type_id())
    assert refused.value.reason == RefusalReason.NOT_A_MEMBER


@pytest.mark.parametrize("quantity", [1, 2])
async def test_what_is_sold_out_is_refused(shop: Shop, quantity: int) -> None:
    """A type without stock is known by name and cannot be had."""
    await shop.open_agent()
    assert (await refusal_of(shop, quantity, "steam-20")).reason == RefusalReason.OUT_OF_STOCK


async def test_what_is_gone_is_not_available(shop: Shop) -> None:
    """A type without a price, of a product that is off, or that never was, cannot be chosen."""
    await shop.open_agent()
    shop.provider.set_type("psn-20", cost=dinars(0))
    await shop.stock()
    assert (await refusal_of(shop, 1, "psn-20")).reason == RefusalReason.NOT_AVAILABLE
    shop.provider.categories = ()
    await shop.counter.catalog.refresh()
    assert (await refusal_of(shop, 1)).reason == RefusalReason.NOT_AVAILABLE
    with pytest.raises(Refusal) as refused:
        await shop.counter.quoting.quote(AMINA, CardTypeId(99), 1)
    assert refused.value.reason == RefusalReason.NOT_AVAILABLE


async def test_while_selling_is_paused_nothing_is_quoted(shop: Shop) -> None:
    """A pause is told before a price."""
    await shop.open_agent()
    await shop.counter.desk.pause(ADMIN)
    assert (await refusal_of(shop, 1)).reason == RefusalReason.PAUSED


# --- Quantities -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "key", "reason", "most"),
    [
        (0, "psn-10", RefusalReason.QUANTITY_TOO_SMALL, MOST_AT_ONCE),
        (-1, "psn-20", RefusalReason.QUANTITY_TOO_SMALL, 5),
        (6, "psn-20", RefusalReason.QUANTITY_TOO_LARGE, 5),
        (MOST_AT_ONCE + 1, "psn-10", RefusalReason.QUANTITY_TOO_LARGE, MOST_AT_ONCE),
    ],
)
async def test_an_impossible_quantity_is_told_what_is_possible(
    shop: Shop, quantity: int, key: str, reason: RefusalReason, most: int
) -> None:
    """None, fewer, or more than there are: the answer says how many there can be."""
    await shop.open_agent(paid_in=1_000_000)
    refusal = await refusal_of(shop, quantity, key)
    assert (refusal.reason, refusal.facts) == (reason, {"most": most})


@pytest.mark.parametrize(("quantity", "key"), [(1, "psn-20"), (5, "psn-20"), (50, "psn-10")])
async def test_the_last_card_can_be_had(shop: Shop, quantity: int, key: str) -> None:
    """From one up to all there are, or to fifty, every quantity is quoted."""
    await shop.open_agent(paid_in=1_000_000)
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id(key), quantity)
    assert offer.quote.quantity == quantity


async def test_a_typed_quantity_is_read_in_any_script(shop: Shop) -> None:
    """٣ is three; a word is answered with what is possible."""
    await shop.open_agent()
    type_id = await shop.type_id()
    offer = await shop.counter.quoting.quote_typed(AMINA, type_id, "٣")
    assert offer.quote.quantity == 3
    for typed in ("abc", "1.5"):
        with pytest.raises(Refusal) as refused:
            await shop.counter.quoting.quote_typed(AMINA, type_id, typed)
        assert refused.value.reason == RefusalReason.QUANTITY_NOT_A_NUMBER
        assert refused.value.facts == {"most": MOST_AT_ONCE}


# --- The quote ------------------------------------------------------------------------------------


async def test_a_quote_promises_a_price_for_ten_minutes(shop: Shop) -> None:
    """It holds everything the order will be made of, and nothing of the wallet."""
    agent = await shop.open_agent()
    card_type, product = await shop.listed()
    offer = await shop.counter.quoting.quote(AMINA, card_type.id, 2)
    quote = offer.quote
    assert (quote.agent_id, quote.person_id, quote.account) == (agent.id, AMINA, product.account)
    assert (quote.product_key, quote.type_key) == ("psn", "psn-10")
    assert (quote.product_title, quote.type_name) == ("PSN", "PSN 10 USD")
    assert (quote.total, quote.unit_cost) == (dinars(2900), dinars(1380))
    assert quote.expires_at - quote.created_at == timedelta(minutes=10)
    assert (offer.wallet.balance, offer.wallet.held) == (dinars(10_000), dinars(0))
    async with shop.store.read() as work:
        assert await work.orders.find_quote(quote.id) == quote


async def test_an_agents_own_margin_makes_its_price(shop: Shop) -> None:
    """One shop pays 10 %, the next the default."""
    agent = await shop.open_agent()
    await shop.open_agent(BILAL, name="Bilal")
    await shop.counter.desk.set_margin(1000, ADMIN, of=agent.id)
    type_id = await shop.type_id()
    mine = await shop.counter.quoting.quote(AMINA, type_id, 1)
    theirs = await shop.counter.quoting.quote(BILAL, type_id, 1)
    assert (mine.quote.unit_price, theirs.quote.unit_price) == (dinars(1520), dinars(1450))


async def test_nobody_confirms_in_vain(shop: Shop) -> None:
    """A wallet that cannot pay is told what is missing, and no quote is kept."""
    await shop.open_agent(paid_in=2000)
    refusal = await refusal_of(shop, 2)
    assert refusal.reason == RefusalReason.NOT_ENOUGH_BALANCE
    assert refusal.facts == {
        "missing": dinars(900),
        "total": dinars(2900),
        "balance": dinars(2000),
    }


# --- Fresh prices ---------------------------------------------------------------------------------


async def test_a_price_read_lately_is_not_read_again(shop: Shop) -> None:
    """Calls are scarce: within five minutes the last reading will do, for all that it showed."""
    await shop.open_agent(paid_in=100_000)
    shop.clock.advance(PROMPT_AGE)
    before = shop.provider.calls.count("types")
    await shop.counter.quoting.quote(AMINA, await shop.type_id("psn-20"), 5)
    assert shop.provider.calls.count("types") == before


async def test_an_old_price_is_read_anew(shop: Shop) -> None:
    """After five minutes a quote is made at what the provider asks now."""
    await shop.open_agent()
    shop.provider.set_type("psn-10", cost=dinars(1500))
    shop.clock.advance(PROMPT_AGE + timedelta(seconds=1))
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id(), 1)
    assert (offer.quote.unit_cost, offer.quote.unit_price) == (dinars(1500), dinars(1580))


async def test_who_asks_for_more_than_was_seen_deserves_another_look(shop: Shop) -> None:
    """The stock may have been filled since: it is read again before anybody is refused."""
    await shop.open_agent(paid_in=100_000)
    shop.provider.set_type("psn-20", stock=20)
    shop.clock.advance(timedelta(seconds=16))
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id("psn-20"), 8)
    assert offer.quote.quantity == 8


async def test_a_provider_that_is_away_does_not_stop_a_quote(shop: Shop) -> None:
    """What was read last is promised; the price is looked at again before anything is sent."""
    await shop.open_agent()
    shop.clock.advance(timedelta(hours=1))
    shop.provider.failures.append(ProviderUnreachable())
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id(), 1)
    assert offer.quote.unit_price == dinars(1450)


# --- Repeats --------------------------------------------------------------------------------------


async def test_a_repeat_within_minutes_is_asked_about(shop: Shop) -> None:
    """The same type and quantity shortly after is shown with the order it would repeat."""
    await shop.open_agent(paid_in=100_000)
    order = await shop.sold(quantity=2)
    type_id = await shop.type_id()
    shop.clock.advance(REPEAT_WITHIN)
    assert (await shop.counter.quoting.quote(AMINA, type_id, 2)).repeats == order
    assert (await shop.counter.quoting.quote(AMINA, type_id, 3)).repeats is None
    shop.clock.advance(timedelta(milliseconds=1))
    assert (await shop.counter.quoting.quote(AMINA, type_id, 2)).repeats is None


async def test_an_order_that_bought_nothing_is_not_repeated(shop: Shop) -> None:
    """Trying again after a withdrawal is no repeat."""
    await shop.open_agent()
    order = await shop.confirmed(quantity=2)
    withdrawn = await shop.counter.checkout.cancel(AMINA, order.id)
    assert (withdrawn.state, withdrawn.reason) == (OrderState.WITHDRAWN, Reason.CANCELLED)
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id(), 2)
    assert offer.repeats is None
