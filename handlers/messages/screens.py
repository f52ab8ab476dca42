"""The screens of buying: categories, products, types, quantity, confirm."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from telegram import InlineKeyboardButton

from bot.domain.catalog import Category, Product, ProductId
from bot.domain.orders import Quote
from bot.domain.quantities import choices
from bot.services.catalog import Offered
from bot.services.quoting import Choice, Offer
from bot.texts import Voice, rows
from handlers.callbacks import Verb
from handlers.keyboards import PAGE, column, fitting, keyboard, pages, press
from handlers.messages.common import full_name
from handlers.rendered import Rendered

T = TypeVar("T")

CATEGORIES, PRODUCTS, TYPES, QUANTITY, AGAIN = "categories", "products", "types", "type", "again"
"""The screens, as `page:` and `back:` name them; `again` is the quantity in a new message."""


def categories(
    voice: Voice, listed: Sequence[Category], favourites: Sequence[Offered], page: int = 1
) -> Rendered:
    """Show what can be bought: favourites above, categories below."""
    if not listed:
        return Rendered(html=voice.say("buy-nothing"))
    shown, page, of = _cut(listed, page)
    buyable = [one for one in favourites if one.available]
    text = [voice.say("buy-categories"), *([voice.say("buy-favourites")] if buyable else [])]
    return Rendered(
        html=rows(text),
        keyboard=keyboard(
            voice,
            *column([_favourite(voice, one) for one in buyable]),
            *column([press(one.title, Verb.CATEGORY, one.id) for one in shown]),
            pages(voice, page, of, CATEGORIES),
        ),
    )


def products(
    voice: Voice,
    category: Category,
    listed: Sequence[Product],
    page: int,
    *,
    away: Collection[ProductId] = (),
) -> Rendered:
    """Show a category's products; those that are `away` cannot be had now, and say so."""
    shown, page, of = _cut(listed, page)
    text = "buy-products" if listed else "buy-no-products"
    return Rendered(
        html=voice.say(text, category=category.title),
        keyboard=keyboard(
            voice,
            *column([_listed(voice, one, away) for one in shown]),
            pages(voice, page, of, PRODUCTS, category.id),
            back=(CATEGORIES,),
        ),
    )


def types(voice: Voice, product: Product, listed: Sequence[Offered], page: int) -> Rendered:
    """Show a product's types with their prices; no price is cut off on a small phone."""
    shown, page, of = _cut(listed, page)
    text = "buy-types" if listed else "buy-no-types"
    return Rendered(
        html=voice.say(text, product=product.title),
        keyboard=keyboard(
            voice,
            *fitting([_offered(voice, one) for one in shown]),
            pages(voice, page, of, TYPES, product.id),
            back=(PRODUCTS, product.category_id),
        ),
    )


def quantity(voice: Voice, choice: Choice) -> Rendered:
    """Ask how many; a typed number is an answer too."""
    card_type = choice.card_type
    numbers = [press(str(n), Verb.QUANTITY, card_type.id, n) for n in choices(card_type.stock)]
    return Rendered(
        html=voice.say(
            "buy-quantity",
            product=choice.product.title,
            type=card_type.name,
            price=choice.price,
            most=choice.most,
        ),
        keyboard=keyboard(voice, numbers, back=(TYPES, choice.product.id)),
    )


def confirm(voice: Voice, offer: Offer) -> Rendered:
    """Show everything about the order once more, with the button that spends money."""
    quote, balance = offer.quote, offer.wallet.balance
    text: list[str] = [
        voice.say(
            "buy-confirm",
            product=quote.product_title,
            type=quote.type_name,
            quantity=quote.quantity,
            price=quote.unit_price,
            total=quote.total,
            before=balance,
            after=balance - quote.total,
        )
    ]
    if earlier := offer.repeats:
        text = [voice.say("buy-repeat", order=earlier.id, at=earlier.confirmed_at), "", *text]
    return Rendered(
        html=rows(text),
        keyboard=keyboard(
            voice, [confirm_button(voice, quote)], back=(QUANTITY, quote.card_type_id)
        ),
    )


def confirm_button(voice: Voice, quote: Quote) -> InlineKeyboardButton:
    """The button that spends money; it says what it does."""
    label = voice.label("button-confirm", quantity=quote.quantity, total=quote.total)
    return press(label, Verb.CONFIRM, quote.id)


def _listed(voice: Voice, product: Product, away: Collection[ProductId]) -> InlineKeyboardButton:
    name = _title(product)
    label = voice.label("button-away", name=name) if product.id in away else name
    return press(label, Verb.PRODUCT, product.id)


def _favourite(voice: Voice, one: Offered) -> InlineKeyboardButton:
    name = full_name(one.product.title, one.card_type.name)
    label = voice.label("button-favourite", name=name, price=one.price)
    return press(label, Verb.TYPE, one.card_type.id)


def _offered(voice: Voice, one: Offered) -> InlineKeyboardButton:
    if one.available:
        label = voice.label("button-type", name=one.card_type.name, price=one.price)
    elif one.card_type.stock > 0:
        label = voice.label("button-away", name=one.card_type.name)
    else:
        label = voice.label("button-type-out", name=one.card_type.name)
    return press(label, Verb.TYPE, one.card_type.id)


def _title(product: Product) -> str:
    region = (product.region or "").replace("-", " ").strip()
    known = not region or region.casefold() in product.title.casefold()
    return product.title if known else f"{product.title} ({region})"


def _cut(listed: Sequence[T], page: int) -> tuple[Sequence[T], int, int]:
    """Cut out a page; one beyond the last is the last."""
    of = max(1, -(-len(listed) // PAGE))
    page = min(max(1, page), of)
    return listed[(page - 1) * PAGE : page * PAGE], page, of
