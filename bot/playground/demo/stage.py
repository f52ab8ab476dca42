"""The stage: the doubles, the people, and the real bot as a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from bot.playground.oneclickdz import DEMO_KEY, OneClickDZ, Order
from bot.playground.plum import Plum
from bot.playground.process import BotProcess
from bot.playground.settings import playground_settings, plum_settings
from bot.playground.telegram import Message, Person, Telegram

ADMIN_ID, KARIM_ID, AMINE_ID, SARA_ID = 1001, 4001, 4002, 4003
OPENING_BALANCE = Decimal("150000.00")
HANDLING = timedelta(seconds=1)

LOOK_SECONDS = 0.05
NOTHING: Mapping[str, str] = {}

PATIENCE_SECONDS = 30.0
"""The slowest scene waits for a horizon and two readings; machines are slower than people."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """Everything that a scene can move; `plum` sells only where the stage was told so."""

    telegram: Telegram
    provider: OneClickDZ
    plum: Plum
    bot: BotProcess
    settings: dict[str, str]
    database: Path
    admin: Person
    karim: Person
    amine: Person
    sara: Person

    async def let_in(self, person: Person, language: str) -> None:
        """Play a stranger who asks for access, and the admin who approves."""
        mark = self.telegram.mark()
        await person.start()
        await person.sees(_has("language:"), since=mark, timeout_seconds=PATIENCE_SECONDS)
        await person.tap(f"language:{language}")
        await person.sees(_has("access:"), since=mark, timeout_seconds=PATIENCE_SECONDS)
        await person.tap("access:")
        asked = await self.admin.sees(
            _has("approve:"), since=mark, timeout_seconds=PATIENCE_SECONDS
        )
        decided = self.telegram.mark()
        await self.admin.tap("approve:", on=asked)
        await person.sees(_anything, since=decided, timeout_seconds=PATIENCE_SECONDS)

    async def top_up(self, person: Person, amount: int) -> None:
        """Play the admin who takes an agent's cash."""
        mark = self.telegram.mark()
        await self.admin.send(f"/topup {person.id} {amount} cash")
        await self.admin.sees(_has("undo:"), since=mark, timeout_seconds=PATIENCE_SECONDS)
        await person.sees(_anything, since=mark, timeout_seconds=PATIENCE_SECONDS)

    async def choose(self, person: Person, *path: str, quantity: int) -> Message:
        """Walk category, product, type (by names) and quantity; gives the confirm screen."""
        mark = self.telegram.mark()
        await person.send("/buy")
        for verb, name in zip(("category:", "product:", "type:"), path, strict=True):
            screen = await person.sees(
                _has(verb, name), since=mark, timeout_seconds=PATIENCE_SECONDS
            )
            mark = self.telegram.mark()
            await person.tap(_data(screen, verb, name), on=screen)
        screen = await person.sees(_has("quantity:"), since=mark, timeout_seconds=PATIENCE_SECONDS)
        mark = self.telegram.mark()
        await person.tap(_quantity(screen, quantity), on=screen)
        return await person.sees(_has("confirm:"), since=mark, timeout_seconds=PATIENCE_SECONDS)

    async def buy(self, person: Person, *path: str, quantity: int, taps: int = 1) -> Message:
        """Buy and wait for the cards."""
        confirm = await self.choose(person, *path, quantity=quantity)
        mark = self.telegram.mark()
        await person.tap("confirm:", on=confirm, times=taps)
        return await self.cards(person, since=mark)

    async def cards(self, person: Person, *, since: int) -> Message:
        """Wait for a message with card codes."""
        return await person.sees(
            lambda message: message.codes, since=since, timeout_seconds=PATIENCE_SECONDS
        )

    async def orders(self, count: int) -> Order:
        """Wait until the provider has `count` orders; gives the newest."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.provider.orders) < count:  # noqa: ASYNC110 # it tells nobody
                await asyncio.sleep(LOOK_SECONDS)
        return self.provider.orders[-1]


def _anything(_: Message) -> bool:
    return True


def _has(verb: str, name: str = "") -> "_Button":
    return _Button(verb, name)


class _Button:
    """Looks for a message with a button of a verb whose label holds a name."""

    def __init__(self, verb: str, name: str) -> None:
        self._verb, self._name = verb, name

    def __call__(self, message: Message) -> bool:
        return any(b.data.startswith(self._verb) and self._name in b.label for b in message.buttons)

    def __repr__(self) -> str:
        return f"a button {self._verb} {self._name}"


def _data(message: Message, verb: str, name: str) -> str:
    fitting = [b for b in message.buttons if b.data.startswith(verb) and name in b.label]
    return min(fitting, key=lambda button: len(button.label)).data


def _quantity(message: Message, quantity: int) -> str:
    return next(b.data for b in message.buttons if b.data.endswith(f":{quantity}"))


class NotStarted(Exception):
    """The bot did not come to listen; the text holds its last words."""


async def _listening(telegram: Telegram, bot: BotProcess) -> None:
    try:
        await telegram.listening(PATIENCE_SECONDS)
    except TimeoutError:
        raise NotStarted(bot.log.read_text(errors="replace")) from None


@asynccontextmanager
async def stage(
    root: Path,
    scratch: Path,
    *,
    handling: timedelta = HANDLING,
    more: Mapping[str, str] = NOTHING,
    both: bool = False,
) -> AsyncIterator[Stage]:
    """Serve the doubles and start the real bot of `root`; what it writes goes to `scratch`.

    `handling` is how long the first provider takes for an order, `more` are settings over the
    usual; `both` lets the second provider sell beside the first.
    """
    telegram = Telegram()
    provider, plum = OneClickDZ(balance=OPENING_BALANCE), Plum()
    provider.handle_for(handling)
    database = scratch / "wakil.db"
    async with (
        telegram.serve() as telegram_url,
        provider.serve() as provider_url,
        plum.serve() as plum_url,
    ):
        settings = playground_settings(
            telegram_url=telegram_url,
            telegram_token=telegram.token,
            provider_url=provider_url,
            provider_key=DEMO_KEY,
            database=database,
            admin_ids=[ADMIN_ID],
            more={**(plum_settings(plum_url) if both else {}), **more},
        )
        bot = BotProcess(["run.py"], settings, folder=root, log=scratch / "bot.log")
        await bot.start()
        try:
            await _listening(telegram, bot)
            yield Stage(
                telegram=telegram,
                provider=provider,
                plum=plum,
                bot=bot,
                settings=settings,
                database=database,
                admin=telegram.person(ADMIN_ID, "Nadia", "fr"),
                karim=telegram.person(KARIM_ID, "Karim — Alger Centre", "fr"),
                amine=telegram.person(AMINE_ID, "محل أمين", "ar"),
                sara=telegram.person(SARA_ID, "Sara's Phones", "en"),
            )
        finally:
            if bot.running:
                await bot.stop()
