"""Small facts with a name."""

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from storage import tables
from storage.session import Session

_FIND = select(tables.mark.c.value).where(tables.mark.c.name == bindparam("name_"))
_INSERT = insert(tables.mark)
_SET = _INSERT.on_conflict_do_update(
    index_elements=["name"], set_={"value": _INSERT.excluded.value}
)
_TAKE_AWAY = tables.mark.delete().where(tables.mark.c.name == bindparam("name_"))


class SqlMarks:
    """Marks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, name: str) -> str | None:
        row = await self._session.find(_FIND, {"name_": name})
        return None if row is None else row.value

    async def set(self, name: str, value: str | None) -> None:
        if value is None:
            await self._session.run(_TAKE_AWAY, {"name_": name})
        else:
            await self._session.run(_SET, {"name": name, "value": value})
