"""Xoxoday Plum, Rewards API v1.2 (https://accounts.xoxoday.com): gift cards of many countries."""

from bot.providers.plum.client import PlumProvider
from bot.providers.plum.hosts import account_at
from bot.providers.plum.pairs import PlumKey

__all__ = ["PlumKey", "PlumProvider", "account_at"]
