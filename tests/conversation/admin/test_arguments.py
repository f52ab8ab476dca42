import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from handlers.admin import arguments
from tests.unit.samples import CURRENCY, dinars


def read(text: str) -> list[tuple[str, Money, str]]:
    return [(m.agent, m.amount, m.memo) for m in arguments.read_movements(text, CURRENCY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123456 10000 cash", ("123456", dinars(10_000), "cash")),
        ("Chez Ali 10000 cash by hand", ("Chez Ali", dinars(10_000), "cash by hand")),
        ("Chez Ali 10 000 cash", ("Chez Ali", dinars(10_000), "cash")),
        ("Chez Ali 1500,50", ("Chez Ali", Money(minor=150_050, currency=CURRENCY), "")),
        ("علي ١٠٠٠ نقدا", ("علي", dinars(1000), "نقدا")),
        ("Ali -200 mistake", ("Ali", dinars(-200), "mistake")),
        ("Ali \u2212200", ("Ali", dinars(-200), "")),
    ],
)
def test_everything_up_to_the_amount_is_the_name(
    text: str, expected: tuple[str, Money, str]
) -> None:
    """A name may have spaces, an amount may be grouped, and the rest is the note."""
    assert read(text)[0] == expected


@pytest.mark.parametrize("text", ["", "Ali", "10000", "Ali 10OOO", "Ali 10.000", "Ali ten"])
def test_without_an_amount_there_is_nothing_to_read(text: str) -> None:
    """The first word is always the shop, and what is not clearly an amount is none."""
    assert read(text) == []


def test_every_meaning_is_read() -> None:
    """A name that ends in a number makes two meanings, and both are told."""
    assert read("Chez 2 500") == [("Chez", dinars(2500), ""), ("Chez 2", dinars(500), "")]


@given(st.integers(min_value=1, max_value=10**9), st.sampled_from(["Ali", "Chez Ali", "7"]))
def test_a_plain_amount_is_read_as_written(dinars_typed: int, name: str) -> None:
    """Whatever whole amount is typed is the amount that moves."""
    assert (name, dinars(dinars_typed), "cash") in read(f"{name} {dinars_typed} cash")


def test_what_is_copied_from_the_bot_is_read() -> None:
    """The invisible marks of a copied name or amount do not count, nor does its sort of space."""
    copied = "\u2068Chez Ali\u2069  \u206810\u00a0000\u2069"
    assert read(arguments.clean(copied))[0] == ("Chez Ali", dinars(10_000), "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", ("", 700)),
        ("7,5%", ("", 750)),
        ("Chez Ali 7.25", ("Chez Ali", 725)),
        ("Chez Ali default", ("Chez Ali", None)),
        ("Chez Ali", None),
        ("default", None),
        ("Chez Ali -1", None),
        ("1000,01", None),
    ],
)
def test_margins_are_percentages(text: str, expected: tuple[str, int | None] | None) -> None:
    """A margin is for all or for one shop, from 0 to 1000 percent, or the default again."""
    assert arguments.read_margin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chez Ali 5 000", (("Chez Ali", dinars(5000)), ("Chez Ali 5", dinars(0)))),
        ("Chez Ali NONE", (("Chez Ali", None),)),
        ("none", ()),
        ("Chez Ali 5000 please", ()),
    ],
)
def test_limits_are_amounts_or_none(
    text: str, expected: tuple[tuple[str, Money | None], ...]
) -> None:
    """A limit ends its command: a note after it is a mistake."""
    assert arguments.read_limits(text, CURRENCY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("17", 17), ("#17", 17), ("١٧", 17), ("0", None), ("-1", None), ("9" * 30, None), ("x", None)],
)
def test_orders_are_named_by_their_number(text: str, expected: int | None) -> None:
    """An order's number is read in any digits; nothing else is one."""
    assert arguments.read_order(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("settle", "settle"),
        ("ABSENT", "absent"),
        ("68fc0a2b1c9d440000a1b2c3", "68fc0a2b1c9d440000a1b2c3"),
        ("setle", None),
        ("68fc 0a2b", None),
        ("", None),
    ],
)
def test_a_mistyped_decision_is_none(text: str, expected: str | None) -> None:
    """A word that is neither a decision nor an id decides nothing."""
    assert arguments.read_decision(text) == expected


def test_a_new_name_follows_its_word() -> None:
    """`name` parts the shop from its new name; without it nothing is renamed."""
    assert arguments.split_name("Chez Ali name Ali Phone") == ("Chez Ali", "Ali Phone")
    assert arguments.split_name("Chez Ali") == ("Chez Ali", None)


def test_a_long_message_is_read_at_once() -> None:
    """Thousands of words, or of numbers, keep nobody else waiting: a name is 64 long at most."""
    assert len(read(f"Chez Ali 500 {'note ' * 5000}")) == 1
    assert len(read(f"Chez Ali 500 {'5 ' * 5000}")) < 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USD 250", ("USD", 250_000_000)),
        ("usd 1 250,5", ("USD", 1_250_500_000)),
        ("USD", None),
        ("USDT 250", None),
        ("250", None),
        ("", None),
    ],
)
def test_a_rate_is_a_currency_and_a_number(text: str, expected: tuple[str, int] | None) -> None:
    """Three letters say whose rate it is, and what follows is what one unit is worth."""
    assert arguments.read_rate_of(text) == expected
