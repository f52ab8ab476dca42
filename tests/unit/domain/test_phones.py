import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.phones import read_phone, spaced, without_phone

E164 = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
MOBILE = st.from_regex(r"[5-7][0-9]{8}", fullmatch=True)
FOREIGN = st.from_regex(r"[13-9][0-9]{7,14}", fullmatch=True)
APART = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u2011", "\u2068", "\u200e", " - "])


def spelled(data: st.DataObject, number: str) -> str:
    """Write a number with anything between its signs, as people do."""
    return "".join(sign + data.draw(APART) for sign in number)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("+213550123456", "+213550123456"),
        ("+213 (0) 550 12 34 56", "+213550123456"),
        ("00213550123456", "+213550123456"),
        ("0550 12 34 56", "+213550123456"),
        ("0550.12.34.56", "+213550123456"),
        ("0550-12-34-56", "+213550123456"),
        ("٠٥٥٠١٢٣٤٥٦", "+213550123456"),
        ("۰۵۵۰۱۲۳۴۵۶", "+213550123456"),
        ("021 23 45 67", "+21321234567"),
        ("\u2068+213\u00a0550\u00a012\u00a034\u00a056\u2069", "+213550123456"),
        ("\uff0b33612345678", "+33612345678"),
        (" +33 6 12 34 56 78\n", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+1 (470) 500-0000", "+14705000000"),
        ("+999999999999999", "+999999999999999"),
        ("+12345678", "+12345678"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, read: str) -> None:
    """Spaces, dots, dashes, 00 for +, and the 0 of home all lead to the one form of a number."""
    assert read_phone(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "+", "00", "abc", "+abc", "+213", "+1234567", "+1234567890123456"),
        *("550123456", "213550123456", "612345678", "0", "0550", "055012345678"),
        *("+0550123456", "+2135501234567", "+213 00 50 12 34 56", "000213550123456"),
        *("+213550123456 and more", "++213550123456", "+213+550123456", "0550/123456", "²"),
    ],
)
def test_nobodys_number_is_guessed_at(typed: str) -> None:
    """Too short, too long, of no country, or mixed with words: it is asked for again."""
    assert read_phone(typed) is None


@given(st.data(), MOBILE, st.sampled_from(["+213", "00213", "0", "+2130"]))
def test_every_spelling_of_a_mobile_of_home_is_the_same_number(
    data: st.DataObject, mobile: str, prefix: str
) -> None:
    """However an Algerian mobile is dialled and written, cards go to the same phone."""
    typed = spelled(data, prefix + mobile)
    assert read_phone(typed) == f"+213{mobile}"
    assert read_phone(typed.translate(ARABIC)) == f"+213{mobile}"


@given(st.data(), FOREIGN, st.sampled_from(["+", "00"]))
def test_numbers_of_other_countries_keep_all_their_digits(
    data: st.DataObject, digits: str, prefix: str
) -> None:
    """A number with its country's code is taken as it is."""
    assert read_phone(spelled(data, prefix + digits)) == f"+{digits}"


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_number(typed: str) -> None:
    """Whatever is typed is a number in full or none, and reading it again changes nothing."""
    read = read_phone(typed)
    assert read is None or (E164.fullmatch(read) and read_phone(read) == read)


@given(st.data(), FOREIGN, st.sampled_from(["", "+", "no: "]))
def test_a_number_is_left_out_of_a_text(data: st.DataObject, digits: str, before: str) -> None:
    """Somebody else's words about a number are kept without it, however it stands there."""
    apart = data.draw(st.sampled_from(["", " ", "-", ".", ") "]))
    told = without_phone(f"contact {before}{apart.join(digits)} is invalid", f"+{digits}")
    assert not re.search(r"\d", told)
    assert told.startswith("contact ")
    assert told.endswith(" is invalid")


@pytest.mark.parametrize(
    "words", ["bad +213555123456", "bad +213-555123456", "bad 555 12 34 56", "bad 213.555.123.456"]
)
def test_the_providers_words_lose_the_recipients_number(words: str) -> None:
    """A refusal is shown to admins and journaled: no number of a person is in it, code or none."""
    assert without_phone(words, "+213555123456") == "bad •••"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+213550123456", "+213 550 12 34 56"),
        ("+21321123456", "+213 21 12 34 56"),
        ("+33612345678", "+33612345678"),
        ("", ""),
    ],
)
def test_a_number_is_shown_as_it_is_read_aloud(phone: str, shown: str) -> None:
    """Twelve digits in a row are not checked by anybody; those of other countries stay whole."""
    assert spaced(phone) == shown
    assert read_phone(shown) == (phone or None)
