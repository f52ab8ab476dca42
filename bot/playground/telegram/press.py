"""Presses of a button, and their answers."""

from dataclasses import dataclass

from bot.playground.telegram.model import Answer, Query
from bot.playground.telegram.waiting import PATIENCE_SECONDS
from bot.playground.telegram.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One or more presses of one button, each its own query."""

    queries: tuple[Query, ...]
    world: World

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Return the answers so far."""
        return tuple(query.answer for query in self.queries if query.answer)

    async def answered(self, timeout_seconds: float = PATIENCE_SECONDS) -> tuple[Answer, ...]:
        """Return the answers once every press has one.

        Raises:
            TimeoutError: some were never answered.
        """
        return await self.world.changes.until(
            lambda: self.answers if len(self.answers) == len(self.queries) else (),
            timeout_seconds=timeout_seconds,
        )
