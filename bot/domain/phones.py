"""Phone numbers that a person typed: read into the one form that everybody understands (E.164)."""

import re
import unicodedata

from bot.domain.secret import MASK

LEAST_DIGITS, MOST_DIGITS = 8, 15
"""Digits of a number with its country's code: E.164 allows fifteen; fewer than eight is a slip."""

HOME = "213"
"""The country whose numbers are read without a code, as they are dialled there: Algeria."""

EXAMPLE = "+213\u00a0550\u00a012\u00a034\u00a056"
"""A number as it may be typed, to show somebody who is asked for one."""

_HOME_DIGITS = (8, 9)
"""A line and a mobile of Algeria, without the 0 that is dialled before either (ITU, +213)."""

_TELLING_DIGITS = 6
"""So many digits at the end of a number tell whose it is."""

_TYPED = re.compile(r"(\+|00)?(\d+)", re.ASCII)


def read_phone(text: str) -> str | None:
    """Read a number (`+213 550 12 34 56`, `00213550123456`, `0550-12-34-56`, `٠٥٥٠…`).

    Gives `+` and 8 to 15 digits. None for anything else: a number without its country's code is
    taken for an Algerian one only when it begins with 0, since nobody's number is guessed at.
    """
    typed = _TYPED.fullmatch(_plain(text))
    if typed is None:
        return None
    prefix, digits = typed.groups(default="")
    if not prefix:
        if not digits.startswith("0"):
            return None
        digits = HOME + digits[1:]
    return _checked(digits)


def spaced(phone: str) -> str:
    """Write a number as it is read aloud where its country is this one; any other stays as it is.

    `+213 550 12 34 56`: by plain spaces, so that a log writes it as it is and can hide it.
    """
    inner = phone.removeprefix(f"+{HOME}")
    if inner == phone:
        return phone
    first = len(inner) - 6
    pairs = (inner[at : at + 2] for at in range(first, len(inner), 2))
    return " ".join([f"+{HOME}", inner[:first], *pairs])


def without_phone(text: str, phone: str) -> str:
    """Leave a number out of a text, however it is spelled there, without its country's code too.

    Its last digits tell whose it is; all digits that stand before them go with them.
    """
    ending = r"[\s().-]*".join(phone[-_TELLING_DIGITS:])
    return re.sub(rf"\+?(?:\d[\s().-]*)*{ending}", MASK, text)


def _checked(digits: str) -> str | None:
    """Complete a number that begins with its country's code; None when it cannot be one."""
    if digits.startswith("0") or not LEAST_DIGITS <= len(digits) <= MOST_DIGITS:
        return None
    if not digits.startswith(HOME):
        return f"+{digits}"
    inner = digits.removeprefix(HOME).removeprefix("0")  # +213 (0)550… is written often
    if inner.startswith("0") or len(inner) not in _HOME_DIGITS:
        return None
    return f"+{HOME}{inner}"


def _plain(text: str) -> str:
    """Leave out what sets digits apart, and write the digits of every script as ASCII."""
    return "".join(map(_sign, text))


def _sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    if kind in {"Cf", "Pd", "Zs"} or sign in ".()\n\t\u2212":
        return ""
    return unicodedata.normalize("NFKC", sign)  # a full-width plus is a plus
