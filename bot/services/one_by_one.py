"""Asking a provider about one thing after the other: one that cannot be read hides no other."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import structlog

from bot.errors import ProviderContractBroken, ProviderUnreachable

T = TypeVar("T")

log = structlog.get_logger(__name__)

AWAY = 3
"""So many in a row that were not reached are the provider's trouble, and not theirs."""


async def one_by_one(things: Iterable[T], look: Callable[[T], Awaitable[None]]) -> None:
    """Look at each of them; what fails for one is logged, and the next one is looked at.

    Raises what holds for all of them: `ProviderUnauthorized`, `ProviderBusy`, and
    `ProviderUnreachable` once `AWAY` in a row were not reached.
    """
    missed = 0
    for thing in things:
        try:
            await look(thing)
            missed = 0
        except ProviderContractBroken as error:
            log.warning("not understood", error=str(error))
        except ProviderUnreachable as error:
            missed += 1
            if missed == AWAY:
                raise
            log.warning("not reached", error=str(error))
