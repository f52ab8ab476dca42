from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.rates import MILLION, Rate, in_currency, read_rate
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


@pytest.mark.parametrize(
    ("millionths", "far"),
    [
        (250_000_000, False),
        (300_000_000, False),
        (200_000_000, False),
        (300_000_001, True),
        (1, True),
    ],
)
def test_a_rate_that_leaps_is_doubted(millionths: int, far: bool) -> None:  # noqa: FBT001 # a case
    """More than a fifth up or down is a slip of the finger sooner than a market."""
    before = Rate(source="USD", target="DZD", millionths=250_000_000)
    now = Rate(source="USD", target="DZD", millionths=millionths)
    assert now.is_far_from(before) is far


def test_an_amount_is_told_in_a_currency_where_that_can_be_done() -> None:
    """What is in the currency stays as it is; without the right rate nothing is made up."""
    dollar, dinar = Money.of(1, "USD"), Money.of(1, "DZD")
    assert in_currency(dinar, "DZD", None) == in_currency(dinar, "DZD", RATE) == dinar
    assert in_currency(dollar, "DZD", RATE) == Money(minor=24_975, currency="DZD")
    assert in_currency(dollar, "DZD", None) is None
    assert in_currency(Money.of(1, "EUR"), "DZD", RATE) is None
    assert in_currency(dollar, "EUR", RATE) is None
