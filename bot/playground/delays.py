"""How long something takes at a double: a length of time, or until somebody says so."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Delay: TypeAlias = timedelta | asyncio.Event
"""A wait: a length of time, or until somebody sets the event."""

NO_DELAY = timedelta(0)


def is_over(delay: Delay, *, since: datetime, now: datetime) -> bool:
    """Tell whether a wait that began at `since` has ended."""
    return delay.is_set() if isinstance(delay, asyncio.Event) else now - since >= delay


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)
