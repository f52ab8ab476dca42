"""Telephone numbers as Plum wants them: `+CC-number`, the country's code apart."""

from typing import Final

from bot.errors import DomainError

_ONE_DIGIT: Final = "17"
_TWO_DIGITS: Final = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58"
    " 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"
)
"""Country codes of ITU-T E.164; all that begin otherwise have three digits."""


def contact(phone: str) -> str:
    """Spell `+213555123456` as `+213-555123456`; the codes are told apart by how they begin."""
    digits = phone.removeprefix("+")
    if not phone.startswith("+") or not digits.isascii() or not digits.isdigit() or len(digits) < 5:
        raise DomainError("A phone number is a plus and digits")
    length = 1 if digits[0] in _ONE_DIGIT else 2 if digits[:2] in _TWO_DIGITS else 3
    return f"+{digits[:length]}-{digits[length:]}"
