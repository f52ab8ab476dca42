"""Recipients' phone numbers, sealed."""

from collections.abc import Callable

from sqlalchemy import bindparam, select

from bot.domain.orders import QuoteId
from storage import tables
from storage.session import Session, Values

_COLUMNS = tables.recipient.c
_FIND = select(_COLUMNS.sealed_phone).where(_COLUMNS.quote_id == bindparam("quote"))
_NOT_SEALED_BY = (
    select(_COLUMNS.quote_id, _COLUMNS.sealed_phone)
    .where(_COLUMNS.phone_key_id != bindparam("key_id"))
    .order_by(_COLUMNS.quote_id)
    .limit(bindparam("most"))
    .offset(bindparam("past"))
)
_RESEAL = tables.recipient.update().where(_COLUMNS.quote_id == bindparam("quote"))


class SqlRecipients:
    """Recipients' numbers; what `key_id` does not know as sealed is never written."""

    def __init__(self, session: Session, key_id: Callable[[bytes], str]) -> None:
        self._session = session
        self._key_id = key_id

    async def add(self, quote_id: QuoteId, sealed_phone: bytes) -> None:
        values = {"quote_id": quote_id, **self._sealed(sealed_phone)}
        await self._session.run(tables.recipient.insert(), values)

    async def find(self, quote_id: QuoteId) -> bytes | None:
        row = await self._session.find(_FIND, {"quote": quote_id})
        return None if row is None else row.sealed_phone

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[tuple[QuoteId, bytes], ...]:
        values = {"key_id": key_id, "most": limit, "past": offset}
        rows = await self._session.list(_NOT_SEALED_BY, values)
        return tuple((QuoteId(row.quote_id), row.sealed_phone) for row in rows)

    async def reseal(self, quote_id: QuoteId, sealed_phone: bytes) -> None:
        await self._session.run(_RESEAL, {"quote": quote_id, **self._sealed(sealed_phone)})

    def _sealed(self, sealed_phone: bytes) -> Values:
        return {"sealed_phone": sealed_phone, "phone_key_id": self._key_id(sealed_phone)}
