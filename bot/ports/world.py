"""Time and randomness, so that a test or a simulation can hold them."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The instant, aware, UTC, in whole milliseconds."""
        ...


class Secrets(Protocol):
    """Makes what nobody can guess."""

    def token(self) -> str:
        """22 characters of `A-Za-z0-9_-`, 128 random bits."""
        ...
