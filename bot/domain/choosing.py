"""One catalogue out of several accounts': what is the same thing, and who sells it.

Providers agree on no ids, so what a shopkeeper reads decides: the title and the region of a
product, the name or the face value of a type. Only things of different accounts are ever one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from bot.domain.amounts import face_key
from bot.domain.catalog import Account, CardType, Category, Product, ProductId
from bot.domain.regions import region_name


class Offer(Protocol):
    """A type of a product, and whether it can be bought now."""

    @property
    def product(self) -> Product:
        """What it is a type of."""
        ...

    @property
    def card_type(self) -> CardType:
        """The type."""
        ...

    @property
    def available(self) -> bool:
        """Whether it can be bought now."""
        ...


AnyOffer = TypeVar("AnyOffer", bound=Offer)


def plain(text: str) -> str:
    """Write a title as titles are compared: without regard to case and spaces."""
    return " ".join(text.casefold().split())


def one_of_each_title(categories: Iterable[Category]) -> tuple[Category, ...]:
    """Leave out the categories whose title an earlier account has too."""
    owners: dict[str, Account] = {}
    return tuple(
        category
        for category in categories
        if owners.setdefault(plain(category.title), category.account) == category.account
    )


Titled = Mapping[str, Sequence[Product]]
"""Products by their title, as titles are compared."""


def by_title(products: Iterable[Product]) -> Titled:
    """Sort products by their title, so that what is the same is found without a search."""
    found: dict[str, list[Product]] = {}
    for product in products:
        found.setdefault(plain(product.title), []).append(product)
    return found


def same_things(product: Product, titled: Titled) -> tuple[Product, ...]:
    """Choose what other accounts sell of the same title and region, one each, `product` first.

    A product that names no region is the same as one that does while only one region is sold
    under the title, and by another account: then there is only one that it can mean. Otherwise it
    stays by itself: a card that cannot be redeemed where it is sold for is lost money.
    """
    others = titled.get(plain(product.title), ())
    regions = {_region(one) for one in (*others, product)} - {""}
    telling = {one.account for one in (*others, product) if _region(one)}

    def region(one: Product) -> str:
        is_meant = len(regions) == 1 and one.account not in telling
        return max(regions) if is_meant else _region(one)

    found = {product.account: product}
    for one in others:
        if region(one) == region(product):
            found.setdefault(one.account, one)
    return tuple(found.values())


def each_thing_once(shelf: Iterable[Product], titled: Titled) -> tuple[Product, ...]:
    """Leave out of a shelf what an earlier product on it stands for too."""
    shown: list[Product] = []
    covered: set[ProductId] = set()
    for product in shelf:
        if product.id not in covered:
            shown.append(product)
            covered.update(one.id for one in same_things(product, titled))
    return tuple(shown)


def one_of_each_type(offers: Iterable[AnyOffer]) -> tuple[AnyOffer, ...]:
    """Take each type once: from the first account that can sell it now, or else from the first.

    `offers` come by accounts, the preferred one first. What one account lists twice stays twice.
    """
    groups: list[list[AnyOffer]] = []
    for offer in offers:
        group = next((one for one in groups if _takes(one, offer)), None)
        if group is None:
            groups.append([offer])
        else:
            group.append(offer)
    return tuple(first_available(group) for group in groups)


def first_available(offers: Sequence[AnyOffer]) -> AnyOffer:
    """Take the first that can be bought now, or else the first; there is at least one."""
    return next((one for one in offers if one.available), offers[0])


def are_same_type(one: tuple[CardType, Product], other: tuple[CardType, Product]) -> bool:
    """Tell whether two types of the same thing bear the same name, or are worth the same.

    Words of a product's title at the beginning of a name say nothing. What comes after days is
    never the same as what comes at once.
    """
    return one[1].delayed == other[1].delayed and not _names(*one).isdisjoint(_names(*other))


def _takes(group: Sequence[Offer], offer: Offer) -> bool:
    if any(one.product.account == offer.product.account for one in group):
        return False
    listed = (offer.card_type, offer.product)
    return any(are_same_type((one.card_type, one.product), listed) for one in group)


def _names(card_type: CardType, product: Product) -> frozenset[str]:
    name = _without_brand(plain(card_type.name), plain(product.title))
    if card_type.face is None:
        return frozenset({name})
    face = f"{face_key(card_type.face)} {card_type.face.currency}"
    return frozenset({name, plain(face)})


def _without_brand(name: str, title: str) -> str:
    """Leave out the words of a title that a name begins with; never a number, nor everything."""
    brand = {word for word in title.split() if word.isalpha()}
    words = name.split()
    while len(words) > 1 and words[0] in brand:
        del words[0]
    return " ".join(words)


def _region(product: Product) -> str:
    return plain(region_name(product))
