"""What the agent pays: cost and margin, rounded up to the shop's step."""

import re
from datetime import timedelta
from decimal import Decimal

from bot.domain.money import Money
from bot.domain.rates import MILLION, Rate
from bot.errors import DomainError

QUOTE_LIFE = timedelta(minutes=10)
"""How long a price is promised."""

BASIS_POINTS = 10_000

MOST_MARGIN_BP = 100_000
"""Ten times the cost: a larger margin is a slip of the finger."""

_PERCENT = re.compile(r"\d{1,4}([.,٫]\d{1,2})?")


def price(cost: Money, *, margin_bp: int, step: Money, rate: Rate | None = None) -> Money:
    """Price one card: cost × rate × (1 + margin), rounded up once, to a multiple of `step`.

    Never below cost. `margin_bp` in basis points (500 is 5 %), zero or more. `rate` is None for
    a cost in the currency of `step`, and for no other.
    """
    if margin_bp < 0 or step.minor <= 0:
        raise DomainError("a margin is never negative, and a step is above zero")
    rate = rate or Rate(source=step.currency, target=step.currency, millionths=MILLION)
    if (cost.currency, step.currency) != (rate.source, rate.target):
        raise DomainError(f"a cost in {cost.currency} has no step in {step.currency}")
    exact = cost.minor * rate.millionths * (BASIS_POINTS + margin_bp)
    unit = step.minor * MILLION * BASIS_POINTS
    return Money(minor=-(-exact // unit) * step.minor, currency=step.currency)


def read_percent(text: str) -> int | None:
    """Read a margin that a person typed (`5`, `7.5`, `7,25 %`, `٥٪`), in basis points.

    None when it is not a percentage, is negative, or is above `MOST_MARGIN_BP`.
    """
    compact = "".join(text.split()).rstrip("%٪")
    if not _PERCENT.fullmatch(compact):
        return None
    margin_bp = int(Decimal(compact.replace(",", ".").replace("٫", ".")) * 100)
    return margin_bp if margin_bp <= MOST_MARGIN_BP else None
