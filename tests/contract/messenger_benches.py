"""Messengers with a chat at the other end: the double of Telegram's, and the one in memory."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.agents import Language, Person
from bot.domain.secret import Secret
from bot.playground.telegram import Telegram
from bot.playground.telegram.faults import AFTER, BEFORE, Aim
from bot.ports.messenger import Messenger
from bot.providers.http import tls
from bot.texts import Translator
from handlers.app import make_bot
from handlers.messenger import TelegramMessenger
from handlers.pacing import Pacing
from handlers.speech import Speech
from tests.fakes.messenger import Lost, MemoryMessenger


class Bench(Protocol):
    """A messenger, and what can happen to what it sends."""

    @property
    def messenger(self) -> Messenger:
        """The messenger under test."""

    @property
    def to(self) -> Person:
        """Whom it writes to."""

    def lose_next(self, *, arrived: bool) -> None:
        """Lose the answer to the next write, which is carried out or not."""

    def block(self) -> None:
        """Let the person block the bot."""

    def shown(self) -> int:
        """How many messages the person sees."""


class MemoryBench:
    """Chats in memory."""

    def __init__(self, to: Person) -> None:
        self.to = to
        self.messenger = MemoryMessenger()

    def lose_next(self, *, arrived: bool) -> None:
        self.messenger.answers.append(Lost(arrived=arrived))

    def block(self) -> None:
        self.messenger.blocked.add(self.to.id)

    def shown(self) -> int:
        return len(self.messenger.messages(self.to.id))


class TelegramBench:
    """Chats behind the Bot API double, over loopback HTTP."""

    def __init__(self, to: Person, double: Telegram, messenger: TelegramMessenger) -> None:
        self.to = to
        self.double = double
        self.messenger = messenger
        self.person = double.person(to.id, to.name)
        self.person.chat.open = True
        self.server = AsyncExitStack()

    async def hang_up(self) -> None:
        """Close the double's server."""
        await self.server.aclose()

    def lose_next(self, *, arrived: bool) -> None:
        self.double.faults.cut(Aim(), moment=AFTER if arrived else BEFORE)

    def block(self) -> None:
        self.person.block()

    def shown(self) -> int:
        return len(self.person.messages)


TRANSLATOR = Translator(ZoneInfo("Africa/Algiers"), strict=True)


@asynccontextmanager
async def telegram_bench(
    to: Person, *, protect_cards: bool = False
) -> AsyncIterator[TelegramBench]:
    """Serve a double with a messenger in front of it."""
    double = Telegram()
    speech = Speech(
        translator=TRANSLATOR,
        default_language=Language.ENGLISH,
        support_contact="@wakil_support",
        protect_cards=False,
    )
    async with AsyncExitStack() as server:
        url = await server.enter_async_context(double.serve())
        bot = make_bot(
            Secret(double.token), api_url=url, tls=tls(), pacing=Pacing(interval_seconds=0)
        )
        async with bot:
            bench = TelegramBench(to, double, TelegramMessenger(bot=bot, speech=speech))
            bench.server = server
            yield bench
