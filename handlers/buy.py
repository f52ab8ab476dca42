"""`/buy`: category, product, type, quantity, confirm.

One ConversationHandler whose every button, and the typed number, is an entry point and ends it
again: there is no state in memory that could make a button deaf, and each works after any restart.
What a typed number is the quantity of is a stored row, written in the step that asks.

A menu is edited in place, but never over a message that shows an order: apps press a button again
when they reconnect, and the cards may stand there by then.
"""

import warnings

from telegram import Update
from telegram.ext import ConversationHandler
from telegram.warnings import PTBUserWarning

from bot.domain.catalog import CardTypeId, CategoryId, ProductId
from bot.domain.orders import OrderId, QuoteId
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.services.quoting import Choice
from handlers.callbacks import Verb
from handlers.context import Context
from handlers.guards import Who, pressed_message
from handlers.keyboards import keyboard
from handlers.messages import screens
from handlers.rendered import Rendered
from handlers.replying import answer, say, show
from handlers.routes import Route, Routes, button, command, typed

AWAITED = "quantity:"
"""What a typed number is while a quantity is asked for, before the type's id."""


async def buy(update: Update, context: Context) -> None:
    """Send the categories, in a new message."""
    await say(update, context, await _categories(context, page=1))


async def turn_categories(update: Update, context: Context) -> None:
    """Turn to a page of categories, or back to the first."""
    await answer(update, context)
    await _menu(update, context, await _categories(context, page=_page(context)))


async def choose_category(update: Update, context: Context) -> None:
    """Show a category's products."""
    await answer(update, context)
    await _show_products(update, context, CategoryId(context.number()), page=1)


async def turn_products(update: Update, context: Context) -> None:
    """Turn to a page of a category's products, or back to the first."""
    await answer(update, context)
    await _show_products(update, context, CategoryId(_of(context)), page=_page(context))


async def choose_product(update: Update, context: Context) -> None:
    """Show a product's types."""
    await answer(update, context)
    await _show_types(update, context, ProductId(context.number()), page=1)


async def turn_types(update: Update, context: Context) -> None:
    """Turn to a page of a product's types, or back to the first."""
    await answer(update, context)
    await _show_types(update, context, ProductId(_of(context)), page=_page(context))


async def choose_type(update: Update, context: Context) -> None:
    """Ask how many of a type; a number typed from now on is the answer."""
    choice = await _ask_quantity(context, CardTypeId(context.number()))
    await answer(update, context)
    await _menu(update, context, screens.quantity(context.voice, choice))


async def back_to_type(update: Update, context: Context) -> None:
    """Ask again how many of a type."""
    choice = await _ask_quantity(context, CardTypeId(_of(context)))
    await answer(update, context)
    await _menu(update, context, screens.quantity(context.voice, choice))


async def type_again(update: Update, context: Context) -> None:
    """Ask how many of the type of an order that brought nothing, in a new message."""
    choice = await _ask_quantity(context, CardTypeId(_of(context)))
    await answer(update, context)
    await say(update, context, screens.quantity(context.voice, choice))


async def choose_quantity(update: Update, context: Context) -> None:
    """Show the confirm screen; what cannot be had is said in its place, with a way back."""
    await answer(update, context)
    card_type_id = CardTypeId(context.number(0))
    await _menu(update, context, await _offer(context, card_type_id, context.number(1)))


async def type_quantity(update: Update, context: Context) -> None:
    """Take a typed number as the quantity; a wrong one is explained, and may be typed again.

    Anybody's text ends up here. An admin without a shop is told so like everybody else who asked
    nothing; a stranger is shown the way in.
    """
    person_id = context.who.person.id
    awaited = context.who.expected or ""
    text = update.effective_message.text if update.effective_message else None
    if not awaited.startswith(AWAITED) or text is None:
        if not context.who.is_admin:
            _ = context.agent  # a stranger is refused, with the way in
        await say(update, context, Rendered(html=context.voice.say("not-understood")))
        return
    card_type_id = CardTypeId(int(awaited.removeprefix(AWAITED)))
    offer = await context.counter.quoting.quote_typed(person_id, card_type_id, text)
    await context.counter.asking.forget(person_id)
    await say(update, context, screens.confirm(context.voice, offer))


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


async def _categories(context: Context, *, page: int) -> Rendered:
    catalog = context.counter.catalog
    favourites = await catalog.favourites(context.agent.id)
    return screens.categories(context.voice, await catalog.categories(), favourites, page)


async def _show_products(
    update: Update, context: Context, category_id: CategoryId, *, page: int
) -> None:
    category, listed = await context.counter.catalog.products(category_id)
    if category is None:
        raise Refusal(RefusalReason.NOT_AVAILABLE)
    away = await context.counter.catalog.away(listed)
    await _menu(update, context, screens.products(context.voice, category, listed, page, away=away))


async def _show_types(
    update: Update, context: Context, product_id: ProductId, *, page: int
) -> None:
    product, listed = await context.counter.catalog.types(product_id, context.agent.id)
    if product is None:
        raise Refusal(RefusalReason.NOT_AVAILABLE)
    await _menu(update, context, screens.types(context.voice, product, listed, page))


async def _ask_quantity(context: Context, card_type_id: CardTypeId) -> Choice:
    person_id = context.who.person.id
    choice = await context.counter.quoting.choose(person_id, card_type_id)
    await context.counter.asking.ask(person_id, f"{AWAITED}{choice.card_type.id}")
    return choice


async def _offer(context: Context, card_type_id: CardTypeId, quantity: int) -> Rendered:
    quoting, voice = context.counter.quoting, context.voice
    try:
        offer = await quoting.quote(context.who.person.id, card_type_id, quantity)
    except Refusal as refusal:
        back = (screens.QUANTITY, card_type_id)
        return Rendered(html=voice.refusal(refusal), keyboard=keyboard(voice, back=back))
    return screens.confirm(voice, offer)


async def _quote_anew(update: Update, context: Context, refusal: Refusal) -> None:
    card_type_id, quantity = (int(str(refusal.facts[name])) for name in ("type", "quantity"))
    rendered = await _offer(context, CardTypeId(card_type_id), quantity)
    await answer(update, context, context.voice.label("toast-new-price"))
    await _menu(update, context, rendered)


async def _menu(update: Update, context: Context, rendered: Rendered) -> None:
    """Put a menu in the place of the pressed one, unless an order is shown there by now."""
    if context.who.on_order:
        await say(update, context, rendered)
    else:
        await show(update, context, rendered)


def _of(context: Context) -> int:
    """Of which category, product or type a page or a way back is."""
    place = context.found[1]
    if not place:
        raise Refusal(RefusalReason.NOT_AVAILABLE)
    return int(place)


def _page(context: Context) -> int:
    """Which page; a way back leads to the first."""
    return context.number(2) if len(context.found) > 2 else 1


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
            command("buy", buy, MEMBERS),
            button(Verb.PAGE, turn_categories, MEMBERS, place=screens.CATEGORIES),
            button(Verb.BACK, turn_categories, MEMBERS, place=screens.CATEGORIES),
            button(Verb.CATEGORY, choose_category, MEMBERS),
            button(Verb.PAGE, turn_products, MEMBERS, place=screens.PRODUCTS),
            button(Verb.BACK, turn_products, MEMBERS, place=screens.PRODUCTS),
            button(Verb.PRODUCT, choose_product, MEMBERS),
            button(Verb.PAGE, turn_types, MEMBERS, place=screens.TYPES),
            button(Verb.BACK, turn_types, MEMBERS, place=screens.TYPES),
            button(Verb.TYPE, choose_type, MEMBERS, asks=True),
            button(Verb.BACK, back_to_type, MEMBERS, place=screens.QUANTITY, asks=True),
            button(Verb.BACK, type_again, MEMBERS, place=screens.AGAIN, asks=True),
            button(Verb.QUANTITY, choose_quantity, MEMBERS),
            button(Verb.CONFIRM, confirm, MEMBERS),
            button(Verb.CANCEL, cancel_order, MEMBERS),
            typed(type_quantity, Who.ANYONE),
        ]
    ),
)
