"""Whose update is served when, and which is dropped."""

import asyncio
from collections.abc import Awaitable

import pytest
from telegram import Update, User

from handlers.slots import Slot, outside_slot
from handlers.turns import CROWDED, LONGEST_LINE, SHORTEST_LINE, PerPerson


def update_of(person: int) -> Update:
    """Make an update of a person."""
    update = Update(1)
    update._effective_user = User(person, "A", is_bot=False)
    return update


class Door:
    """Updates come in, and each is served when the door opens."""

    def __init__(self) -> None:
        self.turns = PerPerson()
        self.opens = asyncio.Event()
        self.served: list[int] = []
        self._tasks: list[Awaitable[None]] = []

    async def come(self, person: int, times: int = 1) -> None:
        """Let so many updates of a person come in."""
        for _ in range(times):
            coming = self.turns.process_update(update_of(person), self._serve(person))
            self._tasks.append(asyncio.create_task(coming))
        await asyncio.sleep(0)

    async def open(self) -> dict[int, int]:
        """Serve all who wait; gives how many updates of each person were served."""
        self.opens.set()
        await asyncio.gather(*self._tasks)
        return {person: self.served.count(person) for person in self.served}

    async def _serve(self, person: int) -> None:
        await self.opens.wait()
        self.served.append(person)


@pytest.fixture
def door() -> Door:
    """Nobody has come yet."""
    return Door()


async def test_the_line_of_one_person_is_bounded(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    """What somebody sends on top of a long line is dropped and logged once; later ones are not."""
    await door.come(7, LONGEST_LINE + 10)
    assert await door.open() == {7: LONGEST_LINE}
    assert capsys.readouterr().out.count("updates dropped") == 1
    await door.come(7)
    assert await door.open() == {7: LONGEST_LINE + 1}


async def test_in_a_crowd_lines_are_short(door: Door) -> None:
    """When many wait in all, nobody may have many waiting, and everybody may have some."""
    lines = CROWDED // LONGEST_LINE + 1
    for person in range(lines):
        await door.come(person, LONGEST_LINE)
    await door.come(1000, SHORTEST_LINE + 1)
    served = await door.open()
    assert sum(served.values()) == CROWDED + SHORTEST_LINE
    assert served[1000] == SHORTEST_LINE


async def test_who_is_given_up_is_not_served(door: Door) -> None:
    """Once those who wait are given up, only those who were being served are."""
    await door.come(7, 3)
    door.turns.given_up.set()
    assert await door.open() == {7: 1}


async def test_who_waits_outside_leaves_the_slot() -> None:
    """While somebody only waits another takes the slot, and it is taken again after."""
    slots, over = asyncio.Semaphore(1), asyncio.Event()

    async def waits() -> None:
        async with Slot(slots):
            async with outside_slot():
                await over.wait()
            assert slots.locked()

    waiting = asyncio.create_task(waits())
    async with asyncio.timeout(10), Slot(slots):
        over.set()
    await waiting
    assert not slots.locked()


async def test_a_wait_that_is_cut_short_leaves_the_slots_as_they_were() -> None:
    """Somebody who is cancelled while waiting for a slot again gives none back twice."""
    slots = asyncio.Semaphore(1)

    async def waits() -> None:
        async with Slot(slots), outside_slot():
            await asyncio.Event().wait()

    waiting = asyncio.create_task(waits())
    await asyncio.sleep(0)
    async with Slot(slots):
        waiting.cancel()
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert slots.locked()
    assert not slots.locked()


async def test_only_the_holder_gives_a_slot_back() -> None:
    """A task that a handler began works beside it, and does not give its slot away."""
    slots = asyncio.Semaphore(1)

    async def beside() -> None:
        async with outside_slot():
            assert slots.locked()

    async with Slot(slots):
        await asyncio.create_task(beside())
    async with outside_slot():
        assert not slots.locked()
