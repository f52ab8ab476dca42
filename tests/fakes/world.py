"""A clock that stands until it is moved, and secrets that can be foretold."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
"""When tests begin: a Tuesday, one o'clock in Algiers."""


class FakeClock:
    """Tells the instant that it was set to; time passes only by `advance`."""

    def __init__(self, at: datetime = NOON) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Let time pass, and tell the new time; for the other way there is `set_back`."""
        if by < timedelta():
            raise ValueError("time never runs backwards")
        self._now += by
        return self._now

    def set_back(self, by: timedelta) -> datetime:
        """Set the clock back, as a machine does whose clock was wrong; tells the new time."""
        self._now -= by
        return self._now


class FakeSecrets:
    """Counts: the nth token of a name is always the same, and has a real one's length."""

    def __init__(self, name: str = "token") -> None:
        self._name = name
        self._made = 0

    def token(self) -> str:
        self._made += 1
        return f"{self._name}-{self._made}".rjust(22, "_")
