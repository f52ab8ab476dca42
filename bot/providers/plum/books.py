"""Plum's orders, one by one and in the list, as values of the port.

Sources: "Get Order Details", "Get Order History", "Place Order", "Standard workflow", "Send your
first reward" of the Rewards API v1.2. An order's times have no zone; the provider's day begins in
India ("Managing currencies"), so they are taken for India's.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

import msgspec

from bot.domain.cards import Card
from bot.domain.money import Money, plain_decimal
from bot.domain.settlement import FINAL_STATUS
from bot.errors import ProviderContractBroken
from bot.ports.provider import ProviderOrder
from bot.providers.decoding import find, money, read
from bot.providers.plum.fields import (
    NOTHING,
    as_id,
    count,
    currency_of,
    find_all,
    id_of,
    number,
    text,
)

INDIA: Final = timezone(timedelta(hours=5, minutes=30))

_LONGEST_WORD = 60

DELIVERED: Final = "DELIVERED"
CANCELLED: Final = "CANCELLED"
UNPRICED: Final = "UNPRICED"
"""Not the provider's word: what is over counts as open until it is known what it came to."""


class _Voucher(msgspec.Struct, rename="camel"):
    voucher_code: msgspec.Raw = NOTHING
    pin: msgspec.Raw = NOTHING
    validity: msgspec.Raw = NOTHING


class _Detail(msgspec.Struct, rename="camel"):
    product_id: msgspec.Raw = NOTHING
    denomination: msgspec.Raw = NOTHING
    cancelled_quantity: msgspec.Raw = NOTHING


class _Product(msgspec.Struct, rename="camel"):
    product_id: msgspec.Raw = NOTHING
    price: msgspec.Raw = NOTHING
    quantity: msgspec.Raw = NOTHING


class _Order(msgspec.Struct, rename="camel"):
    order_id: msgspec.Raw = NOTHING
    po_number: msgspec.Raw = NOTHING
    order_date: msgspec.Raw = NOTHING
    order_status: msgspec.Raw = NOTHING
    delivery_status: msgspec.Raw = NOTHING
    quantity: msgspec.Raw = NOTHING
    currency_code: msgspec.Raw = NOTHING
    amount_charged: msgspec.Raw = NOTHING
    vouchers: msgspec.Raw = NOTHING
    voucher_details: msgspec.Raw = NOTHING
    products: msgspec.Raw = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """How many cards were ordered, came, and were cancelled."""

    ordered: int
    came: int
    cancelled: int


def read_order(
    data: bytes, *, currency: str | None, read_at: datetime, cancelled: bool = False
) -> ProviderOrder:
    """Read an order with its cards.

    `currency` is the account's, where it is known; `read_at` stands for a time that is not told.
    `cancelled`: the provider showed it in the error that says so.
    """
    shown = read(data, _Order, what="order")
    order_id = id_of(shown.order_id, what="order")
    details = find_all(shown.voucher_details, _Detail)
    cards = tuple(card for each in find_all(shown.vouchers, _Voucher) if (card := _card(each)))
    word = CANCELLED if cancelled else _word(shown)
    counts = _counts(shown, details, len(cards), word)
    status = _status(word, counts)
    is_final = status in FINAL_STATUS
    charged = _charged(shown, currency) if is_final else None
    filled = counts.ordered - counts.cancelled
    return ProviderOrder(
        provider_order_id=order_id,
        product_key=next((key for one in details if (key := as_id(text(one.product_id)))), ""),
        type_key=next((key for one in details if (key := _face(one.denomination))), ""),
        quantity=counts.ordered,
        status=status,
        created_at=_instant(shown.order_date) or read_at,
        fulfilled_quantity=filled if is_final else None,
        amount=None if charged is None else _share(charged, filled, counts.ordered),
        price_per_card=None if charged is None else _share(charged, 1, counts.ordered),
        cards=cards,
        reference=text(shown.po_number) or None,
    )


def came_in_part(order: ProviderOrder) -> bool:
    """Tell whether it is over, and a part of what it took was given back."""
    return order.amount is not None and 0 < (order.fulfilled_quantity or 0) < order.quantity


def unpriced(order: ProviderOrder) -> ProviderOrder:
    """Show an order as open, since nobody can say yet what its part came to."""
    return replace(
        order, status=UNPRICED, fulfilled_quantity=None, amount=None, price_per_card=None
    )


def read_lines(data: bytes) -> tuple[ProviderOrder, ...]:
    """Read a page of the list: what was ordered, and no figures to settle by.

    One of the provider's samples shows an order alone where the list should be.
    """
    listed = find(data, list[msgspec.Raw])
    entries = [msgspec.Raw(data)] if listed is None else listed
    return tuple(_line(bytes(each)) for each in entries)


def _line(data: bytes) -> ProviderOrder:
    shown = read(data, _Order, what="list")
    products = find_all(shown.products, _Product)
    details = find_all(shown.voucher_details, _Detail)
    created_at = _instant(shown.order_date)
    if created_at is None:
        raise ProviderContractBroken("list: no time")
    quantities = [count(one.quantity, what="list: quantity") or 0 for one in products]
    faces = [*(one.denomination for one in details), *(one.price for one in products)]
    keys = [*(one.product_id for one in details), *(one.product_id for one in products)]
    return ProviderOrder(
        provider_order_id=id_of(shown.order_id, what="list"),
        product_key=next((key for one in keys if (key := as_id(text(one)))), ""),
        type_key=next(filter(None, map(_face, faces)), ""),
        quantity=sum(quantities) or count(shown.quantity, what="list: quantity") or 1,
        status=_word(shown),
        created_at=created_at,
        fulfilled_quantity=None,
        amount=None,
        price_per_card=None,
        cards=(),
        reference=text(shown.po_number) or None,
        whole=False,
    )


def _word(shown: _Order) -> str:
    """The delivery's word, else the order's, upper-cased; cancelling is spelled in two ways."""
    words = text(shown.delivery_status) or text(shown.order_status) or "UNTOLD"
    told = words[:_LONGEST_WORD].upper()
    if told in FINAL_STATUS:
        return f"SAYS-{told}"  # not a word of this provider's, so it ends nothing
    return CANCELLED if told == "CANCELED" else told


def _counts(shown: _Order, details: list[_Detail], came: int, word: str) -> _Counts:
    ordered = count(shown.quantity, what="order: quantity")
    if not ordered or ordered < 0:
        raise ProviderContractBroken("order: no quantity")
    told = (count(one.cancelled_quantity, what="order: cancelled") or 0 for one in details)
    cancelled = min(sum(told), ordered)
    if word == CANCELLED and not cancelled and not came:
        cancelled = ordered  # the whole of it, when no part is named
    return _Counts(ordered=ordered, came=came, cancelled=cancelled)


def _status(word: str, counts: _Counts) -> str:
    """The word of the port, which is a final one when the provider says that it is done.

    Cards that are missing, or too many, are shown by their number, which does not agree: what came
    is given out, and the rest is looked for.
    """
    if word not in (DELIVERED, CANCELLED):
        return word
    if counts.cancelled == counts.ordered:
        return "REFUNDED"
    is_whole = not counts.cancelled and (word == DELIVERED or counts.came >= counts.ordered)
    return "FULFILLED" if is_whole else "PARTIALLY_FILLED"


def _charged(shown: _Order, currency: str | None) -> Money | None:
    """What placing took, in the account's currency: an order names it beside its cards'."""
    told = number(shown.amount_charged)
    named = currency_of(shown.currency_code) or currency
    if currency is not None and named != currency:
        raise ProviderContractBroken("order: not in the account's currency")
    return None if told is None or not named else money(told, named, what="order: amountCharged")


def _share(charged: Money, part: int, whole: int) -> Money:
    """The part of what was charged: no page says that `amountCharged` falls with a cancellation."""
    exact = Decimal(charged.minor) * part / whole
    return Money(minor=round(exact), currency=charged.currency)


def _face(raw: msgspec.Raw) -> str:
    face = number(raw)
    return "" if face is None else plain_decimal(face)


def _card(shown: _Voucher) -> Card | None:
    """A card of any kind: the link of one stands where the others have their code."""
    code, pin = text(shown.voucher_code), text(shown.pin)
    if not code and not pin:
        return None
    return Card(code=code or pin, pin=pin if code else "", valid_until=_day(text(shown.validity)))


def _day(told: str) -> str:
    try:
        return date.fromisoformat(told[:10]).isoformat()
    except ValueError:
        return ""


def _instant(raw: msgspec.Raw) -> datetime | None:
    """Read a time; without a zone it is India's."""
    try:
        told = datetime.fromisoformat(text(raw))
        return (told if told.tzinfo else told.replace(tzinfo=INDIA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
