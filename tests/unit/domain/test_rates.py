from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.rates import MILLION, Rate, read_rate
from bot.errors import DomainError

RATE = Rate(source="USD", target="DZD", millionths=249_750_000)


@given(minor=st.integers(0, 10**12), millionths=st.integers(1, 10**15))
def test_a_cost_is_never_counted_for_less(minor: int, millionths: int) -> None:
    """A converted cost is the exact one, or less than a centime above it."""
    rate = Rate(source="USD", target="DZD", millionths=millionths)
    exact = Fraction(minor * millionths, MILLION)
    converted = rate.convert(Money(minor=minor, currency="USD"))
    assert converted.currency == "DZD"
    assert 0 <= converted.minor - exact < 1


def test_a_rate_converts_its_own_currency_only() -> None:
    """Euros are not converted by the dollar's rate, and no rate is nothing."""
    with pytest.raises(DomainError, match="EUR"):
        RATE.convert(Money(minor=1, currency="EUR"))
    with pytest.raises(DomainError, match="above zero"):
        Rate(source="USD", target="DZD", millionths=0)
    assert str(RATE.amount) == "249.75"


@pytest.mark.parametrize(
    ("typed", "millionths"),
    [
        ("250", 250_000_000),
        ("249,75", 249_750_000),
        ("١٣٤٫٥", 134_500_000),
        (" 0.000001 ", 1),
        ("0", None),
        ("-250", None),
        ("250.0000001", None),
        ("1e3", None),
        ("", None),
    ],
)
def test_a_rate_is_read_as_it_is_typed(typed: str, millionths: int | None) -> None:
    """A rate is a number above zero with at most six decimals, in any script's digits."""
    assert read_rate(typed) == millionths
