"""A product of Plum's catalogue, and what its cards cost.

Sources: "Get Vouchers", "Managing currencies", "Standard workflow" of the Rewards API v1.2, and
catalogues seen live, whose numbers are strings, empty or the wrong way round.
"""

import html
from decimal import ROUND_CEILING, Context, Decimal
from typing import Final

import msgspec

from bot.domain.money import MINOR_DIGITS, Money
from bot.providers.decoding import money, name
from bot.providers.plum.fields import (
    NOTHING,
    as_id,
    count,
    currency_of,
    find_all,
    number,
    parsed,
    text,
)

QUANTITY_LIMIT: Final = 10
"""How many cards an order may have where the product does not say ("Place Order")."""

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
        return as_id(text(self.product_id))

    @property
    def title(self) -> str:
        """Its name."""
        return plain_name(self.name)

    @property
    def currency(self) -> str:
        """The currency of its denominations."""
        return currency_of(self.currency_code)

    @property
    def faces(self) -> tuple[Decimal, ...]:
        """Its denominations, the smallest first; none for an open amount."""
        parts = (parsed(part) for part in text(self.value_denominations).split(","))
        return tuple(sorted({face for face in parts if face is not None and face > 0}))

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


def _rounded_up(exact: Decimal, currency: str) -> Money:
    return money(exact.quantize(_MINOR, ROUND_CEILING, _EXACT), currency, what="catalog: price")


def plain_name(raw: msgspec.Raw) -> str:
    """A name in one line: it is plain text, although an `&amp;` may stand in it."""
    return name(html.unescape(text(raw)))
