"""A message with its words found: what is left to do is to send it."""

from dataclasses import dataclass, field

from telegram import InlineKeyboardMarkup

from bot.texts import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """Telegram HTML with its buttons. It may hold codes, so it is hidden from every repr.

    `has_cards` messages are protected from forwarding where the settings say so.
    """

    html: Markup = field(repr=False)
    keyboard: InlineKeyboardMarkup | None = field(default=None, repr=False)
    has_cards: bool = False
