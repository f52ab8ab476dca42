from collections.abc import AsyncIterator

import pytest

from tests.fuzz.wire import Answer, Server, huge


@pytest.fixture(scope="module")
def largest() -> dict[str, Answer]:
    """Make the largest answers once."""
    return huge()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Listen as a provider."""
    async with Server().listening() as listening:
        yield listening
