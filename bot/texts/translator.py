"""Say a message in a language; never silent about a text that is missing."""

import logging
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache, partial
from pathlib import Path

from bot.errors import Refusal, TextError
from bot.texts.arguments import argument, assemble
from bot.texts.bundles import Bundle
from bot.texts.formats import Formats
from bot.texts.markup import Markup

LANGUAGES = ("en", "fr", "ar")
FOLDER = Path(__file__).resolve().parents[2] / "locales"

_FALLBACKS = ("fr", "en")

_log = logging.getLogger(__name__)


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
        values = {n: argument(n, v, formats, html=html) for n, v in arguments.items()}
        text, faults = self._bundle(language).format(message_id, values)
        return assemble(text, values, rtl=formats.right_to_left if html else None), faults

    def _load(self, language: str) -> Bundle:
        bundle = Bundle(language, self._folder / language, partial(self._complain, language))
        if self._strict:
            bundle.parse_all()
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
        return self.say(f"refusal-{refusal.reason}", **refusal.facts)

    def refusal_toast(self, refusal: Refusal) -> str:
        """Say why something was refused, as the plain text of a pop-up."""
        return self.label(f"refusal-{refusal.reason}", **refusal.facts)

    @property
    def right_to_left(self) -> bool:
        """Tell whether rows of buttons are mirrored."""
        return self.translator.right_to_left(self.language)
