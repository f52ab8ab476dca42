"""What Telegram remembers: accounts, messages, documents, presses of buttons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.playground.telegram.entities import Entity
from bot.playground.telegram.keyboard import Button, Keyboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person or the bot."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file in a message."""

    file_id: str
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it stands; `earlier` is what it was before each edit, oldest first.

    `changed` is the mark of its last change (see `Telegram.mark`).  The text of a document is its
    caption.
    """

    id: int
    chat_id: int
    sender: Account
    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = ()
    document: Document | None = None
    protected: bool = False
    link_preview: bool = True
    silent: bool = False
    reply_to: int | None = None
    sent_at: datetime
    edited_at: datetime | None = None
    deleted: bool = False
    changed: int
    earlier: tuple["Message", ...] = ()

    @property
    def by_bot(self) -> bool:
        """Tell whether the bot sent it."""
        return self.sender.is_bot

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Return the buttons under the message, in reading order."""
        return tuple(button for row in self.keyboard for button in row)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the exact text of every `code` entity, in order."""
        return self.spans("code")

    def spans(self, kind: str) -> tuple[str, ...]:
        """Return the exact text of every entity of `kind`, in order."""
        return tuple(entity.of(self.text) for entity in self.entities if entity.kind == kind)

    def find_button(self, what: str) -> Button | None:
        """Return the button whose data or label is `what`, or else begins with it, or holds it."""
        for fits in _FITS:
            for button in self.buttons:
                if fits(button, what):
                    return button
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot showed a person who pressed a button; an empty text shows nothing.

    A `url` leads back to the bot, perhaps from a group to the private chat.
    """

    text: str
    url: str = ""
    alert: bool


@dataclass(slots=True, kw_only=True)
class Query:
    """A press of a button, waiting for its answer."""

    id: str
    sender: Account
    chat_id: int
    message_id: int
    data: str
    at_seconds: float
    answer: Answer | None = None


class Chat:
    """A private chat (its id is the person's) or a group, with everything ever sent to it."""

    def __init__(self, chat_id: int, *, title: str, members: tuple[Account, ...]) -> None:
        self.id = chat_id
        self.title = title
        self.members = members
        self.open = False
        self.refusal = ""
        self._messages: dict[int, Message] = {}

    @property
    def is_private(self) -> bool:
        """Tell whether it is a chat between the bot and one person."""
        return self.id > 0

    def __iter__(self) -> Iterator[Message]:
        """Go through what is visible now, oldest first."""
        return (message for message in self._messages.values() if not message.deleted)

    def keep(self, message: Message) -> None:
        """Remember the newest version of a message."""
        self._messages[message.id] = message

    def find(self, message_id: int) -> Message | None:
        """Return a message that is not deleted."""
        message = self._messages.get(message_id)
        return None if message is None or message.deleted else message

    @property
    def everything(self) -> tuple[Message, ...]:
        """Return every message ever sent, deleted ones too."""
        return tuple(self._messages.values())


_FITS = (
    lambda button, what: what in {button.data, button.label},
    lambda button, what: button.data.startswith(what),
    lambda button, what: what in button.label,
)
