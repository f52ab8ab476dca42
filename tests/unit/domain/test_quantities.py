import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quantities import MOST_AT_ONCE, choices, most, read_quantity

ZEROS = [
    character
    for character in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(character) == "Nd" and unicodedata.decimal(character) == 0
]
"""The zero of every script that has digits; the other nine follow it."""


def test_there_are_scripts_to_try() -> None:
    """Arabic-Indic, Persian and European digits are among them."""
    assert {"0", "٠", "۰"} < set(ZEROS)


@pytest.mark.parametrize("zero", ZEROS, ids=unicodedata.name)
def test_the_digits_of_every_script_are_read(zero: str) -> None:
    """An agent types the digits of his keyboard."""
    digits = "".join(chr(ord(zero) + each) for each in (4, 0, 7))
    assert read_quantity(digits) == 407
    assert read_quantity(f"-{digits}") == -407


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2", 2),
        (" 2\n", 2),
        ("+2", 2),
        ("0", 0),
        ("-1", -1),
        ("\u22121", -1),
        ("007", 7),
        ("\u2068٣\u2069", 3),
        ("10000", 10_000),
        ("999999999", 999_999_999),
    ],
)
def test_whole_numbers_are_read_with_their_sign(typed: str, read: int) -> None:
    """Zero, a minus and too many are numbers: the answer can say what is possible instead."""
    assert read_quantity(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        *("abc", "2x", "1.5", "1,5", "1e3", "1_0", "10 000", "--1", "+-", "-", "+", " ", ""),
        *("²", "½", "Ⅷ", "一", "1000000000", "9" * 5000),
    ],
)
def test_anything_else_is_no_quantity(typed: str) -> None:
    """A word, a fraction or a number nobody means is answered with what is possible."""
    assert read_quantity(typed) is None


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_a_quantity(typed: str) -> None:
    """Whatever is typed is a whole number or it is not; nothing raises."""
    read = read_quantity(typed)
    assert read is None or abs(read) < 10**9


@given(st.integers(-5, 1000), st.none() | st.integers(0, 1000))
def test_no_more_than_the_stock_and_no_more_than_a_slip_is_asked_for(
    stock: int, limit: int | None
) -> None:
    """The largest quantity is the stock, up to the provider's limit for an order, and to fifty."""
    bounds = [max(0, stock), MOST_AT_ONCE, *([] if limit is None else [limit])]
    assert most(stock, limit) == min(bounds)


@given(st.integers(0, 1000))
def test_buttons_offer_nothing_beyond_the_largest(largest: int) -> None:
    """Every button can be pressed."""
    assert choices(largest) == tuple(each for each in (1, 2, 3, 5, 10) if each <= largest)
