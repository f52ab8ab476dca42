"""What the admins were told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.audit import Detail
from storage import tables
from storage.session import Session, Values

_ADD = insert(tables.alert).on_conflict_do_nothing(index_elements=["key"]).returning(tables.alert)
_FIND = select(tables.alert).where(tables.alert.c.id == bindparam("id_"))
_UPDATE = tables.alert.update().where(tables.alert.c.id == bindparam("id_"))
_OPEN = select(tables.alert).where(tables.alert.c.acted_at.is_(None)).order_by(tables.alert.c.id)


class SqlAlerts:
    """Alerts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(
        self, key: str, kind: AlertKind, subject: str, *, facts: Mapping[str, Detail], at: datetime
    ) -> Alert | None:
        values: Values = {
            "key": key,
            "kind": kind,
            "subject": subject,
            "facts": facts,
            "raised_at": at,
        }
        row = await self._session.find(_ADD, values)
        return None if row is None else _alert(row)

    async def find(self, alert_id: AlertId) -> Alert | None:
        row = await self._session.find(_FIND, {"id_": alert_id})
        return None if row is None else _alert(row)

    async def save(self, alert: Alert) -> None:
        values = {"id_": alert.id, **_values(alert)}
        if (await self._session.run(_UPDATE, values)).rowcount == 0:
            raise KeyError(alert.id)

    async def list_open(self) -> tuple[Alert, ...]:
        return tuple(map(_alert, await self._session.list(_OPEN)))


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        id=row.id,
        key=row.key,
        kind=row.kind,
        subject=row.subject,
        raised_at=row.raised_at,
        facts=row.facts,
        acted_at=row.acted_at,
        acted_by=row.acted_by,
        action=row.action,
    )


def _values(alert: Alert) -> Values:
    return {
        "key": alert.key,
        "kind": alert.kind,
        "subject": alert.subject,
        "raised_at": alert.raised_at,
        "facts": alert.facts,
        "acted_at": alert.acted_at,
        "acted_by": alert.acted_by,
        "action": alert.action,
    }
