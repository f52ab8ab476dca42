"""Pacing: new messages to one chat about a second apart, and a chat's flood limit is its own.

Telegram wants no more than about a message a second in one chat (Bots FAQ, "My bot is hitting
limits"), and tells by 429 when it was too much. python-telegram-bot's own limiter paces no private
chat, and stops the whole bot for one chat's 429.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from math import ceil
from typing import Any

from telegram._utils.types import JSONDict
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from handlers.slots import outside_slot

BURST = 6
"""Messages that a chat which was quiet takes at once."""

INTERVAL_SECONDS = 1.0
"""From one message to the next, once the burst is used up."""

REMEMBERED = 4096
"""Chats remembered before the quiet ones are forgotten."""

Answer = bool | JSONDict | list[JSONDict]
Sleep = Callable[[float], Awaitable[object]]


def wait_of(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait."""
    told = error.retry_after
    return told if isinstance(told, timedelta) else timedelta(seconds=told)


class Pacing(BaseRateLimiter[None]):
    """Delays new messages to a busy chat; a chat that Telegram halted is not written to at all.

    While a chat is halted its calls raise `RetryAfter` without being made. Who is delayed holds no
    slot meanwhile, so that any number of busy chats delays no other. `sleep` waits for a number of
    seconds.
    """

    def __init__(
        self,
        *,
        burst: int = BURST,
        interval_seconds: float = INTERVAL_SECONDS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        # The library's own switch: its seconds become timedelta, as everywhere here.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        self._ahead = (burst - 1) * interval_seconds
        self._interval = interval_seconds
        self._sleep = sleep
        self._paid_until: dict[int, float] = {}
        self._halted_until: dict[int, float] = {}

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    def is_busy(self, chat: int) -> bool:
        """Tell whether a new message to a chat would have to wait."""
        now = _now()
        return self._halted_until.get(chat, now) > now or self._wait(chat, now) > 0

    async def process_request(  # noqa: PLR0917 # the base class's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,  # noqa: ANN401 # likewise
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002 # likewise
    ) -> Answer:
        chat = data.get("chat_id")
        if not isinstance(chat, int):
            return await callback(*args, **kwargs)
        self._refuse_halted(chat)
        if endpoint.startswith("send"):
            await self._pace(chat)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self._halted_until[chat] = _now() + wait_of(error).total_seconds()
            raise

    def _refuse_halted(self, chat: int) -> None:
        left = self._halted_until.get(chat, 0.0) - _now()
        if left > 0:
            raise RetryAfter(ceil(left))
        self._halted_until.pop(chat, None)

    async def _pace(self, chat: int) -> None:
        now = _now()
        self._forget_the_quiet(now)
        wait = self._wait(chat, now)
        self._paid_until[chat] = max(self._paid_until.get(chat, now), now) + self._interval
        if wait > 0:
            async with outside_slot():
                await self._sleep(wait)

    def _wait(self, chat: int, now: float) -> float:
        return self._paid_until.get(chat, now) - now - self._ahead

    def _forget_the_quiet(self, now: float) -> None:
        if len(self._paid_until) + len(self._halted_until) > REMEMBERED:
            self._paid_until = {c: until for c, until in self._paid_until.items() if until > now}
            self._halted_until = {c: end for c, end in self._halted_until.items() if end > now}


def _now() -> float:
    return asyncio.get_running_loop().time()
