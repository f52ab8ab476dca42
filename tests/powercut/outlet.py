"""A shop whose bot runs on a disk that keeps only what was synced, until its power is cut."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from bot.playground.plum import Plum
from bot.playground.process import BotProcess
from bot.playground.telegram import Message, Person
from bot.playground.telegram.screen import Screen
from tests.e2e.shop import PATIENCE_SECONDS, Shop, shop
from tests.powercut.disk import Disk, Kept, lay_out
from tests.powercut.record import light, read_record, recording


class Outlet:
    """Where the bot of a shop gets its power."""

    def __init__(self, stand: Shop, shim: Path, *, seed: int) -> None:
        self.stand = stand
        self._shim = shim
        self._folder = stand.database.parent
        self._chance = Random(seed)
        self._runs = 0
        self._before = Disk(self._folder)
        self._bot: BotProcess | None = None

    async def serve(self) -> None:
        """Start the bot on what the disk holds."""
        self._before = Disk(self._folder)
        watched = recording(self._shim, self._folder, self._record, fuse=self._fuse)
        self._bot = await self.stand.serve(more=watched)

    async def stop(self) -> int:
        """Stop the bot in order; everything that it did to the disk was written down."""
        code = await self._running.stop()
        self._play(died_over=0)
        return code

    def fail_after(self, syncs: int) -> None:
        """Let the power fail when so many more syncs are done."""
        light(self._fuse, syncs=syncs)

    async def cut(self, kept: Kept) -> None:
        """Cut the power, unless it failed already; the disk is left with what it kept."""
        fails_by_itself = self._fuse.exists()
        if not fails_by_itself:
            await self._running.kill()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._running.ended()
        # A kill from outside may come between a deed and its note; the fuse waits for its turn.
        self._play(died_over=0 if fails_by_itself else 1)
        lay_out(self._before.cut(kept, self._chance), self._folder)

    def _play(self, *, died_over: int) -> None:
        """Do what was written down; nothing but the last deed may have passed the shim by."""
        for deed in read_record(self._record):
            self._before.do(deed)
        differing = self._before.differing(self._folder)
        assert len(differing) <= died_over, differing
        self._runs += 1

    @property
    def _running(self) -> BotProcess:
        assert self._bot is not None
        return self._bot

    @property
    def _record(self) -> Path:
        return self.stand.folder / f"record-{self._runs}"

    @property
    def _fuse(self) -> Path:
        return self.stand.folder / f"fuse-{self._runs}"


@asynccontextmanager
async def powered_shop(
    shim: Path, folder: Path, template: Path, *, seed: int, plum: Plum | None = None
) -> AsyncIterator[Outlet]:
    """Open a shop with a disk of its own; `plum` sells beside the first provider."""
    database = folder / "disk" / "wakil.db"
    database.parent.mkdir()
    shutil.copy(template, database)
    more = {"DATABASE_URL": f"sqlite:///{database}"}
    async with shop(folder, None, more=more, plum=plum) as stand:
        yield Outlet(stand, shim, seed=seed)


async def came_to_rest(stand: Shop, member: Person, cards: int, *, since: int) -> None:
    """Wait until a member has his cards, or has read that there will be none."""

    def at_rest(_: Screen) -> object:
        return len(stand.cards(member)) >= cards or any(map(ended, member.messages))

    def ended(message: Message) -> object:
        return message.changed > since and message.find_button("back:again:")

    await member.wait(at_rest, PATIENCE_SECONDS)
