from datetime import timedelta

import pytest

from bot.domain.catalog import CardTypeId
from bot.domain.money import Money
from bot.domain.orders import Reason
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.services.requoting import Requoting
from tests.unit.samples import dinars
from tests.unit.services.shop import AMINA, BILAL, NEVER_FRESH, Shop


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


async def refusal_of(shop: Shop, text: str, key: str = "open") -> Refusal:
    """Type an amount that cannot be had."""
    with pytest.raises(Refusal) as refused:
        await shop.counter.amounts.choose(AMINA, await shop.type_id(key), text)
    return refused.value


async def test_an_amount_becomes_a_type_like_any_other(wide: Shop) -> None:
    """It has its own price, the stock and limit of the open amount, and one id for ever."""
    opened, product = await wide.listed("open")
    choice = await wide.counter.amounts.choose(AMINA, opened.id, "37.5 usd")
    made = choice.card_type
    assert (made.key, made.name, made.asked) == ("37.5", "37.50 USD", True)
    assert (made.cost, choice.price, choice.most) == (dinars(5175), dinars(5440), 10)
    assert made.read_at == opened.read_at
    assert choice.product == product
    wide.clock.advance(timedelta(minutes=1))
    again = await wide.counter.amounts.choose(AMINA, opened.id, "USD 37,50")
    assert again.card_type == made


async def test_what_is_listed_already_is_not_made(wide: Shop) -> None:
    """20 USD is a type of the provider's own."""
    choice = await wide.counter.amounts.choose(AMINA, await wide.type_id("open"), "20")
    assert (choice.card_type.name, choice.card_type.asked) == ("20 USD", False)


@pytest.mark.parametrize(
    ("text", "reason", "facts"),
    [
        ("x", RefusalReason.CARD_AMOUNT_UNREADABLE, {"least": "5 USD", "most": "200 USD"}),
        ("5 EUR", RefusalReason.CARD_AMOUNT_UNREADABLE, {"least": "5 USD", "most": "200 USD"}),
        ("4", RefusalReason.CARD_AMOUNT_OUT_OF_BOUNDS, {"least": "5 USD", "most": "200 USD"}),
        ("201", RefusalReason.CARD_AMOUNT_OUT_OF_BOUNDS, {"least": "5 USD", "most": "200 USD"}),
        ("6", RefusalReason.CARD_AMOUNT_OFF_STEP, {"below": "5 USD", "above": "7.50 USD"}),
    ],
)
async def test_an_amount_that_cannot_be_had_is_told_what_can(
    wide: Shop, text: str, reason: RefusalReason, facts: dict[str, object]
) -> None:
    """Unreadable, out of bounds, or between two steps: the answer names what is possible."""
    refusal = await refusal_of(wide, text)
    assert (refusal.reason, refusal.facts) == (reason, facts)


async def test_a_type_with_a_face_value_takes_no_amount(wide: Shop) -> None:
    """An amount can only be named where the provider lets one be named."""
    assert (await refusal_of(wide, "20", "20")).reason == RefusalReason.NOT_AVAILABLE
    with pytest.raises(Refusal) as refused:
        await wide.counter.amounts.choose(BILAL, await wide.type_id("open"), "20")
    assert refused.value.reason == RefusalReason.NOT_A_MEMBER


async def test_no_quantity_of_an_open_amount_is_quoted(wide: Shop) -> None:
    """Before an amount is named there is nothing to buy, whatever a button says."""
    with pytest.raises(Refusal) as refused:
        await wide.counter.quoting.quote(AMINA, await wide.type_id("open"), 1)
    assert refused.value.reason == RefusalReason.NOT_AVAILABLE


async def test_an_open_amount_is_offered_and_what_was_asked_for_is_not(wide: Shop) -> None:
    """The product's list shows the provider's types; amounts of others are nobody's business."""
    opened, product = await wide.listed("open")
    await wide.counter.amounts.choose(AMINA, opened.id, "37.5")
    async with wide.store.read() as work:
        agent = await work.people.find_agent_of(AMINA)
    assert agent is not None
    _, offered = await wide.counter.catalog.types(product.id, agent.id)
    assert [(one.card_type.key, one.available) for one in offered] == [("20", True), ("open", True)]


async def test_a_new_reading_prices_what_was_asked_for(wide: Shop) -> None:
    """Amounts that still fit get today's price; others are out of stock, and come back."""
    opened, product = await wide.listed("open")
    small = await wide.counter.amounts.choose(AMINA, opened.id, "10")
    large = await wide.counter.amounts.choose(AMINA, opened.id, "200")
    wide.provider.set_bounds("amazon", cost_millionths=150_000_000, most=dollars(100))
    await wide.counter.catalog.read_types(product, NEVER_FRESH)
    assert await shown(wide, small.card_type.id) == (dinars(1500), 9999)
    assert (await shown(wide, large.card_type.id))[1] == 0
    wide.provider.set_bounds("amazon", cost_millionths=150_000_000, most=dollars(200))
    await wide.counter.catalog.read_types(product, NEVER_FRESH)
    assert await shown(wide, large.card_type.id) == (dinars(30_000), 9999)


async def shown(shop: Shop, type_id: CardTypeId) -> tuple[object, int]:
    """Read what a type costs, and how many there are."""
    async with shop.store.read() as work:
        found = await work.catalog.find_type(type_id)
    assert found is not None
    return found.cost, found.stock


async def test_an_order_beyond_a_new_limit_is_offered_up_to_it(wide: Shop) -> None:
    """When the provider sells fewer at once than were ordered, as many as it sells are offered."""
    type_id = await wide.type_id("20")
    offer = await wide.counter.quoting.quote(AMINA, type_id, 5)
    made = await wide.counter.checkout.confirm(AMINA, offer.quote.id, message_id=None)
    wide.provider.set_type("20", most=2)
    await wide.stock()
    requoting = Requoting(quoting=wide.counter.quoting, clock=wide.clock, terms=wide.terms)
    async with wide.store.begin() as work:
        now = await work.catalog.find_type(type_id)
        why = await requoting.reason(work, made.order, now)
        assert why is Reason.OUT_OF_STOCK
        await requoting.withdraw(work, made.order, why, now)
    async with wide.store.read() as work:
        last = await work.outbox.list_of_order(made.order.id)
        assert len(last) == 1
