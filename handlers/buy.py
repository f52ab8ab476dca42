"""`/buy`: category, product, type, quantity, confirm; with an amount or a phone where one is asked.

One ConversationHandler whose every button, and the typed answer, is an entry point and ends it
again: there is no state in memory that could make a button deaf, and each works after any restart.
What a typed message answers is a stored row, written in the step that asks.

A menu is edited in place, but never over a message that shows an order: apps press a button again
when they reconnect, and the cards may stand there by then.
"""

import warnings
from typing import TypeAlias

from telegram import Update
from telegram.ext import ConversationHandler
from telegram.warnings import PTBUserWarning

from bot.domain.catalog import CardTypeId
from bot.domain.orders import OrderId, QuoteId
from bot.domain.phones import spaced
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.log import hiding
from bot.services.quoting import Choice, Offer
from handlers import browse
from handlers.callbacks import Verb
from handlers.context import Context
from handlers.guards import Who, pressed_message
from handlers.keyboards import keyboard
from handlers.messages import places, screens
from handlers.rendered import Rendered
from handlers.replying import answer, menu, say
from handlers.routes import Route, Routes, button, command, typed

Ids: TypeAlias = tuple[int, ...]

QUANTITY, AMOUNT, PHONE = "quantity", "amount", "phone"
"""What a typed message answers, before the type's id; a phone also before the quantity."""


async def choose_type(update: Update, context: Context) -> None:
    """Ask how many of a type, or which amount; what is typed from now on is the answer."""
    choice = await _choose(context, CardTypeId(context.number()))
    await answer(update, context)
    await menu(update, context, await _ask(context, choice))


async def back_to_type(update: Update, context: Context) -> None:
    """Ask again how many of a type."""
    choice = await _choose(context, CardTypeId(browse.place_of(context)))
    await answer(update, context)
    await menu(update, context, await _ask(context, choice))


async def type_again(update: Update, context: Context) -> None:
    """Ask how many of the type of an order that brought nothing, in a new message."""
    choice = await _choose(context, CardTypeId(browse.place_of(context)))
    await answer(update, context)
    await say(update, context, await _ask(context, choice))


async def choose_quantity(update: Update, context: Context) -> None:
    """Show the confirm screen; what cannot be had is said in its place, with a way back."""
    await answer(update, context)
    card_type_id = CardTypeId(context.number(0))
    await menu(update, context, await _offer(context, card_type_id, context.number(1)))


async def type_answer(update: Update, context: Context) -> None:
    """Take a typed message as the answer to what was asked; a wrong one may be typed again.

    Anybody's text ends up here. An admin without a shop is told so like everybody else who asked
    nothing; a stranger is shown the way in.
    """
    asked, *ids = (context.who.expected or "").split(":")
    text = update.effective_message.text if update.effective_message else None
    if asked not in _TYPED or text is None:
        if not context.who.is_admin:
            _ = context.agent  # a stranger is refused, with the way in
        await say(update, context, Rendered(html=context.voice.say("not-understood")))
        return
    await _TYPED[asked](update, context, text, tuple(map(int, ids)))


async def confirm(update: Update, context: Context) -> None:
    """Order, once; from here on the message belongs to the order and its deliveries."""
    quote_id = QuoteId(context.found[0])
    try:
        confirmed = await context.counter.checkout.confirm(
            context.who.person.id, quote_id, message_id=pressed_message(update)
        )
    except Refusal as refusal:
        if refusal.reason != RefusalReason.QUOTE_EXPIRED:
            raise
        await _quote_anew(update, context, refusal)
        return
    voice, order = context.voice, confirmed.order
    if confirmed.is_new:
        await answer(update, context, voice.label("toast-working"))
    else:
        await answer(update, context, voice.label("toast-ordered-before", order=order.id))
    context.counter.deliveries.progress(order)


async def cancel_order(update: Update, context: Context) -> None:
    """Cancel an order that has not left for the provider; its message then says so."""
    order_id = OrderId(context.number())
    order = await context.counter.checkout.cancel(context.who.person.id, order_id)
    await answer(update, context, context.voice.label("toast-withdrawn", order=order.id))


async def _choose(context: Context, card_type_id: CardTypeId) -> Choice:
    return await context.counter.quoting.choose(context.who.person.id, card_type_id)


async def _ask(context: Context, choice: Choice) -> Rendered:
    """Ask how many cards, or of which amount, and remember that it was asked."""
    bounds = choice.card_type.open_amount
    await _expect(context, QUANTITY if bounds is None else AMOUNT, choice.card_type.id)
    if bounds is None:
        return screens.quantity(context.voice, choice)
    return screens.amount(context.voice, choice, bounds)


async def _expect(context: Context, asked: str, *ids: int) -> None:
    what = ":".join([asked, *map(str, ids)])
    await context.counter.asking.ask(context.who.person.id, what)


async def _type_amount(update: Update, context: Context, text: str, ids: Ids) -> None:
    person_id = context.who.person.id
    choice = await context.counter.amounts.choose(person_id, CardTypeId(ids[0]), text)
    await say(update, context, await _ask(context, choice))


async def _type_quantity(update: Update, context: Context, text: str, ids: Ids) -> None:
    quoting, person_id = context.counter.quoting, context.who.person.id
    try:
        offer = await quoting.quote_typed(person_id, CardTypeId(ids[0]), text)
    except Refusal as refusal:
        if refusal.reason != RefusalReason.PHONE_NEEDED:
            raise
        await say(update, context, await _ask_phone(context, refusal))
        return
    await _say_offer(update, context, offer)


async def _type_phone(update: Update, context: Context, text: str, ids: Ids) -> None:
    quoting, person_id = context.counter.quoting, context.who.person.id
    card_type_id, quantity = CardTypeId(ids[0]), ids[1]
    with hiding(text):
        offer = await quoting.quote_for(person_id, card_type_id, quantity, text)
    await _say_offer(update, context, offer)


_TYPED = {QUANTITY: _type_quantity, AMOUNT: _type_amount, PHONE: _type_phone}


async def _say_offer(update: Update, context: Context, offer: Offer) -> None:
    await context.counter.asking.forget(context.who.person.id)
    phone = offer.phone or ""
    with hiding(phone, spaced(phone)):
        await say(update, context, screens.confirm(context.voice, offer))


async def _ask_phone(context: Context, refusal: Refusal) -> Rendered:
    """Ask whom the cards are for, and remember for which cards it was asked."""
    card_type_id, quantity = _wanted(refusal)
    await _expect(context, PHONE, card_type_id, quantity)
    return screens.recipient(context.voice, card_type_id)


async def _offer(context: Context, card_type_id: CardTypeId, quantity: int) -> Rendered:
    quoting, voice = context.counter.quoting, context.voice
    try:
        offer = await quoting.quote(context.who.person.id, card_type_id, quantity)
    except Refusal as refusal:
        if refusal.reason == RefusalReason.PHONE_NEEDED:
            return await _ask_phone(context, refusal)
        back = (places.QUANTITY, card_type_id)
        return Rendered(html=voice.refusal(refusal), keyboard=keyboard(voice, back=back))
    return screens.confirm(voice, offer)


async def _quote_anew(update: Update, context: Context, refusal: Refusal) -> None:
    rendered = await _offer(context, *_wanted(refusal))
    await answer(update, context, context.voice.label("toast-new-price"))
    await menu(update, context, rendered)


def _wanted(refusal: Refusal) -> tuple[CardTypeId, int]:
    """Read which type, and how many of it, a refusal is about."""
    card_type_id, quantity = (int(str(refusal.facts[name])) for name in ("type", "quantity"))
    return CardTypeId(card_type_id), quantity


def _conversation(entry_points: list[Route]) -> Route:
    # The library warns that buttons are not tracked per message: nothing here is tracked at all.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "If 'per_message=False'", PTBUserWarning)
        return ConversationHandler(
            entry_points=[*entry_points], states={}, fallbacks=[], allow_reentry=True
        )


MEMBERS = Who.MEMBERS

HANDLERS: Routes = (
    _conversation(
        [
            command("buy", browse.buy, MEMBERS),
            button(Verb.PAGE, browse.turn_categories, MEMBERS, place=places.CATEGORIES),
            button(Verb.BACK, browse.turn_categories, MEMBERS, place=places.CATEGORIES),
            button(Verb.CATEGORY, browse.choose_category, MEMBERS),
            button(Verb.PAGE, browse.turn_products, MEMBERS, place=places.PRODUCTS),
            button(Verb.BACK, browse.turn_products, MEMBERS, place=places.PRODUCTS),
            button(Verb.COUNTRY, browse.choose_country, MEMBERS),
            button(Verb.PAGE, browse.turn_countries, MEMBERS, place=places.COUNTRIES),
            button(Verb.BACK, browse.turn_countries, MEMBERS, place=places.COUNTRIES),
            button(Verb.PAGE, browse.turn_country, MEMBERS, place=places.COUNTRY),
            button(Verb.BACK, browse.turn_country, MEMBERS, place=places.COUNTRY),
            button(Verb.PRODUCT, browse.choose_product, MEMBERS),
            button(Verb.PAGE, browse.turn_types, MEMBERS, place=places.TYPES),
            button(Verb.BACK, browse.turn_types, MEMBERS, place=places.TYPES),
            button(Verb.TYPE, choose_type, MEMBERS, asks=True),
            button(Verb.BACK, back_to_type, MEMBERS, place=places.QUANTITY, asks=True),
            button(Verb.BACK, type_again, MEMBERS, place=places.AGAIN, asks=True),
            button(Verb.QUANTITY, choose_quantity, MEMBERS),
            button(Verb.CONFIRM, confirm, MEMBERS),
            button(Verb.CANCEL, cancel_order, MEMBERS),
            typed(type_answer, Who.ANYONE),
        ]
    ),
)
"""Every way to buy; none of them waits for another."""
