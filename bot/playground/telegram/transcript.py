"""Everything that happened in the chats, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.playground.telegram.model import Message


class Kind(StrEnum):
    """What can happen in a chat."""

    SAID = "said"
    TAPPED = "tapped"
    COPIED = "copied"
    SENT = "sent"
    EDITED = "edited"
    DELETED = "deleted"
    ANSWERED = "answered"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; `at` counts from the start of the double.

    `who` is the first name of the person who acted or was answered, or the bot's.  `text` is the
    label of a button, the text of an answer, or a note; of a message it is the message's.  `times`
    is how often a button was pressed at once.
    """

    mark: int
    at: timedelta
    kind: Kind
    chat_id: int
    chat: str
    who: str
    text: str = ""
    message: Message | None = None
    times: int = 1


class Transcript:
    """The events so far, oldest first; grows by itself."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def __iter__(self) -> Iterator[Event]:
        return iter(tuple(self._events))

    def add(self, event: Event) -> None:
        """Record one more event."""
        self._events.append(event)

    def of(self, chat_id: int) -> tuple[Event, ...]:
        """Return the events of one chat, and the notes."""
        return tuple(
            event for event in self if event.chat_id == chat_id or event.kind is Kind.NOTED
        )
