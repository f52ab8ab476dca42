"""How the provider writes times: no zone is ever named; they are taken for India's."""

from datetime import date, datetime, timedelta, timezone

INDIA_TIME = timezone(timedelta(hours=5, minutes=30))


def day(at: datetime) -> date:
    """The day of an instant."""
    return at.astimezone(INDIA_TIME).date()


def stamp(at: datetime) -> str:
    """An instant to the second: `YYYY-MM-DD HH:MM:SS`."""
    return at.astimezone(INDIA_TIME).strftime("%Y-%m-%d %H:%M:%S")
