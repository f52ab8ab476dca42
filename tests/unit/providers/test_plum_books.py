"""Plum's orders are understood in every spelling, and settle only when they are done."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.domain.cards import Card
from bot.domain.money import Money
from bot.errors import ProviderContractBroken
from bot.ports.provider import ProviderOrder
from bot.providers.plum import books

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def data(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()


def dollars(amount: str) -> Money:
    """An amount of the account's money."""
    return Money.of(Decimal(amount), "USD")


def voucher(number: int, **fields: object) -> dict[str, object]:
    """Show a card."""
    return {"voucherCode": f"CODE-{number}", "pin": "", "validity": "", "type": "code"} | fields


def order(**fields: object) -> ProviderOrder:
    """Read an order with these fields, over one of two cards that were delivered."""
    shown: dict[str, object] = {
        "orderId": 6474256,
        "orderDate": "2026-11-21 12:25:45",
        "orderStatus": "complete",
        "deliveryStatus": "delivered",
        "quantity": 2,
        "currencyCode": "USD",
        "amountCharged": 20.01,
        "vouchers": [voucher(1), voucher(2)],
        "voucherDetails": [{"productId": 15365, "denomination": 10, "cancelledQuantity": 0}],
    }
    return books.read_order(data(shown | fields), currency="USD", read_at=NOON)


def detail(**fields: object) -> list[dict[str, object]]:
    """Show what was ordered."""
    return [{"productId": 15365, "denomination": 10} | fields]


def in_part(delivery: str, *, came: int, cancelled: int) -> ProviderOrder:
    """Read an order of two cards of which so many came, and so many were cancelled."""
    return order(
        deliveryStatus=delivery,
        vouchers=[voucher(number) for number in range(came)],
        voucherDetails=detail(cancelledQuantity=cancelled),
    )


def test_a_delivered_order() -> None:
    """Id, product, denomination, time in India, what it cost, and its cards in their order."""
    found = order()

    assert (found.provider_order_id, found.product_key, found.type_key) == (
        "6474256",
        "15365",
        "10",
    )
    assert (found.status, found.quantity, found.fulfilled_quantity) == ("FULFILLED", 2, 2)
    assert found.created_at == datetime(2026, 11, 21, 6, 55, 45, tzinfo=UTC)
    assert (found.amount, found.price_per_card) == (dollars("20.01"), dollars("10"))
    assert [card.code for card in found.cards] == ["CODE-1", "CODE-2"]
    assert (found.reference, found.whole) == (None, True)


@pytest.mark.parametrize(
    ("shown", "card"),
    [
        (voucher(1), Card(code="CODE-1")),
        (voucher(1, pin="DEMO-PIN"), Card(code="CODE-1", pin="DEMO-PIN")),
        (voucher(1, voucherCode=4162581029814703, pin=12), Card(code="4162581029814703", pin="12")),
        (voucher(1, voucherCode="", pin="77"), Card(code="77")),
        (voucher(1, voucherCode=" ", pin=None), None),
        (
            voucher(1, voucherCode="https://x.gift/a", type="url", validity="2026-08-19"),
            Card(code="https://x.gift/a", valid_until="2026-08-19"),
        ),
        (
            voucher(1, voucherCode="https://x.gift/a", type="urlPin", pin="9"),
            Card(code="https://x.gift/a", pin="9"),
        ),
        (voucher(1, validity="2028-02-14 10:00:00"), Card(code="CODE-1", valid_until="2028-02-14")),
        (voucher(1, validity="14/02/2028"), Card(code="CODE-1")),
        (voucher(1, validity=None), Card(code="CODE-1")),
    ],
    ids=repr,
)
def test_cards_of_every_kind(shown: dict[str, object], card: Card | None) -> None:
    """A link stands where others have their code; without a code the pin is the card."""
    assert order(vouchers=[shown], quantity=1).cards == (() if card is None else (card,))


@pytest.mark.parametrize("delivery", ["delivered", "Delivered", "DELIVERED"])
@pytest.mark.parametrize(
    ("came", "cancelled", "status", "filled"),
    [
        (2, 0, "FULFILLED", 2),
        (1, 1, "PARTIALLY_FILLED", 1),
        (0, 2, "REFUNDED", 0),
        (1, 0, "FULFILLED", 2),
        (0, 0, "FULFILLED", 2),
        (0, 1, "PARTIALLY_FILLED", 1),
        (3, 0, "FULFILLED", 2),
        (2, 1, "PARTIALLY_FILLED", 1),
        (0, 9, "REFUNDED", 0),
    ],
)
def test_a_delivery_says_how_many_cards_there_should_be(
    delivery: str, came: int, cancelled: int, status: str, filled: int
) -> None:
    """All that was not cancelled; where other than that many came, the figures do not agree."""
    found = in_part(delivery, came=came, cancelled=cancelled)

    assert (found.status, found.fulfilled_quantity) == (status, filled)
    assert len(found.cards) == came


@pytest.mark.parametrize("delivery", ["canceled", "Cancelled", "CANCELED"])
@pytest.mark.parametrize(
    ("came", "cancelled", "status", "filled"),
    [
        (0, 0, "REFUNDED", 0),
        (0, 2, "REFUNDED", 0),
        (1, 1, "PARTIALLY_FILLED", 1),
        (2, 0, "FULFILLED", 2),
        (1, 0, "PARTIALLY_FILLED", 2),
        (0, 1, "PARTIALLY_FILLED", 1),
    ],
)
def test_a_cancelled_order(
    delivery: str, came: int, cancelled: int, status: str, filled: int
) -> None:
    """All of it is cancelled when no part is named and nothing came; else the parts decide."""
    found = in_part(delivery, came=came, cancelled=cancelled)

    assert (found.status, found.fulfilled_quantity) == (status, filled)


@pytest.mark.parametrize(
    ("delivery", "word", "status"),
    [
        ("pending", "complete", "PENDING"),
        ("Processing", "", "PROCESSING"),
        ("", "complete", "COMPLETE"),
        (None, None, "UNTOLD"),
        ("fulfilled ", "", "SAYS-FULFILLED"),
        ("refunded", "", "SAYS-REFUNDED"),
    ],
)
def test_any_other_word_is_still_open(delivery: object, word: object, status: str) -> None:
    """An order may be complete and pending with all its cards: it is open, and has no cost yet."""
    found = order(deliveryStatus=delivery, orderStatus=word)

    assert found.status == status
    assert (found.fulfilled_quantity, found.amount, found.price_per_card) == (None, None, None)
    assert len(found.cards) == 2


@pytest.mark.parametrize(("cancelled", "amount"), [(0, "20.01"), (1, "10"), (2, "0")])
def test_what_was_cancelled_was_given_back(cancelled: int, amount: str) -> None:
    """What is charged is told for the whole order: the cancelled part of it came back."""
    cards = [voucher(number) for number in range(2 - cancelled)]
    found = order(vouchers=cards, voucherDetails=detail(cancelledQuantity=cancelled))

    assert found.amount == dollars(amount)


@pytest.mark.parametrize("fields", [{"amountCharged": None}, {"amountCharged": ""}])
def test_an_amount_that_is_not_told_is_none(fields: dict[str, object]) -> None:
    """An order without its amount is an order all the same."""
    assert (order(**fields).amount, order(**fields).price_per_card) == (None, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"orderId": None},
        {"quantity": None},
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 1.5},
        {"currencyCode": "INR"},
        {"amountCharged": 1e15},
    ],
    ids=repr,
)
def test_an_order_that_cannot_be_settled_is_a_broken_promise(fields: dict[str, object]) -> None:
    """Without id, quantity and the account's own money nothing can be held against anything."""
    with pytest.raises(ProviderContractBroken):
        order(**fields)


@pytest.mark.parametrize(
    ("named", "amount"), [("INR", Money.of(20, "INR")), ("", None), (None, None)]
)
def test_an_order_names_the_money_it_took(named: object, amount: Money | None) -> None:
    """Before the balance was ever read, an order itself tells the account's currency."""
    shown = {"orderId": 7, "quantity": 1, "deliveryStatus": "delivered", "amountCharged": 20}
    cards = [voucher(1)]

    found = books.read_order(
        data(shown | {"vouchers": cards, "currencyCode": named}), currency=None, read_at=NOON
    )

    assert (found.status, found.amount) == ("FULFILLED", amount)


def test_an_order_says_what_else_it_knows() -> None:
    """The reference is taken where it is told; a time that is not told is when it was read."""
    found = order(poNumber="Q-7", orderDate="", voucherDetails=None)

    assert (found.reference, found.created_at) == ("Q-7", NOON)
    assert (found.product_key, found.type_key) == ("", "")


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("2026-11-21T12:25:45Z", datetime(2026, 11, 21, 12, 25, 45, tzinfo=UTC)),
        ("2026-11-21 12:25:45+02:00", datetime(2026, 11, 21, 10, 25, 45, tzinfo=UTC)),
        ("0001-01-01 00:00:00", NOON),
        ("yesterday", NOON),
    ],
)
def test_a_time_with_a_zone_keeps_it(told: str, read: datetime) -> None:
    """Only a time without a zone is India's."""
    assert order(orderDate=told).created_at == read


def test_an_order_shown_in_an_error_is_cancelled() -> None:
    """The error that says that the delivery was cancelled may show the order with any status."""
    shown = data({"orderId": 7, "quantity": 2, "deliveryStatus": "pending", "amountCharged": 20})

    found = books.read_order(shown, currency="USD", read_at=NOON, cancelled=True)

    assert (found.status, found.fulfilled_quantity, found.amount) == ("REFUNDED", 0, dollars("0"))


def line(**fields: object) -> dict[str, object]:
    """Show an order as the list does."""
    shown = {
        "orderId": "6474256",
        "orderDate": "2026-11-21 12:25:45",
        "deliveryStatus": "delivered",
        "poNumber": "Q-7",
        "orderDiscount": "",
        "products": [{"productId": "15365", "price": "10.00", "quantity": "2"}],
        "voucherDetails": [],
    }
    return shown | fields


@pytest.mark.parametrize("wrapped", [True, False])
def test_lines_of_the_list(*, wrapped: bool) -> None:
    """A line names what was ordered and by which reference; a lone order is a list of one."""
    (found,) = books.read_lines(data([line()] if wrapped else line()))

    assert (found.provider_order_id, found.reference, found.status) == (
        "6474256",
        "Q-7",
        "DELIVERED",
    )
    assert (found.product_key, found.type_key, found.quantity) == ("15365", "10", 2)
    assert (found.amount, found.cards, found.whole) == (None, (), False)


def test_a_line_in_other_words() -> None:
    """One page shows no products and a quantity; without any it was one card."""
    shown = [
        line(products=None, quantity=3, voucherDetails=detail(denomination="37.50"), poNumber=None),
        line(products=[], quantity=None),
    ]

    first, second = books.read_lines(data(shown))

    assert (first.quantity, first.type_key, first.product_key, first.reference) == (
        3,
        "37.5",
        "15365",
        None,
    )
    assert second.quantity == 1


@pytest.mark.parametrize("fields", [{"orderId": None}, {"orderDate": ""}])
def test_a_line_without_id_or_time_is_a_broken_promise(fields: dict[str, object]) -> None:
    """An order that cannot be named or placed in time must not be missed silently."""
    with pytest.raises(ProviderContractBroken):
        books.read_lines(data([line(**fields)]))
