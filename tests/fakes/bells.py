"""Bells that may only ring after the commit: woken earlier, a worker finds nothing to do."""

import asyncio
from dataclasses import fields

from bot.ports.store import Store
from bot.services.bells import Bell, Bells
from tests.fakes.store import MemoryStore


class LateBell(Bell):
    """Complains when it is rung inside a transaction."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__()
        self._store = store

    def ring(self) -> None:
        if self._store._owner is asyncio.current_task():
            raise AssertionError("rung before the commit")
        super().ring()


def hang(bells: Bells, store: Store) -> None:
    """Put strict bells in the place of the works' own, where the store can tell."""
    if isinstance(store, MemoryStore):
        for bell in fields(bells):
            setattr(bells, bell.name, LateBell(store))
