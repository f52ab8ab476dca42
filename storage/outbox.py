"""Messages owed."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Text, bindparam, cast, func, select, text
from sqlalchemy.dialects.sqlite import insert

from bot.domain.agents import PersonId
from bot.domain.orders import OrderId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind
from storage import tables
from storage.session import Session, Values

_COLUMNS = tables.delivery.c
_ADD = (
    insert(tables.delivery)
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(tables.delivery.c.id)
)
_FIND = select(tables.delivery).where(_COLUMNS.id == bindparam("id_"))
_UPDATE = tables.delivery.update().where(_COLUMNS.id == bindparam("id_"))
# Written out, not bound: SQLite uses a partial index only for the very words of its condition.
_OWED = text("delivery.state IN ('due', 'trying')")
_LIST_DUE = (
    select(tables.delivery)
    .where(_OWED, _COLUMNS.due_at <= bindparam("now"))
    .order_by(_COLUMNS.due_at, _COLUMNS.id)
    .limit(bindparam("most"))
)
_NEXT_DUE_AT = select(func.min(_COLUMNS.due_at)).where(_OWED)
_OLDEST_FIRST = select(tables.delivery).order_by(_COLUMNS.id)
_PARKED = _OLDEST_FIRST.where(text("delivery.state = 'parked'"))
_BY_FACT = _OLDEST_FIRST.where(
    _COLUMNS.kind == bindparam("kind_"),
    func.json_extract(cast(_COLUMNS.facts, Text), bindparam("path", type_=Text))
    == bindparam("value", type_=Integer),
)


class SqlOutbox:
    """Deliveries."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, delivery: Delivery) -> Delivery | None:
        row = await self._session.find(_ADD, _values(delivery))
        return None if row is None else replace(delivery, id=DeliveryId(row.id))

    async def get(self, delivery_id: DeliveryId) -> Delivery:
        row = await self._session.find(_FIND, {"id_": delivery_id})
        if row is None:
            raise KeyError(delivery_id)
        return _delivery(row)

    async def save(self, delivery: Delivery) -> None:
        values = {"id_": delivery.id, **_values(delivery)}
        if (await self._session.run(_UPDATE, values)).rowcount == 0:
            raise KeyError(delivery.id)

    async def list_due(self, now: datetime, *, limit: int) -> tuple[Delivery, ...]:
        rows = await self._session.list(_LIST_DUE, {"now": now, "most": limit})
        return tuple(map(_delivery, rows))

    async def next_due_at(self) -> datetime | None:
        instant: datetime | None = (await self._session.run(_NEXT_DUE_AT)).scalar_one()
        return instant

    async def list_of_order(self, order_id: OrderId) -> tuple[Delivery, ...]:
        about = _OLDEST_FIRST.where(_COLUMNS.order_id == order_id)
        return tuple(map(_delivery, await self._session.list(about)))

    async def list_parked(self, person_id: PersonId | None = None) -> tuple[Delivery, ...]:
        parked = _PARKED if person_id is None else _PARKED.where(_COLUMNS.person_id == person_id)
        return tuple(map(_delivery, await self._session.list(parked)))

    async def list_by_fact(self, kind: DeliveryKind, fact: str, value: int) -> tuple[Delivery, ...]:
        values = {"kind_": kind, "path": f'$."{fact}"', "value": value}
        return tuple(map(_delivery, await self._session.list(_BY_FACT, values)))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        person_id=row.person_id,
        kind=row.kind,
        state=row.state,
        due_at=row.due_at,
        created_at=row.created_at,
        order_id=row.order_id,
        first_slot=row.first_slot,
        last_slot=row.last_slot,
        facts=row.facts,
        attempts=row.attempts,
        copy=row.copy,
        message_id=row.message_id,
        sent_at=row.sent_at,
    )


def _values(delivery: Delivery) -> Values:
    return {
        "key": delivery.key,
        "person_id": delivery.person_id,
        "kind": delivery.kind,
        "state": delivery.state,
        "due_at": delivery.due_at,
        "created_at": delivery.created_at,
        "order_id": delivery.order_id,
        "first_slot": delivery.first_slot,
        "last_slot": delivery.last_slot,
        "facts": delivery.facts,
        "attempts": delivery.attempts,
        "copy": delivery.copy,
        "message_id": delivery.message_id,
        "sent_at": delivery.sent_at,
    }
