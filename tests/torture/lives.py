"""The bot's lives: started, killed, stopped, frozen, and started again at once."""

import asyncio
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from bot.playground.process import BotProcess
from tests.crash.knife import POINTS
from tests.e2e.shop import PATIENCE_SECONDS, Shop
from tests.torture.passing import Chance, passes
from tests.torture.witness import Witness, ask

NEWEST = "SELECT coalesce(max(seq), 0) FROM journal"

RESTORED = "SELECT 1 FROM mark WHERE name = 'restored'"

LEFT_UNKNOWN = """
    SELECT id, reference FROM orders WHERE state = 'sending' OR EXISTS (
        SELECT 1 FROM journal
        WHERE action = 'order.unknown' AND subject = 'order:' || orders.id AND seq > ?
    )
"""
"""What became unknown since, and what the next start will find to be so."""

OTHERS_REFUSAL = "Another process already serves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the bot dies: a weight for each way, and seconds that it is let live."""

    random_kill: int = 10
    point_kill: int = 12
    stop: int = 4
    freeze: int = 1
    second: int = 1
    life: float = 6.0
    at_a_point: float = 12.0
    frozen: float = 30.0


@dataclass(slots=True, kw_only=True)
class Lives:
    """Lets the bot die in every way, one life after the other; each promise broken is a fault."""

    stand: Shop
    chance: Chance
    habits: Habits
    witness: Witness
    kills: int = 0
    stops: int = 0
    freezes: int = 0
    refused: int = 0
    unknown_by_stop: int = 0
    points: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _bot: BotProcess | None = None
    _tried: Counter[str] = field(default_factory=Counter)
    _starting: float = 0.0

    async def run(self, enough: asyncio.Event) -> None:
        """Live and die until `enough`; the last life goes on."""
        habits = self.habits
        ways = {
            self._killed_anytime: habits.random_kill,
            self._killed_at_a_point: habits.point_kill,
            self._stopped: habits.stop,
            self._frozen: habits.freeze,
            self._not_alone: habits.second,
        }
        wanted = [way for way, weight in ways.items() if weight]
        weights = [ways[way] for way in wanted]
        once = self.chance.dice.sample(wanted, len(wanted))
        while not enough.is_set():
            way = once.pop() if once else self.chance.dice.choices(wanted, weights)[0]
            await way(enough)
        await self.serve()

    async def serve(self, *command: str) -> BotProcess:
        """Start the bot, unless it lives, and wait until it reads updates."""
        if self._bot is not None and self._bot.running:
            return self._bot
        began, bot = time.monotonic(), await self.begin(*command)
        updates, changes = self.stand.telegram.world.updates, self.stand.telegram.world.changes
        reading = asyncio.create_task(
            changes.until(lambda: updates.polled, timeout_seconds=PATIENCE_SECONDS)
        )
        ending = asyncio.create_task(bot.ended())
        await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done() and reading.exception() is not None:
            self.faults.append(f"the bot did not listen within {PATIENCE_SECONDS} s of its start")
        reading.cancel()
        ending.cancel()
        self._starting = time.monotonic() - began
        return bot

    async def begin(self, *command: str) -> BotProcess:
        """Start the bot, in place of the one that lives; waits for nothing."""
        await self.kill()
        self._bot = self.stand.spawn(*(command or ("run.py",)), log=self.stand.log)
        await self._bot.start()
        return self._bot

    async def stop(self) -> None:
        """End the bot in order (SIGTERM): of nothing that was answered may nobody know."""
        bot = await self.serve()
        ((newest,),) = ask(self.stand.database, NEWEST)
        try:
            code = await bot.stop()
        except TimeoutError:
            self.faults.append("an orderly stop took too long")
            return
        self._bot = None
        self.stops += 1
        if code != 0:
            self.faults.append(f"an orderly stop ended with {code}")
        self.blame_stop(newest)

    def blame_stop(self, newest: object) -> None:
        """Blame a stop for what is unknown since an entry of the journal, and was not struck."""
        for order, reference in ask(self.stand.database, LEFT_UNKNOWN, newest):
            if not self.witness.is_struck(str(reference)):
                self.unknown_by_stop += 1
                self.faults.append(f"order {order} became unknown by an orderly stop")

    async def kill(self) -> None:
        """Kill the bot as a power cut does."""
        bot = self._bot
        if bot is None or not await self._lives_still(bot):
            return
        await bot.kill()
        self._bot = None
        self.kills += 1

    async def end(self) -> None:
        """Kill the bot, unless it has given up by itself as it could not be expected to live."""
        if self._bot is not None and self._bot.running:
            await self.kill()
        self._bot = None

    async def _killed_anytime(self, enough: asyncio.Event) -> None:
        bot = await self.begin() if self.chance.happens(0.3) else await self.serve()
        await self._lives(bot, self._life(), enough)
        await self.kill()

    async def _killed_at_a_point(self, enough: asyncio.Event) -> None:
        """Try a point that was never reached first, the longer the more often it was in vain."""
        point = min(POINTS, key=lambda one: (self.points[one], self.chance.dice.random()))
        self._tried[point] += 1
        seconds = self.habits.at_a_point * self._tried[point]
        await self.kill()  # the one that lives knows no point
        bot = await self.serve("-m", "tests.crash.child", point)
        if await self._lives(bot, max(self._life(), seconds), enough):
            await self.kill()
        elif await bot.ended() == -signal.SIGKILL:
            self.points[point] += 1
            self.kills += 1
            self._bot = None

    async def _stopped(self, enough: asyncio.Event) -> None:
        bot = await self.serve()
        await self._lives(bot, self._life(), enough)
        await self.stop()

    async def _frozen(self, enough: asyncio.Event) -> None:
        bot = await self.serve()
        await self._lives(bot, self._life(), enough)
        if not bot.running:
            return
        bot._signal(signal.SIGSTOP)
        self.freezes += 1
        try:
            await passes(self.habits.frozen)
        finally:
            bot._signal(signal.SIGCONT)
        await self._lives(bot, self.habits.life, enough)

    async def _not_alone(self, enough: asyncio.Event) -> None:
        bot = await self.serve()
        said = await self.stand.command()
        if bot.running and said.code == 1 and OTHERS_REFUSAL in said.text:
            self.refused += 1
        else:
            self.faults.append(f"a second process ended with {said.code}: {said.text[-300:]}")
        await self._lives(bot, self._life(), enough)

    def _life(self) -> float:
        """How long the bot is let live: on a busy machine longer, and to leave restore mode too.

        Killed sooner each time, it would never get to what it has to do first: a sweep of a busy
        account takes more than a minute.
        """
        patience = 15 if ask(self.stand.database, RESTORED) else 1
        return max(self.chance.about(self.habits.life), self._starting) * patience

    async def _lives(self, bot: BotProcess, seconds: float, enough: asyncio.Event) -> bool:
        """Let it live for a while; False when it has died in the meantime."""
        ending = asyncio.create_task(bot.ended())
        over = asyncio.create_task(enough.wait())
        await asyncio.wait({ending, over}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        over.cancel()
        return await self._lives_still(bot)

    async def _lives_still(self, bot: BotProcess) -> bool:
        if bot.running:
            return True
        code = await bot.ended()
        if code != -signal.SIGKILL:
            self.faults.append(f"the bot ended by itself, with {code}")
        return False
