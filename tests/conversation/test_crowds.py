"""Strangers at the door: however many there are, members are served and memory stays bounded."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.playground.telegram.faults import Aim
from bot.playground.telegram.people import Person
from bot.playground.telegram.waiting import Changes
from handlers.backlog import Backlog
from handlers.pacing import Pacing
from handlers.polling import stop_reading
from handlers.turns import CROWDED, SHORTEST_LINE, PerPerson
from tests.conversation.stage import Stage

STRANGERS = 50
A_DAY_SECONDS = 86_400.0


@dataclass
class Rest:
    """Sleep that ends when the test says so, and counts who sleeps."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    sleepers: int = 0
    changes: Changes = field(default_factory=Changes)

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.sleepers += 1
        self.changes.tell()
        await self.over.wait()

    async def has(self, sleepers: int) -> None:
        """Wait until so many sleep."""
        await self.changes.until(lambda: self.sleepers == sleepers, timeout_seconds=60)


@pytest.fixture
async def rest(stage: Stage) -> AsyncIterator[Rest]:
    """Pace chats: after two messages the next one is a day away, unless the test ends the day."""
    rest = Rest()
    stage.pacing = Pacing(burst=2, interval_seconds=A_DAY_SECONDS, sleep=rest.sleep)
    await stage.restart()
    yield rest
    rest.over.set()


def crowd(stage: Stage) -> list[Person]:
    """Let strangers come in."""
    return [stage.telegram.person(1000 + n, f"Stranger {n}", "en") for n in range(STRANGERS)]


async def test_a_crowd_at_its_pace_delays_no_member(
    stage: Stage, rest: Rest, amina: Person
) -> None:
    """While fifty strangers wait for the pace of their chats, a member is answered."""
    for stranger in crowd(stage):
        for _ in range(3):
            await stranger.send("/start")
    await rest.has(STRANGERS)
    assert "Your balance" in (await stage.says(amina, "/wallet")).text
    assert rest.sleepers == STRANGERS


async def test_what_a_crowd_may_leave_waiting(stage: Stage, rest: Rest, amina: Person) -> None:
    """Of a flood that is not served only so much waits as fits into memory; members come in."""
    strangers = crowd(stage)
    for text in ("/start",) * 3 + ("hello",) * (CROWDED // STRANGERS):
        for stranger in strangers:
            await stranger.send(text)
    assert "Your balance" in (await stage.says(amina, "/wallet")).text
    await stage.telegram.drained()
    assert SHORTEST_LINE * STRANGERS < backlog(stage).unserved <= CROWDED
    rest.over.set()
    await stage.app.update_queue.join()
    assert backlog(stage).unserved == 0


async def test_a_stranger_is_not_told_at_every_message(stage: Stage, rest: Rest) -> None:
    """Who writes faster than a chat's pace is told again once it is slower, and nothing waits."""
    stranger = stage.telegram.person(9, "Zoe", "en")
    for text in ("hello", "/wallet", "/nonsense", "hello", "/buy") * 5:
        await stranger.send(text)
    await stage.telegram.drained()
    await stage.app.update_queue.join()
    assert [one.by_bot for one in stranger.messages].count(True) == 2
    assert rest.sleepers == 0


async def test_a_member_is_told_however_fast_they_write(
    stage: Stage, rest: Rest, amina: Person
) -> None:
    """What a member asked for comes at the chat's pace, and is not left out."""
    for _ in range(3):
        await amina.send("/wallet")
    await rest.has(1)
    rest.over.set()
    await stage.app.update_queue.join()
    assert [one.by_bot for one in amina.messages].count(True) == 3


async def test_nothing_is_read_while_too_much_waits(stage: Stage, amina: Person) -> None:
    """Beyond the most that may wait the bot asks for no update until there is room."""
    bot, small = stage.app.bot, Backlog(most=2)
    await stage.stop()
    await amina.send("/buy")
    for one in ("first", "second"):
        small.put_nowait(one)
    bot._backlog = small
    async with bot:
        reading = asyncio.create_task(bot.get_updates())
        await bot.get_me()
        assert not reading.done()
        small.task_done()
        assert len(await reading) == 1
    await stage.start()


async def test_a_long_stop_gives_up_who_waits(
    stage: Stage, amina: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stop whose time is over serves only who is being served, and ends."""
    gate = stage.telegram.faults.hold(Aim(method="sendMessage", chat_id=amina.id))
    for _ in range(5):
        await amina.send("/wallet")
    await gate.reached()
    await stage.telegram.drained()
    stopping = asyncio.create_task(stop_reading(stage.app, patience=timedelta()))
    processor = stage.app.update_processor
    assert isinstance(processor, PerPerson)
    await processor.given_up.wait()
    gate.open()
    await stopping
    assert [one.by_bot for one in amina.messages].count(True) == 1
    assert "updates given up by the stop" in capsys.readouterr().out
    assert stage.telegram.pending_updates == 0


def backlog(stage: Stage) -> Backlog:
    """Give the updates that the bot has not served."""
    queue = stage.app.update_queue
    assert isinstance(queue, Backlog)
    return queue
