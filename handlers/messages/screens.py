"""The screens of buying: categories, products, types, quantity, confirm."""

from collections.abc import Collection, Sequence

from telegram import InlineKeyboardButton

from bot.domain.amounts import face_name, largest
from bot.domain.catalog import CardTypeId, Category, OpenAmount, Product, ProductId
from bot.domain.money import Money
from bot.domain.orders import Quote
from bot.domain.phones import EXAMPLE, spaced
from bot.domain.quantities import choices
from bot.domain.regions import region_name
from bot.services.catalog import Offered
from bot.services.quoting import Choice, Offer
from bot.texts import Voice, rows
from handlers.callbacks import Verb
from handlers.keyboards import column, cut, fitting, keyboard, pages, press
from handlers.messages.common import full_name, maybe_away
from handlers.messages.countries import choice_of_country
from handlers.messages.places import CATEGORIES, COUNTRY, PRODUCTS, QUANTITY, TYPES
from handlers.rendered import Rendered


def categories(
    voice: Voice, listed: Sequence[Category], favourites: Sequence[Offered], page: int = 1
) -> Rendered:
    """Show what can be bought: favourites above, categories below."""
    if not listed:
        return Rendered(html=voice.say("buy-nothing"))
    shown, page, of = cut(listed, page)
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
    """Show a category's products, all of them; a country can be chosen below.

    Those that are `away` cannot be had now, and say so.
    """
    shown, page, of = cut(listed, page)
    text = "buy-products" if listed else "buy-no-products"
    return Rendered(
        html=voice.say(text, category=category.title),
        keyboard=keyboard(
            voice,
            *column([_listed(voice, one, away) for one in shown]),
            pages(voice, page, of, PRODUCTS, category.id),
            choice_of_country(voice, category, listed),
            back=(CATEGORIES,),
        ),
    )


def types(
    voice: Voice,
    product: Product,
    listed: Sequence[Offered],
    page: int,
    *,
    in_country: bool = False,
) -> Rendered:
    """Show a product's types with their prices; no price is cut off on a small phone.

    `in_country`: Back leads to the products of its country, where it was chosen.
    """
    shown, page, of = cut(sorted(listed, key=_is_open), page)
    text: list[str] = [voice.say("buy-types" if listed else "buy-no-types", product=product.title)]
    if product.delayed:
        text += ["", voice.say("buy-delayed")]
    return Rendered(
        html=rows(text),
        keyboard=keyboard(
            voice,
            *fitting([_offered(voice, one) for one in shown if not _is_open(one)]),
            *column([_offered(voice, one) for one in shown if _is_open(one)]),
            pages(voice, page, of, TYPES, product.id),
            back=(COUNTRY, product.id) if in_country else (PRODUCTS, product.category_id),
        ),
    )


def amount(voice: Voice, choice: Choice, bounds: OpenAmount) -> Rendered:
    """Ask for the face value of a card of an open amount."""
    facts = {"least": face_name(bounds.least), "most": face_name(largest(bounds))}
    text = [voice.say("buy-amount", product=choice.product.title, **facts)]
    if bounds.step == Money.of(1, bounds.step.currency):
        text.append(voice.say("buy-amount-whole"))
    elif bounds.step.minor > 1:
        text.append(voice.say("buy-amount-steps", step=face_name(bounds.step)))
    return Rendered(html=rows(text), keyboard=keyboard(voice, back=(TYPES, choice.product.id)))


def quantity(voice: Voice, choice: Choice) -> Rendered:
    """Ask how many; a typed number is an answer too."""
    card_type = choice.card_type
    numbers = [press(str(n), Verb.QUANTITY, card_type.id, n) for n in choices(choice.most)]
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


def recipient(voice: Voice, card_type_id: CardTypeId) -> Rendered:
    """Ask for the phone number of whoever gets the cards."""
    return Rendered(
        html=voice.say("buy-phone", example=EXAMPLE),
        keyboard=keyboard(voice, back=(QUANTITY, card_type_id)),
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
        )
    ]
    if offer.phone:
        text.append(voice.say("buy-recipient", phone=spaced(offer.phone)))
    if offer.delayed:
        text.append(voice.say("buy-delayed"))
    money = voice.say(
        "buy-confirm-money",
        price=quote.unit_price,
        total=quote.total,
        before=balance,
        after=balance - quote.total,
    )
    text += ["", money, "", voice.say("buy-confirm-final")]
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
    label = maybe_away(voice, _title(product), away=product.id in away)
    return press(label, Verb.PRODUCT, product.id)


def _favourite(voice: Voice, one: Offered) -> InlineKeyboardButton:
    name = full_name(one.product.title, one.card_type.name)
    label = voice.label("button-favourite", name=name, price=one.price)
    return press(label, Verb.TYPE, one.card_type.id)


def _offered(voice: Voice, one: Offered) -> InlineKeyboardButton:
    return press(_label(voice, one), Verb.TYPE, one.card_type.id)


def _label(voice: Voice, one: Offered) -> str:
    """Say what a type costs, or its bounds; or what it lacks to be bought."""
    bounds = one.card_type.open_amount
    name = one.card_type.name if bounds is None else voice.label("amount-any")
    if one.price is None:
        return voice.label("button-type-unpriced", name=name)
    if not one.available:
        lacks = "button-away" if one.card_type.stock > 0 else "button-type-out"
        return voice.label(lacks, name=name)
    if bounds is None:
        return voice.label("button-type", name=name, price=one.price)
    least, most = face_name(bounds.least), face_name(largest(bounds))
    return voice.label("button-amount", least=least, most=most)


def _is_open(one: Offered) -> bool:
    return one.card_type.open_amount is not None


def _title(product: Product) -> str:
    region = region_name(product)
    known = not region or region.casefold() in product.title.casefold()
    return product.title if known else f"{product.title} ({region})"
