"""The state behind the Bot API: accounts, chats, updates, presses, and the record of it all."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.playground.telegram.answers import bad_request, forbidden
from bot.playground.telegram.menus import Profile
from bot.playground.telegram.model import Account, Chat, Document, Message, Query
from bot.playground.telegram.transcript import Event, Kind, Transcript
from bot.playground.telegram.updates import Updates
from bot.playground.telegram.waiting import Changes

NEVER_WROTE = "bot can't initiate conversation with a user"
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"


class World:
    """One bot's Telegram.  Every change is told to `changes` and gets the next mark."""

    def __init__(self, bot: Account, *, query_lifetime: timedelta) -> None:
        self.bot = bot
        self.query_lifetime = query_lifetime
        self.changes = Changes()
        self.updates = Updates(self.changes)
        self.profile = Profile()
        self.transcript = Transcript()
        self.queries: dict[str, Query] = {}
        self.documents: dict[str, Document] = {}
        self._chats: dict[int, Chat] = {}
        self._message_ids = count(1)
        self._serial = count(1)
        self._started = time.monotonic()
        self.mark = 0

    @property
    def chats(self) -> tuple[Chat, ...]:
        """Return every chat that there is, a stranger's too."""
        return tuple(self._chats.values())

    def add_chat(self, chat: Chat) -> Chat:
        """Make a chat exist.

        Raises:
            ValueError: its id is taken.
        """
        if chat.id in self._chats:
            raise ValueError(f"chat {chat.id} exists already")
        self._chats[chat.id] = chat
        return chat

    def chat(self, chat_id: int | None) -> Chat:
        """Return a chat, or refuse as Telegram does when there is none."""
        if chat_id is None or chat_id not in self._chats:
            raise bad_request("chat not found")
        return self._chats[chat_id]

    def writable(self, chat_id: int | None) -> Chat:
        """Return a chat the bot may write to, or refuse for the reason it may not."""
        chat = self.chat(chat_id)
        if chat.refusal:
            raise forbidden(chat.refusal)
        if not chat.open:
            raise forbidden(NEVER_WROTE)
        return chat

    def now(self) -> datetime:
        """Return the present, in whole seconds as Telegram keeps it."""
        return datetime.now(UTC).replace(microsecond=0)

    def elapsed(self) -> timedelta:
        """Return how long ago this Telegram began."""
        return timedelta(seconds=time.monotonic() - self._started)

    def next_mark(self) -> int:
        """Number one more thing that happened."""
        self.mark += 1
        return self.mark

    def next_message_id(self) -> int:
        """Return an id no message has yet; one row of numbers for all chats, as a bot sees it."""
        return next(self._message_ids)

    def next_serial(self) -> str:
        """Return an id no query and no file has yet."""
        return f"{700_000_000_000_000_000 + next(self._serial)}"

    def keep(self, message: Message, kind: Kind) -> Message:
        """Show a new version of a message and record how it came about."""
        chat = self.chat(message.chat_id)
        kept = replace(message, changed=self.next_mark())
        chat.keep(kept)
        who = self.bot if kind is Kind.DELETED else message.sender  # only the bot deletes here
        self._add(
            Event(
                mark=self.mark,
                at=self.elapsed(),
                kind=kind,
                chat_id=chat.id,
                chat=chat.title,
                who=who.first_name,
                text=kept.text,
                message=kept,
            )
        )
        return kept

    def record(self, kind: Kind, chat: Chat, *, who: str, text: str = "", times: int = 1) -> None:
        """Record something that changed no message."""
        self.next_mark()
        self._add(
            Event(
                mark=self.mark,
                at=self.elapsed(),
                kind=kind,
                chat_id=chat.id,
                chat=chat.title,
                who=who,
                text=text,
                times=times,
            )
        )

    def note(self, text: str) -> None:
        """Record a remark about no chat at all."""
        self._add(
            Event(
                mark=self.next_mark(),
                at=self.elapsed(),
                kind=Kind.NOTED,
                chat_id=0,
                chat="",
                who="",
                text=text,
            )
        )

    def _add(self, event: Event) -> None:
        self.transcript.add(event)
        self.changes.tell()
