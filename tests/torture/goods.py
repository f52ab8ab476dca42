"""What agents buy in bad weather, at either provider, and how there is always enough of it."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from bot.playground.oneclickdz import OneClickDZ
from bot.playground.plum import Plum
from tests.e2e.shop import PLUM_PSN, PSN, Names
from tests.e2e.sides import Double
from tests.torture.passing import Chance

PLENTY = 10_000_000

AMOUNT = "37"
"""What is typed where an amount is open, in whole units."""

Goods = tuple[Names, str]
"""Where a type is found (category, product, type), and the amount that it asks for, if any."""

SHELVES = {PLUM_PSN[1]: PSN[0], "iTunes": "Music & Apps", "Google Play": "Music & Apps"}
OTHERS = "Gaming"
"""Where Plum's products stand, so that all categories fit one screen, and both sell one of them."""


def new_plum(*, seed: str = "wakil") -> Plum:
    """Make an account at Plum that sells a thing of the other provider, too."""
    plum = Plum(seed=seed)
    for product in plum.catalog.products:
        product.category = SHELVES.get(product.name, OTHERS)
    return plum


def goods_of(double: Double) -> tuple[Goods, ...]:
    """Give what can be bought there, as a person finds it."""
    return _at_plum(double) if isinstance(double, Plum) else _at_oneclickdz(double)


def fill_stock(double: Double, balance: Decimal) -> None:
    """Let nothing run out."""
    if isinstance(double, OneClickDZ):
        for product in double.catalog.products():
            for card_type in product.types:
                card_type.stock = PLENTY
    double.deposit(balance)


def purchase_at_dashboard(double: Double, chance: Chance) -> Callable[[int], object]:
    """Give how somebody buys so many of something without the bot."""
    if isinstance(double, Plum):
        product = double.catalog.product(PLUM_PSN[1])
        face = chance.dice.choice(product.denominations)
        return partial(double.buy_at_dashboard, product.id, face)
    sold = [one for one in double.catalog.products() if one.enabled and one.region != "dz"]
    types = [(one.id, each.id) for one in sold for each in one.types if each.price > 0]
    return partial(double.buy_at_dashboard, *chance.dice.choice(types))


def _at_oneclickdz(double: OneClickDZ) -> tuple[Goods, ...]:
    """A type's name goes without the product's: another provider's would, where both sell it."""
    return tuple(
        ((category.title, product.title, card_type.name.removeprefix(f"{product.title} ")), "")
        for category in double.catalog.categories
        for product in category.products
        for card_type in product.types
        if product.enabled and card_type.price > 0 and "Mobile" not in category.title
    )


def _at_plum(double: Plum) -> tuple[Goods, ...]:
    sold = [
        one
        for one in double.catalog.products
        if one.in_stock and one.activated and not (one.delayed or one.phone_mandatory)
    ]
    fixed = [
        ((one.category, one.name, f"{face:f} {one.currency}"), "")
        for one in sold
        for face in one.denominations
    ]
    return (*fixed, *(((one.category, one.name, ""), AMOUNT) for one in sold if one.least))
