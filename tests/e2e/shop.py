"""A counter for tests: both doubles in this process, the bot in its own, people who tap."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, redirect_stdout
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from io import StringIO
from pathlib import Path

from bot.commands import verify
from bot.commands.opening import claimed_store, looking_into
from bot.domain.agents import Language
from bot.domain.catalog import Account
from bot.domain.ledger import provider_account
from bot.domain.orders import Order
from bot.playground.oneclickdz import DEMO_KEY, OneClickDZ
from bot.playground.plum import Plum
from bot.playground.process import BotProcess
from bot.playground.telegram import TOKEN, Message, Person, Telegram
from bot.ports.store import Work
from bot.settings import ROOT
from tests.e2e import sides
from tests.e2e.preloaded import PreloadedProcess
from tests.e2e.sides import Codes, Side, Sold
from tests.e2e.template import (
    ADMIN_ID,
    AGENTS,
    FIRST_AGENT_ID,
    LANGUAGES,
    at_plum,
    settings_for,
    shop_name,
)

CURRENCY = "DZD"

PATIENCE_SECONDS = 60.0
"""How long anything may take on two busy cores before a test gives up."""

Names = tuple[str, str, str]
"""A category, a product and a type, by what their buttons say."""

PSN = ("Game Stores", "PSN", "PSN 10 USD")
FREE_FIRE = ("Gaming Cards", "Free Fire", "Free Fire 100")
PLUM_PSN = ("Gaming", "PSN", "10 USD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command of the bot ended with: its exit code, and all that it wrote."""

    code: int
    text: str


@dataclass(slots=True, kw_only=True)
class Shop:
    """Everything that a test can move and look at."""

    telegram: Telegram
    provider: OneClickDZ
    settings: dict[str, str]
    folder: Path
    admin: Person
    agents: tuple[Person, ...]
    sides: tuple[Side, ...]
    _started: list[BotProcess] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """The bot's database."""
        return Path(self.settings["DATABASE_URL"].removeprefix("sqlite:///"))

    @property
    def plum(self) -> Plum:
        """Plum's double, where the shop sells there."""
        (double,) = [one.double for one in self.sides if isinstance(one.double, Plum)]
        return double

    @property
    def log(self) -> Path:
        """What every serving process of this shop wrote."""
        return self.folder / "bot.log"

    def spawn(self, *command: str, log: Path, more: Mapping[str, str] | None = None) -> BotProcess:
        """Make a process of this shop, not started yet."""
        settings = {**self.settings, **(more or {})}
        # These are read at the first instruction of a process, and by Python when it begins.
        is_early = any(name.startswith(("LD_", "PYTHON")) for name in settings)
        kind = BotProcess if is_early else PreloadedProcess
        process = kind(command, settings, folder=ROOT, log=log)
        self._started.append(process)
        return process

    async def serve(self, *command: str, more: Mapping[str, str] | None = None) -> BotProcess:
        """Start the bot (or another composition of it) and wait until it listens."""
        bot = self.spawn(*(command or ("run.py",)), log=self.log, more=more)
        await bot.start()
        await self.telegram.listening(PATIENCE_SECONDS)
        return bot

    async def command(self, *words: str, more: Mapping[str, str] | None = None) -> Said:
        """Run one command of the bot to its end."""
        log = self.folder / f"command-{len(self._started)}.log"
        process = self.spawn("run.py", *words, log=log, more=more)
        await process.start()
        async with asyncio.timeout(PATIENCE_SECONDS):
            code = await process.ended()
        return Said(code=code, text=log.read_text("utf-8", errors="replace"))

    async def end(self) -> None:
        """Kill what still runs."""
        for process in self._started:
            if process.running:
                await process.kill()

    def renew_by_hand(self) -> None:
        """Make new tokens at Plum's dashboard, and set them for the next start."""
        pair = self.plum.issue_at_dashboard()
        self.settings["PLUM_ACCESS_TOKEN"] = pair.access_token
        self.settings["PLUM_REFRESH_TOKEN"] = pair.refresh_token

    # What people do.

    async def ask(self, person: Person, text: str, what: str = "") -> Message:
        """Write something; gives the answer, or the answer with a button."""
        mark = self.telegram.mark()
        await person.send(text)
        return await sees(person, what or (lambda _: True), since=mark)

    async def let_in(self, person: Person, language: str) -> None:
        """Play a stranger who asks for access, and the admin who approves."""
        await self.ask(self.admin, "/start")
        welcome = await self.ask(person, "/start", "language:")
        mark = self.telegram.mark()
        await person.tap(f"language:{language}", on=welcome)
        offer = await sees(person, "access:", since=mark)
        mark = self.telegram.mark()
        await person.tap("access:", on=offer)
        asked = await sees(self.admin, "approve:", since=mark)
        mark = self.telegram.mark()
        await self.admin.tap("approve:", on=asked)
        await sees(person, lambda message: message.changed > mark and not message.buttons)

    async def top_up(self, person: Person, amount: int) -> None:
        """Play the admin who takes an agent's cash; waits until the agent was told."""
        mark = self.telegram.mark()
        await self.ask(self.admin, f"/topup {person.id} {amount} cash", "undo:")
        await sees(person, lambda _: True, since=mark)

    async def choose(
        self, person: Person, path: Names, quantity: int, *, amount: str = "", phone: str = ""
    ) -> Message:
        """Walk category, product, type by name, type the quantity; gives the confirm screen.

        A type of an open amount has an empty name, and asks for the `amount`; a product that
        needs a phone asks for it last.
        """
        mark = self.telegram.mark()
        await person.send("/buy")
        for verb, name in zip(("category:", "product:", "type:"), path, strict=True):
            screen = await sees(person, partial(named, verb, name), since=mark)
            mark = self.telegram.mark()
            await person.tap(str(named(verb, name, screen)), on=screen)
        for typed in filter(None, (amount, str(quantity), phone)):
            await sees(person, "back:", since=mark)
            mark = self.telegram.mark()
            await person.send(typed)
        return await sees(person, "confirm:", since=mark)

    async def buy(
        self, person: Person, path: Names, quantity: int, *, amount: str = "", phone: str = ""
    ) -> Message:
        """Buy and wait for the cards."""
        confirm = await self.choose(person, path, quantity, amount=amount, phone=phone)
        mark = self.telegram.mark()
        had = len(self.cards(person))
        await person.tap("confirm:", on=confirm)
        await self.delivered(person, had + quantity)
        return await sees(person, lambda message: message.codes, since=mark)

    async def delivered(self, person: Person, count: int) -> None:
        """Wait until `count` cards in all stand in a person's chat."""
        await person.wait(lambda _: len(self.cards(person)) >= count, PATIENCE_SECONDS)

    def cards(self, person: Person) -> set[str]:
        """Give the card codes that stand in a person's chat now."""
        return shown(person) & self._codes()

    async def press_confirm(self, person: Person, path: Names, quantity: int) -> int:
        """Confirm, and wait for nothing; gives the mark before the tap."""
        confirm = await self.choose(person, path, quantity)
        mark = self.telegram.mark()
        await person.tap("confirm:", on=confirm)
        return mark

    async def at_provider(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds at the (first) provider."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.sides[0].double.until(holds)

    async def peek(self) -> tuple[Order, ...]:
        """Read every order while the bot serves."""
        async with looking_into(self.database) as work:
            return await _orders(work)

    @property
    def sold(self) -> tuple[Sold, ...]:
        """Every order that any provider took."""
        return tuple(one for side in self.sides for one in side.orders)

    # What came of it, once the bot has stopped.

    async def orders(self) -> tuple[Order, ...]:
        """Read every order of the counter, oldest first."""
        async with claimed_store(self.database) as store, store.read() as work:
            return await _orders(work)

    async def reckon(self) -> tuple[Order, ...]:
        """Hold our books against the provider's; every promise about money and cards holds.

        One provider order per confirmation at most, cards paid = cards seen, by their buyer
        alone; each provider's account to the centime, nothing held, `verify` clean, at the
        providers too.
        """
        orders = await self.orders()
        ours = {
            (one.account, one.provider_order_id): one for one in orders if one.provider_order_id
        }
        theirs = self._sold()
        assert len({one.quote_id for one in orders}) == len(orders)
        assert ours.keys() == theirs.keys()
        for person in self.agents:
            mine = [theirs[which] for which, one in ours.items() if one.person_id == person.id]
            paid = sorted(code for codes in mine for code in codes)
            assert sorted(self.cards(person)) == paid
            assert ever_shown(person) & self._codes() == set(paid)
        for one in self.sides:
            assert await self.books(one) == (one.balance(), Decimal(0))
        assert "Traceback" not in self.log.read_text("utf-8")
        with redirect_stdout(StringIO()) as said:  # in this process: a start costs a second
            code = await verify.run(None, provider=True, environment=self.settings)
        assert code == 0, said.getvalue()
        assert "SKIP" not in said.getvalue(), said.getvalue()
        return orders

    async def books(self, of: Side | None = None) -> tuple[Decimal, Decimal]:
        """Read what our books say of an account's balance, and what is held in all.

        Of the first side's account, unless another is named.
        """
        one = of or self.sides[0]
        async with claimed_store(self.database) as store, store.read() as work:
            balance = await work.ledger.balance(provider_account(one.account), one.currency)
            agents = await work.people.list_agents()
            wallets = [await work.ledger.wallet(agent.id) for agent in agents]
        return balance.amount, sum((wallet.held.amount for wallet in wallets), Decimal(0))

    def _sold(self) -> dict[tuple[Account, str | None], Codes]:
        return {
            (one.account, its_id): codes
            for one in self.sides
            for its_id, codes in one.codes().items()
        }

    def _codes(self) -> set[str]:
        return {code for codes in self._sold().values() for code in codes}


async def _orders(work: Work) -> tuple[Order, ...]:
    agents = await work.people.list_agents()
    listed = [await work.orders.list_of_agent(agent.id) for agent in agents]
    return tuple(sorted((one for of in listed for one in of), key=lambda one: one.id))


def named(verb: str, name: str, message: Message) -> str | None:
    """Give the data of the button of `verb` with the shortest label that holds `name`."""
    fitting = [b for b in message.buttons if b.data.startswith(verb) and name in b.label]
    return min(fitting, key=lambda one: len(one.label)).data if fitting else None


async def sees(
    person: Person, what: str | Callable[[Message], object], *, since: int = 0
) -> Message:
    """Wait for a message with a button (by its data), or for one that fits."""
    look = (lambda message: message.find_button(what)) if isinstance(what, str) else what
    return await person.sees(look, since=since, timeout_seconds=PATIENCE_SECONDS)


def shown(person: Person) -> set[str]:
    """Give every code (and serial) that stands in a person's chat now."""
    return {code for message in person.messages for code in message.codes}


def ever_shown(person: Person) -> set[str]:
    """Give every code (and serial) that a person's chat has ever shown."""
    return {
        code
        for message in person.chat.everything
        for version in (message, *message.earlier)
        for code in version.codes
    }


@asynccontextmanager
async def shop(
    folder: Path,
    template: Path | None,
    *,
    token: str = TOKEN,
    key: str = DEMO_KEY,
    more: Mapping[str, str] | None = None,
    plum: Plum | None = None,
    alone: bool = False,
) -> AsyncIterator[Shop]:
    """Serve the doubles; the database is a copy of `template`, or made by the bot itself.

    `plum` sells beside the first provider, or `alone` in its place.
    """
    telegram, provider = Telegram(token=token), OneClickDZ(key=key)
    database = folder / "wakil.db"
    present = [] if alone else [sides.oneclickdz(provider)]
    configured: dict[str, str] = {}
    if template is not None:
        shutil.copy(template, database)
    async with AsyncExitStack() as serving:
        telegram_url = await serving.enter_async_context(telegram.serve())
        provider_url = await serving.enter_async_context(provider.serve())
        if plum is not None:
            configured = at_plum(await serving.enter_async_context(plum.serve()), alone=alone)
            present.append(sides.plum(plum))
        opened = Shop(
            telegram=telegram,
            provider=provider,
            settings=settings_for(
                database,
                telegram_url=telegram_url,
                telegram_token=token,
                provider_url=provider_url,
                provider_key=key,
                more={**configured, **(more or {})},
            ),
            folder=folder,
            admin=telegram.person(ADMIN_ID, "Nadia", Language.FRENCH),
            agents=tuple(
                telegram.person(FIRST_AGENT_ID + n, shop_name(n), LANGUAGES[n % len(LANGUAGES)])
                for n in range(AGENTS)
            ),
            sides=tuple(present),
        )
        try:
            yield opened
        finally:
            await opened.end()
