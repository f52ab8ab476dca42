"""Migrate the database and serve the counter, until SIGTERM or SIGINT."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot import log as logging
from bot.commands.opening import Opened, open_store
from bot.commands.system import SystemClock, SystemSecrets, stop_on_signals
from bot.commands.terms import providers_of, terms_of
from bot.ports.exporter import Exporter
from bot.providers.http import tls
from bot.services.overseeing import Overseeing
from bot.services.recovery import begin_epoch, open_keeper
from bot.services.works import World, assemble
from bot.settings import Settings, WebhookSettings, load
from bot.texts import Translator
from handlers import menus
from handlers.app import build, make_bot
from handlers.bot import CounterBot
from handlers.context import Edge
from handlers.messenger import TelegramMessenger
from handlers.polling import polling, stop_reading
from handlers.speech import Speech
from storage.export import SqlExporter

log = structlog.stdlib.get_logger(__name__)


async def run(_file: Path | None) -> int:
    """Serve with the settings of the environment and `.env`; 0 after an orderly end."""
    settings = load(os.environ)
    logging.configure(
        log_format=settings.log_format, log_level=settings.log_level, secrets=settings.secrets()
    )
    stopping = asyncio.Event()
    stop_on_signals(stopping)
    async with open_store(settings) as opened, outfit(settings, opened) as house:
        await serve(house, stopping)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What serving takes: the ports, and Telegram's side of them."""

    world: World
    bot: CounterBot
    speech: Speech
    exporter: Exporter
    webhook: WebhookSettings | None = None


@asynccontextmanager
async def outfit(settings: Settings, opened: Opened) -> AsyncIterator[House]:
    """Make every port of the real world, and close the connections at the end."""
    clock = SystemClock()
    providers = providers_of(settings, clock, opened)
    speech = Speech(
        translator=Translator(settings.timezone),
        default_language=settings.default_language,
        support_contact=settings.support_contact,
        protect_cards=settings.protect_cards,
    )
    telegram = make_bot(settings.telegram_bot_token, api_url=settings.telegram_api_url, tls=tls())
    world = World(
        store=opened.store,
        providers=providers,
        keeper=await open_keeper(opened.store, opened.vault),
        messenger=TelegramMessenger(bot=telegram, speech=speech),
        clock=clock,
        secrets=SystemSecrets(),
        terms=terms_of(settings),
        epoch=await begin_epoch(opened.store, clock),
    )
    exporter = SqlExporter(settings.database, timezone=settings.timezone, clock=clock)
    try:
        yield House(
            world=world,
            bot=telegram,
            speech=speech,
            exporter=exporter,
            webhook=settings.webhook,
        )
    finally:
        for provider in providers.values():
            await provider.close()


async def serve(house: House, stopping: asyncio.Event) -> None:
    """Take up what an earlier process left, then serve until `stopping`.

    After that nothing new is started, and what is under way ends by itself or by its own
    timeout: nothing becomes unknown because of the stop.
    """
    works = assemble(house.world)
    await works.recover()
    edge = Edge(
        counter=works.counter,
        speech=house.speech,
        exporter=house.exporter,
        on_conflict=_Rival(works.counter.overseeing).seen,
    )
    app = build(house.bot, edge)
    working = asyncio.create_task(works.run(stopping))
    try:
        async with knocking(house.webhook, works.hurry), polling(app, edge, stopping) as reading:
            if reading:
                log.info("serving", epoch=house.world.epoch)
                await menus.set_up(house.bot, house.speech, house.world.terms.admin_ids)
                await stopping.wait()
                await stop_reading(app)
            await working
            await works.idle()
    finally:
        stopping.set()
        await working


@asynccontextmanager
async def knocking(
    webhook: WebhookSettings | None, hurry: Callable[[], None]
) -> AsyncIterator[None]:
    """Let a provider knock while the context is open, where the settings say so."""
    if webhook is None:
        yield
        return
    from bot.webhook import Waking, door, listening  # noqa: PLC0415 # a server is dear to load

    app = door(webhook.key, Waking(hurry).knock)
    async with listening(app, host=webhook.host, port=webhook.port) as port:
        log.info("listening for webhooks", port=port)
        yield


class _Rival:
    """Tells the admins of another bot on the token, without keeping the updater waiting."""

    def __init__(self, overseeing: Overseeing) -> None:
        self._overseeing = overseeing
        self._telling: set[asyncio.Task[None]] = set()

    def seen(self) -> None:
        """Note a sign of another bot."""
        task = asyncio.create_task(self._overseeing.tell_rival())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
