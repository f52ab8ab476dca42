"""Provider orders that no local order owns."""

from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from bot.domain.catalog import Account, Bucket
from bot.domain.shelf import UnownedOrder, UnownedState
from storage import tables
from storage.order_rows import maybe_money, maybe_money_values
from storage.session import Session, Values

_COLUMNS = tables.unowned_order.c
_AT_ACCOUNT = (
    _COLUMNS.provider == bindparam("provider_"),
    _COLUMNS.environment == bindparam("environment_"),
)
_FIND = select(tables.unowned_order).where(
    *_AT_ACCOUNT, _COLUMNS.provider_order_id == bindparam("theirs")
)
_INSERT = insert(tables.unowned_order)
_SAVE = _INSERT.on_conflict_do_update(
    index_elements=["provider", "environment", "provider_order_id"],
    set_={one.name: _INSERT.excluded[one.name] for one in _COLUMNS if not one.primary_key},
)
_OLDEST_FIRST = select(tables.unowned_order).order_by(
    _COLUMNS.created_at, _COLUMNS.provider_order_id
)
_LIST = _OLDEST_FIRST.where(_COLUMNS.state.in_(bindparam("states", expanding=True)))
_FIND_FOR = _OLDEST_FIRST.where(
    *_AT_ACCOUNT,
    _COLUMNS.state == UnownedState.SHELF,
    _COLUMNS.product_key == bindparam("product"),
    _COLUMNS.type_key == bindparam("card_type"),
    _COLUMNS.cards == bindparam("quantity_"),
).limit(1)


class SqlShelf:
    """Unowned provider orders."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, account: Account, provider_order_id: str) -> UnownedOrder | None:
        row = await self._session.find(_FIND, {**_at(account), "theirs": provider_order_id})
        return None if row is None else _unowned(row)

    async def save(self, unowned: UnownedOrder) -> None:
        await self._session.run(_SAVE, _values(unowned))

    async def list_in(self, *states: UnownedState) -> tuple[UnownedOrder, ...]:
        return tuple(map(_unowned, await self._session.list(_LIST, {"states": states})))

    async def find_for(self, bucket: Bucket) -> UnownedOrder | None:
        row = await self._session.find(
            _FIND_FOR,
            {
                **_at(bucket.account),
                "product": bucket.product_key,
                "card_type": bucket.type_key,
                "quantity_": bucket.quantity,
            },
        )
        return None if row is None else _unowned(row)


def _at(account: Account) -> Values:
    return {"provider_": account.provider, "environment_": account.environment}


def _unowned(row: Row[Any]) -> UnownedOrder:
    return UnownedOrder(
        account=Account(provider=row.provider, environment=row.environment),
        provider_order_id=row.provider_order_id,
        product_key=row.product_key,
        type_key=row.type_key,
        quantity=row.quantity,
        state=row.state,
        status=row.status,
        amount=maybe_money(row.amount_minor, row.amount_currency),
        cards=row.cards,
        created_at=row.created_at,
        seen_at=row.seen_at,
        taken_by=row.taken_by,
    )


def _values(unowned: UnownedOrder) -> Values:
    return {
        "provider": unowned.account.provider,
        "environment": unowned.account.environment,
        "provider_order_id": unowned.provider_order_id,
        "product_key": unowned.product_key,
        "type_key": unowned.type_key,
        "quantity": unowned.quantity,
        "state": unowned.state,
        "status": unowned.status,
        **maybe_money_values("amount", unowned.amount),
        "cards": unowned.cards,
        "created_at": unowned.created_at,
        "seen_at": unowned.seen_at,
        "taken_by": unowned.taken_by,
    }
