"""Reading updates inside a running loop: from the first login to the last update served."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Updater

from bot.errors import SettingsError
from handlers.context import App, Edge
from handlers.pacing import wait_of

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
"""Telegram remembers the last list, so it is said at every start."""

LONG_POLL = timedelta(seconds=10)

AFTER_A_FAULT_SECONDS = 3.0
"""Between two logins while the network is down; longer when Telegram asks for it."""


@asynccontextmanager
async def polling(app: App, edge: Edge, stopping: asyncio.Event) -> AsyncIterator[bool]:
    """Serve updates while the context is open; updates that wait are never dropped.

    Yields True once the bot listens, False when `stopping` was set before Telegram could be
    reached. A rejected token is a `SettingsError`. On the way out no update is read any more,
    and those that were read are served to their end.
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
    await _updater(app).start_polling(
        timeout=LONG_POLL,
        allowed_updates=ALLOWED_UPDATES,
        drop_pending_updates=False,
        error_callback=partial(_on_error, edge),
    )


async def stop_reading(app: App) -> None:
    """Read no update any more, and serve those that were read to their end; twice is once.

    Messages can still be sent until the context of `polling` is left.
    """
    updater = _updater(app)
    if updater.running:
        await updater.stop()
        await app.update_queue.join()
    if app.running:
        await app.stop()


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


def _updater(app: App) -> Updater:
    if app.updater is None:
        raise TypeError("the application was built without an updater")
    return app.updater
