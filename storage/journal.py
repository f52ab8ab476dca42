"""Everything that happened, chained."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.audit import GENESIS, Event, JournalRow, chain
from storage import tables
from storage.session import Session

_COLUMNS = tables.journal.c
_LAST = select(tables.journal).order_by(_COLUMNS.seq.desc()).limit(1)
_IN_ORDER = select(tables.journal).order_by(_COLUMNS.seq).limit(bindparam("most"))
_OF_SUBJECT = _IN_ORDER.where(_COLUMNS.subject == bindparam("subject_"))
_AFTER = _IN_ORDER.where(_COLUMNS.seq > bindparam("seq_"))


class SqlJournal:
    """The journal; its next place and hash are found in the transaction that writes it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def append(self, event: Event) -> JournalRow:
        last = await self.last()
        seq, previous = (1, GENESIS) if last is None else (last.seq + 1, last.hash)
        row = JournalRow(seq=seq, event=event, previous=previous, hash=chain(seq, event, previous))
        await self._session.run(
            tables.journal.insert(),
            {
                "seq": row.seq,
                "at": event.at,
                "actor": event.actor,
                "action": event.action,
                "subject": event.subject,
                "details": event.details,
                "previous": row.previous,
                "hash": row.hash,
            },
        )
        return row

    async def last(self) -> JournalRow | None:
        row = await self._session.find(_LAST)
        return None if row is None else _row(row)

    async def list_of(self, subject: str, *, limit: int = 1000) -> tuple[JournalRow, ...]:
        rows = await self._session.list(_OF_SUBJECT, {"subject_": subject, "most": limit})
        return tuple(map(_row, rows))

    async def list_after(self, seq: int, *, limit: int) -> tuple[JournalRow, ...]:
        return tuple(map(_row, await self._session.list(_AFTER, {"seq_": seq, "most": limit})))


def _row(row: Row[Any]) -> JournalRow:
    event = Event(
        at=row.at, actor=row.actor, action=row.action, subject=row.subject, details=row.details
    )
    return JournalRow(seq=row.seq, event=event, previous=row.previous, hash=row.hash)
