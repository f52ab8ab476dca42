"""A Bot API double: one strict server on the loopback, and the people who talk to its bot."""

from bot.playground.telegram.double import Telegram

__all__ = ["Telegram"]
