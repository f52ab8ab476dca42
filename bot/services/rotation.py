"""Rotation: what older keys sealed is sealed again with the newest, a little at a time."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.cards import order_owner
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.keeping import Keeper, exchange_slot, recipient_slot, sealed_anew
from bot.services.recovery import keys_in_use, save_index_key
from bot.services.tokens import reseal_tokens

BATCH = 50

BREATH = timedelta(milliseconds=50)
"""Between two batches, so that sales are not kept waiting."""

DONE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Re-seals in the background until only the newest key is in use."""

    store: Store
    keeper: Keeper
    clock: Clock

    async def step(self) -> timedelta:
        """Re-seal a batch; tells how long it can rest."""
        newest = self.keeper.vault.newest_key_id
        async with self.store.begin() as work:
            if keys_in_use(await work.marks.find(marks.KEYS_IN_USE)) == {newest}:
                return DONE
            if await self._reseal_batch(work, newest):
                return BREATH
            await save_index_key(work, self.keeper.vault, self.keeper.index_key)
            await reseal_tokens(work, self.keeper.vault)
            await work.marks.set(marks.KEYS_IN_USE, json.dumps([newest]))
            at = self.clock.now()
            await audit.note(work, "keys.rotated", "shop", at=at, newest=newest)
        return DONE

    async def _reseal_batch(self, work: Work, newest: str) -> int:
        return (
            await self._reseal_cards(work, newest)
            or await self._reseal_recipients(work, newest)
            or await self._reseal_calls(work, newest)
        )

    async def _reseal_cards(self, work: Work, newest: str) -> int:
        old = await work.cards.list_not_sealed_by(newest, limit=BATCH)
        for card in old:
            await work.cards.reseal(self.keeper.reseal(card))
        return len(old)

    async def _reseal_recipients(self, work: Work, newest: str) -> int:
        old = await work.recipients.list_not_sealed_by(newest, limit=BATCH)
        for quote_id, sealed in old:
            anew = sealed_anew(self.keeper.vault, sealed, recipient_slot(quote_id))
            await work.recipients.reseal(quote_id, anew)
        return len(old)

    async def _reseal_calls(self, work: Work, newest: str) -> int:
        old = await work.calls.list_not_sealed_by(newest, limit=BATCH)
        for call in old:
            slot = exchange_slot(order_owner(call.order_id), call.attempt)
            anew = sealed_anew(self.keeper.vault, call.sealed_exchange, slot)
            await work.calls.reseal(replace(call, sealed_exchange=anew))
        return len(old)
