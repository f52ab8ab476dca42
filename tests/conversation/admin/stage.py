"""A shop in memory behind a Telegram double: what the admins' tests play on."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.agents import AgentId, Language, PersonId, Wallet
from bot.domain.alerts import Alert, AlertKind
from bot.domain.audit import Detail
from bot.domain.secret import Secret
from bot.errors import StoreError
from bot.playground.telegram import Telegram
from bot.playground.telegram.model import Message
from bot.playground.telegram.people import Person
from bot.providers.http import tls
from bot.services.alerts import alert_once
from bot.services.works import Works, World, assemble
from bot.texts import Translator
from handlers.app import build, make_bot
from handlers.context import App, Edge
from handlers.messenger import TelegramMessenger
from handlers.pacing import Pacing
from handlers.polling import polling
from handlers.speech import Speech
from tests.fakes.world import FakeSecrets
from tests.unit.services.shop import ADMIN, SECOND_ADMIN, TERMS, Shop


@dataclass
class FileExporter:
    """Writes a database with one table, padded to a size, and remembers where; or cannot write."""

    paths: list[Path] = field(default_factory=list)
    broken: bool = False
    padding: int = 0

    async def export(self, path: Path) -> None:
        self.paths.append(path)
        if self.broken:
            raise StoreError("the disk is full")
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE books (id INTEGER)")
        database.close()
        if self.padding:
            with path.open("ab") as file:
                file.truncate(self.padding)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The shop, the double, the bot between them, two admins and a stranger."""

    shop: Shop
    telegram: Telegram
    app: App
    works: Works
    exporter: FileExporter
    karim: Person
    lydia: Person
    stranger: Person

    async def says(self, who: Person, text: str) -> Message:
        """Send `text`, and give the bot's answer to it."""
        mark = self.telegram.mark()
        await who.send(text)
        return await who.sees(lambda _: True, since=mark)

    async def pressed(self, who: Person, button: str, on: Message) -> str:
        """Press a button of a message, or forge its data; give what was shown above it."""
        found = on.find_button(button)
        press = await who.tap_raw(found.data if found else button, on)
        (answer,) = await press.answered()
        return answer.text

    async def deliver(self) -> None:
        """Send everything that is owed."""
        await self.works.deliveries.step()
        await self.works.deliveries.idle()

    async def raised(self, kind: AlertKind, subject: str, **facts: Detail) -> Alert:
        """Raise an alert as a worker would, and tell the admins."""
        async with self.shop.store.begin() as work:
            at = self.shop.clock.now()
            alert = await alert_once(work, TERMS, kind, subject, key=subject, at=at, **facts)
        assert alert is not None
        await self.deliver()
        return alert

    async def wallet(self, agent_id: AgentId) -> Wallet:
        """Read a shop's money."""
        async with self.shop.store.read() as work:
            return await work.ledger.wallet(agent_id)

    async def entries(self) -> int:
        """Count the entries in the books."""
        async with self.shop.store.read() as work:
            return len(await work.ledger.list_entries())


def words(message: Message) -> str:
    """Read a message as a person does: without isolates, every space a space."""
    return re.sub("[\u200f\u2066-\u2069]", "", message.text).replace("\u00a0", " ")


TRANSLATOR = Translator(TERMS.timezone, strict=True)
"""Reading every text takes longer than most tests: they share it."""


@asynccontextmanager
async def stage(shop: Shop | None = None) -> AsyncIterator[Stage]:
    """Open the shop, and serve it in English until the context ends."""
    shop, telegram, exporter = shop or Shop(), Telegram(), FileExporter()
    await shop.stock()
    speech = Speech(
        translator=TRANSLATOR,
        default_language=Language.ENGLISH,
        support_contact=None,
        protect_cards=False,
    )
    async with telegram.serve() as url:
        bot = make_bot(
            Secret(telegram.token), api_url=url, tls=tls(), pacing=Pacing(interval_seconds=0)
        )
        works = works_of(shop, TelegramMessenger(bot=bot, speech=speech))
        counter = works.counter
        edge = Edge(counter=counter, speech=speech, exporter=exporter, on_conflict=lambda: None)
        app = build(bot, edge)
        async with polling(app, edge, asyncio.Event()):
            opened = Stage(
                shop=shop,
                telegram=telegram,
                app=app,
                works=works,
                exporter=exporter,
                karim=telegram.person(ADMIN, "Karim", "en"),
                lydia=telegram.person(SECOND_ADMIN, "Lydia", "en"),
                stranger=telegram.person(PersonId(9), "Stranger", "en"),
            )
            for admin in (opened.karim, opened.lydia):
                await opened.says(admin, "/help")
            yield opened


def works_of(shop: Shop, messenger: TelegramMessenger) -> Works:
    """Assemble the services over the shop's ports, with a messenger that writes."""
    return assemble(
        World(
            store=shop.store,
            providers={"memory": shop.provider},
            keeper=shop.keeper,
            messenger=messenger,
            clock=shop.clock,
            secrets=FakeSecrets("stage"),
            terms=TERMS,
            epoch=1,
        )
    )
