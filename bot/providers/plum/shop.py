"""Plum's catalogue, denominations and balance, as values of the port.

Sources: "Get Vouchers", "Get Balance", "Managing currencies", "Standard workflow" of the Rewards
API v1.2, and catalogues seen live, whose numbers are strings, empty or the wrong way round.
"""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Final

import msgspec

from bot.domain.catalog import ListedCategory, ListedProduct, ListedType, OpenAmount
from bot.domain.money import MINOR_DIGITS, Money
from bot.errors import ProviderContractBroken
from bot.providers.decoding import find, money, name, read
from bot.providers.plum.fields import (
    NOTHING,
    count,
    find_all,
    flag,
    number,
    parsed,
    plain,
    text,
)
from bot.providers.plum.prose import prose

ALWAYS: Final = 9_999
"""The stock of everything: no page and no call tells any, and an order says it when there is none.

It is the largest order that the provider's pages speak of.
"""

QUANTITY_LIMIT: Final = 10
"""How many cards an order may have where the product does not say ("Place Order")."""

OPEN: Final = "open"
"""The key of an open amount; what is asked for of it has its face value as key, as all have."""

OTHERS: Final = "Gift Cards"
"""Where products stand that name no category."""

_EXACT = Context(prec=60)
_MINOR = Decimal(1).scaleb(-MINOR_DIGITS)


class _Country(msgspec.Struct):
    code: msgspec.Raw = NOTHING


class Product(msgspec.Struct, rename="camel"):
    """A product as the catalogue shows it."""

    product_id: msgspec.Raw = NOTHING
    name: msgspec.Raw = NOTHING
    categories: msgspec.Raw = NOTHING
    order_quantity_limit: msgspec.Raw = NOTHING
    currency_code: msgspec.Raw = NOTHING
    country_name: msgspec.Raw = NOTHING
    country_code: msgspec.Raw = NOTHING
    countries: msgspec.Raw = NOTHING
    value_type: msgspec.Raw = NOTHING
    min_value: msgspec.Raw = NOTHING
    max_value: msgspec.Raw = NOTHING
    value_denominations: msgspec.Raw = NOTHING
    tat_in_days: msgspec.Raw = NOTHING
    delivery_type: msgspec.Raw = NOTHING
    fee: msgspec.Raw = NOTHING
    discount: msgspec.Raw = NOTHING
    exchange_rate: msgspec.Raw = NOTHING
    is_phone_number_mandatory: msgspec.Raw = NOTHING
    expiry_and_validity: msgspec.Raw = NOTHING
    redemption_instructions: msgspec.Raw = NOTHING

    @property
    def key(self) -> str:
        """Its id; empty when it has none."""
        return text(self.product_id)

    @property
    def title(self) -> str:
        """Its name."""
        return plain_name(self.name)

    @property
    def currency(self) -> str:
        """The currency of its denominations."""
        return text(self.currency_code).upper()

    @property
    def is_delayed(self) -> bool:
        """Tell whether its cards come after days; where that is left empty, the days tell it."""
        told = text(self.delivery_type).casefold()
        return told == "delayed" or (told != "realtime" and text(self.tat_in_days) not in ("", "0"))

    @property
    def country_codes(self) -> frozenset[str]:
        """Where its cards can be redeemed, by ISO 3166."""
        listed = find_all(self.countries, _Country)
        codes = [text(self.country_code), *(text(one.code) for one in listed)]
        return frozenset(part.strip().upper() for code in codes for part in code.split(","))

    @property
    def most(self) -> int:
        """How many of its cards one order may hold."""
        told = count(self.order_quantity_limit, what="catalog: limit")
        return told if told and told > 0 else QUANTITY_LIMIT

    def face_currency(self, otherwise: str) -> str:
        """The currency of its denominations; the account's when it names none."""
        return self.currency or otherwise

    def rate_to(self, currency: str) -> Decimal | None:
        """What a unit of its currency costs in the account's; None when nobody tells.

        "Managing currencies": GBP 25 at 1.28 are USD 32. A currency is worth itself.
        """
        if not self.currency or self.currency == currency:
            return Decimal(1)
        told = number(self.exchange_rate)
        return told if told is not None and told > 0 else None

    def unit_cost(self, currency: str) -> Decimal | None:
        """What a unit of face value costs in the account's currency; None when nobody tells.

        Fee and discount are percents of the price ("Get Vouchers"). What is charged in the end is
        read from the order: nothing more exact is documented.
        """
        rate = self.rate_to(currency)
        percent = 100 + (number(self.fee) or 0) - (number(self.discount) or 0)
        if rate is None or percent <= 0:
            return None
        return _EXACT.multiply(rate, _EXACT.divide(percent, Decimal(100)))

    def cost_of(self, face: Decimal, currency: str) -> Money | None:
        """What a card of this face costs, to the next minor unit; None when nobody tells."""
        each = self.unit_cost(currency)
        return None if each is None else _rounded_up(_EXACT.multiply(face, each), currency)


class _Balance(msgspec.Struct):
    value: Decimal
    currency: str


def read_balance(data: bytes) -> Money:
    """Read what the account holds, in its currency; `points` beside it are the same, counted so."""
    shown = read(data, _Balance, what="balance")
    currency = shown.currency.strip().upper()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise ProviderContractBroken("balance: no currency")
    return money(shown.value, currency, what="balance")


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


def list_products(
    products: Iterable[Product], *, currency: str, offer: Offer
) -> tuple[ListedCategory, ...]:
    """Sort products into categories; what cannot be sold is left out, and so is a repetition.

    Pages shift while the catalogue changes, so a product may come twice.
    """
    shelves: dict[str, dict[str, ListedProduct]] = {}
    seen: set[str] = set()
    for product in products:
        if product.key in seen or not _is_sold(product, currency) or not offer.holds(product):
            continue
        seen.add(product.key)
        shelves.setdefault(_category(product), {})[product.key] = _listed_product(product)
    return tuple(
        ListedCategory(key=title, title=title, products=tuple(shelf.values()))
        for title, shelf in shelves.items()
    )


def list_types(product: Product, *, currency: str) -> tuple[ListedType, ...]:
    """The denominations of a product, the smallest first, or its open amount.

    None when nobody tells what they cost.
    """
    if text(product.value_type).casefold() == "open_value":
        listed = _open_type(product, currency)
        return (listed,) if listed else ()
    return tuple(_types(product, currency))


def _types(product: Product, currency: str) -> Iterator[ListedType]:
    for face in sorted(_denominations(product)):
        cost = product.cost_of(face, currency)
        if cost is not None:
            yield ListedType(
                key=plain(face),
                name=f"{plain(face)} {product.face_currency(currency)}",
                cost=cost,
                stock=ALWAYS,
                most=product.most,
                face=_face(face, product.face_currency(currency)),
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
        name=f"{plain(amount.least.amount)} - {plain(amount.most.amount)} {face_currency}",
        cost=amount.cost(amount.least, currency),
        stock=ALWAYS,
        most=product.most,
        open_amount=amount,
    )


def _face(face: Decimal, currency: str) -> Money | None:
    """The face value as money, where it has no fraction of a minor unit."""
    told = money(face, currency, what="catalog: denomination")
    return told if told.amount == face else None


def _rounded_up(exact: Decimal, currency: str) -> Money:
    return money(exact.quantize(_MINOR, ROUND_CEILING, _EXACT), currency, what="catalog: price")


def plain_name(raw: msgspec.Raw) -> str:
    """A name in one line: it is plain text, although an `&amp;` may stand in it."""
    return name(html.unescape(text(raw)))


def _denominations(product: Product) -> set[Decimal]:
    parts = text(product.value_denominations).split(",")
    faces = (parsed(part) for part in parts)
    return {face for face in faces if face is not None and face > 0}


def _is_sold(product: Product, currency: str) -> bool:
    """Tell whether it can be ordered, and somebody says what it costs."""
    is_named = product.key.isdigit() and bool(product.title)
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
