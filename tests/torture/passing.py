"""Time that passes while the weather does its work: it ends sooner when there is a reason."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Literal


async def passes(seconds: float, *, unless: asyncio.Event | None = None) -> bool:
    """Let time pass; True when `unless` was set meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            await (unless or asyncio.Event()).wait()
    except TimeoutError:
        return False
    return True


class Chance:
    """All that is left to chance, from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def happens(self, share: float) -> bool:
        """Throw the dice."""
        return self.dice.random() < share

    def about(self, mean: float) -> float:
        """Give a span of seconds whose mean is `mean`, never more than three times that."""
        return min(self.dice.expovariate(1 / mean), 3 * mean)

    def rolls(self, share: float, unless: asyncio.Event) -> Callable[[object], bool]:
        """Give a die that is thrown at every call, and is never unlucky once `unless` is set."""
        return lambda _: not unless.is_set() and self.happens(share)


class Late(asyncio.Event):
    """A gate that opens by itself after a while, for each who stands before it."""

    def __init__(self, chance: Chance, longest: float) -> None:
        super().__init__()
        self._chance = chance
        self._longest = longest

    async def wait(self) -> Literal[True]:
        await passes(self._chance.dice.uniform(0, self._longest))
        return True
