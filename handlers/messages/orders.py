"""Orders in words: progress, receipts, ends, new offers, and orders seen again."""

from datetime import date

from telegram import InlineKeyboardButton

from bot.domain.orders import Order, OrderState, Reason
from bot.domain.outbox import LONGEST_COPY
from bot.domain.phones import spaced
from bot.domain.progress import Step
from bot.ports.messenger import Notes, NumberedCard, Outcome, Progress, Receipt, Requote
from bot.services.orders import OrdersPage
from bot.texts import Markup, Voice, code, rows, shortened, shown_units
from handlers.callbacks import Verb
from handlers.keyboards import column, copies, keyboard, pages, press
from handlers.messages.common import full_name
from handlers.messages.places import AGAIN
from handlers.messages.screens import confirm_button
from handlers.rendered import Rendered

ORDERS = "orders"
"""The list of orders, as `page:` and `back:` name it."""

COPIES_IN_A_ROW = 5

LONGEST = 4096
"""UTF-16 units of a message (Bot API, sendMessage)."""

LONGEST_NOTE, SHORTEST_NOTE, NOTE_OVERHEAD = 600, 40, 60
"""Units of a provider's note that are shown, with how few it is left out; those of its title."""

UNDER_WAY = {Step.CONFIRMED, Step.SENDING, Step.HANDLING, Step.HANDLING_LONG}
"""The steps at which a member waits for cards, and for nothing else."""

_S = OrderState
MARKS = {
    _S.CONFIRMED: "⏳",
    _S.SENDING: "⏳",
    _S.UNKNOWN: "🔎",
    _S.HANDLING: "⏳",
    _S.FULFILLED: "✅",
    _S.PARTIALLY_FILLED: "🟡",
    _S.REFUNDED: "↩️",
    _S.REFUSED: "❌",
    _S.WITHDRAWN: "✖️",
}


def render(message: Progress | Receipt | Outcome | Requote, voice: Voice) -> Rendered:
    """Find the words for what became of an order."""
    match message:
        case Progress():
            return progress(message, voice)
        case Receipt():
            return receipt(message, voice)
        case Outcome():
            return outcome(message, voice)
        case Requote():
            return requote(message, voice)


def progress(message: Progress, voice: Voice) -> Rendered:
    """Say how far an open order is; with Cancel while nothing has left for the provider."""
    order = message.order
    cancel = [press(voice.label("button-cancel"), Verb.CANCEL, order.id)]
    text: list[str] = [_head(order, voice), "", voice.say(f"progress-{message.step}")]
    if message.delayed and message.step in UNDER_WAY:
        text.append(voice.say("progress-delayed"))
    return Rendered(
        html=rows(text),
        keyboard=keyboard(voice, cancel) if message.step is Step.CONFIRMED else None,
    )


def receipt(message: Receipt, voice: Voice) -> Rendered:
    """Show cards, each value on a line of its own, with a button that copies the code.

    No clock and no chance is in it, so that writing it again shows the same cards in the same
    place. A code that is a link is shown like any other, and opened by nobody.
    """
    order = message.order
    lines: list[str] = [_receipt_head(order, voice)]
    lines.append(
        voice.say("receipt-what", product=order.product_title, type=order.type_name),
    )
    if len(message.cards) < order.cards:
        first, last = message.cards[0].number, message.cards[-1].number
        lines.append(voice.say("receipt-part", first=first, last=last, count=order.cards))
    if message.copy:
        lines.append(voice.say("receipt-copy", order=order.id))
    for card in message.cards:
        lines += ["", *_card(card, voice)]
    if any(one.card.is_link for one in message.cards):
        lines += ["", voice.say("receipt-link")]
    if message.is_last or not order.is_final:
        lines += ["", *_money(message, voice)]
    if message.is_last:
        lines += _notes(message.notes, voice, room=LONGEST - shown_units(rows(lines)))
    buttons = [_copy(card) for card in message.cards if 0 < len(card.card.code) <= LONGEST_COPY]
    return Rendered(
        html=rows(lines),
        keyboard=keyboard(voice, *column(buttons, width=COPIES_IN_A_ROW)),
        has_cards=True,
    )


def secrets(message: object) -> tuple[str, ...]:
    """List what a message shows that no log may hold: a phone; codes, PINs, serials of cards."""
    if isinstance(message, Requote) and message.phone:
        return message.phone, spaced(message.phone)
    if not isinstance(message, Receipt):
        return ()
    return tuple(text for one in message.cards for text in one.card.secrets)


def outcome(message: Outcome, voice: Voice) -> Rendered:
    """Say that an order brought no card: what became of the money, why, what to do next."""
    order = message.order
    again = press(voice.label("button-buy-again"), Verb.BACK, AGAIN, order.card_type_id)
    return Rendered(
        html=rows(
            [
                _head(order, voice),
                "",
                voice.say(f"outcome-{order.state}"),
                voice.say("outcome-money", amount=order.given_back, balance=message.wallet.balance),
                voice.say(f"reason-{order.reason or order.state}"),
            ]
        ),
        keyboard=keyboard(voice, [again]),
    )


def requote(message: Requote, voice: Voice) -> Rendered:
    """Offer again what an order could not buy: at the new price, elsewhere, or what is left."""
    order, quote = message.order, message.quote
    facts = {
        "order": order.id,
        "product": quote.product_title,
        "type": quote.type_name,
        "quantity": quote.quantity,
        "price": quote.unit_price,
        "total": quote.total,
    }
    if order.reason is Reason.PRICE_ROSE:
        html = voice.say("requote-price", old=order.unit_price, **facts)
    elif quote.account != order.account:
        html = voice.say("requote-elsewhere", old=order.unit_price, **facts)
    else:
        html = voice.say("requote-stock", **facts)
    text: list[str] = [html]
    if message.phone:
        text.append(voice.say("buy-recipient", phone=spaced(message.phone)))
    if message.delayed:
        text.append(voice.say("buy-delayed"))
    return Rendered(html=rows(text), keyboard=keyboard(voice, [confirm_button(voice, quote)]))


def listed(page: OrdersPage, voice: Voice) -> Rendered:
    """Show a page of orders, a button each."""
    if not page.orders:
        return Rendered(html=voice.say("orders-none"))
    return Rendered(
        html=voice.say("orders-title"),
        keyboard=keyboard(
            voice,
            *column([_line(order, voice) for order in page.orders]),
            pages(voice, page.page, page.pages, ORDERS),
        ),
    )


def details(order: Order, voice: Voice) -> Rendered:
    """Show one order; its codes stay hidden until they are asked for."""
    lines = [_head(order, voice), "", voice.say(f"order-state-{order.state}")]
    if order.reason is not None:
        lines.append(voice.say(f"reason-{order.reason}"))
    lines.append(voice.say("order-placed", at=order.confirmed_at))
    if order.cards:
        lines.append(voice.say("order-charged", charged=order.charged))
    if order.given_back:
        lines.append(voice.say("order-given-back", amount=order.given_back))
    if order.cards:
        lines.append(voice.say("order-cards", count=order.cards))
    reveal = [press(voice.label("button-reveal"), Verb.REVEAL, order.id)] if order.cards else []
    return Rendered(html=rows(lines), keyboard=keyboard(voice, reveal, back=(ORDERS,)))


def _head(order: Order, voice: Voice) -> Markup:
    return voice.say(
        "order-head",
        order=order.id,
        product=order.product_title,
        type=order.type_name,
        quantity=order.quantity,
        total=order.total,
    )


def _receipt_head(order: Order, voice: Voice) -> Markup:
    if order.cards < order.quantity:
        facts = {"order": order.id, "count": order.cards, "quantity": order.quantity}
        return voice.say("receipt-head-partial", **facts)
    return voice.say("receipt-head", order=order.id, count=order.cards)


def _card(one: NumberedCard, voice: Voice) -> list[Markup]:
    card = one.card
    lines = [voice.say("card-line", number=one.number, code=code(card.code))]
    if card.pin:
        lines.append(voice.say("card-pin", pin=code(card.pin)))
    if card.serial:
        lines.append(voice.say("card-serial", serial=code(card.serial)))
    if card.valid_until:
        lines.append(voice.say("card-valid-until", day=_day(card.valid_until)))
    return lines


def _day(told: str) -> date | str:
    """Read a last day; what is none is shown as it was told, since a card is never held back."""
    try:
        return date.fromisoformat(told)
    except ValueError:
        return told


def _notes(notes: Notes, voice: Voice, *, room: int) -> list[str]:
    """Say how cards are redeemed and how long they last, as far as the message has room."""
    lines: list[str] = []
    for text, told in (
        ("receipt-redemption", notes.redemption),
        ("receipt-validity", notes.validity),
    ):
        left = min(LONGEST_NOTE, room - shown_units(rows(lines)) - NOTE_OVERHEAD)
        if told and left >= SHORTEST_NOTE:
            lines += ["", voice.say(text, told=shortened(told, left))]
    return lines


def _copy(one: NumberedCard) -> InlineKeyboardButton:
    return copies(f"📋 {one.number}", one.card.code)


def _money(message: Receipt, voice: Voice) -> list[Markup]:
    order = message.order
    if not order.is_final:
        return [voice.say("receipt-open")]
    lines = [
        voice.say("receipt-paid", charged=order.charged, balance=message.wallet.balance),
    ]
    if missing := order.quantity - order.cards:
        lines.append(voice.say("receipt-given-back", missing=missing, amount=order.given_back))
    return lines


def _line(order: Order, voice: Voice) -> InlineKeyboardButton:
    label = voice.label(
        "button-order",
        order=order.id,
        name=full_name(order.product_title, order.type_name),
        quantity=order.quantity,
    )
    return press(f"{MARKS[order.state]} {label}", Verb.ORDER, order.id)
