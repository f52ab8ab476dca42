"""How people are spoken to: known before there is a counter, since the messenger needs it too."""

from dataclasses import dataclass

from bot.domain.agents import Language, Person
from bot.texts import Translator, Voice, closest


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The languages, and what the settings say about messages.

    `support_contact` as the settings give it, None when they do not. `protect_cards` forbids
    forwarding messages with cards.
    """

    translator: Translator
    default_language: Language
    support_contact: str | None
    protect_cards: bool

    def voice_of(self, person: Person | None, language_code: str | None = None) -> Voice:
        """Speak a person's chosen language, or what their Telegram app says it speaks."""
        if person is not None and person.language is not None:
            return self.translator.voice(person.language)
        return self.translator.voice(closest(language_code, self.default_language))
