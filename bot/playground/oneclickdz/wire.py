"""OneClickDZ's JSON, in each of the spellings its own pages use.

Sources: docs.oneclickdz.com, "Response format", "Error handling", the gift-card reference and the
gift-card guides 1-5 in English and in Arabic, which disagree with each other.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from bot.playground.encoding import Json
from bot.playground.oneclickdz.account import Decline
from bot.playground.oneclickdz.catalog import Catalog, Product
from bot.playground.oneclickdz.orders import Order, Transaction


class Dialect(StrEnum):
    """Which of the provider's pages the answers are spelled after."""

    REFERENCE = "reference"
    ENGLISH_GUIDE = "english-guide"
    ARABIC_GUIDE = "arabic-guide"


def iso(at: datetime) -> str:
    """An instant as the provider writes it: UTC, milliseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def success(
    data: object, dialect: Dialect, *, at: datetime, request_id: str, meta: Json | None = None
) -> Json:
    """The envelope of an answer; guides show it without `meta` and `requestId`."""
    if dialect is Dialect.REFERENCE:
        stamped = {"timestamp": iso(at), **(meta or {})}
        return {"success": True, "data": data, "meta": stamped, "requestId": request_id}
    return {"success": True, "data": data, **({"meta": meta} if meta else {})}


def failure(decline: Decline, dialect: Dialect, *, request_id: str) -> Json:
    """The envelope of a refusal; the English guide reads its message at the top level."""
    details = {"details": decline.details} if decline.details else {}
    if dialect is Dialect.ENGLISH_GUIDE:
        error: Json = {"code": decline.code, **details}
        return {"success": False, "error": error, "message": decline.message}
    error = {"code": decline.code, "message": decline.message, **details}
    tail = {"requestId": request_id} if dialect is Dialect.REFERENCE else {}
    return {"success": False, "error": error, **tail}


def catalog(shown: Catalog, dialect: Dialect) -> tuple[Json, Json | None]:
    """The catalogue and its meta: `title` and totals inside, or `name` and totals in the meta."""
    key = "title" if dialect is Dialect.REFERENCE else "name"
    categories = [
        {key: each.title, "products": [_listed(product, dialect) for product in each.products]}
        for each in shown.categories
    ]
    totals = {
        "totalCategories": len(categories),
        "totalProducts": sum(1 for _ in shown.products()),
    }
    if dialect is Dialect.REFERENCE:
        return {"categories": categories, **totals}, None
    return {"categories": categories}, totals


def product(shown: Product, dialect: Dialect) -> Json:
    """A product with its types, or the Arabic guide's `_id`s and `available`."""
    if dialect is Dialect.ARABIC_GUIDE:
        types: Iterable[Json] = (
            {
                "_id": each.id,
                "name": each.name,
                "price": each.price,
                "quantity": each.stock,
                "available": each.stock > 0,
            }
            for each in shown.types
        )
        return {"_id": shown.id, "title": shown.title, "types": list(types)}
    types = (
        {"id": each.id, "name": each.name, "price": each.price, "quantity": each.stock}
        for each in shown.types
    )
    return {"productId": shown.id, "productTitle": shown.title, "types": list(types)}


def placed(order_id: str, reference: object, dialect: Dialect) -> Json:
    """The answer to a placing: an id and nothing about money; only one guide echoes a reference."""
    if dialect is Dialect.ARABIC_GUIDE:
        return {"orderId": order_id, "orderRef": reference}
    return {"orderId": order_id}


def order(shown: Order) -> Json:
    """An order as checkOrder and list show it, cards in clear, with its scripted lies on top."""
    item: dict[str, object] = {
        "_id": shown.id,
        "status": shown.status,
        "quantity": shown.quantity,
        "product": shown.product_id,
        "type": shown.type_id,
        "time": iso(shown.placed_at),
    }
    if shown.cards is not None:
        item |= {
            "fulfilled_quantity": len(shown.cards),
            "fulfilled_amount": shown.charged,
            "price_per_card": shown.price,
            "cards": [{"value": each.value, "serial": each.serial} for each in shown.cards],
        }
    item |= shown.shown
    return {key: value for key, value in item.items() if value is not None}


def transaction(shown: Transaction) -> Json:
    """A movement of the account."""
    return {
        "_id": shown.id,
        "type": shown.kind,
        "operation": shown.operation,
        "amount": shown.amount,
        "oldBalance": shown.old_balance,
        "newBalance": shown.new_balance,
        "objid": shown.object_id,
        "note": "",
        "time": iso(shown.at),
    }


def _listed(shown: Product, dialect: Dialect) -> Json:
    key = "_id" if dialect is Dialect.ARABIC_GUIDE else "id"
    region = {"region": shown.region} if shown.region else {}
    return {key: shown.id, "title": shown.title, "enabled": shown.enabled, **region}
