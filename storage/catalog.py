"""The catalogue as last read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from bot.domain.catalog import (
    Account,
    CardType,
    CardTypeId,
    Category,
    CategoryId,
    ListedCategory,
    ListedType,
    OpenAmount,
    Product,
    ProductId,
)
from bot.domain.money import Money
from storage import tables
from storage.order_rows import maybe_money, maybe_money_values
from storage.session import Session, Values

BEHIND = 1_000_000
"""The place of a type that was asked for: behind all that are listed."""

_INSERT_READING = insert(tables.catalog_reading)
_SAVE_READING = _INSERT_READING.on_conflict_do_update(
    index_elements=["provider", "environment"],
    set_={"read_at": _INSERT_READING.excluded.read_at},
)
_READ_AT = select(tables.catalog_reading.c.read_at).where(
    tables.catalog_reading.c.provider == bindparam("provider_"),
    tables.catalog_reading.c.environment == bindparam("environment_"),
)

_INSERT_CATEGORY = insert(tables.category)
_SAVE_CATEGORY = _INSERT_CATEGORY.on_conflict_do_update(
    index_elements=["provider", "environment", "key"],
    set_={name: _INSERT_CATEGORY.excluded[name] for name in ("title", "place")},
).returning(tables.category.c.id)
_FIND_CATEGORY = select(tables.category).where(tables.category.c.id == bindparam("id_"))
_LIST_CATEGORIES = (
    select(tables.category)
    .where(
        select(tables.product.c.id)
        .where(
            tables.product.c.category_id == tables.category.c.id, tables.product.c.enabled.is_(True)
        )
        .exists()
    )
    .order_by(
        tables.category.c.provider,
        tables.category.c.environment,
        tables.category.c.place,
        tables.category.c.id,
    )
)

_INSERT_PRODUCT = insert(tables.product)
_SAVE_PRODUCT = _INSERT_PRODUCT.on_conflict_do_update(
    index_elements=["provider", "environment", "key"],
    set_={
        name: _INSERT_PRODUCT.excluded[name]
        for name in (
            "category_id",
            "title",
            "region",
            "enabled",
            "needs_phone",
            "delayed",
            "validity",
            "redemption",
            "place",
        )
    },
)
_DISABLE_ALL = (
    tables.product.update()
    .where(
        tables.product.c.provider == bindparam("provider_"),
        tables.product.c.environment == bindparam("environment_"),
    )
    .values(enabled=False)
)
_FIND_PRODUCT = select(tables.product).where(tables.product.c.id == bindparam("id_"))
_LIST_PRODUCTS = (
    select(tables.product)
    .where(
        tables.product.c.category_id == bindparam("category"), tables.product.c.enabled.is_(True)
    )
    .order_by(tables.product.c.place, tables.product.c.id)
)
_LIST_ENABLED = (
    select(tables.product).where(tables.product.c.enabled.is_(True)).order_by(tables.product.c.id)
)

_TYPE_COLUMNS = (
    "name",
    "cost_minor",
    "cost_currency",
    "stock",
    "most",
    "face_minor",
    "face_currency",
    "open_currency",
    "open_least_minor",
    "open_most_minor",
    "open_step_minor",
    "open_cost_millionths",
    "asked",
)
_INSERT_TYPE = insert(tables.card_type)
_SAVE_TYPE = _INSERT_TYPE.on_conflict_do_update(
    index_elements=["product_id", "key"],
    set_={name: _INSERT_TYPE.excluded[name] for name in (*_TYPE_COLUMNS, "read_at", "place")},
)
_SAVE_ONE_TYPE = _SAVE_TYPE.returning(tables.card_type)
_EMPTY_ALL = (
    tables.card_type.update()
    .where(tables.card_type.c.product_id == bindparam("product"))
    .values(stock=0, read_at=bindparam("at"))
)
_FIND_TYPE = select(tables.card_type).where(tables.card_type.c.id == bindparam("id_"))
_FIND_LISTED = (
    select(tables.card_type, tables.product)
    .join(tables.product, tables.product.c.id == tables.card_type.c.product_id)
    .where(tables.card_type.c.id == bindparam("id_"))
)
_LIST_TYPES = (
    select(tables.card_type)
    .where(tables.card_type.c.product_id == bindparam("product"))
    .order_by(tables.card_type.c.place, tables.card_type.c.id)
)


class SqlCatalog:
    """Categories, products and types; each keeps its id from one reading to the next."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def replace(
        self, account: Account, listed: Sequence[ListedCategory], *, at: datetime
    ) -> None:
        await self._session.run(_DISABLE_ALL, _at(account))
        for place, category in enumerate(listed):
            await self._save_category(account, category, place)
        await self._session.run(_SAVE_READING, {**_account_values(account), "read_at": at})

    async def read_at(self, account: Account) -> datetime | None:
        row = await self._session.find(_READ_AT, _at(account))
        return None if row is None else row.read_at

    async def list_categories(self) -> tuple[Category, ...]:
        return tuple(map(_category, await self._session.list(_LIST_CATEGORIES)))

    async def find_category(self, category_id: CategoryId) -> Category | None:
        row = await self._session.find(_FIND_CATEGORY, {"id_": category_id})
        return None if row is None else _category(row)

    async def list_products(self, category_id: CategoryId) -> tuple[Product, ...]:
        rows = await self._session.list(_LIST_PRODUCTS, {"category": category_id})
        return tuple(map(_product, rows))

    async def list_enabled(self) -> tuple[Product, ...]:
        return tuple(map(_product, await self._session.list(_LIST_ENABLED)))

    async def find_product(self, product_id: ProductId) -> Product | None:
        row = await self._session.find(_FIND_PRODUCT, {"id_": product_id})
        return None if row is None else _product(row)

    async def replace_types(
        self, product_id: ProductId, listed: Sequence[ListedType], *, at: datetime
    ) -> None:
        await self._session.run(_EMPTY_ALL, {"product": product_id, "at": at})
        rows = [
            _type_values(product_id, one, at=at, place=place) for place, one in enumerate(listed)
        ]
        if rows:
            await self._session.run(_SAVE_TYPE, rows)

    async def save_type(
        self, product_id: ProductId, listed: ListedType, *, at: datetime
    ) -> CardType:
        values = _type_values(product_id, listed, at=at, place=BEHIND)
        return _card_type((await self._session.run(_SAVE_ONE_TYPE, values)).one())

    async def list_types(self, product_id: ProductId) -> tuple[CardType, ...]:
        rows = await self._session.list(_LIST_TYPES, {"product": product_id})
        return tuple(map(_card_type, rows))

    async def find_type(self, card_type_id: CardTypeId) -> CardType | None:
        row = await self._session.find(_FIND_TYPE, {"id_": card_type_id})
        return None if row is None else _card_type(row)

    async def find_listed(self, card_type_id: CardTypeId) -> tuple[CardType, Product] | None:
        row = await self._session.find(_FIND_LISTED, {"id_": card_type_id})
        return None if row is None else (_card_type(row), _product(row))

    async def _save_category(self, account: Account, listed: ListedCategory, place: int) -> None:
        values = {
            **_account_values(account),
            "key": listed.key,
            "title": listed.title,
            "place": place,
        }
        category_id = (await self._session.run(_SAVE_CATEGORY, values)).scalar_one()
        rows: list[Values] = [
            {
                **_account_values(account),
                "category_id": category_id,
                "key": one.key,
                "title": one.title,
                "region": one.region,
                "enabled": one.enabled,
                "needs_phone": one.needs_phone,
                "delayed": one.delayed,
                "validity": one.validity,
                "redemption": one.redemption,
                "place": place,
            }
            for place, one in enumerate(listed.products)
        ]
        if rows:
            await self._session.run(_SAVE_PRODUCT, rows)


def _at(account: Account) -> Values:
    return {"provider_": account.provider, "environment_": account.environment}


def _account_values(account: Account) -> Values:
    return {"provider": account.provider, "environment": account.environment}


def _category(row: Row[Any]) -> Category:
    return Category(
        id=row.id,
        account=Account(provider=row.provider, environment=row.environment),
        key=row.key,
        title=row.title,
    )


def _product(row: Row[Any]) -> Product:
    # By column: in a row that begins with a type, some of these names are the type's.
    told, of = row._mapping, tables.product.c  # noqa: SLF001 # public, in spite of its name
    return Product(
        id=told[of.id],
        account=Account(provider=told[of.provider], environment=told[of.environment]),
        category_id=told[of.category_id],
        key=told[of.key],
        title=told[of.title],
        region=told[of.region],
        enabled=told[of.enabled],
        needs_phone=told[of.needs_phone],
        delayed=told[of.delayed],
        validity=told[of.validity],
        redemption=told[of.redemption],
    )


def _card_type(row: Row[Any]) -> CardType:
    return CardType(
        id=row.id,
        product_id=row.product_id,
        key=row.key,
        name=row.name,
        cost=Money(minor=row.cost_minor, currency=row.cost_currency),
        stock=row.stock,
        read_at=row.read_at,
        most=row.most,
        face=maybe_money(row.face_minor, row.face_currency),
        open_amount=_open_amount(row),
        asked=row.asked,
    )


def _open_amount(row: Row[Any]) -> OpenAmount | None:
    if row.open_currency is None:
        return None
    least, most, step = (
        Money(minor=minor, currency=row.open_currency)
        for minor in (row.open_least_minor, row.open_most_minor, row.open_step_minor)
    )
    return OpenAmount(least=least, most=most, step=step, cost_millionths=row.open_cost_millionths)


def _type_values(product_id: ProductId, listed: ListedType, *, at: datetime, place: int) -> Values:
    opened = listed.open_amount
    return {
        "product_id": product_id,
        "key": listed.key,
        "name": listed.name,
        "cost_minor": listed.cost.minor,
        "cost_currency": listed.cost.currency,
        "stock": listed.stock,
        "read_at": at,
        "place": place,
        "most": listed.most,
        **maybe_money_values("face", listed.face),
        "open_currency": opened and opened.least.currency,
        "open_least_minor": opened and opened.least.minor,
        "open_most_minor": opened and opened.most.minor,
        "open_step_minor": opened and opened.step.minor,
        "open_cost_millionths": opened and opened.cost_millionths,
        "asked": listed.asked,
    }
