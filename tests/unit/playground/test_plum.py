"""The Plum double keeps the provider's documented promises, to the cent."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.plum import DEMO_ACCESS_TOKEN, Call, Dialect, Plan, Plum, Reason, VoucherType
from tests.unit.playground.plum_desk import API, Desk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a provider; whatever a test asks of it keeps to the schema."""
    async with open_desk() as opened:
        yield opened
        assert opened.provider.violations == []


async def test_an_order_brings_its_vouchers_in_the_answer(desk: Desk) -> None:
    """Two PSN of 20 dollars are charged 40 and come with two different codes at once."""
    placed = await desk.placed(quantity=2)

    assert (placed["orderTotal"], placed["amountCharged"], placed["currencyCode"]) == (
        40,
        40,
        "USD",
    )
    assert (placed["orderStatus"], placed["deliveryStatus"]) == ("complete", "delivered")
    assert len({each["voucherCode"] for each in placed["vouchers"]}) == 2
    assert all(each["voucherCode"].startswith("DEMO-") for each in placed["vouchers"])
    assert await desk.get("getBalance") == {"value": 4960, "currency": "USD"}


async def test_an_order_is_found_by_either_of_its_numbers(desk: Desk) -> None:
    """Details are the same by poNumber and by orderId, whichever way the other is left empty."""
    placed = await desk.placed(poNumber="PO-7")
    order_id = placed["orderId"]
    keys: list[dict[str, object]] = [
        {"poNumber": "PO-7", "orderId": None},
        {"poNumber": "PO-7", "orderId": 0},
        {"poNumber": "PO-7", "orderId": "0"},
        {"poNumber": "", "orderId": order_id},
        {"poNumber": None, "orderId": str(order_id)},
    ]

    found = [await desk.get("getOrderDetails", sendMailToReceiver=0, **each) for each in keys]

    assert all(each == found[0] for each in found)
    assert found[0]["vouchers"] == placed["vouchers"]
    assert found[0]["orderDate"] == found[0]["deliveryDate"] == "2026-11-21 17:30:00"


async def test_an_unknown_order_is_named_so(desk: Desk) -> None:
    """A reference that never became an order is 404 PLE10016: the proof of absence."""
    response = await desk.ask("getOrderDetails", poNumber="nowhere", orderId=0)

    assert response.status_code == 404
    assert response.json() == {
        "code": 404,
        "errorId": "PLE10016",
        "errorInfo": "Request failed with PLE10016",
        "error": "no such order",
    }


async def test_a_reference_works_once(desk: Desk) -> None:
    """The same poNumber again is 422 PLE10004, and only one order exists."""
    await desk.placed(poNumber="PO-7")

    again = await desk.place("iTunes", 5, poNumber="PO-7")

    assert (again.status_code, again.json()["errorId"]) == (422, "PLE10004")
    assert [each.po_number for each in desk.provider.orders] == ["PO-7"]


async def test_a_foreign_value_is_charged_by_the_rate(desk: Desk) -> None:
    """25 pounds at 1.28 cost 32 dollars; the voucher stays in pounds."""
    placed = await desk.placed("Starbucks UK", 25)

    assert (placed["amountCharged"], placed["currencyCode"]) == (32, "USD")
    voucher = placed["vouchers"][0]
    assert (voucher["amount"], voucher["currency"], voucher["currencyValue"]) == (
        25,
        "GBP",
        Decimal("0.78125000"),
    )


async def test_fee_and_discount_are_percentages_of_the_price(desk: Desk) -> None:
    """A fee of 2.5 % is on top; a discount of 1.5 % comes off, rounded to the cent."""
    with_fee = await desk.placed("Steam <Wallet> & Co", 5)
    with_discount = await desk.placed("iTunes", 25, quantity=3)

    assert (with_fee["orderTotal"], with_fee["rawOrderTotal"]) == (
        Decimal("5.13"),
        Decimal("5.1250"),
    )
    assert (with_discount["orderTotal"], with_discount["orderDiscount"]) == (75, "1.13")
    assert with_discount["amountCharged"] == Decimal("73.87")
    assert desk.provider.balance == Decimal("4921.00")


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("PSN", 20, VoucherType.CODE),
        ("iTunes", 5, VoucherType.CODE_PIN),
        ("Amazon US", 50, VoucherType.URL),
        ("Netflix", 30, VoucherType.URL_PIN),
    ],
)
async def test_each_type_of_voucher_has_its_parts(
    desk: Desk, name: str, value: float, kind: VoucherType
) -> None:
    """A link stands where the code would; only types with a pin have one."""
    voucher = (await desk.placed(name, value))["vouchers"][0]

    assert voucher["type"] == kind
    assert voucher["voucherCode"].startswith("https://") == kind.startswith("url")
    assert bool(voucher["pin"]) == kind.endswith("Pin")
    assert voucher["validity"] == "2027-11-21"


async def test_a_voucher_may_have_no_last_day(desk: Desk) -> None:
    """Vouchers that never end say an empty validity."""
    assert (await desk.placed("Google Play", 10))["vouchers"][0]["validity"] == ""


@pytest.mark.parametrize(
    ("name", "value", "more", "status", "error_id"),
    [
        ("PSN", 15, {}, 400, "PLE10018"),
        ("Amazon US", 4.99, {}, 400, "PLE10018"),
        ("PSN", 20, {"quantity": 11}, 409, "PLE10041"),
        ("Netflix", 30, {"quantity": 4}, 409, "PLE10041"),
        ("PSN", 20, {"quantity": 0}, 400, "PLE10001"),
        ("PSN", 20, {"productId": 1}, 404, "PLE10017"),
        ("Nintendo eShop", 35, {}, 404, "PLE10042"),
        ("Xbox", 15, {}, 502, "PLE10024"),
        ("Flipkart", 100, {}, 400, "PLE10001"),
        ("Flipkart", 100, {"contact": "0555"}, 400, "PLE10001"),
        ("Amazon US", 200, {"quantity": 10, "poNumber": "rich"}, 422, "PLE10010"),
    ],
)
async def test_an_impossible_order_takes_nothing(
    desk: Desk, name: str, value: float, more: dict[str, object], status: int, error_id: str
) -> None:
    """A refused order leaves the balance and the books as they were."""
    desk.provider.deposit(Decimal(-3500))

    response = await desk.place(name, value, **more)

    assert (response.status_code, response.json()["errorId"]) == (status, error_id)
    assert desk.provider.orders == []
    assert desk.provider.balance == 1500


async def test_an_open_value_and_a_phone_are_taken(desk: Desk) -> None:
    """Any value within the bounds can be bought; a phone is given with its country's code."""
    cents = await desk.placed("Amazon US", 12.34)
    called = await desk.placed("Flipkart", 250.5, contact="+91-8168147851")

    assert cents["amountCharged"] == Decimal("12.34")
    assert called["amountCharged"] == Decimal("2.85")
    assert called["orderMeta"]["contact"] == "+91-8168147851"


async def test_a_delayed_order_is_pending_until_it_is_settled(desk: Desk) -> None:
    """A delayed order is complete and pending, without vouchers, and is delivered later."""
    placed = await desk.placed("Noon UAE", 100, quantity=2, poNumber="later")
    desk.clock.forward(days=3)

    desk.provider.settle(desk.provider.orders[0], filled=2)

    late = await desk.get("getOrderDetails", poNumber="later", orderId=0)
    assert (placed["orderStatus"], placed["deliveryStatus"]) == ("complete", "pending")
    assert placed["vouchers"] == []
    assert (late["deliveryStatus"], len(late["vouchers"])) == ("delivered", 2)
    assert late["deliveryDate"] == "2026-11-24 17:30:00"


async def test_a_part_that_is_cancelled_is_refunded(desk: Desk) -> None:
    """One of three came: two are cancelled, and their money is back with a payment of its own."""
    await desk.placed("Noon UAE", 100, quantity=3, poNumber="later")

    desk.provider.settle(desk.provider.orders[0], filled=1)

    shown = await desk.get("getOrderDetails", poNumber="later", orderId=0)
    assert (shown["deliveryStatus"], shown["voucherDetails"][0]["cancelledQuantity"]) == (
        "delivered",
        2,
    )
    assert [(each.reason, each.amount) for each in desk.provider.payments[1:]] == [
        (Reason.ISSUED, Decimal("81.69")),
        (Reason.REFUNDED, Decimal("54.46")),
    ]
    assert desk.provider.balance == Decimal("4972.77")


async def test_an_order_may_be_cancelled_whole(desk: Desk) -> None:
    """Nothing came: the order is canceled, its line Cancelled, and it cost nothing."""
    await desk.placed("Noon UAE", 100, poNumber="later")

    desk.provider.settle(desk.provider.orders[0], filled=0)

    shown = await desk.get("getOrderDetails", poNumber="later", orderId=0)
    assert (shown["deliveryStatus"], shown["vouchers"]) == ("canceled", [])
    assert shown["voucherDetails"][0]["productStatus"] == "Cancelled"
    assert desk.provider.balance == 5000


async def test_a_realtime_order_can_be_kept_waiting(desk: Desk) -> None:
    """An order is pending for as long as it was told, and then is delivered by itself."""
    desk.provider.handle_for(timedelta(seconds=30))
    early = await desk.placed(poNumber="slow")

    desk.clock.forward(30)

    late = await desk.get("getOrderDetails", poNumber="slow", orderId=0)
    assert (early["deliveryStatus"], late["deliveryStatus"]) == ("pending", "delivered")


async def test_a_plan_decides_what_becomes_of_an_order(desk: Desk) -> None:
    """A plan fills in part, and lays lies over what is said; None leaves a field out."""
    desk.provider.plan(Plan(filled=1, shown={"deliveryStatus": "Delivered", "quantity": None}))

    placed = await desk.placed(quantity=2)

    assert (placed["deliveryStatus"], len(placed["vouchers"])) == ("Delivered", 1)
    assert "quantity" not in placed
    assert desk.provider.orders[0].charged == 20


async def test_the_list_goes_by_days_of_india(desk: Desk) -> None:
    """An order of 20:00 UTC belongs to the next day; the newest is first, and no code is shown."""
    first = await desk.placed(tag="morning")
    desk.clock.forward(hours=8)
    second = await desk.placed()

    one = await desk.get("getOrderHistory", startDate="2026-11-21", endDate="2026-11-21")
    two = await desk.get("getOrderHistory", startDate="2026-11-21", endDate="2026-11-22")
    tagged = await desk.get("getOrderHistory", tag="morning")

    assert [each["orderId"] for each in one] == [first["orderId"]]
    assert [each["orderId"] for each in two] == [second["orderId"], first["orderId"]]
    assert [each["orderId"] for each in tagged] == [first["orderId"]]
    assert first["vouchers"][0]["voucherCode"] not in str(two)


async def test_the_list_has_pages_and_lags_when_told(desk: Desk) -> None:
    """Pages cut the list, which ends with an empty one; an order may be missing for a while."""
    first = await desk.placed()
    desk.provider.list_after(timedelta(seconds=5))
    second = await desk.placed()

    early = await desk.get("getOrderHistory", limit=1, page=1)
    desk.clock.forward(5)
    pages = [await desk.get("getOrderHistory", limit=1, page=page) for page in (1, 2, 3)]

    assert [each["orderId"] for each in early] == [first["orderId"]]
    assert [[each["orderId"] for each in page] for page in pages] == [
        [second["orderId"]],
        [first["orderId"]],
        [],
    ]


async def test_payments_tell_the_day_and_the_balance_after(desk: Desk) -> None:
    """Fundings, orders and refunds are listed with the closing balance, newest first."""
    placed = await desk.placed(poNumber="PO-7")
    desk.provider.settle(desk.provider.orders[0], filled=0)
    desk.provider.deposit(Decimal(-100))

    response = await desk.ask("paymentHistory", startDate="2026-11-21", endDate="2026-11-21")

    rows = response.json()["data"]["getPaymentReport"]["data"]
    assert [
        (each["reason"], each["adjusted_amount"], each["closing_balance"]) for each in rows
    ] == [
        ("Funds added", 100, 4900),
        ("Refunded", 20, 5000),
        ("Brand vouchers issued", 20, 4980),
        ("Funds added", 5000, 5000),
    ]
    assert [each["transaction_status"] for each in rows] == ["Cancelled", *["Complete"] * 3]
    assert [each["date"] for each in rows] == ["2026-11-21"] * 4
    assert rows[1]["reference_id"] == rows[2]["reference_id"] == placed["orderId"]


async def test_an_order_from_the_dashboard_is_listed_like_any_other(desk: Desk) -> None:
    """Foreign orders on the account look like ours, and have no reference."""
    product = desk.provider.catalog.product("Flipkart")
    order = desk.provider.buy_at_dashboard(product.id, Decimal(100), 2)

    listed = await desk.get("getOrderHistory")

    assert [(each["orderId"], each["poNumber"]) for each in listed] == [(order.id, "")]
    assert desk.provider.count(Call.PLACE_ORDER) == 0
    with pytest.raises(ValueError, match="no such denomination"):
        desk.provider.buy_at_dashboard(product.id, Decimal(501))


async def test_the_oracle_knows_when_codes_were_mailed(desk: Desk) -> None:
    """Whoever asks for it has the codes sent to the receiver, at placing or later."""
    await desk.placed(poNumber="silent")
    await desk.placed(poNumber="loud", notifyReceiverEmail=1)
    await desk.get("getOrderDetails", poNumber="loud", orderId=0, sendMailToReceiver=1)

    assert [each.mails for each in desk.provider.orders] == [0, 2]


async def test_the_workflow_page_spells_answers_in_another_way(desk: Desk) -> None:
    """Its list comes as getOrderDetails, its amounts are strings, its empty page an error."""
    desk.provider.speak(Dialect.WORKFLOW)
    empty = await desk.ask("getOrderHistory")
    placed = await desk.placed()
    listed = await desk.ask("getOrderHistory")
    beyond = await desk.ask("getVouchers", page=99)

    assert (empty.status_code, empty.json()["errorId"]) == (404, "PLE10022")
    assert placed["vouchers"][0]["amount"] == "20"
    assert list(listed.json()["data"]) == ["getOrderDetails"]
    assert (beyond.status_code, beyond.json()["errorId"]) == (404, "PLE10030")


async def test_the_address_may_end_with_a_slash(desk: Desk) -> None:
    """Some of the provider's samples write one."""
    body = {"query": "plumProAPI.query.getBalance", "tag": "plumProAPI", "variables": {"data": {}}}

    response = await desk.http.post(f"{API}/", json=body)

    assert response.status_code == 200


def test_no_repr_shows_a_voucher_or_a_token_or_a_phone() -> None:
    """What is secret is hidden even in the double."""
    provider = Plum()
    order = provider.buy_at_dashboard(1535, Decimal(100))

    assert order.vouchers
    assert order.vouchers[0].code not in repr(order)
    assert "+1-4705000000" not in repr(order)
    assert DEMO_ACCESS_TOKEN not in repr(provider.live_pairs)


ORDERS = st.tuples(
    st.sampled_from(
        [("PSN", 20), ("iTunes", 25), ("Starbucks UK", 25), ("Steam <Wallet> & Co", 5)]
    ),
    st.integers(1, 10),
    st.none() | st.integers(0, 12),
)


@given(st.lists(ORDERS, max_size=12), st.integers(0, 12))
def test_the_books_balance_whatever_happens(
    placed: list[tuple[tuple[str, int], int, int | None]], changes: int
) -> None:
    """The balance is fundings less charges, payments chain, and no code comes twice."""
    provider = Plum(balance=Decimal(600))
    for (name, value), quantity, filled in placed:
        with contextlib.suppress(ValueError):  # refused: too little balance
            product = provider.catalog.product(name)
            order = provider.buy_at_dashboard(product.id, Decimal(value), quantity)
            if filled is not None:
                provider.settle(order, filled=filled)
    for number, order in enumerate(provider.orders[:changes]):
        provider.settle(order, filled=number % (order.quantity + 1))

    charged = sum((order.charged for order in provider.orders), Decimal(0))
    codes = [voucher.code for order in provider.orders for voucher in order.vouchers or []]
    assert provider.balance == Decimal(600) - charged
    assert len(set(codes)) == len(codes)
    balance = Decimal(0)
    for moved in provider.payments:
        assert abs(moved.closing_balance - balance) == moved.amount
        balance = moved.closing_balance
    assert balance == provider.balance
