"""How many calls a minute a double answers."""

from collections import deque
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


class Minute:
    """Counts the calls of the last minute; one that is turned away does not count."""

    def __init__(self) -> None:
        self._recent: deque[datetime] = deque()

    def admit(self, most: int | None, now: datetime) -> timedelta | None:
        """Let one call in (None), or say how long until it would be; `most` None lets all in."""
        while self._recent and now - self._recent[0] >= _MINUTE:
            self._recent.popleft()
        if most is None or len(self._recent) < most:
            self._recent.append(now)
            return None
        return self._recent[0] + _MINUTE - now if self._recent else _MINUTE
