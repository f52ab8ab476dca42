"""Plum's catalogue, denominations and balance, as values of the port.

Sources: "Get Vouchers", "Get Balance", "Managing currencies", "Standard workflow" of the Rewards
API v1.2, and catalogues seen live, whose numbers are strings, empty or the wrong way round.
"""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

import msgspec

from bot.domain.amounts import face_key, face_name
from bot.domain.catalog import ListedCategory, ListedProduct, ListedType, OpenAmount
from bot.domain.money import Money, plain_decimal
from bot.errors import ProviderContractBroken
from bot.providers.decoding import find, money, name, read
from bot.providers.plum.fields import (
    NOTHING,
    currency_of,
    flag,
    number,
    text,
)
from bot.providers.plum.products import Product, plain_name
from bot.providers.plum.prose import prose

ALWAYS: Final = 9_999
"""The stock of everything: no page and no call tells any, and an order says it when there is none.

It is the largest order that the provider's pages speak of.
"""

OPEN: Final = "open"
"""The key of an open amount; what is asked for of it has its face value as key, as all have."""

OTHERS: Final = "Gift Cards"
"""Where products stand that name no category."""


class _Balance(msgspec.Struct):
    value: Decimal
    currency: msgspec.Raw = NOTHING


def read_balance(data: bytes) -> Money:
    """Read what the account holds, in its currency; `points` beside it are no money."""
    shown = read(data, _Balance, what="balance")
    told = currency_of(shown.currency)
    if not told:
        raise ProviderContractBroken("balance: no currency")
    return money(shown.value, told, what="balance")


def read_page(data: bytes) -> tuple[Product, ...]:
    """Read a page of the catalogue; an entry that is no product is left out."""
    entries = read(data, list[msgspec.Raw], what="catalog")
    products = (find(bytes(each), Product) for each in entries)
    return tuple(product for product in products if product is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What of the catalogue is offered; without `countries` (ISO 3166), that of all of them."""

    delayed: bool
    countries: frozenset[str]

    def holds(self, product: Product) -> bool:
        """Tell whether a product is to be offered."""
        comes_in_time = self.delayed or not product.is_delayed
        return comes_in_time and (
            not self.countries or bool(product.country_codes & self.countries)
        )


class Shelves:
    """Sorts products into categories, page by page.

    What cannot be sold is left out, and so is a repetition: pages shift while the catalogue
    changes, so a product may come twice.
    """

    def __init__(self, *, currency: str, offer: Offer) -> None:
        self._currency = currency
        self._offer = offer
        self._seen: set[str] = set()
        self._shelves: dict[str, dict[str, ListedProduct]] = {}

    def put(self, products: Iterable[Product]) -> None:
        """Put the products of a page where they belong."""
        for product in products:
            if product.key not in self._seen and self._is_offered(product):
                self._seen.add(product.key)
                shelf = self._shelves.setdefault(_category(product), {})
                shelf[product.key] = _listed_product(product)

    def categories(self) -> tuple[ListedCategory, ...]:
        """Everything that is offered."""
        return tuple(
            ListedCategory(key=title, title=title, products=tuple(shelf.values()))
            for title, shelf in self._shelves.items()
        )

    def _is_offered(self, product: Product) -> bool:
        return _is_sold(product, self._currency) and self._offer.holds(product)


def list_types(product: Product, *, currency: str) -> tuple[ListedType, ...]:
    """The denominations of a product, the smallest first, or its open amount.

    None when nobody tells what they cost.
    """
    if text(product.value_type).casefold() == "open_value":
        listed = _open_type(product, currency)
        return (listed,) if listed else ()
    return tuple(_types(product, currency))


def _types(product: Product, currency: str) -> Iterator[ListedType]:
    face_currency = product.face_currency(currency)
    for face in product.faces:
        cost, told = product.cost_of(face, currency), _face(face, face_currency)
        if cost is not None:
            yield ListedType(
                key=plain_decimal(face),
                name=face_name(told) if told else f"{plain_decimal(face)} {face_currency}",
                cost=cost,
                stock=ALWAYS,
                most=product.most,
                face=told,
            )


def _open_type(product: Product, currency: str) -> ListedType | None:
    """The whole amounts between two bounds, which a live catalogue names the wrong way round."""
    bounds = sorted(number(raw) or Decimal(0) for raw in (product.min_value, product.max_value))
    least, most = (bounds[0].to_integral(ROUND_CEILING), bounds[1].to_integral(ROUND_FLOOR))
    each = product.unit_cost(currency)
    if each is None or most < 1:
        return None
    face_currency = product.face_currency(currency)
    amount = OpenAmount(
        least=money(max(least, Decimal(1)), face_currency, what="catalog: minValue"),
        most=money(most, face_currency, what="catalog: maxValue"),
        step=Money.of(1, face_currency),
        cost_millionths=int((each * 1_000_000).to_integral(ROUND_CEILING)),
    )
    return ListedType(
        key=OPEN,
        name=f"{face_key(amount.least)} - {face_key(amount.most)} {face_currency}",
        cost=amount.cost(amount.least, currency),
        stock=ALWAYS,
        most=product.most,
        open_amount=amount,
    )


def _face(face: Decimal, currency: str) -> Money | None:
    """The face value as money, where it has no fraction of a minor unit."""
    told = money(face, currency, what="catalog: denomination")
    return told if told.amount == face else None


def _is_sold(product: Product, currency: str) -> bool:
    """Tell whether it can be ordered, and somebody says what it costs."""
    is_named = bool(product.key and product.title)
    return is_named and product.rate_to(currency) is not None


def _category(product: Product) -> str:
    """The first of its categories: a product stands in one place."""
    names = text(product.categories).split(",")
    told = (name(html.unescape(each)) for each in names)
    return next(filter(None, told), OTHERS)


def _listed_product(product: Product) -> ListedProduct:
    return ListedProduct(
        key=product.key,
        title=product.title,
        region=plain_name(product.country_name) or None,
        enabled=True,
        needs_phone=flag(product.is_phone_number_mandatory),
        delayed=product.is_delayed,
        validity=prose(text(product.expiry_and_validity)) or None,
        redemption=prose(text(product.redemption_instructions)) or None,
    )
