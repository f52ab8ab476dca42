"""JSON from outside: exact decimals, and no input that can do worse than be refused."""

import re
from decimal import Decimal
from typing import TypeVar

import msgspec

from bot.domain.money import Money
from bot.errors import ProviderContractBroken

T = TypeVar("T")

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

LONGEST_NAME = 80
"""Characters of a title that are shown: several stand in one message, and on one keyboard."""

_MOST_DIGITS = 12
"""Digits before the point; an exponent could ask for a number that fills the memory."""


def find(body: bytes, shape: type[T]) -> T | None:
    """Decode `body` as `shape`; None when it is no JSON, or JSON of another shape.

    Numbers become Decimals with exactly the digits that were written.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError):
        return None


def find_whole(body: bytes, shape: type[T]) -> T | None:
    """Decode `body` as `find` does, if all of it is UTF-8: decoding looks at no skipped field."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return None
    return find(body, shape)


def present(raw: msgspec.Raw) -> bytes:
    """Give a field as it is written; empty when it is absent or null."""
    return b"" if bytes(raw) == b"null" else bytes(raw)


def read(body: bytes, shape: type[T], *, what: str) -> T:
    """Decode `body` as `shape`, or raise `ProviderContractBroken` with the path and no value."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, ArithmeticError) as error:
        raise ProviderContractBroken(f"{what}: {error}") from None
    except (ValueError, RecursionError):  # text that is not UTF-8; nesting without end
        raise ProviderContractBroken(f"{what}: not readable as JSON") from None


def money(amount: Decimal, currency: str, *, what: str) -> Money:
    """Turn whole units into money, to the nearest minor unit; nonsense is refused."""
    if not amount.is_finite() or amount.adjusted() > _MOST_DIGITS:
        raise ProviderContractBroken(f"{what}: not an amount of money")
    return Money.rounded(amount, currency)


def whole(number: Decimal, *, what: str) -> int:
    """Turn a number that should be a count into one; fractions and nonsense are refused."""
    if (
        not number.is_finite()
        or number.adjusted() > _MOST_DIGITS
        or number != number.to_integral_value()
    ):
        raise ProviderContractBroken(f"{what}: not a whole number")
    return int(number)


def is_id(told: str) -> bool:
    """Tell whether it is an id: it stands in addresses, in the journal and in messages."""
    return _ID.fullmatch(told) is not None


def name(*values: str | int | None) -> str:
    """The first spelling of a name, in one line that no message and no button is too short for."""
    return one_line(first(*values), longest=LONGEST_NAME)


def one_line(text: str, *, longest: int) -> str:
    """A text in one line, without invisible signs, cut where it is too long."""
    told = "".join(" " if sign.isspace() else sign for sign in text)
    plain = " ".join("".join(filter(str.isprintable, told)).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def first(*values: str | int | None) -> str:
    """The first of several spellings that says something, as text; empty when none does."""
    told = (str(value) for value in values if value is not None)
    return next((text for text in told if text.strip()), "")
