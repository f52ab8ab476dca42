from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agents import AgentId, Wallet
from bot.domain.cards import Card
from bot.domain.orders import OPEN, OrderState, Reason
from bot.domain.outbox import (
    CARD_OVERHEAD,
    CARDS_PER_MESSAGE,
    CHARACTERS_PER_MESSAGE,
    length_of,
    parts,
)
from bot.domain.progress import Step
from bot.playground.telegram.html import parse
from bot.ports.messenger import (
    AccessDecided,
    Message,
    Notes,
    NumberedCard,
    Outcome,
    Progress,
    Receipt,
    Requote,
    Standing,
    WalletMoved,
)
from bot.services.orders import OrdersPage
from bot.services.quoting import Offer
from bot.texts import LANGUAGES, Translator, Voice
from handlers.messages import orders, render, screens
from handlers.messages.common import full_name
from handlers.rendered import Rendered
from tests.conversation.stage import ZONE
from tests.fakes.world import NOON
from tests.unit.samples import ORDER, QUOTE, dinars

S = OrderState
TRANSLATOR = Translator(ZONE, strict=True)
WALLET = Wallet(agent_id=AgentId(3), balance=dinars(7100), held=dinars(0), credit_limit=dinars(0))
LONGEST = 4096


@pytest.fixture(params=LANGUAGES)
def voice(request: pytest.FixtureRequest) -> Voice:
    """Speak each language in turn."""
    return TRANSLATOR.voice(request.param)


def said(message: Message, voice: Voice) -> Rendered:
    return render(message, voice, support_contact="@wakil_support")


def text(rendered: Rendered) -> str:
    """Read a message as Telegram would show it, after checking its HTML."""
    shown, _ = parse(rendered.html)
    assert 0 < len(shown.encode("utf-16-le")) // 2 <= LONGEST
    return shown


def codes(rendered: Rendered) -> list[str]:
    shown, entities = parse(rendered.html)
    return [entity.of(shown) for entity in entities if entity.kind == "code"]


def data(rendered: Rendered) -> list[object]:
    if rendered.keyboard is None:
        return []
    return [one.callback_data for row in rendered.keyboard.inline_keyboard for one in row]


def receipt(*cards: Card, ordered: int | None = None, **changes: object) -> Receipt:
    """A receipt of these cards, fulfilled unless more were ordered."""
    quantity = ordered or len(cards)
    state = S.FULFILLED if quantity == len(cards) else S.PARTIALLY_FILLED
    order = replace(ORDER, state=state, quantity=quantity, cards=len(cards))
    numbered = tuple(NumberedCard(number=n, card=card) for n, card in enumerate(cards, 1))
    shown = Receipt(order=order, cards=numbered, copy=False, is_last=True, wallet=WALLET)
    return replace(shown, **changes)  # type: ignore[arg-type] # replace is untyped


CARD = Card(code="ABCD-EFGH", serial="S1")


LINK = "https://cards.example/r?id=<1>&t=a%20b"
FOUR_TYPES = {
    "code": Card(code="ABCD-EFGH", serial="S1"),
    "code and PIN": Card(code="A<b>&'\"", pin="00 <12>", valid_until="2027-11-30"),
    "link": Card(code=LINK),
    "link and PIN": Card(code=LINK.upper(), pin="٣٤", serial="S2", valid_until="2027-11-30"),
}
NOTES = Notes(redemption="Open <shop> & enter it.\nThen pay.", validity="12 months.")


@pytest.mark.parametrize("kind", FOUR_TYPES)
def test_each_type_of_card_is_shown_whole(voice: Voice, kind: str) -> None:
    """Code or link, PIN and serial are entities of exactly their bytes; a last day is a date."""
    card = FOUR_TYPES[kind]
    rendered = said(receipt(card), voice)
    assert codes(rendered) == [one for one in (card.code, card.pin, card.serial) if one]
    shown, entities = parse(rendered.html)
    assert {entity.kind for entity in entities} <= {"bold", "code"}
    assert "href" not in rendered.html
    day = parse(voice.say("card-valid-until", day=date(2027, 11, 30)))[0]
    assert (day in shown) == bool(card.valid_until)
    assert (parse(voice.say("receipt-link"))[0] in shown) == card.is_link
    assert orders.secrets(receipt(card)) == tuple(codes(rendered))


def test_a_last_day_that_is_none_holds_back_no_card(voice: Voice) -> None:
    """What a provider tells instead of a date is shown as it is."""
    shown = text(said(receipt(replace(CARD, valid_until="soon <b>")), voice))
    assert "soon <b>" in shown


def test_how_to_redeem_is_told_once_at_the_end(voice: Voice) -> None:
    """The provider's notes stand below the last card, and below no other part."""
    shown = text(said(receipt(CARD, notes=NOTES), voice))
    redemption, validity = (
        parse(voice.say("receipt-redemption", told=NOTES.redemption))[0],
        parse(voice.say("receipt-validity", told=NOTES.validity))[0],
    )
    assert shown.endswith(f"{redemption}\n\n{validity}")
    earlier = said(receipt(CARD, notes=NOTES, is_last=False), voice)
    assert validity not in text(earlier)
    assert redemption not in text(said(receipt(CARD, notes=replace(NOTES, redemption="")), voice))


def test_long_notes_are_shortened(voice: Voice) -> None:
    """A provider who tells a story is cut off, with a sign that there is more."""
    story = "word 🎁 " * 400
    shown = text(said(receipt(CARD, notes=Notes(redemption=story, validity=story)), voice))
    assert shown.count("…") == 2
    assert len(shown) < 2000


def test_cards_go_before_notes(voice: Voice) -> None:
    """A message that its cards fill leaves the notes out, and every card in."""
    cards = [Card(code="C" * 3980)]
    shown = text(said(receipt(*cards, notes=Notes(redemption="w" * 900)), voice))
    assert "www" not in shown


@pytest.mark.parametrize("step", Step)
def test_cards_that_take_days_are_told_while_they_are_awaited(voice: Voice, step: Step) -> None:
    """Nobody is told of days while it is not known whether there is an order."""
    days = parse(voice.say("progress-delayed"))[0]
    waits = step in {Step.CONFIRMED, Step.SENDING, Step.HANDLING, Step.HANDLING_LONG}
    delayed = text(said(Progress(order=ORDER, step=step, delayed=True), voice))
    assert (days in delayed) == waits
    assert days not in text(said(Progress(order=ORDER, step=step), voice))


@pytest.mark.parametrize("step", Step)
def test_every_step_is_told(voice: Voice, step: Step) -> None:
    """Each step of an open order has its words; only a confirmed one can be cancelled."""
    rendered = said(Progress(order=ORDER, step=step), voice)
    assert str(ORDER.id) in text(rendered)
    assert data(rendered) == (["cancel:17"] if step is Step.CONFIRMED else [])


@pytest.mark.parametrize("reason", [*Reason, None])
def test_every_end_says_why_and_what_of_the_money(voice: Voice, reason: Reason | None) -> None:
    """An order without cards says why, that the money is back, and offers to choose again."""
    state = S.REFUNDED if reason is None else S.REFUSED
    order = replace(ORDER, state=state, reason=reason)
    rendered = said(Outcome(order=order, wallet=WALLET), voice)
    assert voice.say(f"reason-{reason or state}") in rendered.html
    money = voice.say("outcome-money", amount=dinars(2900), balance=dinars(7100))
    assert money in rendered.html
    assert data(rendered) == ["back:again:5"]


def test_a_receipt_shows_codes_and_serials_alone(voice: Voice) -> None:
    """Each code and serial is an entity of exactly its bytes, and nothing else is one."""
    cards = (Card(code="A<b>&'\"", serial="S 1"), Card(code="٣٤-XYZ"))
    rendered = said(receipt(*cards), voice)
    assert codes(rendered) == ["A<b>&'\"", "S 1", "٣٤-XYZ"]
    assert rendered.has_cards
    assert rendered.keyboard is not None
    copied = [one.copy_text for row in rendered.keyboard.inline_keyboard for one in row]
    assert {one.text for one in copied if one} == {card.code for card in cards}


def test_a_receipt_is_the_same_every_time(voice: Voice) -> None:
    """Writing a receipt again gives the same bytes, so that a repeated edit changes nothing."""
    first, second = (said(receipt(CARD), TRANSLATOR.voice(voice.language)) for _ in range(2))
    assert (first.html, first.keyboard) == (second.html, second.keyboard)


def test_a_receipt_tells_what_was_given_back(voice: Voice) -> None:
    """Three cards of five are told with the price of the other two."""
    rendered = said(receipt(CARD, replace(CARD, code="B"), ordered=5), voice)
    given_back = voice.say("receipt-given-back", missing=3, amount=dinars(1450) * 3)
    assert given_back in rendered.html
    assert voice.say("receipt-head-partial", order=17, count=2, quantity=5) in rendered.html


def test_a_part_that_came_early_says_that_more_is_awaited(voice: Voice) -> None:
    """While an order is open its receipt does not speak of an end."""
    shown = receipt(CARD)
    order = replace(shown.order, state=S.HANDLING, quantity=2)
    rendered = said(replace(shown, order=order, is_last=False), voice)
    assert voice.say("receipt-open") in rendered.html
    assert voice.say("receipt-paid", charged=dinars(1450), balance=dinars(7100)) not in (
        rendered.html
    )


def test_a_copy_says_so(voice: Voice) -> None:
    """Cards that may have been seen before are marked."""
    assert voice.say("receipt-copy", order=17) in said(receipt(CARD, copy=True), voice).html
    assert voice.say("receipt-copy", order=17) not in said(receipt(CARD), voice).html


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=30)  # of up to fifty cards each
@given(
    cards=st.lists(
        st.builds(
            Card,
            code=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1),
            serial=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"))),
            pin=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"))),
            valid_until=st.sampled_from(["", "2027-11-30", "9999-12-31"]),
        ),
        min_size=1,
        max_size=50,
    )
)
def test_every_part_fits_a_message(language: str, cards: list[Card]) -> None:
    """However long its codes, each part of a receipt is one message that Telegram takes."""
    voice = TRANSLATOR.voice(language)
    shown = receipt(*cards, notes=Notes(redemption="r" * 900, validity="v" * 900))
    for first, last in parts(tuple(map(length_of, cards)), first=1):
        part = replace(shown, cards=shown.cards[first - 1 : last])
        rendered = said(part, voice)
        held = [card.card for card in part.cards]
        values = (value for card in held for value in (card.code, card.pin, card.serial))
        expected = [value for value in values if value]
        assert codes(rendered) == expected
        assert text(rendered)


def test_the_fullest_part_fits_in_every_language(voice: Voice) -> None:
    """A message full to the domain's limit is within Telegram's, by characters and entities."""
    cards = [Card(code="C" * 45, serial="S" * 44) for _ in range(CARDS_PER_MESSAGE)]
    rendered = said(receipt(*cards, copy=True), voice)
    assert len(codes(rendered)) == 2 * CARDS_PER_MESSAGE
    assert text(rendered)
    room = CHARACTERS_PER_MESSAGE // CARDS_PER_MESSAGE - CARD_OVERHEAD
    with_pin = Card(code="", serial="S", pin="1", valid_until="2027-11-30")
    fullest = replace(with_pin, code="C" * (room - length_of(with_pin)))
    notes = Notes(redemption="r" * 900, validity="v" * 900)
    rendered = said(receipt(*[fullest] * CARDS_PER_MESSAGE, copy=True, notes=notes), voice)
    assert len(codes(rendered)) == 3 * CARDS_PER_MESSAGE
    assert text(rendered)


def test_an_unusable_copy_button_is_left_out(voice: Voice) -> None:
    """A code too long for a copy button is shown, without one."""
    rendered = said(receipt(Card(code="C" * 257)), voice)
    assert codes(rendered) == ["C" * 257]
    assert rendered.keyboard is None


def test_a_new_offer_shows_both_prices(voice: Voice) -> None:
    """What rose is shown beside what was promised, with the button that buys at the new price."""
    order = replace(ORDER, state=S.WITHDRAWN, reason=Reason.PRICE_ROSE)
    quote = replace(QUOTE, unit_price=dinars(1500))
    rendered = said(Requote(order=order, quote=quote), voice)
    assert rendered.html == voice.say(
        "requote-price",
        order=17,
        product="PSN",
        type="PSN 10 USD",
        quantity=2,
        old=dinars(1450),
        price=dinars(1500),
        total=dinars(3000),
    )
    assert data(rendered) == [f"confirm:{quote.id}"]
    gone = replace(order, reason=Reason.OUT_OF_STOCK)
    rest = said(Requote(order=gone, quote=quote), voice).html
    assert rendered.html != rest
    for_somebody = said(
        Requote(order=gone, quote=quote, phone="+213550123456", delayed=True), voice
    )
    assert text(for_somebody).startswith(text(said(Requote(order=gone, quote=quote), voice)))
    assert voice.say("buy-recipient", phone="+213 550 12 34 56") in for_somebody.html
    assert voice.say("buy-delayed") in for_somebody.html
    elsewhere = replace(quote, account=replace(quote.account, provider="other"))
    assert said(Requote(order=gone, quote=elsewhere), voice).html not in {rest, rendered.html}


def test_news_is_told(voice: Voice) -> None:
    """Decisions, money and standing each have their words."""
    news: list[Message] = [
        AccessDecided(approved=True),
        AccessDecided(approved=False),
        Standing(suspended=True),
        Standing(suspended=False),
        WalletMoved(amount=dinars(-50), wallet=WALLET),
    ]
    assert len({text(said(one, voice)) for one in news}) == len(news)


@pytest.mark.parametrize("state", OrderState)
def test_an_order_seen_again_hides_its_codes(voice: Voice, state: OrderState) -> None:
    """Details name the state; cards are shown only when asked for."""
    cards = 0 if state in {S.REFUNDED, S.REFUSED, S.WITHDRAWN} else 1
    order = replace(ORDER, state=state, cards=cards)
    rendered = orders.details(order, voice)
    assert voice.say(f"order-state-{state}") in rendered.html
    assert data(rendered) == [*(["reveal:17"] if cards else []), "back:orders"]
    assert (state in OPEN or cards == 1) == (
        voice.say("order-given-back", amount=order.total) not in rendered.html
    )
    listed = orders.listed(OrdersPage(orders=(order,), page=1, pages=1), voice)
    assert data(listed) == ["order:17"]


def test_what_spends_money_says_how_much(voice: Voice) -> None:
    """The confirm screen names product, type, prices and both balances."""
    rendered = screens.confirm(voice, Offer(quote=QUOTE, wallet=WALLET, repeats=ORDER))
    assert voice.say("buy-repeat", order=17, at=NOON) in rendered.html
    assert "PSN 10 USD" in text(rendered)
    assert data(rendered) == ["confirm:quote-1", "back:type:5"]
    assert voice.say("buy-delayed") not in rendered.html


def test_whom_cards_are_for_is_said_before_money_is_spent(voice: Voice) -> None:
    """Above the money the confirm screen repeats the number in full, and that cards take days."""
    offer = Offer(quote=QUOTE, wallet=WALLET, repeats=None, phone="+213550123456", delayed=True)
    rendered = screens.confirm(voice, offer)
    what, money, final = rendered.html.split("\n\n")
    assert "\u2068+213 550 12 34 56\u2069" in what
    assert voice.say("buy-delayed") in what
    assert money == voice.say(
        "buy-confirm-money",
        price=QUOTE.unit_price,
        total=QUOTE.total,
        before=WALLET.balance,
        after=WALLET.balance - QUOTE.total,
    )
    assert final == voice.say("buy-confirm-final")
    assert "213550123456" not in repr(offer)


@pytest.mark.parametrize(
    ("product", "name", "shown"),
    [
        ("PSN", "PSN 10 USD", "PSN 10 USD"),
        ("Apple Gift Card", "Apple 5 USD", "Apple 5 USD"),
        ("PSN Germany", "20 EUR", "PSN Germany 20 EUR"),
        ("", "10 USD", "10 USD"),
    ],
)
def test_a_brand_is_said_once(product: str, name: str, shown: str) -> None:
    """A type is named with its product unless it names the brand itself."""
    assert full_name(product, name) == shown
