"""A Telegram double that serves, and the real library's bot in front of it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.playground.telegram import Telegram
from bot.playground.telegram.people import Person


@pytest.fixture
async def double() -> AsyncIterator[Telegram]:
    """Serve a double."""
    telegram = Telegram()
    async with telegram.serve():
        yield telegram


@pytest.fixture
async def bot(double: Telegram) -> AsyncIterator[Bot]:
    """Log the real library's bot in."""
    async with Bot(
        double.token, base_url=f"{double.url}/bot", base_file_url=f"{double.url}/file/bot"
    ) as logged_in:
        yield logged_in


@pytest.fixture
async def karim(double: Telegram) -> Person:
    """Bring in a person who has written to the bot."""
    karim = double.person(4001, "Karim", "fr", "karim_dz")
    await karim.start()
    return karim
