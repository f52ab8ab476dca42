"""Money is an integer of minor units with its currency, and never a float."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Self

from bot.errors import DomainError

MINOR_DIGITS = 2
"""Minor units per unit as a power of ten: ISO 4217 gives two to DZD, USD, EUR and INR."""

_SCALE = Decimal(10) ** MINOR_DIGITS


@dataclass(frozen=True, slots=True, kw_only=True, order=False)
class Money:
    """An amount: `minor` units (centimes) of `currency` (ISO 4217)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int, currency: str) -> Self:
        """Build from whole units; a fraction of a minor unit is refused, not rounded."""
        # Not by Decimal, which rounds what is longer than its context's 28 digits.
        scaled = Fraction(amount) * 10**MINOR_DIGITS
        if scaled.denominator != 1:
            raise DomainError(f"{amount} has more than {MINOR_DIGITS} decimals")
        return cls(minor=scaled.numerator, currency=currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Self:
        """Build from whole units as a provider wrote them, to the nearest minor unit, half up."""
        minor = int((amount * _SCALE).to_integral_value(rounding=ROUND_HALF_UP))
        return cls(minor=minor, currency=currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in this currency."""
        return cls(minor=0, currency=currency)

    @property
    def amount(self) -> Decimal:
        """The amount in whole units, exact."""
        return Decimal(self.minor) / _SCALE

    def __add__(self, other: Self) -> Self:
        return self._with(self.minor + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return self._with(self.minor - self._same(other))

    def __neg__(self) -> Self:
        return self._with(-self.minor)

    def __mul__(self, times: int) -> Self:
        return self._with(self.minor * times)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _with(self, minor: int) -> Self:
        return type(self)(minor=minor, currency=self.currency)

    def _same(self, other: Self) -> int:
        if self.currency != other.currency:
            raise DomainError(f"{self.currency} and {other.currency} do not add up")
        return other.minor


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add up `amounts`, all of `currency`; nothing adds up to zero."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result


def plain_decimal(amount: Decimal) -> str:
    """Write a number in digits alone, the same number always the same: 20, 37.5, 1000."""
    return f"{amount.normalize():f}"


_TYPED = re.compile(r"([+-]?) ?(\d{1,3}(?: \d{3})+|\d+)(?:[.,٫](\d{1,2}))?")

_LONGEST_TYPED = 12
"""Digits before the decimal mark: a thousand billion is a mistake in any currency."""


def read_amount(text: str, currency: str) -> Money | None:
    """Read an amount that a person typed (`10000`, `10 000`, `1500,50`, `١٠٠٠`, `-200`).

    A comma or a point is the decimal mark, with one digit or two after it; spaces group
    thousands. None for anything else: in Algeria the point of `10.000` may group thousands,
    and nobody's money is guessed at.
    """
    typed = _TYPED.fullmatch(_plain(text))
    if typed is None:
        return None
    sign, units, decimals = typed.groups(default="")
    digits = units.replace(" ", "")
    if len(digits) > _LONGEST_TYPED:
        return None
    minor = int(digits + decimals.ljust(MINOR_DIGITS, "0"))
    return Money(minor=-minor if sign == "-" else minor, currency=currency)


def _plain(text: str) -> str:
    """Leave out what cannot be seen: an amount copied from a message brings its isolates along."""
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return " ".join(visible.split()).replace("\u2212", "-")
