"""A translator that forgives nothing, as every test wants it."""

from zoneinfo import ZoneInfo

import pytest

from bot.texts import Translator


@pytest.fixture(scope="session")
def translator() -> Translator:
    """Speak from the real files, and raise where production would fall back."""
    return Translator(ZoneInfo("Africa/Algiers"), strict=True)
