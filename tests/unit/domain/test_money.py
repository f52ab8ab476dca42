from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money, read_amount, total
from bot.errors import DomainError
from tests.unit.samples import CURRENCY, dinars

MINORS = st.integers(-(10**15), 10**15)
AMOUNTS = MINORS.map(lambda minor: Money(minor=minor, currency=CURRENCY))


@given(a=AMOUNTS, b=AMOUNTS, c=AMOUNTS)
def test_amounts_add_up_in_any_order(a: Money, b: Money, c: Money) -> None:
    """A sum does not depend on who is counted first, and subtracting takes back what was added."""
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (a + b) - b == a
    assert a + (-a) == Money.zero(CURRENCY)
    assert total((a, b, c), CURRENCY) == a + b + c


@given(a=AMOUNTS, times=st.integers(0, 20))
def test_several_cards_cost_one_card_several_times(a: Money, times: int) -> None:
    """The price of a quantity is the price of one card, added up."""
    assert a * times == total([a] * times, CURRENCY)


@given(a=AMOUNTS, b=AMOUNTS)
def test_amounts_are_ordered_as_their_centimes_are(a: Money, b: Money) -> None:
    """Exactly one of less, equal and more holds of two amounts."""
    assert [a < b, a == b, a > b].count(True) == 1
    assert (a <= b) == (a < b or a == b)
    assert (a >= b) == (a > b or a == b)
    assert (a < b) == (a.minor < b.minor)
    assert bool(a - b) == (a != b)


@given(a=AMOUNTS, minor=MINORS)
def test_currencies_do_not_mix(a: Money, minor: int) -> None:
    """Dinars and euros are never added, subtracted or compared, and are never equal."""
    euros = Money(minor=minor, currency="EUR")
    for mix in (
        lambda: a + euros,
        lambda: a - euros,
        lambda: a < euros,
        lambda: a <= euros,
        lambda: a > euros,
        lambda: a >= euros,
        lambda: total((a, euros), CURRENCY),
    ):
        with pytest.raises(DomainError, match="do not add up"):
            mix()
    assert a != euros


@given(a=AMOUNTS)
def test_whole_units_are_exact(a: Money) -> None:
    """An amount survives being written in whole units and built again."""
    assert Money.of(a.amount, CURRENCY) == a
    assert Money.rounded(a.amount, CURRENCY) == a


@pytest.mark.parametrize(
    "fraction", ["0.001", "-1500.005", "1.00000000000000000000000000000000001", "1e-9"]
)
def test_a_fraction_of_a_centime_is_refused(fraction: str) -> None:
    """Our own amounts are exact: what would have to be rounded is refused, however small it is."""
    with pytest.raises(DomainError, match="decimals"):
        Money.of(Decimal(fraction), CURRENCY)


@pytest.mark.parametrize(
    ("written", "minor"),
    [("1380.5", 138_050), ("0.005", 1), ("0.0049", 0), ("-0.005", -1), ("2.674999", 267)],
)
def test_a_foreign_amount_is_rounded_half_up(written: str, minor: int) -> None:
    """A provider's figure with more decimals goes to the nearest centime, halves away from zero."""
    assert Money.rounded(Decimal(written), CURRENCY).minor == minor


def test_nothing_is_false() -> None:
    """An amount of nothing counts as no amount."""
    assert not Money.zero(CURRENCY)
    assert not total((), CURRENCY)
    assert dinars(-1)


# --- What a person types --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("10000", 1_000_000),
        ("10 000", 1_000_000),
        ("1\u202f234\u00a0567", 123_456_700),
        ("1500,50", 150_050),
        ("1500.5", 150_050),
        ("1 500,05", 150_005),
        ("١٠٠٠", 100_000),
        ("١٥٠٠٫٥", 150_050),
        ("-200", -20_000),
        ("\u2212200", -20_000),
        ("+ 200", 20_000),
        ("  7  ", 700),
        ("0", 0),
        ("\u20682 900\u2069", 290_000),
        ("999999999999", 99_999_999_999_900),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, minor: int) -> None:
    """Spaces group, a comma or a point is the decimal mark, any script's digits are digits."""
    assert read_amount(typed, CURRENCY) == Money(minor=minor, currency=CURRENCY)


@pytest.mark.parametrize(
    "typed",
    [
        "10.000",
        "2,900",
        "1.234.567",
        "1,234.50",
        "1 00",
        "10 0000",
        "1500.",
        ".5",
        "1500.505",
        "1e5",
        "1_000",
        "0x10",
        "--5",
        "5-",
        "NaN",
        "Infinity",
        "²",
        "abc",
        "100 DA",
        "",
        " ",
        "1000000000000",
        "9" * 5000,
    ],
)
def test_what_could_mean_two_amounts_is_not_read(typed: str) -> None:
    """Nobody's money is guessed at: `10.000` is ten or ten thousand, so it is asked again."""
    assert read_amount(typed, CURRENCY) is None


@given(
    minor=st.integers(-(10**14) + 1, 10**14 - 1),
    mark=st.sampled_from([",", ".", "٫"]),
    grouped=st.booleans(),
)
def test_what_is_written_is_what_is_read(*, minor: int, mark: str, grouped: bool) -> None:
    """Every amount to the centime can be typed, grouped by thousands or not."""
    units, decimals = divmod(abs(minor), 100)
    digits = f"{units:,}".replace(",", " ") if grouped else str(units)
    typed = f"{'-' if minor < 0 else ''}{digits}{mark}{decimals:02}"
    assert read_amount(typed, CURRENCY) == Money(minor=minor, currency=CURRENCY)


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading(typed: str) -> None:
    """Whatever is typed is an amount or it is not; nothing raises."""
    read = read_amount(typed, CURRENCY)
    assert read is None or abs(read.minor) < 10**14
