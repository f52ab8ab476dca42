"""Sealed cards, each in a slot of one owner."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from bot.domain.cards import SealedCard
from storage import tables
from storage.session import Session, Values

_LIST = (
    select(tables.card)
    .where(tables.card.c.owner == bindparam("owner_"))
    .order_by(tables.card.c.slot)
)
_IN_SLOT = (tables.card.c.owner == bindparam("owner_"), tables.card.c.slot == bindparam("slot_"))
_SET_SERIAL = tables.card.update().where(*_IN_SLOT).where(tables.card.c.sealed_serial.is_(None))
_RESEAL = (
    tables.card.update().where(*_IN_SLOT).where(tables.card.c.code_index == bindparam("index_"))
)
_KEY_IDS = (tables.card.c.code_key_id, tables.card.c.serial_key_id, tables.card.c.pin_key_id)
_TAKE_AWAY = tables.card.delete().where(tables.card.c.owner == bindparam("owner_"))


class SqlCards:
    """Sealed cards; what `key_id` does not know as sealed is never written."""

    def __init__(self, session: Session, key_id: Callable[[bytes], str]) -> None:
        self._session = session
        self._key_id = key_id

    async def add(self, cards: Sequence[SealedCard]) -> None:
        if cards:
            await self._session.run(tables.card.insert(), [self._values(card) for card in cards])

    async def list(self, owner: str) -> tuple[SealedCard, ...]:
        return tuple(map(_card, await self._session.list(_LIST, {"owner_": owner})))

    async def set_serial(self, owner: str, slot: int, sealed_serial: bytes) -> None:
        values = {"owner_": owner, "slot_": slot, **self._sealed_serial(sealed_serial)}
        await self._session.run(_SET_SERIAL, values)

    async def move(self, owner: str, cards: Sequence[SealedCard]) -> None:
        await self._session.run(_TAKE_AWAY, {"owner_": owner})
        await self.add(cards)

    async def reseal(self, card: SealedCard) -> None:
        where = {"owner_": card.owner, "slot_": card.slot, "index_": card.index}
        await self._session.run(_RESEAL, {**where, **self._values(card)})

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[SealedCard, ...]:
        others = (
            select(tables.card)
            .where(or_(*(column != key_id for column in _KEY_IDS)))
            .order_by(tables.card.c.owner, tables.card.c.slot)
            .limit(limit)
            .offset(offset)
        )
        return tuple(map(_card, await self._session.list(others)))

    def _values(self, card: SealedCard) -> Values:
        return {
            "owner": card.owner,
            "slot": card.slot,
            "code_index": card.index,
            "sealed_code": card.sealed_code,
            "code_key_id": self._key_id(card.sealed_code),
            **self._sealed_serial(card.sealed_serial),
            "sealed_pin": card.sealed_pin,
            "pin_key_id": self._maybe_key_id(card.sealed_pin),
            "valid_until": card.valid_until,
        }

    def _sealed_serial(self, sealed_serial: bytes | None) -> Values:
        return {
            "sealed_serial": sealed_serial,
            "serial_key_id": self._maybe_key_id(sealed_serial),
        }

    def _maybe_key_id(self, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._key_id(sealed)


def _card(row: Row[Any]) -> SealedCard:
    return SealedCard(
        owner=row.owner,
        slot=row.slot,
        index=row.code_index,
        sealed_code=row.sealed_code,
        sealed_serial=row.sealed_serial,
        sealed_pin=row.sealed_pin,
        valid_until=row.valid_until,
    )
