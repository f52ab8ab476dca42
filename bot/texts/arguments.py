"""Arguments of a message: written for the reader, kept out of Fluent, set in their place after it.

Fluent sees a count as a number and everything else as a held place.  So no argument is too long
for it (it refuses pieces above 2500 characters), and no character of a code can mean anything to
it or to us.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale
from fluent.runtime.types import FluentInt, FluentType

from bot.domain.money import Money
from bot.domain.rates import Rate
from bot.errors import TextError
from bot.texts.formats import Formats, Percent
from bot.texts.markup import Markup, Rows, escaped, plain

_NAMES = ("order",)
"""Arguments that name a thing by a number, beside those that end in `_id`."""

_HELD = re.compile("\ue000(\\w+)\ue001")
_HELD_ROWS = re.compile("\u2068\ue000(\\w+)\ue001\u2069")
_ISOLATE = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
_TAG = re.compile("<[^>]*>|&\\w+;")
_MARKS = {False: "\u200e", True: "\u200f"}
"""What begins a line, unseen, that would else run the wrong way; by whether it is to the left."""


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
            return value if formats.groups_counts else FluentInt(value, useGrouping=False)
        case Markup() if not html:
            raise TextError(f"${name} is Markup, and plain text shows tags as they are written")
        case str():
            return Held(name, escaped(value) if html else plain(value))
        case _:
            return Held(name, _written(name, value, formats))


def assemble(text: str, values: Mapping[str, int | Held], *, rtl: bool | None) -> str:
    """Set the arguments in their places; every line runs the way its language does.

    `rtl`: whether that is from right to left; None leaves it to each line.  Text of several lines
    loses the isolate that Fluent put round it: an isolate ends with its line, and a line in an
    isolate says no direction.
    """
    held = {name: value for name, value in values.items() if isinstance(value, Held)}

    def unwrapped(place: re.Match[str]) -> str:
        return place[0][1:-1] if held[place[1]].stands_alone else place[0]

    def filled(line: str) -> str:
        return _HELD.sub(lambda place: held[place[1]].text, line)

    text = _HELD_ROWS.sub(unwrapped, text)
    if rtl is None:
        return filled(text)
    return "\n".join(_mark(line, filled(line), rtl) + filled(line) for line in text.split("\n"))


def _written(name: str, value: object, formats: Formats) -> str:  # noqa: PLR0911 # a type a line
    match value:
        case Money():
            return formats.money(value)
        case Rate():
            return formats.rate(value)
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


def _mark(line: str, filled: str, rtl: bool) -> str:  # noqa: FBT001 # private
    """Choose what must begin a line so that it starts at its language's side.

    A line runs as its first letter does. Some apps leave out what is isolated when they look for
    it, as the standard has it (UAX #9, P2), others do not: both must find the same.
    """
    if not _ISOLATE.search(line):
        return ""
    outside = line
    while (shorter := _ISOLATE.sub("", outside)) != outside:
        outside = shorter
    found = {_first_direction(outside), _first_direction(filled)}
    runs_well = found <= {"R", "AL"} if rtl else found <= {"L", ""}
    return "" if runs_well else _MARKS[rtl]


def _first_direction(text: str) -> str:
    """Tell the direction of the first letter that has one; empty when none does."""
    directions = map(unicodedata.bidirectional, _TAG.sub("", text))
    return next((one for one in directions if one in {"L", "R", "AL"}), "")
