"""What a typed message will mean."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from bot.domain.agents import PersonId
from storage import tables
from storage.session import Session

_COLUMNS = tables.expected_input.c
_FIND = select(_COLUMNS.what).where(_COLUMNS.person_id == bindparam("person"))
_INSERT = insert(tables.expected_input)
_SET = _INSERT.on_conflict_do_update(
    index_elements=["person_id"], set_={name: _INSERT.excluded[name] for name in ("what", "at")}
)
_TAKE_AWAY = tables.expected_input.delete().where(_COLUMNS.person_id == bindparam("person"))


class SqlExpectedInputs:
    """One expected input a chat."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, person_id: PersonId) -> str | None:
        row = await self._session.find(_FIND, {"person": person_id})
        return None if row is None else row.what

    async def set(self, person_id: PersonId, what: str | None, *, at: datetime) -> None:
        if what is None:
            await self._session.run(_TAKE_AWAY, {"person": person_id})
        else:
            await self._session.run(_SET, {"person_id": person_id, "what": what, "at": at})
