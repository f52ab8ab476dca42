"""What these tests stand on: a ready database, and a shop in front of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.shop import Shop, shop
from tests.e2e.template import template

__all__ = ["template"]


@pytest.fixture
async def stand(template: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a shop with twenty-four agents; the bot is not started yet."""
    async with shop(tmp_path, template) as opened:
        yield opened
