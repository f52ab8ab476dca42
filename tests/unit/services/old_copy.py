"""An old copy of the database, put in its place again."""

from datetime import timedelta

from tests.engine import Engine
from tests.fakes.store import MemoryStore

MINUTE = timedelta(minutes=1)


def backup(engine: Engine) -> object:
    """Copy the database as it stands."""
    assert isinstance(engine.store, MemoryStore)
    return engine.store._state.copy()


async def restore(engine: Engine, copied: object) -> None:
    """Put an old copy in the database's place and start, later."""
    assert isinstance(engine.store, MemoryStore)
    engine.store._state = copied  # type: ignore[assignment] # what `backup` gave
    engine.clock.advance(MINUTE)
    await engine.start()
