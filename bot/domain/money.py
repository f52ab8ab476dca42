"""Money is an integer of minor units with its currency, and never a float."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
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
        scaled = Decimal(amount) * _SCALE
        if scaled != scaled.to_integral_value():
            raise DomainError(f"{amount} has more than {MINOR_DIGITS} decimals")
        return cls(minor=int(scaled), currency=currency)

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


def read_amount(text: str, currency: str) -> Money | None:
    """Read an amount that a person typed (`10000`, `10 000`, `1500,50`, `١٠٠٠`, `-200`).

    None when it is not an amount, or has more decimals than the currency.
    A comma or a point is the decimal mark; spaces group thousands.
    """
    compact = "".join(text.split()).replace(",", ".").replace("٫", ".").replace("\u2212", "-")
    try:
        value = Decimal(compact)
        return Money.of(value, currency) if value.is_finite() and abs(value) < 10**12 else None
    except (InvalidOperation, DomainError):
        return None
