from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.domain.alerts import AlertKind
from bot.domain.audit import Detail
from bot.domain.money import Money
from bot.domain.orders import Order, OrderState, QuoteId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, DeliveryState
from bot.ports.messenger import (
    AccessAsked,
    AccessDecided,
    AlertRaised,
    Message,
    Outcome,
    Receipt,
    Requote,
    Standing,
    WalletMoved,
)
from bot.services.alerts import alert_admins
from bot.services.composing import Composer, target
from tests.unit.samples import dinars
from tests.unit.services.shop import ADMIN, AMINA, Shop


def delivery(
    shop: Shop,
    kind: DeliveryKind,
    *,
    order: Order | None = None,
    slots: tuple[int, int] = (0, 0),
    facts: Mapping[str, Detail] | None = None,
) -> Delivery:
    """Owe something, about what a test says."""
    return Delivery(
        id=DeliveryId(1),
        key="key",
        person_id=AMINA,
        kind=kind,
        state=DeliveryState.DUE,
        due_at=shop.clock.now(),
        created_at=shop.clock.now(),
        order_id=order.id if order else None,
        first_slot=slots[0],
        last_slot=slots[1],
        facts=facts or {},
    )


async def composed(shop: Shop, owed: Delivery) -> Message | None:
    """Turn a delivery into the message it means now."""
    async with shop.store.read() as work:
        return await Composer(keeper=shop.keeper, providers={"memory": shop.provider}).compose(
            work, owed
        )


async def requested(shop: Shop) -> int:
    """Let Amina ask for access."""
    await shop.meet(AMINA)
    await shop.counter.people.ask_access(AMINA)
    async with shop.store.read() as work:
        request = await work.people.find_open_request(AMINA)
    assert request is not None
    return request.id


# --- Cards ----------------------------------------------------------------------------------------


async def test_a_receipt_shows_the_cards_of_its_slots(shop: Shop) -> None:
    """Each part shows its own cards, numbered through; the last one tells the money."""
    await shop.open_agent()
    order = await shop.sold(quantity=3)
    paid = shop.provider.placed[0].cards or []
    first = await composed(shop, delivery(shop, DeliveryKind.RECEIPT, order=order, slots=(1, 2)))
    last = await composed(shop, delivery(shop, DeliveryKind.RECEIPT, order=order, slots=(3, 3)))
    assert isinstance(first, Receipt)
    assert isinstance(last, Receipt)
    assert [(one.number, one.card) for one in first.cards] == [(1, paid[0]), (2, paid[1])]
    assert [(one.number, one.card) for one in last.cards] == [(3, paid[2])]
    assert (first.is_last, last.is_last) == (False, True)
    assert last.wallet.balance == dinars(10_000 - 3 * 1450)


async def test_a_receipt_of_an_open_order_is_not_the_last(shop: Shop) -> None:
    """While more cards may come the money is not told yet; a repeat is marked as a copy."""
    await shop.open_agent()
    shop.provider.handling = True
    order = await shop.sold(quantity=2)
    (placed,) = shop.provider.placed
    shop.provider.settle(placed)
    placed.shown["cards"] = tuple((placed.cards or ())[:1])
    shop.clock.advance(shop.terms.track_every)
    await shop.works.tracking.step()
    assert (await shop.order(order)).state is OrderState.HANDLING
    owed = delivery(shop, DeliveryKind.RECEIPT, order=order, slots=(1, 1))
    receipt = await composed(shop, replace(owed, copy=True))
    assert isinstance(receipt, Receipt)
    assert [one.number for one in receipt.cards] == [1]
    assert (receipt.is_last, receipt.copy) == (False, True)


async def test_cards_that_were_not_charged_are_not_shown(shop: Shop) -> None:
    """What lies sealed beyond the cards counted in the order stays sealed."""
    await shop.open_agent()
    order = await shop.sold(quantity=2)
    async with shop.store.begin() as work:
        await work.orders.save(replace(order, cards=1))
    owed = delivery(shop, DeliveryKind.RECEIPT, order=order, slots=(1, 2))
    receipt = await composed(shop, owed)
    assert isinstance(receipt, Receipt)
    assert [one.number for one in receipt.cards] == [1]


# --- Orders without cards -------------------------------------------------------------------------


async def test_an_outcome_tells_the_order_as_it_stands(shop: Shop) -> None:
    """The words are found when it is sent, from the state of that moment."""
    await shop.open_agent()
    order = await shop.confirmed()
    withdrawn = await shop.counter.checkout.cancel(AMINA, order.id)
    outcome = await composed(shop, delivery(shop, DeliveryKind.OUTCOME, order=order))
    assert isinstance(outcome, Outcome)
    assert outcome.order == withdrawn
    assert outcome.wallet.balance == dinars(10_000)


async def test_a_requote_brings_the_new_quote(shop: Shop) -> None:
    """While the quote is kept it is offered; once it was forgotten only the end is told."""
    await shop.open_agent()
    order = await shop.confirmed()
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id(), 1)
    for quote_id, kind in ((offer.quote.id, Requote), (QuoteId("forgotten"), Outcome)):
        owed = delivery(shop, DeliveryKind.REQUOTE, order=order, facts={"quote": quote_id})
        assert isinstance(await composed(shop, owed), kind)


@pytest.mark.parametrize("kind", [DeliveryKind.RECEIPT, DeliveryKind.OUTCOME, DeliveryKind.REQUOTE])
async def test_what_is_about_no_order_says_nothing(shop: Shop, kind: DeliveryKind) -> None:
    """A delivery without what it is about is dropped, not guessed."""
    assert await composed(shop, delivery(shop, kind)) is None


# --- People and money -----------------------------------------------------------------------------


async def test_a_request_is_shown_with_who_decided_it(shop: Shop) -> None:
    """Undecided it waits for a tap; decided, every admin reads by whom."""
    await shop.meet(ADMIN, "Boss")
    request_id = await requested(shop)
    owed = delivery(shop, DeliveryKind.ACCESS_ASKED, facts={"request": request_id})
    asked = await composed(shop, owed)
    assert isinstance(asked, AccessAsked)
    assert (asked.person.name, asked.decided_by) == ("Amina", None)
    await shop.counter.people.decide(asked.request.id, ADMIN, approve=True)
    decided = await composed(shop, owed)
    assert isinstance(decided, AccessAsked)
    assert decided.decided_by is not None
    assert decided.decided_by.name == "Boss"


@pytest.mark.parametrize("facts", [{}, {"request": 99}, {"request": "1"}])
async def test_a_request_that_is_not_there_says_nothing(
    shop: Shop, facts: dict[str, Detail]
) -> None:
    """Nothing is asked about nobody."""
    await requested(shop)
    assert await composed(shop, delivery(shop, DeliveryKind.ACCESS_ASKED, facts=facts)) is None


@pytest.mark.parametrize("yes", [True, False], ids=["yes", "no"])
async def test_short_news_say_what_they_say(shop: Shop, *, yes: bool) -> None:
    """A decision and a standing are told as they were made."""
    decided = delivery(shop, DeliveryKind.ACCESS_DECIDED, facts={"approved": yes})
    standing = delivery(shop, DeliveryKind.STANDING, facts={"suspended": yes})
    assert await composed(shop, decided) == AccessDecided(approved=yes)
    assert await composed(shop, standing) == Standing(suspended=yes)


async def test_a_moved_wallet_is_told_with_its_balance_of_now(shop: Shop) -> None:
    """The amount is the movement's, the balance the one when it is read."""
    agent = await shop.open_agent(paid_in=100)
    facts = {"agent": agent.id, "amount_minor": -2500}
    moved = await composed(shop, delivery(shop, DeliveryKind.WALLET_MOVED, facts=facts))
    assert isinstance(moved, WalletMoved)
    assert moved.amount == Money(minor=-2500, currency="DZD")
    assert moved.wallet.balance == dinars(100)


# --- Alerts ---------------------------------------------------------------------------------------


async def test_an_alert_shows_the_order_it_is_about(shop: Shop) -> None:
    """About an order, its shop is named; about anything else, or a strange subject, neither."""
    agent = await shop.open_agent()
    order = await shop.confirmed()
    shown = [
        await alert_about(shop, s) for s in (f"order:{order.id}", "order:99", "order:x", "shop")
    ]
    assert [(one.order, one.agent) for one in shown] == [(order, agent), *[(None, None)] * 3]


async def alert_about(shop: Shop, subject: str) -> AlertRaised:
    """Raise an alert and compose its message."""
    async with shop.store.begin() as work:
        at = shop.clock.now()
        kind = AlertKind.ORDER_UNKNOWN
        alert = await alert_admins(work, shop.terms, kind, subject, at=at)
    assert alert is not None
    message = await composed(shop, delivery(shop, DeliveryKind.ALERT, facts={"alert": alert.id}))
    assert isinstance(message, AlertRaised)
    return message


async def test_an_alert_that_is_not_there_says_nothing(shop: Shop) -> None:
    """A delivery about no alert is dropped."""
    owed = delivery(shop, DeliveryKind.ALERT, facts={"alert": 99})
    assert await composed(shop, owed) is None


def test_a_rewriting_names_the_message_it_replaces(shop: Shop) -> None:
    """An admin's copy is rewritten in place; other news come as new messages."""
    kind = DeliveryKind.ALERT
    assert target(delivery(shop, kind, facts={"alert": 1, "delivery": 5})) == DeliveryId(5)
    assert target(delivery(shop, kind, facts={"alert": 1, "delivery": None})) is None
    assert target(delivery(shop, kind, facts={"alert": 1})) is None
