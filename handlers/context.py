"""What every handler is given: the counter, the person who wrote, the person's language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot.domain.agents import Language, Person
from bot.ports.exporter import Exporter
from bot.services.counter import Counter
from bot.services.people import Acquaintance
from bot.texts import Translator, Voice, closest

Notes: TypeAlias = dict[Any, Any]
"""python-telegram-bot's own memory; it is lost at a restart, so nothing that matters is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What the Telegram edge works with.

    `support_contact` as the settings give it, None when they do not. `protect_cards` forbids
    forwarding messages with cards. `on_conflict` is called at each sign of another bot on the
    token, after `counter.rivals` was told. `exporter` writes the file of `/export`.
    """

    counter: Counter
    translator: Translator
    default_language: Language
    support_contact: str | None
    protect_cards: bool
    on_conflict: Callable[[], None]
    exporter: Exporter

    def voice_of(self, person: Person | None, language_code: str | None = None) -> Voice:
        """Speak a person's chosen language, or what their Telegram app says it speaks."""
        if person is not None and person.language is not None:
            return self.translator.voice(person.language)
        return self.translator.voice(closest(language_code, self.default_language))


EDGE = "edge"
"""Where an Application keeps its `Edge`."""


class Context(CallbackContext["ExtBot[None]", Notes, Notes, Notes]):
    """The context of one update; `who` is set by the guard that stands before every handler."""

    who: Acquaintance
    voice: Voice
    answered: bool = False

    @property
    def edge(self) -> Edge:
        """What the Telegram edge works with."""
        edge: Edge = self.bot_data[EDGE]
        return edge

    @property
    def counter(self) -> Counter:
        """Every use-case."""
        return self.edge.counter

    @property
    def found(self) -> tuple[str, ...]:
        """The arguments of the pressed button, as its shape in `callbacks` reads them."""
        return tuple(text or "" for text in self.matches[0].groups()) if self.matches else ()

    def number(self, place: int = 0) -> int:
        """Read an argument of the pressed button as a number; its shape let only digits pass."""
        return int(self.found[place])


App: TypeAlias = Application["ExtBot[None]", Context, Notes, Notes, Notes, Any]
Callback: TypeAlias = Callable[[Update, Context], Any]
