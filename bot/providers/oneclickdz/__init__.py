"""OneClickDZ v3 gift cards (https://api.oneclickdz.com): tolerant of everything but doubt."""

from bot.providers.oneclickdz.client import CALLS_PER_MINUTE, OneClickDZProvider

__all__ = ["CALLS_PER_MINUTE", "OneClickDZProvider"]
