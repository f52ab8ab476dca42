"""Instants are aware, in UTC, and in whole milliseconds: what is stored is what was meant."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970 UTC, exact; `instant` must be aware."""
    return (instant - _EPOCH) // _MS


def in_ms(span: timedelta) -> int:
    """Whole milliseconds of a length of time, cut downwards."""
    return span // _MS


def from_ms(milliseconds: int) -> datetime:
    """The instant, in UTC."""
    return _EPOCH + milliseconds * _MS


def whole_ms(instant: datetime) -> datetime:
    """Cut an instant to whole milliseconds."""
    return from_ms(to_ms(instant))
