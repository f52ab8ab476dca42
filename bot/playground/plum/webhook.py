"""Telling a registered address that the delivery of an order has changed.

Sources: Xoxoday Plum, "Implementing Webhooks" (three attempts, then the webhook is switched off)
and "Securing Webhooks" (the header, and the statuses with a capital letter).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.playground.encoding import Json, encode
from bot.playground.plum import wire
from bot.playground.plum.orders import Order
from bot.playground.posting import post

ATTEMPTS = 3
_LOOK_SECONDS = 0.05


@dataclass(slots=True, kw_only=True)
class Notice:
    """An event that is told; `statuses` are the answers so far, None where there was none."""

    event: Json
    statuses: list[int | None] = field(default_factory=list)

    @property
    def arrived(self) -> bool:
        """Whether somebody took it."""
        return any(status is not None and 200 <= status < 300 for status in self.statuses)

    @property
    def given_up(self) -> bool:
        """Whether it will not be told again."""
        return not self.arrived and len(self.statuses) >= ATTEMPTS


class Webhook:
    """Tells each event in turn; what happens while it is switched off is never told."""

    def __init__(self, *, clock: Callable[[], datetime], tell: Callable[[], None]) -> None:
        self.enabled = False
        self.notices: list[Notice] = []
        self._url = ""
        self._key = ""
        self._clock = clock
        self._tell = tell

    def register(self, url: str, key: str) -> None:
        """Tell this address from now on."""
        self._url, self._key, self.enabled = url, key, True

    def announce(self, order: Order) -> None:
        """Let an order's new status be told."""
        if self.enabled:
            number, status = len(self.notices) + 1, order.delivery_status.capitalize()
            told = wire.event(number, order, status, self._clock())
            self.notices.append(Notice(event=told))

    @asynccontextmanager
    async def delivering(self, look: Callable[[], None]) -> AsyncIterator[None]:
        """Tell what is announced while the context is open.

        An order whose time is over changes when somebody looks: `look` does, all the time.
        """
        teller = asyncio.create_task(self._deliver(look))
        try:
            yield
        finally:
            teller.cancel()
            await asyncio.gather(teller, return_exceptions=True)

    async def _deliver(self, look: Callable[[], None]) -> None:
        while True:
            if self.enabled:
                look()
            for notice in self.notices:
                while self.enabled and not (notice.arrived or notice.given_up):
                    await self._attempt(notice)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _attempt(self, notice: Notice) -> None:
        headers = {"x-api-key": self._key, "Content-Type": "application/json"}
        notice.statuses.append(await post(self._url, headers, encode(notice.event).encode()))
        if notice.given_up:
            self.enabled = False
        self._tell()
