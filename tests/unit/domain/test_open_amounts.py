from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalog import OpenAmount
from bot.domain.money import Money


def dollars(minor: int) -> Money:
    return Money(minor=minor, currency="USD")


FROM_FIVE = OpenAmount(
    least=dollars(500), most=dollars(20_000), step=dollars(250), cost_millionths=1_280_000
)


@pytest.mark.parametrize(
    ("face", "taken"),
    [
        (dollars(500), True),
        (dollars(750), True),
        (dollars(20_000), True),
        (dollars(499), False),
        (dollars(600), False),
        (dollars(20_250), False),
        (Money(minor=750, currency="EUR"), False),
    ],
)
def test_a_face_value_lies_within_its_bounds_and_on_a_step(face: Money, *, taken: bool) -> None:
    """An amount can be had from the least to the most, in steps, in the card's own currency."""
    assert FROM_FIVE.takes(face) is taken


@given(minor=st.integers(1, 10**9), millionths=st.integers(1, 10**9))
def test_an_open_amount_costs_no_less_than_its_share(minor: int, millionths: int) -> None:
    """What a card of an open amount costs is rounded up to the minor unit, and no further."""
    cost = replace(FROM_FIVE, cost_millionths=millionths).cost(dollars(minor), "DZD")
    assert cost.currency == "DZD"
    assert 0 <= cost.minor - Fraction(minor * millionths, 10**6) < 1
