"""Reading updates inside a running loop: from the first login to the last update served."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Updater

from bot.errors import SettingsError
from handlers.backlog import Backlog
from handlers.context import App, Edge
from handlers.pacing import wait_of
from handlers.turns import PerPerson

log = structlog.get_logger(__name__)

Part = TypeVar("Part")

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
"""Telegram remembers the last list, so it is said at every start."""

LONG_POLL = timedelta(seconds=10)

AFTER_A_FAULT_SECONDS = 3.0
"""Between two logins while the network is down; longer when Telegram asks for it."""


LAST_TURNS = timedelta(seconds=60)
"""How long those who wait are served during a stop; `deploy/` allows more for all of it."""


@asynccontextmanager
async def polling(app: App, edge: Edge, stopping: asyncio.Event) -> AsyncIterator[bool]:
    """Serve updates while the context is open; updates that wait are never dropped.

    Yields True once the bot listens, False when `stopping` was set before Telegram could be
    reached. A rejected token is a `SettingsError`. On the way out no update is read any more,
    and those that were read are served.
    """
    try:
        if not await _until_reached(app.initialize, stopping):
            yield False
            return
        await app.start()
        try:
            yield await _until_reached(partial(_listen, app, edge), stopping)
        finally:
            await stop_reading(app)
    finally:
        await app.shutdown()
        await app.bot.shutdown()  # its connections, also where the application never began


async def _listen(app: App, edge: Edge) -> None:
    await _a(Updater, app.updater).start_polling(
        timeout=LONG_POLL,
        allowed_updates=ALLOWED_UPDATES,
        drop_pending_updates=False,
        error_callback=partial(_on_error, edge),
    )


async def stop_reading(app: App, *, patience: timedelta = LAST_TURNS) -> None:
    """Read no update any more, and serve those that were read; twice is once.

    After `patience` those that still wait for their turn are given up: Telegram is away, or a
    crowd is at the door, and a stop that takes too long is a kill. Messages can still be sent
    until the context of `polling` is left.
    """
    updater = _a(Updater, app.updater)
    if updater.running:
        _a(Backlog, app.update_queue).ends()
        await updater.stop()
        await _serve_the_rest(app, patience)
    if app.running:
        await app.stop()


async def _serve_the_rest(app: App, patience: timedelta) -> None:
    try:
        async with asyncio.timeout(patience.total_seconds()):
            await app.update_queue.join()
    except TimeoutError:
        log.warning("updates given up by the stop")
        _a(PerPerson, app.update_processor).given_up.set()


async def _until_reached(step: Callable[[], Awaitable[object]], stopping: asyncio.Event) -> bool:
    """Repeat `step` until Telegram takes it; False when `stopping` came first."""
    while not stopping.is_set():
        try:
            await step()
        except InvalidToken:
            # Its text holds the token, so it is not passed on.
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN was rejected by Telegram: copy it again from @BotFather."
            ) from None
        except (NetworkError, RetryAfter) as error:
            log.warning("Telegram cannot be reached", reason=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _pause(error))
        else:
            return True
    return False


def _pause(error: TelegramError) -> float:
    """How many seconds to wait before the next login."""
    asked = wait_of(error).total_seconds() if isinstance(error, RetryAfter) else 0.0
    return max(AFTER_A_FAULT_SECONDS, asked)


def _on_error(edge: Edge, error: TelegramError) -> None:
    if isinstance(error, Conflict):
        edge.counter.rivals.seen_at = edge.counter.clock.now()
        edge.on_conflict()
        log.error("another bot reads this token's updates")
    else:
        log.warning("updates not read", reason=str(error))


def _a(kind: type[Part], part: object) -> Part:
    """Give a part of the Application as what `build` made it."""
    if not isinstance(part, kind):
        raise TypeError(f"the application was built without {kind.__name__}")
    return part
