"""What a typed message will mean: one stored row per chat, written when the question is asked."""

from dataclasses import dataclass

from bot.domain.agents import PersonId
from bot.ports.store import Store
from bot.ports.world import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Remembers what was asked, over restarts; `People.meet` tells it with the next message.

    `what` is `verb:arguments`, like a button's data.
    """

    store: Store
    clock: Clock

    async def ask(self, person_id: PersonId, what: str) -> None:
        """Expect the answer to `what` as the next typed message."""
        async with self.store.begin() as work:
            await work.inputs.set(person_id, what, at=self.clock.now())

    async def forget(self, person_id: PersonId) -> None:
        """Expect nothing: a button or a command took over."""
        async with self.store.begin() as work:
            await work.inputs.set(person_id, None, at=self.clock.now())
