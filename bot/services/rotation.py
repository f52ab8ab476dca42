"""Rotation: what older keys sealed is sealed again with the newest, a little at a time."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.alerts import AlertKind
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.alerts import OVER, acted, alert_once
from bot.services.bells import Bells
from bot.services.keeping import Keeper
from bot.services.recovery import keys_in_use, save_index_key
from bot.services.resealing import TABLES, Batch
from bot.services.terms import Terms
from bot.services.tokens import reseal_tokens

BREATH = timedelta(milliseconds=50)
"""Between two batches, so that sales are not kept waiting."""

DONE = timedelta(hours=24)

NAMED = 5
"""So many of the rows that do not open are named to the admins; `verify` names all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Herald:
    """Whom a serving bot tells of what does not open, and the bell that brings it to them."""

    terms: Terms
    bells: Bells

    async def tell(
        self, work: Work, broken: tuple[str, ...], older: frozenset[str], *, at: datetime
    ) -> None:
        """Tell the admins of these rows, once; what was told of others is over."""
        subject = f"seals:{hashlib.sha256(json.dumps(broken).encode()).hexdigest()[:16]}"
        for known in await work.alerts.list_open():
            if known.kind is AlertKind.SEAL_BROKEN and known.subject != subject:
                await acted(work, known, None, OVER, at=at)
        if broken:
            await alert_once(
                work,
                self.terms,
                AlertKind.SEAL_BROKEN,
                subject,
                key=subject,
                at=at,
                values=len(broken),
                rows=", ".join(broken[:NAMED]),
                keys=", ".join(sorted(older)),
            )


@dataclass(slots=True, kw_only=True)
class Rotation:
    """Re-seals in the background until only the newest key is in use.

    What does not open, because it was damaged or changed, holds up nothing: the rest is sealed
    anew, the admins are told once, and the older keys stay in use until it opens again. It is
    tried anew once a day and at every start. `broken` names what did not open in the last round.
    """

    store: Store
    keeper: Keeper
    clock: Clock
    herald: Herald | None = None
    broken: tuple[str, ...] = ()
    _passed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    async def step(self) -> timedelta:
        """Re-seal a batch; tells how long it can rest."""
        async with self.store.begin() as work:
            batch, broken = await self._advance(work)
        # Only now: a step that is rolled back has passed over nothing.
        if batch is not None:
            self._pass_over(*batch)
            return BREATH
        self.broken, self._passed = broken, {}
        if self.herald is not None:
            self.herald.bells.delivery.ring()
        return DONE

    async def _advance(self, work: Work) -> tuple[tuple[str, Batch] | None, tuple[str, ...]]:
        """Re-seal the next batch, or end the round; gives the batch, and what did not open."""
        newest = self.keeper.vault.newest_key_id
        older = keys_in_use(await work.marks.find(marks.KEYS_IN_USE)) - {newest}
        if not older:
            return None, ()
        batch = await self._next_batch(work)
        return batch, () if batch else await self._end_round(work, older)

    async def _next_batch(self, work: Work) -> tuple[str, Batch] | None:
        """Re-seal the next rows of the first table that has any."""
        for table, reseal in TABLES.items():
            batch = await reseal(work, self.keeper, len(self._passed.get(table, ())))
            if batch.looked_at:
                return table, batch
        return None

    def _pass_over(self, table: str, batch: Batch) -> None:
        named = (f"{table} {row}" for row in batch.broken)
        self._passed[table] = (*self._passed.get(table, ()), *named)

    async def _end_round(self, work: Work, older: frozenset[str]) -> tuple[str, ...]:
        """Seal what is no row, and let the older keys go, or tell what holds them."""
        vault, at = self.keeper.vault, self.clock.now()
        await save_index_key(work, vault, self.keeper.index_key)
        tokens = () if await reseal_tokens(work, vault) else (f"mark {marks.TOKENS}",)
        broken = (*(row for rows in self._passed.values() for row in rows), *tokens)
        if not broken:
            await work.marks.set(marks.KEYS_IN_USE, json.dumps([vault.newest_key_id]))
            await audit.note(work, "keys.rotated", "shop", at=at, newest=vault.newest_key_id)
        if self.herald is not None:
            await self.herald.tell(work, broken, older, at=at)
        return broken
