"""Say a message in a language; never silent about a text that is missing."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from fluent.runtime.types import FluentType

from bot.domain.money import Money
from bot.errors import Refusal, TextError
from bot.texts.bundles import Bundle
from bot.texts.formats import Formats, Percent
from bot.texts.markup import Markup, Rows, escaped, plain

LANGUAGES = ("en", "fr", "ar")
FOLDER = Path(__file__).resolve().parents[2] / "locales"

_FALLBACKS = ("fr", "en")
_NAMES = ("order",)
_ROWS_START, _ROWS_END = "\ue000", "\ue001"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"

_log = logging.getLogger(__name__)


class _Text(FluentType):
    """Text of any length that Fluent inserts as it is, and that can choose a variant."""

    def __init__(self, text: str) -> None:
        self._text = text

    def format(self, locale: Locale) -> str:  # noqa: ARG002 - it is written already
        return self._text

    def __eq__(self, other: object) -> bool:
        return other == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class Translator:
    """Render messages in every language; a language is read when it is first spoken.

    `strict` (tests): a text or an argument that is missing, or a file that does not parse, raises
    `TextError`.  Otherwise it is logged, and the message is said in French, then in English; when
    no language can say it whole, with the hole, and at the very last as its id.
    """

    def __init__(self, timezone: tzinfo, *, strict: bool = False, folder: Path = FOLDER) -> None:
        self._timezone = timezone
        self._strict = strict
        self._folder = folder
        self._bundle = cache(self._load)
        self._formats = cache(self._make_formats)

    def voice(self, language: str) -> "Voice":
        """Speak `language`; one that is not spoken here is a `TextError`."""
        if language not in LANGUAGES:
            raise TextError(f"{language!r} is not one of {', '.join(LANGUAGES)}")
        return Voice(language, self)

    def ids(self, language: str) -> frozenset[str]:
        """List the ids of the messages of `language`."""
        return frozenset(self._bundle(language).ids)

    def say(self, language: str, message_id: str, /, **arguments: object) -> Markup:
        """Render a message as Telegram HTML, every argument escaped once."""
        return Markup(self._render(language, message_id, arguments, html=True))

    def label(self, language: str, message_id: str, /, **arguments: object) -> str:
        """Render a message as plain text, where Telegram shows tags as they are written.

        Isolates stay: they are invisible, and without them an Arabic button would show
        `PSN 10 USD` in pieces.
        """
        return self._render(language, message_id, arguments, html=False)

    def right_to_left(self, language: str) -> bool:
        """Tell whether `language` starts at the right, where rows of buttons are mirrored."""
        return self._formats(language).right_to_left

    def _render(
        self, language: str, message_id: str, arguments: dict[str, object], *, html: bool
    ) -> str:
        with_holes: list[str] = []
        for candidate in dict.fromkeys((language, *_FALLBACKS)):
            try:
                text, faults = self._format(candidate, message_id, arguments, html=html)
            except TextError as error:
                self._complain(candidate, str(error))
                continue
            if not faults:
                return text
            self._complain(candidate, *faults)
            with_holes.append(text)
        return with_holes[0] if with_holes else message_id

    def _format(
        self, language: str, message_id: str, arguments: dict[str, object], *, html: bool
    ) -> tuple[str, list[str]]:
        formats = self._formats(language)
        values = {
            name: _fluent(name, value, formats, html=html) for name, value in arguments.items()
        }
        text, faults = self._bundle(language).format(message_id, values)
        return _unwrap(text), faults

    def _load(self, language: str) -> Bundle:
        bundle = Bundle(language, self._folder / language)
        self._complain(language, *bundle.faults)
        return bundle

    def _make_formats(self, language: str) -> Formats:
        return Formats(language, self._timezone)

    def _complain(self, language: str, *faults: str) -> None:
        for fault in faults:
            if self._strict:
                raise TextError(f"[{language}] {fault}")
            _log.error("[%s] %s", language, fault)


def closest(language_code: str | None, default: str) -> str:
    """Choose the language for what a Telegram app says it speaks (`fr-FR`, or nothing at all)."""
    language = (language_code or "").partition("-")[0].lower()
    return language if language in LANGUAGES else default


@dataclass(frozen=True, slots=True)
class Voice:
    """A translator that speaks one language."""

    language: str
    translator: Translator

    def say(self, message_id: str, /, **arguments: object) -> Markup:
        """Render a message as Telegram HTML."""
        return self.translator.say(self.language, message_id, **arguments)

    def label(self, message_id: str, /, **arguments: object) -> str:
        """Render a message as plain text: buttons, toasts, menus."""
        return self.translator.label(self.language, message_id, **arguments)

    def refusal(self, refusal: Refusal) -> Markup:
        """Say why something was refused, as Telegram HTML."""
        return self.say(refusal.reason, **refusal.facts)

    @property
    def right_to_left(self) -> bool:
        """Tell whether rows of buttons are mirrored."""
        return self.translator.right_to_left(self.language)


def _fluent(name: str, value: object, formats: Formats, *, html: bool) -> object:
    """Turn an argument into what Fluent takes: a number that can be counted, or finished text."""
    match value:
        case bool():
            raise TextError(f"${name} is a bool; pass a word that the texts can choose by")
        case int() if name in _NAMES or name.endswith("_id"):
            return _Text(str(value))
        case int():
            return value
        case Markup() if not html:
            raise TextError(f"${name} is Markup, and plain text shows tags as they are written")
        case Rows():
            return _Text(f"{_ROWS_START}{value}{_ROWS_END}")
        case str():
            return _Text(_inserted(value, html=html))
        case _:
            return _Text(_written(name, value, formats))


def _inserted(value: str, *, html: bool) -> str:
    """Escape text; an isolate ends with its line, so that text of many lines goes without."""
    text = escaped(value) if html else plain(value)
    return f"{_ROWS_START}{text}{_ROWS_END}" if "\n" in text else text


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


def _unwrap(text: str) -> str:
    """Take rows out of the isolate that Fluent put round them."""
    text = text.replace(_FIRST_STRONG_ISOLATE + _ROWS_START, "")
    text = text.replace(_ROWS_END + _POP_ISOLATE, "")
    return text.replace(_ROWS_START, "").replace(_ROWS_END, "")
