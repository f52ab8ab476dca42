"""How long something has been waited for already, of the newest of whatever is waited for."""

from datetime import datetime, timedelta
from typing import Final

MOST: Final = 1_000
"""More orders than can come back in part while their movements cannot be read."""


class Patience:
    """Remembers since when each name is waited for; of more than `MOST`, the oldest is forgotten.

    What is forgotten is waited for anew.
    """

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    def waited(self, name: str, *, now: datetime) -> timedelta:
        """How long it is since this was first asked; nothing the first time."""
        since = self._since.setdefault(name, now)
        if len(self._since) > MOST:
            del self._since[next(iter(self._since))]
        return now - since

    def is_over(self, name: str) -> None:
        """Forget what has come."""
        self._since.pop(name, None)
