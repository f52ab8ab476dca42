"""Countries: the products of a category by where their cards are redeemed."""

from collections.abc import Collection, Sequence

from telegram import InlineKeyboardButton

from bot.domain.catalog import Category, Product, ProductId
from bot.domain.regions import by_region, region_name
from bot.texts import Voice
from handlers.callbacks import HERE, Verb
from handlers.keyboards import PAGE, Row, column, cut, fitting, keyboard, pages, press
from handlers.messages.common import maybe_away
from handlers.messages.places import COUNTRIES, COUNTRY, PRODUCTS
from handlers.rendered import Rendered

COUNTRIES_ON_A_PAGE = 2 * PAGE
"""Most names fit beside each other."""


def choice_of_country(voice: Voice, category: Category, listed: Sequence[Product]) -> Row:
    """Offer to choose a country, where there is more than one; never a step in the way."""
    if len(by_region(listed)) <= 1:
        return ()
    return [press(voice.label("button-countries"), Verb.COUNTRY, category.id)]


def countries(
    voice: Voice, category: Category, listed: Sequence[Product], page: int = 1
) -> Rendered:
    """Show the countries of a category; each is named by one of its products."""
    shown, page, of = cut(by_region(listed), page, COUNTRIES_ON_A_PAGE)
    return Rendered(
        html=voice.say("buy-countries", category=category.title),
        keyboard=keyboard(
            voice,
            *fitting([_country(voice, category, group) for group in shown]),
            pages(voice, page, of, COUNTRIES, category.id),
            back=(PRODUCTS, category.id),
        ),
    )


def products_of_country(
    voice: Voice,
    category: Category,
    listed: Sequence[Product],
    page: int = 1,
    *,
    away: Collection[ProductId] = (),
) -> Rendered:
    """Show the products of one country; each leads back here, and says when it is `away`."""
    shown, page, of = cut(listed, page)
    return Rendered(
        html=voice.say("buy-products-of", category=category.title, country=_name(voice, listed[0])),
        keyboard=keyboard(
            voice,
            *column([_product(voice, one, away) for one in shown]),
            pages(voice, page, of, COUNTRY, listed[0].id),
            back=(COUNTRIES, category.id),
        ),
    )


def _product(voice: Voice, one: Product, away: Collection[ProductId]) -> InlineKeyboardButton:
    label = maybe_away(voice, one.title, away=one.id in away)
    return press(label, Verb.PRODUCT, one.id, HERE)


def _country(voice: Voice, category: Category, group: Sequence[Product]) -> InlineKeyboardButton:
    label = voice.label("button-country", name=_name(voice, group[0]), count=len(group))
    return press(label, Verb.COUNTRY, category.id, group[0].id)


def _name(voice: Voice, product: Product) -> str:
    return region_name(product) or voice.label("country-none")
