"""Sending an order: once, and once more only when it was turned away at the door."""

from datetime import timedelta
from typing import Final

from bot.errors import ProviderBusy, ProviderError, ProviderUnauthorized
from bot.ports.provider import Exchange, Line, NotSent, Placement
from bot.ports.world import Clock
from bot.providers.exchanges import nothing_sent
from bot.providers.plum.calling import Calling
from bot.providers.plum.placing import (
    Doubted,
    TokenRejected,
    Verdict,
    exchange_of,
    judge,
    order_body,
    token_refused,
)
from bot.providers.plum.refreshing import TokensLost

A_WHILE: Final = timedelta(minutes=1)
"""When to try again what could not be sent for want of a token, or while frozen."""


class Sending:
    """Places orders. Nothing but a rejected token makes it send the same order again.

    A rejected token is told by what stands before the application, which then saw nothing.
    """

    def __init__(self, calling: Calling, clock: Clock) -> None:
        self._calling = calling
        self._clock = clock

    async def place(self, line: Line, reference: str) -> Placement | Doubted:
        """Send an order and sort the answer."""
        body = order_body(line, reference)
        verdict, token = await self._send(body)
        if isinstance(verdict, TokenRejected):
            hindrance = await self._renew(token, verdict.exchange)
            if hindrance is not None:
                return hindrance
            verdict, _ = await self._send(body)
        if isinstance(verdict, TokenRejected):
            self._calling.freeze()
            return token_refused(verdict.exchange)
        return verdict

    async def _send(self, body: bytes) -> tuple[Verdict, str]:
        nothing = exchange_of(nothing_sent(self._clock), body)
        try:
            answer, token = await self._calling.place(body)
        except ProviderError as error:
            return _not_sent(error, nothing), ""
        return judge(answer, body), token

    async def _renew(self, token: str, exchange: Exchange) -> Placement | None:
        """Get another token; tells why the order cannot be sent when there is none."""
        try:
            await self._calling.renew(token)
        except ProviderError as error:
            return _not_sent(error, exchange)
        return None


def _not_sent(error: ProviderError, exchange: Exchange) -> Placement:
    """Say why nothing of the order reached the provider's application."""
    match error:
        case TokensLost():
            return token_refused(exchange, str(error))
        case ProviderUnauthorized():
            return NotSent(reason="frozen", retry_after=A_WHILE, exchange=exchange)
        case ProviderBusy():
            wait = timedelta(seconds=error.retry_after_seconds)
            return NotSent(reason="rate budget", retry_after=wait, exchange=exchange)
        case _:
            return NotSent(reason=str(error), retry_after=A_WHILE, exchange=exchange)
