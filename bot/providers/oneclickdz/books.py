"""OneClickDZ's orders and transactions, in every spelling, as values of the port.

Sources: docs.oneclickdz.com, reference pages "Check order", "List orders", "List transactions".
Bill payments on the same platform answer a bare array with the counts in `meta`: read as well.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import msgspec

from bot.domain.cards import Card
from bot.domain.money import Money
from bot.errors import ProviderContractBroken
from bot.ports.provider import ProviderOrder, ProviderTransaction
from bot.providers.decoding import find, first, is_id, money, read, whole
from bot.providers.oneclickdz.envelope import Envelope
from bot.providers.oneclickdz.shop import CURRENCY

PAGE_SIZE: Final = 100
"""The largest page ("List orders", "List transactions")."""

_LONGEST_ID: Final = 200
"""Ids have 24 characters in every sample."""

_OBJECT_ID = re.compile(r"[0-9a-f]{24}", re.IGNORECASE)

_LONGEST_WORD: Final = 60
"""Characters of a status or a kind; their own have 23."""

_MONEY_IN: Final = frozenset({"DEPOSIT", "RECEIVE", "POINT-EXCHANGE"})
"""Kinds that add money, besides every REFUND-… ("List transactions")."""

_Key = str | int | None


class _Card(msgspec.Struct):
    value: str | int | None = None
    code: str | int | None = None
    serial: str | int | None = None


class _Order(msgspec.Struct):
    quantity: Decimal
    mongo_id: _Key = msgspec.field(default=None, name="_id")
    order_id: _Key = msgspec.field(default=None, name="orderId")
    id: _Key = None
    status: str | None = None
    order_status: str | None = msgspec.field(default=None, name="orderStatus")
    product: _Key = None
    product_id: _Key = msgspec.field(default=None, name="productId")
    type: _Key = None
    type_id: _Key = msgspec.field(default=None, name="typeId")
    time: object = None
    fulfilled_quantity: Decimal | None = None
    fulfilled_amount: Decimal | None = None
    price_per_card: Decimal | None = None
    cards: list[_Card | str] | None = None


class _Transaction(msgspec.Struct):
    amount: Decimal
    mongo_id: _Key = msgspec.field(default=None, name="_id")
    id: _Key = None
    type: str | None = None
    operation: str | None = None
    old_balance: Decimal | None = msgspec.field(default=None, name="oldBalance")
    new_balance: Decimal | None = msgspec.field(default=None, name="newBalance")
    object_id: _Key = msgspec.field(default=None, name="objid")
    time: object = None


class _Paging(msgspec.Struct, rename="camel"):
    total_pages: Decimal | None = None
    total_results: Decimal | None = None


class _Meta(_Paging):
    pagination: _Paging | None = None


class _Page(msgspec.Struct):
    items: list[msgspec.Raw] | None = None
    orders: list[msgspec.Raw] | None = None
    transactions: list[msgspec.Raw] | None = None
    pagination: _Paging | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The items of one page, still in JSON, and the counts of the whole window."""

    items: tuple[bytes, ...]
    pages: int
    total: int


def read_page(envelope: Envelope, number: int, *, what: str) -> Page:
    """Read a page; without counts, a full page has one behind it and a short one is the last."""
    bare = find(envelope.data, list[msgspec.Raw])
    shown = _Page(items=bare) if bare is not None else read(envelope.data, _Page, what=what)
    items = next(
        (e for e in (shown.items, shown.orders, shown.transactions) if e is not None), None
    )
    if items is None:
        raise ProviderContractBroken(f"{what}: no items")
    if len(items) > PAGE_SIZE:
        raise ProviderContractBroken(f"{what}: more items than a page has")
    meta = find(envelope.meta, _Meta) or _Meta()
    paging = shown.pagination or meta.pagination or meta
    pages, total = _counts(paging, number, len(items), what=what)
    return Page(items=tuple(bytes(each) for each in items), pages=pages, total=total)


def _counts(paging: _Paging, number: int, found: int, *, what: str) -> tuple[int, int]:
    seen = (number - 1) * PAGE_SIZE + found
    if paging.total_results is None:
        more = found == PAGE_SIZE
        return number + more, seen + more
    total = whole(paging.total_results, what=f"{what}: totalResults")
    if paging.total_pages is None:
        return -(-total // PAGE_SIZE), total
    return whole(paging.total_pages, what=f"{what}: totalPages"), total


def read_order(data: bytes) -> ProviderOrder:
    """Read an order with its cards; a card without a value is no card and is left out."""
    shown = read(data, _Order, what="order")
    order_id = _id_of(shown.mongo_id, shown.order_id, shown.id, what="order")
    filled = shown.fulfilled_quantity
    return ProviderOrder(
        provider_order_id=order_id,
        product_key=_key(shown.product, shown.product_id),
        type_key=_key(shown.type, shown.type_id),
        quantity=whole(shown.quantity, what="order: quantity"),
        status=first(shown.status, shown.order_status).strip().upper()[:_LONGEST_WORD],
        created_at=_instant(shown.time, order_id, what="order"),
        fulfilled_quantity=None if filled is None else whole(filled, what="order: filled"),
        amount=_money(shown.fulfilled_amount, what="order: fulfilled_amount"),
        price_per_card=_money(shown.price_per_card, what="order: price_per_card"),
        cards=tuple(card for each in shown.cards or [] if (card := _card(each))),
    )


def read_transaction(data: bytes) -> ProviderTransaction:
    """Read a movement of the account; its sign is what it did to the balance."""
    shown = read(data, _Transaction, what="transaction")
    key = _id_of(shown.mongo_id, shown.id, what="transaction")
    kind = first(shown.type).strip().upper()[:_LONGEST_WORD]
    amount = money(shown.amount, CURRENCY, what="transaction: amount")
    return ProviderTransaction(
        id=key,
        kind=kind,
        amount=amount if _adds(shown, kind) else min(amount, -amount),
        provider_order_id=_key(shown.object_id) or None if "ORDER" in kind else None,
        at=_instant(shown.time, key, what="transaction"),
    )


def _adds(shown: _Transaction, kind: str) -> bool:
    old = _money(shown.old_balance, what="transaction: oldBalance")
    new = _money(shown.new_balance, what="transaction: newBalance")
    if old is not None and new is not None:
        return new >= old
    return kind in _MONEY_IN or kind.startswith("REFUND-")


def _card(shown: _Card | str) -> Card | None:
    if isinstance(shown, str):
        return Card(code=shown) if shown.strip() else None
    code = first(shown.value, shown.code)
    return Card(code=code, serial=first(shown.serial)) if code else None


def _id_of(*spellings: _Key, what: str) -> str:
    found = first(*spellings)
    if not is_id(found):
        raise ProviderContractBroken(f"{what}: no id")
    return found


def _key(*spellings: _Key) -> str:
    """The first spelling of a key; what is longer than any key names nothing."""
    found = first(*spellings)
    return found if len(found) <= _LONGEST_ID else ""


def _money(amount: Decimal | None, *, what: str) -> Money | None:
    return None if amount is None else money(amount, CURRENCY, what=what)


def _instant(time: object, object_id: str, *, what: str) -> datetime:
    """The provider's own time, else the second that its ObjectId begins with."""
    try:
        told = datetime.fromisoformat(time) if isinstance(time, str) else None
        if told is not None:
            return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    if not _OBJECT_ID.fullmatch(object_id):
        raise ProviderContractBroken(f"{what}: no time")
    return datetime.fromtimestamp(int(object_id[:8], 16), UTC)
