"""How many cards: what a person typed, and how many can be bought at once."""

import unicodedata

MOST_AT_ONCE = 50
"""Cards in one order. Nobody documents a limit; this one keeps a mistyped 500 from being bought."""


def read_quantity(text: str) -> int | None:
    """Read a whole number in any script's digits (`2`, `٢`, `۲`); None for anything else.

    A sign is read, so that −1 can be told apart from "abc"; a fraction is not a quantity.
    """
    # What cannot be seen is left out: a number copied from a message brings its isolates along.
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    compact = visible.strip().replace("\u2212", "-").removeprefix("+")
    sign, digits = (-1, compact[1:]) if compact.startswith("-") else (1, compact)
    if not digits or len(digits) > 9 or not all(unicodedata.category(d) == "Nd" for d in digits):
        return None
    return sign * int("".join(str(unicodedata.decimal(digit)) for digit in digits))


def most(stock: int, in_one_order: int | None = None) -> int:
    """The largest quantity that may be asked for, given the provider's stock and its limit."""
    limit = MOST_AT_ONCE if in_one_order is None else min(in_one_order, MOST_AT_ONCE)
    return max(0, min(stock, limit))


def choices(largest: int) -> tuple[int, ...]:
    """The quantities worth a button, up to the largest that may be asked for."""
    return tuple(n for n in (1, 2, 3, 5, 10) if n <= largest)
