"""Small facts with a name."""

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from storage import tables
from storage.session import Session

_ALL = select(tables.mark)
_INSERT = insert(tables.mark)
_SET = _INSERT.on_conflict_do_update(
    index_elements=["name"], set_={"value": _INSERT.excluded.value}
)
_TAKE_AWAY = tables.mark.delete().where(tables.mark.c.name == bindparam("name_"))


class SqlMarks:
    """Marks. There are a dozen, and mostly several are asked for: they are read all at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, str] | None = None

    async def find(self, name: str) -> str | None:
        if self._known is None:
            self._known = {row.name: row.value for row in await self._session.list(_ALL)}
        return self._known.get(name)

    async def set(self, name: str, value: str | None) -> None:
        self._known = None
        if value is None:
            await self._session.run(_TAKE_AWAY, {"name_": name})
        else:
            await self._session.run(_SET, {"name": name, "value": value})
