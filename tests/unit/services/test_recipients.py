from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.catalog import CardTypeId, Product
from bot.domain.orders import Order, OrderState, QuoteId
from bot.domain.outbox import DeliveryKind
from bot.domain.refusals import RefusalReason
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.errors import Refusal, Tampered
from bot.log import redactor
from bot.ports.provider import (
    Accepted,
    Exchange,
    Line,
    NotSent,
    Placement,
    RefusalKind,
    Refused,
    Unknown,
)
from bot.services.recipients import find_recipient, hand_over, silent
from bot.services.requoting import Requoting
from tests.fakes.provider import MemoryProvider
from tests.fakes.provider_account import dinars, wide_shop
from tests.fakes.world import NOON
from tests.unit.services.shop import AMINA, Shop

PHONE = "+213550123456"


async def flipkart(shop: Shop) -> tuple[CardTypeId, Product]:
    """Name a type of a hundred rupees."""
    for number in range(1, 20):
        async with shop.store.read() as work:
            found = await work.catalog.find_listed(CardTypeId(number))
        if found is not None and found[1].key == "flipkart":
            choice = await shop.counter.amounts.choose(AMINA, found[0].id, "100")
            return choice.card_type.id, choice.product
    raise KeyError("flipkart")


async def confirmed(shop: Shop) -> Order:
    """Confirm two cards for the recipient."""
    type_id, _ = await flipkart(shop)
    offer = await shop.counter.quoting.quote_for(AMINA, type_id, 2, "0550 12 34 56")
    assert offer.phone == PHONE
    made = await shop.counter.checkout.confirm(AMINA, offer.quote.id, message_id=None)
    return made.order


async def recipient_of(shop: Shop, quote_id: QuoteId) -> str | None:
    async with shop.store.read() as work:
        return await find_recipient(work, shop.keeper, quote_id)


async def test_a_quote_without_a_phone_is_refused_and_not_kept(wide: Shop) -> None:
    """When nothing else is missing the member is asked for the number, and no quote is left."""
    type_id, _ = await flipkart(wide)
    with pytest.raises(Refusal) as refused:
        await wide.counter.quoting.quote(AMINA, type_id, 2)
    assert refused.value.reason == RefusalReason.PHONE_NEEDED
    assert refused.value.facts == {"type": type_id, "quantity": 2}
    assert not wide.store._state.quotes
    with pytest.raises(Refusal) as refused:
        await wide.counter.quoting.quote_for(AMINA, type_id, 2, "12")
    assert refused.value.reason == RefusalReason.PHONE_UNREADABLE


async def test_a_quantity_is_judged_before_a_phone_is_asked_for(wide: Shop) -> None:
    """Nobody types a number in vain: too many, or too dear, is told first."""
    type_id, _ = await flipkart(wide)
    with pytest.raises(Refusal) as refused:
        await wide.counter.quoting.quote(AMINA, type_id, 11)
    assert refused.value.reason == RefusalReason.QUANTITY_TOO_LARGE


async def test_a_phone_nobody_asks_for_is_not_kept(wide: Shop) -> None:
    """A number given for a product that needs none is left out."""
    type_id = await wide.type_id("20")
    offer = await wide.counter.quoting.quote_for(AMINA, type_id, 1, PHONE)
    assert offer.phone is None
    assert await recipient_of(wide, offer.quote.id) is None


async def test_the_number_is_sealed_for_its_quote_alone(wide: Shop) -> None:
    """Moved to another quote it does not open."""
    order = await confirmed(wide)
    assert await recipient_of(wide, order.quote_id) == PHONE
    async with wide.store.read() as work:
        sealed = await work.recipients.find(order.quote_id)
    assert sealed is not None
    with pytest.raises(Tampered):
        wide.keeper.open_phone(QuoteId("another"), sealed)


async def test_the_number_goes_to_the_provider(wide: Shop) -> None:
    """Placing opens it, and nothing else is told of it."""
    order = await confirmed(wide)
    await wide.works.placing.step()
    await wide.works.placing.idle()
    (placed,) = wide.provider.placed
    assert placed.line.phone == PHONE
    assert PHONE not in repr(placed.line)
    assert PHONE[1:] not in repr(await wide.journal())
    assert (await wide.order(order)).state is OrderState.HANDLING


class Overheard(MemoryProvider):
    """Notes what a log would hold of a number while its cards are ordered."""

    async def place(self, line: Line, *, reference: str) -> Placement:
        self.calls.append(redactor(f"for {line.phone}"))
        return await super().place(line, reference=reference)


async def test_no_log_holds_the_number_while_it_is_sent(wide: Shop) -> None:
    """Whatever a library says of an order under way, the number is masked in it."""
    order = await confirmed(wide)
    overheard = Overheard(wide.clock)
    overheard.categories, overheard.stock = wide_shop()
    placing = replace(wide.works.placing, providers={"memory": overheard})
    await placing.step()
    await placing.idle()
    assert (await wide.order(order)).state is OrderState.HANDLING
    assert "for •••" in overheard.calls


async def test_a_new_offer_keeps_its_recipient(wide: Shop) -> None:
    """A requote is for the same phone; one of a product without a phone is for none."""
    order = await confirmed(wide)
    assert await requoted(wide, order) == PHONE
    offer = await wide.counter.quoting.quote(AMINA, await wide.type_id("20"), 1)
    plain = await wide.counter.checkout.confirm(AMINA, offer.quote.id, message_id=None)
    assert await requoted(wide, plain.order) is None


async def requoted(shop: Shop, order: Order) -> str | None:
    """Withdraw an order for its price, and tell whom the new offer is for."""
    requoting = Requoting(quoting=shop.counter.quoting, clock=shop.clock, terms=shop.terms)
    async with shop.store.begin() as work:
        current = await work.catalog.find_type(order.card_type_id)
        assert current is not None
        dearer = replace(current, cost=current.cost * 2)
        why = await requoting.reason(work, order, dearer)
        assert why is not None
        await requoting.withdraw(work, order, why, dearer)
    owed = [one for one in await shop.owed(DeliveryKind.REQUOTE) if one.order_id == order.id]
    return await recipient_of(shop, QuoteId(str(owed[0].facts["quote"])))


async def test_nobodys_number_is_handed_over_as_nobodys(wide: Shop) -> None:
    """A quote that never had a recipient gives none to the next."""
    async with wide.store.begin() as work:
        await hand_over(work, wide.keeper, QuoteId("old"), QuoteId("new"))
    assert await recipient_of(wide, QuoteId("new")) is None


async def test_cards_made_for_another_phone_are_not_sold_from_the_shelf(wide: Shop) -> None:
    """A card that only one phone can use is no stock for the next."""
    order = await confirmed(wide)
    another = Line(product_key="flipkart", type_key="100", quantity=2, phone="+213660000000")
    elsewhere = wide.provider.buy_elsewhere(another)
    unowned = UnownedOrder(
        account=order.account,
        provider_order_id=elsewhere.id,
        state=UnownedState.SHELF,
        product_key="flipkart",
        type_key="100",
        quantity=2,
        status="FULFILLED",
        cards=2,
        amount=dinars(320),
        created_at=NOON,
        seen_at=NOON,
    )
    async with wide.store.begin() as work:
        await work.shelf.save(unowned)
    await wide.works.placing.step()
    await wide.works.placing.idle()
    assert [each.line.phone for each in wide.provider.placed][1:] == [PHONE]


EXCHANGE = Exchange(
    started_at=NOON,
    ended_at=NOON,
    provider_ahead=None,
    http_status=400,
    request_id=None,
    request=b"",
    answer=b"",
)


def test_the_providers_words_are_kept_without_the_number() -> None:
    """A refusal that repeats the number, however it spells it, is kept in clear without it."""
    refused = Refused(
        kind=RefusalKind.VALIDATION,
        code="213-550123456",
        message="contact +213-550123456 is invalid",
        freezes=False,
        exchange=replace(EXCHANGE, request_id="for-550123456"),
    )
    told = silent(refused, PHONE)
    assert isinstance(told, Refused)
    assert told.code == "•••"
    assert told.exchange.request_id == "for-•••"
    assert told.message == "contact ••• is invalid"
    unknown = Unknown(reason="no answer for 213550123456", exchange=EXCHANGE)
    told_of = silent(unknown, PHONE)
    assert isinstance(told_of, Unknown)
    assert told_of.reason == "no answer for •••"
    later = NotSent(reason=PHONE, retry_after=timedelta(minutes=1), exchange=EXCHANGE)
    assert silent(later, PHONE) == replace(later, reason="•••")
    assert silent(refused, None) is refused
    assert silent(unknown, None) is unknown
    accepted = Accepted(provider_order_id="213550123456", exchange=EXCHANGE)
    assert silent(accepted, PHONE) == accepted
