from collections.abc import AsyncIterator

import pytest

from tests.conversation.admin.stage import Stage, stage


@pytest.fixture
async def scene() -> AsyncIterator[Stage]:
    """Open a shop with its admins."""
    async with stage() as opened:
        yield opened
