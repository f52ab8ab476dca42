from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.pricing import BASIS_POINTS, MOST_MARGIN_BP, price, read_percent
from bot.domain.rates import MILLION, Rate
from bot.errors import DomainError
from tests.unit.samples import CURRENCY, dinars

COSTS = st.integers(0, 10**10).map(lambda minor: Money(minor=minor, currency=CURRENCY))
STEPS = st.integers(1, 10**5).map(lambda minor: Money(minor=minor, currency=CURRENCY))
MARGINS = st.integers(0, 30_000)


@given(cost=COSTS, margin_bp=MARGINS, step=STEPS)
def test_a_price_is_the_smallest_step_that_earns_the_margin(
    cost: Money, margin_bp: int, step: Money
) -> None:
    """A price is a multiple of the step, never below cost, and one step less would earn too little.

    Worked out in whole numbers: price × 10 000 against cost × (10 000 + margin).
    """
    asked = price(cost, margin_bp=margin_bp, step=step)
    owed = cost.minor * (BASIS_POINTS + margin_bp)
    assert asked.minor % step.minor == 0
    assert asked >= cost
    assert asked.minor * BASIS_POINTS >= owed
    assert (asked - step).minor * BASIS_POINTS < owed
    assert asked.currency == cost.currency


@given(cost=COSTS, more=COSTS, margin_bp=MARGINS, wider=MARGINS, step=STEPS)
def test_a_price_never_falls_when_cost_or_margin_rises(
    cost: Money, more: Money, margin_bp: int, wider: int, step: Money
) -> None:
    """What costs the distributor more, or earns him more, never costs the agent less."""
    now = price(cost, margin_bp=margin_bp, step=step)
    assert price(cost + more, margin_bp=margin_bp, step=step) >= now
    assert price(cost, margin_bp=margin_bp + wider, step=step) >= now


@given(
    cost=st.integers(0, 10**10), millionths=st.integers(1, 10**12), margin_bp=MARGINS, step=STEPS
)
def test_a_price_abroad_is_rounded_once(
    cost: int, millionths: int, margin_bp: int, step: Money
) -> None:
    """Cost, rate and margin are multiplied exactly: the price is the least step that covers them.

    Never below what the same cost is counted for when the order is settled.
    """
    abroad = Money(minor=cost, currency="USD")
    rate = Rate(source="USD", target=CURRENCY, millionths=millionths)
    asked = price(abroad, margin_bp=margin_bp, step=step, rate=rate)
    owed = Fraction(cost * millionths * (BASIS_POINTS + margin_bp), MILLION * BASIS_POINTS)
    assert asked.currency == CURRENCY
    assert asked.minor % step.minor == 0
    assert asked.minor - step.minor < owed <= asked.minor
    assert asked >= rate.convert(abroad)


@given(cost=COSTS, margin_bp=MARGINS, step=STEPS)
def test_a_rate_of_one_changes_no_price(cost: Money, margin_bp: int, step: Money) -> None:
    """A currency that is worth as much as the shop's is priced as the shop's."""
    abroad = Money(minor=cost.minor, currency="USD")
    rate = Rate(source="USD", target=CURRENCY, millionths=MILLION)
    here = price(cost, margin_bp=margin_bp, step=step)
    assert price(abroad, margin_bp=margin_bp, step=step, rate=rate) == here


def test_a_price_abroad_an_agent_would_see() -> None:
    """9.50 USD at 249.75 DA and 5 % is 2 491.26 DA, so that the agent pays 2 500 DA."""
    rate = Rate(source="USD", target=CURRENCY, millionths=249_750_000)
    cost = Money(minor=950, currency="USD")
    assert price(cost, margin_bp=500, step=dinars(10), rate=rate) == dinars(2500)


@pytest.mark.parametrize(("source", "target"), [("EUR", CURRENCY), ("USD", "EUR")])
def test_a_cost_is_not_priced_by_another_rate(source: str, target: str) -> None:
    """Dollars are not turned into dinars by the euro's rate, nor by a rate into euros."""
    rate = Rate(source=source, target=target, millionths=MILLION)
    with pytest.raises(DomainError, match="USD"):
        price(Money.of(10, "USD"), margin_bp=500, step=dinars(10), rate=rate)


@pytest.mark.parametrize(
    ("cost", "margin_bp", "step", "asked"),
    [(1380, 500, 10, 1450), (1380, 0, 10, 1380), (1381, 0, 10, 1390), (2849, 250, 50, 2950)],
)
def test_prices_an_agent_would_see(cost: int, margin_bp: int, step: int, asked: int) -> None:
    """1 380 DA at 5 % is 1 449 DA, so that the agent pays 1 450 DA."""
    assert price(dinars(cost), margin_bp=margin_bp, step=dinars(step)) == dinars(asked)


@pytest.mark.parametrize(
    ("margin_bp", "step"), [(-1, dinars(10)), (500, dinars(0)), (500, dinars(-10))]
)
def test_a_margin_below_zero_or_a_step_of_nothing_is_a_bug(margin_bp: int, step: Money) -> None:
    """Nothing is ever sold below cost by a mistyped setting."""
    with pytest.raises(DomainError, match="never negative"):
        price(dinars(1380), margin_bp=margin_bp, step=step)


def test_a_cost_is_not_rounded_by_another_currency() -> None:
    """A cost in dollars is not turned into a price by a step in dinars."""
    with pytest.raises(DomainError, match="USD"):
        price(Money.of(10, "USD"), margin_bp=500, step=dinars(10))


@pytest.mark.parametrize(
    ("typed", "margin_bp"),
    [
        ("5", 500),
        ("7.5", 750),
        ("7,25 %", 725),
        ("٥٪", 500),
        ("٧٫٥", 750),
        ("0", 0),
        ("1000", MOST_MARGIN_BP),
    ],
)
def test_a_margin_is_read_as_a_percentage(typed: str, margin_bp: int) -> None:
    """An admin types a percentage with up to two decimals, in any script's digits."""
    assert read_percent(typed) == margin_bp


@pytest.mark.parametrize(
    "typed", ["", "%", "-5", "5.125", "1000,01", "99999", "abc", "5e2", ".5", "5.", "NaN"]
)
def test_a_margin_that_cannot_be_meant_is_not_read(typed: str) -> None:
    """Nothing negative, nothing finer than a basis point, nothing above ten times the cost."""
    assert read_percent(typed) is None


@given(st.text(max_size=10))
def test_no_text_breaks_the_reading_of_a_margin(typed: str) -> None:
    """Whatever is typed is a margin that can be priced with, or it is not one."""
    read = read_percent(typed)
    assert read is None or 0 <= read <= MOST_MARGIN_BP
