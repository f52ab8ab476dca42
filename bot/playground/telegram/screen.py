"""What is to be seen in one chat, and waiting for it."""

from collections.abc import Callable
from typing import TypeVar

from bot.playground.telegram.keyboard import Button
from bot.playground.telegram.model import Chat, Message
from bot.playground.telegram.rendering import render
from bot.playground.telegram.waiting import PATIENCE_SECONDS
from bot.playground.telegram.world import World

T = TypeVar("T")
Seen = str | Callable[[Message], object]
"""What to look for: a part of a text, or whatever a message must satisfy."""


class NotSeen(AssertionError):
    """Something did not show in time; the text holds the chat as it stands."""


class Screen:
    """A chat as a telephone shows it now."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    @property
    def id(self) -> int:
        """Return the id of the chat."""
        return self.chat.id

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return what is visible now, oldest first, everyone's."""
        return tuple(self.chat)

    @property
    def last(self) -> Message:
        """Return the newest visible message.

        Raises:
            NotSeen: there is none.
        """
        if not self.messages:
            raise self._not_seen("a message")
        return self.messages[-1]

    def now(self, message: Message) -> Message | None:
        """Return the present version of a message seen before, None where it was deleted."""
        return self.chat.find(message.id)

    async def wait(
        self, look: Callable[["Screen"], T | None], timeout_seconds: float = PATIENCE_SECONDS
    ) -> T:
        """Return the first true thing that `look` finds on this screen.

        Raises:
            NotSeen: it found nothing in time.
        """
        try:
            return await self._world.changes.until(
                lambda: self._try(look), timeout_seconds=timeout_seconds
            )
        except TimeoutError:
            raise self._not_seen("what was waited for") from None

    async def sees(
        self, what: Seen, *, since: int = 0, timeout_seconds: float = PATIENCE_SECONDS
    ) -> Message:
        """Return the newest visible message of the bot that fits, waiting for one.

        `since` is a mark: only messages sent or changed after it count (see `Telegram.mark`).

        Raises:
            NotSeen: no such message came in time.
        """
        try:
            return await self._world.changes.until(
                lambda: self._newest(what, since), timeout_seconds=timeout_seconds
            )
        except TimeoutError:
            raise self._not_seen(repr(what)) from None

    def button(self, what: str, *, on: Message | None = None) -> tuple[Message, Button]:
        """Return the newest visible message with a fitting button, and the button.

        A button fits by its callback data, or its label, whole; else by the beginning of its data;
        else by a part of its label.  `on` looks at that message alone, as it was when it was read.

        Raises:
            NotSeen: no button fits.
        """
        for message in [on] if on else reversed(self.messages):
            found = message.find_button(what)
            if found:
                return message, found
        raise self._not_seen(f"a button {what!r}")

    def _try(self, look: Callable[["Screen"], T | None]) -> T | None:
        try:
            return look(self)
        except NotSeen:  # `look` asked for the last message of an empty chat, or for a button
            return None

    def _newest(self, what: Seen, since: int) -> Message | None:
        for message in reversed(self.messages):
            if message.by_bot and message.changed > since and _fits(message, what):
                return message
        return None

    def _not_seen(self, what: str) -> NotSeen:
        shown = render(self._world.transcript.of(self.chat.id))
        return NotSeen(f"{what} was not seen in {self.chat.title}'s chat:\n{shown}")


def _fits(message: Message, what: Seen) -> bool:
    return what in message.text if isinstance(what, str) else bool(what(message))
