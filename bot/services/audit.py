"""Writing the journal."""

from datetime import datetime

from bot.domain.agents import PersonId
from bot.domain.audit import Detail, Event
from bot.ports.store import Work

BOT = "wakil"


def admin(person_id: PersonId) -> str:
    """Name an admin as the actor."""
    return f"admin:{person_id}"


def member(person_id: PersonId) -> str:
    """Name a member (or a stranger) as the actor."""
    return f"member:{person_id}"


async def note(
    work: Work, action: str, subject: str, /, *, at: datetime, actor: str = BOT, **details: Detail
) -> None:
    """Journal that `actor` did `action` to `subject`."""
    event = Event(at=at, actor=actor, action=action, subject=subject, details=details)
    await work.journal.append(event)
