"""Arguments of a message: written for the reader, kept out of Fluent, set in their place after it.

Fluent sees a count as a number and everything else as a held place.  So no argument is too long
for it (it refuses pieces above 2500 characters), and no character of a code can mean anything to
it or to us.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale
from fluent.runtime.types import FluentType

from bot.domain.money import Money
from bot.errors import TextError
from bot.texts.formats import Formats, Percent
from bot.texts.markup import Markup, Rows, escaped, plain

_NAMES = ("order",)
"""Arguments that name a thing by a number, beside those that end in `_id`."""

_HELD = re.compile("\ue000(\\w+)\ue001")
_HELD_ROWS = re.compile("\u2068\ue000(\\w+)\ue001\u2069")
_ISOLATE = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f]")
_RIGHT_TO_LEFT_MARK = "\u200f"


class Held(FluentType):  # noqa: PLW1641 - compared while a variant is chosen, never kept
    """Holds the place of finished text; a variant can be chosen by what it says."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self.text = text
        self.stands_alone = isinstance(text, Rows) or "\n" in text

    def format(self, locale: Locale) -> str:  # noqa: ARG002 - it is written already
        return f"\ue000{self._name}\ue001"

    def __eq__(self, other: object) -> bool:
        return other == self.text


def argument(name: str, value: object, formats: Formats, *, html: bool) -> int | Held:
    """Make `value` what a message takes; what no text can hold is a `TextError`."""
    match value:
        case bool():
            raise TextError(f"${name} is a bool; pass a word that the texts can choose by")
        case int() if name in _NAMES or name.endswith("_id"):
            return Held(name, str(value))
        case int():
            return value
        case Markup() if not html:
            raise TextError(f"${name} is Markup, and plain text shows tags as they are written")
        case str():
            return Held(name, escaped(value) if html else plain(value))
        case _:
            return Held(name, _written(name, value, formats))


def assemble(text: str, values: Mapping[str, int | Held], *, anchored: bool) -> str:
    """Set the arguments in their places.

    Text of several lines loses the isolate that Fluent put round it: an isolate ends with its
    line, and a line in an isolate says no direction.  For the same reason a right-to-left line
    of nothing but isolates is `anchored` at the right.
    """
    held = {name: value for name, value in values.items() if isinstance(value, Held)}

    def unwrapped(place: re.Match[str]) -> str:
        return place[0][1:-1] if held[place[1]].stands_alone else place[0]

    text = _HELD_ROWS.sub(unwrapped, text)
    if anchored:
        text = "\n".join(map(_anchored, text.split("\n")))
    return _HELD.sub(lambda place: held[place[1]].text, text)


def _written(name: str, value: object, formats: Formats) -> str:
    match value:
        case Money():
            return formats.money(value)
        case Percent():
            return formats.percent(value)
        case Decimal():
            return formats.number(value)
        case datetime():
            return formats.instant(value)
        case date():
            return formats.day(value)
        case timedelta():
            return formats.duration(value)
        case _:
            raise TextError(f"${name} is a {type(value).__name__}, which no text can hold")


def _anchored(line: str) -> str:
    outside = line
    while (shorter := _ISOLATE.sub("", outside)) != outside:
        outside = shorter
    says_its_direction = outside == line or _RIGHT_TO_LEFT.search(outside)
    return line if says_its_direction else _RIGHT_TO_LEFT_MARK + line
