"""Single fields of Plum's JSON, whatever type they come in today.

The same field is a number on one page, a string on the next and empty on the third (the reference,
"Standard workflow", answers seen live): so each is kept raw, and read when it is needed.
"""

import re
from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from bot.domain.money import plain_decimal
from bot.errors import ProviderContractBroken
from bot.providers.decoding import find, whole

T = TypeVar("T")

NOTHING: Final = msgspec.Raw()
"""A field that was not told."""

_ID = re.compile(r"[0-9]{1,18}")
_CURRENCY = re.compile(r"[A-Z]{3}")

_FARTHEST_DIGIT = 18
"""No id, amount or time has more digits, before the point or behind it."""


def text(raw: msgspec.Raw) -> str:
    """A string without the space around it, or a number in plain digits; else empty."""
    told = find(bytes(raw), str)
    if told is not None:
        return told.strip()
    value = number(raw)
    return "" if value is None else plain_decimal(value)


def number(raw: msgspec.Raw) -> Decimal | None:
    """A number, exactly as it is written, also as a string; None for anything else."""
    return _bounded(find(bytes(raw), Decimal))


def parsed(told: str) -> Decimal | None:
    """Read a number out of a string; None for anything else."""
    return _bounded(find(msgspec.json.encode(told.strip()), Decimal))


def _bounded(value: Decimal | None) -> Decimal | None:
    """Leave out what no field can mean: infinities, and digits without end."""
    if value is None or not value.is_finite() or abs(value.adjusted()) > _FARTHEST_DIGIT:
        return None
    return value


def count(raw: msgspec.Raw, *, what: str) -> int | None:
    """A count; None when it is not told, and refused when it is a fraction."""
    value = number(raw)
    return None if value is None else whole(value, what=what)


def flag(raw: msgspec.Raw) -> bool:
    """Tell whether it says yes: true, 1, "1" or "true"."""
    return find(bytes(raw), bool) is True or text(raw).casefold() in ("1", "true")


def as_id(told: str) -> str:
    """An id as it can be asked by: a number above zero; empty for anything else."""
    return told if _ID.fullmatch(told) and told.strip("0") else ""


def id_of(raw: msgspec.Raw, *, what: str) -> str:
    """An id, which must be told."""
    told = as_id(text(raw))
    if not told:
        raise ProviderContractBroken(f"{what}: no id")
    return told


def currency_of(raw: msgspec.Raw) -> str:
    """The code of a currency, in capitals; empty for anything else."""
    told = text(raw).upper()
    return told if _CURRENCY.fullmatch(told) else ""


def find_all(raw: msgspec.Raw, shape: type[T]) -> list[T]:
    """The entries of a list that have this shape; nothing of what is no list."""
    entries = find(bytes(raw), list[msgspec.Raw]) or []
    return [found for each in entries if (found := find(bytes(each), shape)) is not None]
