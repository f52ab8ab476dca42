import pytest

from bot.errors import (
    ProviderBusy,
    ProviderContractBroken,
    ProviderError,
    ProviderUnauthorized,
    ProviderUnreachable,
)
from bot.services.one_by_one import one_by_one

AWAY, BROKEN = ProviderUnreachable(), ProviderContractBroken()


async def looked(*answers: ProviderError | None) -> list[int]:
    """Look at as many things as there are answers; tells which were looked at to the end."""
    seen: list[int] = []

    async def look(number: int) -> None:
        if error := answers[number]:
            raise error
        seen.append(number)

    await one_by_one(range(len(answers)), look)
    return seen


async def test_what_cannot_be_read_hides_nothing_else() -> None:
    """One that fails, or two, or any number whose answer is not understood, hold up no other."""
    assert await looked(AWAY, None, AWAY, AWAY, None) == [1, 4]
    assert await looked(BROKEN, BROKEN, BROKEN, None) == [3]


@pytest.mark.parametrize("error", [ProviderUnauthorized(), ProviderBusy()])
async def test_what_holds_for_all_is_said_at_once(error: ProviderError) -> None:
    """A rejected key and a provider that asks for patience end the round."""
    with pytest.raises(type(error)):
        await looked(error, None)


async def test_a_provider_that_is_away_is_not_asked_for_ever() -> None:
    """After three in a row that were not reached nobody waits for the others' time limits."""
    with pytest.raises(ProviderUnreachable):
        await looked(AWAY, AWAY, AWAY, None)
    with pytest.raises(ProviderUnreachable):
        await looked(AWAY, BROKEN, AWAY, AWAY, None)
