"""Sealing a few values again with the newest key; what does not open is left as it is, and named.

Rows are named as `verify` names them: by their table, and within it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.cards import SealedCard, order_owner
from bot.domain.orders import QuoteId
from bot.errors import VaultError
from bot.ports.store import ProviderCall, Work
from bot.services.keeping import Keeper, exchange_slot, recipient_slot, sealed_anew

T = TypeVar("T")

BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of a table that older keys sealed: how many were looked at, which do not open."""

    looked_at: int
    broken: tuple[str, ...]


Reseal = Callable[[Work, Keeper, int], Awaitable[Batch]]
"""Seals the next rows of a table anew, past as many as are known not to open."""


async def reseal_cards(work: Work, keeper: Keeper, past: int) -> Batch:
    """Seal the next cards anew."""

    async def reseal(card: SealedCard) -> None:
        await work.cards.reseal(keeper.reseal(card))

    newest = keeper.vault.newest_key_id
    old = await work.cards.list_not_sealed_by(newest, limit=BATCH, offset=past)
    return await _each(old, reseal, lambda card: f"{card.owner}/{card.slot}")


async def reseal_recipients(work: Work, keeper: Keeper, past: int) -> Batch:
    """Seal the next recipients' numbers anew."""

    async def reseal(recipient: tuple[QuoteId, bytes]) -> None:
        quote_id, sealed = recipient
        anew = sealed_anew(keeper.vault, sealed, recipient_slot(quote_id))
        await work.recipients.reseal(quote_id, anew)

    newest = keeper.vault.newest_key_id
    old = await work.recipients.list_not_sealed_by(newest, limit=BATCH, offset=past)
    return await _each(old, reseal, lambda recipient: recipient[0])


async def reseal_calls(work: Work, keeper: Keeper, past: int) -> Batch:
    """Seal the next exchanges with a provider anew."""

    async def reseal(call: ProviderCall) -> None:
        slot = exchange_slot(order_owner(call.order_id), call.attempt)
        anew = sealed_anew(keeper.vault, call.sealed_exchange, slot)
        await work.calls.reseal(replace(call, sealed_exchange=anew))

    newest = keeper.vault.newest_key_id
    old = await work.calls.list_not_sealed_by(newest, limit=BATCH, offset=past)
    return await _each(old, reseal, lambda call: f"{call.order_id}/{call.attempt}")


TABLES: Mapping[str, Reseal] = {
    "card": reseal_cards,
    "recipient": reseal_recipients,
    "provider_call": reseal_calls,
}


async def _each(
    rows: Sequence[T], reseal: Callable[[T], Awaitable[None]], name: Callable[[T], str]
) -> Batch:
    broken = list[str]()
    for row in rows:
        try:
            await reseal(row)
        except VaultError:
            broken.append(name(row))
    return Batch(looked_at=len(rows), broken=tuple(broken))
