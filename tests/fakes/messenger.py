"""A messenger in memory: chats that hold messages, and trouble when a test asks for it."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from itertools import count

from bot.domain.agents import Person, PersonId
from bot.ports.messenger import (
    Answer,
    Gone,
    Later,
    Malformed,
    Message,
    Progress,
    Receipt,
    Sent,
    Unclear,
    Unreachable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The write's answer is lost; it was carried out or not."""

    arrived: bool


@dataclass(frozen=True, slots=True)
class Held:
    """The write is on its way until `gate` is set, then carried out; `begun` tells of it."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)


Scripted = Lost | Held | Unreachable | Later | Gone | Malformed | Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A write that was asked for: `message_id` is None for a new message."""

    to: PersonId
    message: Message
    message_id: int | None
    answer: Answer


class MemoryMessenger:
    """The port over chats; every write that ended is in `written`.

    `answers` is what becomes of the next writes, `blocked` who takes none.
    """

    def __init__(self) -> None:
        self._numbers = count(100)
        self.chats: dict[PersonId, dict[int, Message | None]] = {}
        self.answers: deque[Scripted | None] = deque()
        self.blocked: set[PersonId] = set()
        self.written: list[Written] = []

    def post(self, to: PersonId) -> int:
        """Put a message into a chat as a handler does, such as the one that is confirmed on."""
        return self._put(to, next(self._numbers), None)

    def messages(self, to: PersonId) -> list[Message]:
        """What stands in a chat now, oldest first, without what handlers wrote."""
        return [one for _, one in sorted(self.chats.get(to, {}).items()) if one is not None]

    def codes(self, to: PersonId) -> list[str]:
        """Every code that can be read in a chat now, marked copies left out."""
        receipts = [one for one in self.messages(to) if isinstance(one, Receipt) and not one.copy]
        return [card.card.code for receipt in receipts for card in receipt.cards]

    def progress(self, to: PersonId) -> list[Progress]:
        """Every progress that was written to a chat."""
        said = [one.message for one in self.written if one.to == to]
        return [one for one in said if isinstance(one, Progress)]

    async def send(self, to: Person, message: Message) -> Answer:
        return await self._write(to.id, message, None)

    async def edit(self, to: Person, message_id: int, message: Message) -> Answer:
        return await self._write(to.id, message, message_id)

    async def _write(self, to: PersonId, message: Message, message_id: int | None) -> Answer:
        scripted = self.answers.popleft() if self.answers else None
        if isinstance(scripted, Exception):
            raise scripted
        if isinstance(scripted, Held):
            scripted.begun.set()
            await scripted.gate.wait()
        await asyncio.sleep(0)  # a real one lets others run here
        answer = self._answer(to, message, message_id, scripted)
        self.written.append(Written(to=to, message=message, message_id=message_id, answer=answer))
        return answer

    def _answer(
        self, to: PersonId, message: Message, message_id: int | None, scripted: object
    ) -> Answer:
        if to in self.blocked:
            return Unreachable(reason="bot was blocked by the user")
        if isinstance(scripted, Unreachable | Later | Gone | Malformed):
            return scripted
        if message_id is not None and message_id not in self.chats.get(to, {}):
            return Gone()
        if isinstance(scripted, Lost) and not scripted.arrived:
            return Unclear()
        number = self._put(to, message_id or next(self._numbers), message)
        return Unclear() if isinstance(scripted, Lost) else Sent(message_id=number)

    def _put(self, to: PersonId, message_id: int, message: Message | None) -> int:
        self.chats.setdefault(to, {})[message_id] = message
        return message_id
