"""Values are written as each language writes them in Algeria."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money, read_amount
from bot.domain.rates import Rate
from bot.errors import TextError
from bot.texts import LANGUAGES, Percent
from bot.texts.formats import Formats

ALGIERS = ZoneInfo("Africa/Algiers")


def dzd(minor: int) -> Money:
    """Make an amount of dinars."""
    return Money(minor=minor, currency="DZD")


@pytest.mark.parametrize(
    ("language", "minor", "expected"),
    [
        ("en", 290000, "2\u00a0900\u00a0DA"),
        ("fr", 290000, "2\u202f900\u00a0DA"),
        ("ar", 290000, "\u200f2\u00a0900\u00a0د.ج"),
        ("en", -123456750, "-1\u00a0234\u00a0567,50\u00a0DA"),
        ("fr", 5, "0,05\u00a0DA"),
        ("ar", 290050, "\u200f2\u00a0900,50\u00a0د.ج"),
        ("ar", -123456750, "\u200f\u200e-1\u00a0234\u00a0567,50\u00a0د.ج"),
        ("ar", 0, "\u200f0\u00a0د.ج"),
    ],
)
def test_dinars_are_written_as_the_shop_writes_them(
    language: str, minor: int, expected: str
) -> None:
    """Whole dinars go without centimes, and the currency stands where the locale puts it."""
    assert Formats(language, ALGIERS).money(dzd(minor)) == expected


@given(
    minor=st.integers(min_value=-(10**14), max_value=10**14), language=st.sampled_from(LANGUAGES)
)
def test_no_amount_is_rounded_when_it_is_shown(minor: int, language: str) -> None:
    """The digits that are read are the digits of the ledger, to the centime."""
    text = Formats(language, ALGIERS).money(dzd(minor))
    whole, _, cents = "".join(c for c in text if c in "0123456789,").partition(",")
    assert int(whole) * 100 + int(cents or 0) == abs(minor)
    assert ("-" in text) == (minor < 0)


@given(
    minor=st.integers(min_value=-(10**11), max_value=10**11), language=st.sampled_from(LANGUAGES)
)
def test_an_amount_that_is_shown_can_be_typed_back(minor: int, language: str) -> None:
    """What the bot writes it also reads: no grouping that it would itself refuse as doubtful."""
    number, _, _ = Formats(language, ALGIERS).money(dzd(minor)).rpartition("\u00a0")
    assert read_amount(number, "DZD") == dzd(minor)


def test_other_currencies_keep_their_names() -> None:
    """A provider's dollars are not taken for dinars."""
    assert "US" in Formats("en", ALGIERS).money(Money(minor=100, currency="USD"))
    assert "DA" not in Formats("fr", ALGIERS).money(Money(minor=100, currency="EUR"))


@pytest.mark.parametrize(
    ("language", "millionths", "expected"),
    [
        ("en", 250_000_000, "250\u00a0DA"),
        ("fr", 249_750_000, "249,75\u00a0DA"),
        ("en", 249_500_000, "249,50\u00a0DA"),
        ("ar", 1_234_567_891, "\u200f1\u00a0234,567891\u00a0د.ج"),
        ("fr", 1, "0,000001\u00a0DA"),
    ],
)
def test_a_rate_is_written_with_all_its_decimals(
    language: str, millionths: int, expected: str
) -> None:
    """A rate is not rounded to centimes when it is shown: it would price otherwise."""
    rate = Rate(source="USD", target="DZD", millionths=millionths)
    assert Formats(language, ALGIERS).rate(rate) == expected


@pytest.mark.parametrize(
    ("language", "bp", "expected"),
    [
        ("en", 550, "5,5\u00a0%"),
        ("fr", 500, "5\u00a0%"),
        ("ar", 525, "5,25%"),
        ("en", -100, "-1\u00a0%"),
    ],
)
def test_margins_are_written_in_full(language: str, bp: int, expected: str) -> None:
    """A margin of 5.5 % is not shown as 6 %."""
    assert Formats(language, ALGIERS).percent(Percent(bp)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "04/09/2026, 00:05"),
        ("fr", "04/09/2026 00:05"),
        ("ar", "4\u200f/9\u200f/2026، 00:05"),
    ],
)
def test_instants_are_shown_in_the_shops_zone(language: str, expected: str) -> None:
    """A sale five minutes after midnight in Algiers is a sale of that day, whatever UTC says."""
    at = datetime(2026, 9, 3, 23, 5, tzinfo=UTC)
    assert Formats(language, ALGIERS).instant(at) == expected


def test_an_instant_needs_its_zone() -> None:
    """A time that could mean two hours is not shown."""
    with pytest.raises(TextError, match="time zone"):
        Formats("en", ALGIERS).instant(datetime(2026, 9, 3))  # noqa: DTZ001 # refused


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "2 hours"), ("fr", "2\u00a0heures"), ("ar", "ساعتان")],
)
def test_lengths_of_time_agree_with_their_number(language: str, expected: str) -> None:
    """Two hours are a dual in Arabic."""
    assert Formats(language, ALGIERS).duration(timedelta(hours=2)) == expected


def test_days_and_rates_are_written() -> None:
    """A day has no hour, and a rate keeps the decimals it has."""
    formats = Formats("fr", ALGIERS)
    assert formats.day(date(2026, 9, 3)) == "03/09/2026"
    assert formats.number(Decimal("134.8725")) == "134,8725"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_digit_is_western(language: str) -> None:
    """No value is ever written in Arabic-Indic digits."""
    formats = Formats(language, ALGIERS)
    text = formats.money(dzd(1234567890)) + formats.instant(datetime(2026, 1, 2, tzinfo=UTC))
    assert all(c in "0123456789" for c in text if c.isdigit())
