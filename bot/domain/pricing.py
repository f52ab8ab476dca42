"""What the agent pays: cost and margin, rounded up to the shop's step."""

from datetime import timedelta

from bot.domain.money import Money
from bot.errors import DomainError

QUOTE_LIFE = timedelta(minutes=10)
"""How long a price is promised."""

BASIS_POINTS = 10_000


def price(cost: Money, *, margin_bp: int, step: Money) -> Money:
    """Price one card: cost × (1 + margin), rounded up to a multiple of `step`.

    Never below cost. `margin_bp` in basis points (500 is 5 %), zero or more.
    """
    if margin_bp < 0 or step.minor <= 0:
        raise DomainError("a margin is never negative, and a step is above zero")
    exact = cost.minor * (BASIS_POINTS + margin_bp)
    unit = step.minor * BASIS_POINTS
    return Money(minor=-(-exact // unit) * step.minor, currency=cost.currency)
