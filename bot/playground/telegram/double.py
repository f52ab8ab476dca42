"""The double itself: one bot's Telegram that serves, counts, and fails when it is told to."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.playground.server import serve
from bot.playground.telegram.endpoint import Call, Endpoint
from bot.playground.telegram.faults import Faults
from bot.playground.telegram.model import Account, Chat
from bot.playground.telegram.pacing import Pace
from bot.playground.telegram.people import Group, Person
from bot.playground.telegram.transcript import Transcript
from bot.playground.telegram.waiting import PATIENCE_SECONDS
from bot.playground.telegram.world import World

TOKEN = "700000001:AAE-a-token-that-opens-only-the-double"  # noqa: S105  # opens nothing


class Telegram:
    """A Bot API server for one bot, and the people who talk to it.

    Everything lives in the event loop that serves it.  The bot may be killed and started again in
    front of the same double.  A press can be answered for `query_lifetime`; without a `pace` the
    bot may write as fast as it can.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "wakil_bot",
        first_name: str = "Wakil",
        query_lifetime: timedelta = timedelta(minutes=1),
        pace: Pace | None = None,
    ) -> None:
        bot = Account(
            id=int(token.partition(":")[0]),
            first_name=first_name,
            username=username,
            is_bot=True,
        )
        self.token = token
        self.url = ""
        self.world = World(bot, query_lifetime=query_lifetime)
        self._endpoint = Endpoint(self.world, token=token, pace=pace)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Answer HTTP while the context is open; yield the address, which `url` holds too.

        The address is what `TELEGRAM_API_URL` takes: methods are under `/bot<token>/`.
        """
        async with serve(self._endpoint.app) as self.url:
            yield self.url

    def person(
        self,
        person_id: int,
        first_name: str,
        language_code: str = "",
        username: str | None = None,
    ) -> Person:
        """Make a person who has not written to the bot yet."""
        account = Account(
            id=person_id,
            first_name=first_name,
            language_code=language_code,
            username=username or "",
        )
        return Person(self.world, account)

    def group(self, group_id: int, title: str, members: list[Person]) -> Group:
        """Make a group, whose id is negative; the first member adds the bot to it."""
        accounts = tuple(member.account for member in members)
        return Group(self.world, Chat(group_id, title=title, members=accounts))

    @property
    def faults(self) -> Faults:
        """Return the trouble that is planned; add to it."""
        return self._endpoint.faults

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return every call so far, refused ones too, oldest first; getUpdates is left out."""
        return tuple(self._endpoint.calls)

    @property
    def transcript(self) -> Transcript:
        """Return everything that happened in the chats."""
        return self.world.transcript

    @property
    def pending_updates(self) -> int:
        """Return how many updates the bot has not confirmed."""
        return self.world.updates.pending

    def note(self, text: str) -> None:
        """Put a heading into the transcript."""
        self.world.note(text)

    def mark(self) -> int:
        """Return the number of the last thing that happened; calls and events share the row."""
        return self.world.mark

    def count(self, since: int = 0, until: int | None = None) -> Counter[str]:
        """Return how often each method was called after one mark and up to another."""
        return Counter(
            call.method
            for call in self.calls
            if call.mark > since and (until is None or call.mark <= until)
        )

    async def drained(self, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the bot has confirmed every update.

        Raises:
            TimeoutError: it has not in time.
        """
        await self.world.changes.until(
            lambda: not self.pending_updates, timeout_seconds=timeout_seconds
        )

    async def listening(self, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the bot has confirmed every update and its long poll waits for more.

        Raises:
            TimeoutError: it does not in time.
        """
        await self.world.changes.until(
            lambda: self.world.updates.polled and not self.pending_updates,
            timeout_seconds=timeout_seconds,
        )
