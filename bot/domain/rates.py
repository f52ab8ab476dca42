"""Rates: what a unit of a provider's currency is worth in the shop's, as an admin set it."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.money import Money
from bot.errors import DomainError

MILLION = 1_000_000

_TYPED = re.compile(r"(\d{1,9})(?:[.,٫](\d{1,6}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`millionths` of a unit of `target` for one unit of `source`; above zero."""

    source: str
    target: str
    millionths: int

    def __post_init__(self) -> None:
        """Refuse a rate of nothing."""
        if self.millionths <= 0:
            raise DomainError(f"a rate from {self.source} to {self.target} is above zero")

    @property
    def amount(self) -> Decimal:
        """What one unit is worth, exact."""
        return Decimal(self.millionths) / MILLION

    def is_far_from(self, other: "Rate") -> bool:
        """Tell whether it is more than a fifth above or below another: a slip, or a crash."""
        return abs(self.millionths - other.millionths) * 5 > other.millionths

    def convert(self, amount: Money) -> Money:
        """Convert an amount, rounded up: a cost is never counted for less than it was."""
        if amount.currency != self.source:
            raise DomainError(f"a rate from {self.source} converts no {amount.currency}")
        return Money(minor=-(-amount.minor * self.millionths // MILLION), currency=self.target)


def in_currency(amount: Money, currency: str, rate: Rate | None) -> Money | None:
    """Tell an amount in `currency`, by a rate where it is in another; None where none converts."""
    if amount.currency == currency:
        return amount
    if rate is None or (rate.source, rate.target) != (amount.currency, currency):
        return None
    return rate.convert(amount)


def read_rate(text: str) -> int | None:
    """Read a rate that a person typed (`250`, `249.75`, `١٣٤٫٥`), in millionths.

    None for what is no number, has more than six decimals, or is zero. As with amounts, spaces
    group nothing here and a sign makes no sense.
    """
    typed = _TYPED.fullmatch("".join(text.split()))
    if typed is None:
        return None
    units, decimals = typed.groups(default="")
    millionths = int(units) * MILLION + int(decimals.ljust(6, "0"))
    return millionths or None
