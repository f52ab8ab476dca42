"""The machine's own clock and randomness, and the signals that end the bot."""

import asyncio
import secrets
import signal
from datetime import UTC, datetime

from bot.domain.instants import whole_ms

TOKEN_BYTES = 16


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The instant, aware, UTC, in whole milliseconds."""
        return whole_ms(datetime.now(UTC))


class SystemSecrets:
    """The machine's randomness."""

    def token(self) -> str:
        """22 characters of `A-Za-z0-9_-`, 128 random bits."""
        return secrets.token_urlsafe(TOKEN_BYTES)


def stop_on_signals(stopping: asyncio.Event) -> None:
    """Let SIGTERM and SIGINT end the bot in order: nothing new starts, what runs is waited for."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
