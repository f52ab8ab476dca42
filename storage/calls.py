"""The calls that may have spent money."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.catalog import Account
from bot.domain.orders import OrderId
from bot.ports.store import ProviderCall
from storage import tables
from storage.session import Session, Values

_COLUMNS = tables.provider_call.c
_OF_ORDER = (
    select(tables.provider_call)
    .where(_COLUMNS.order_id == bindparam("order"))
    .order_by(_COLUMNS.attempt)
)
_NOT_SEALED_BY = (
    select(tables.provider_call)
    .where(_COLUMNS.exchange_key_id != bindparam("key_id"))
    .order_by(_COLUMNS.order_id, _COLUMNS.attempt)
    .limit(bindparam("most"))
    .offset(bindparam("past"))
)
_RESEAL = tables.provider_call.update().where(
    _COLUMNS.order_id == bindparam("order"), _COLUMNS.attempt == bindparam("nth")
)


class SqlCalls:
    """Provider calls; what `key_id` does not know as sealed is never written."""

    def __init__(self, session: Session, key_id: Callable[[bytes], str]) -> None:
        self._session = session
        self._key_id = key_id

    async def add(self, call: ProviderCall) -> None:
        await self._session.run(
            tables.provider_call.insert(), {**_values(call), **self._sealed(call)}
        )

    async def list_of(self, order_id: OrderId) -> tuple[ProviderCall, ...]:
        return tuple(map(_call, await self._session.list(_OF_ORDER, {"order": order_id})))

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[ProviderCall, ...]:
        values = {"key_id": key_id, "most": limit, "past": offset}
        rows = await self._session.list(_NOT_SEALED_BY, values)
        return tuple(map(_call, rows))

    async def reseal(self, call: ProviderCall) -> None:
        where = {"order": call.order_id, "nth": call.attempt}
        await self._session.run(_RESEAL, {**where, **self._sealed(call)})

    def _sealed(self, call: ProviderCall) -> Values:
        return {
            "sealed_exchange": call.sealed_exchange,
            "exchange_key_id": self._key_id(call.sealed_exchange),
        }


def _values(call: ProviderCall) -> Values:
    return {
        "order_id": call.order_id,
        "attempt": call.attempt,
        "provider": call.account.provider,
        "environment": call.account.environment,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
        "outcome": call.outcome,
        "code": call.code,
        "http_status": call.http_status,
        "request_id": call.request_id,
    }


def _call(row: Row[Any]) -> ProviderCall:
    return ProviderCall(
        order_id=row.order_id,
        account=Account(provider=row.provider, environment=row.environment),
        attempt=row.attempt,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        code=row.code,
        http_status=row.http_status,
        request_id=row.request_id,
        sealed_exchange=row.sealed_exchange,
    )
