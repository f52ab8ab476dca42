"""The Plum double misbehaves as it is told, and tells when a request does."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from email.utils import parsedate_to_datetime

import httpx
import pytest

from bot.playground.faults import Answer
from bot.playground.plum import LIMITS, STATUSES, Call, faults
from tests.unit.playground.clock import NOON
from tests.unit.playground.plum_desk import API, Desk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a provider."""
    async with open_desk() as opened:
        yield opened


@pytest.mark.parametrize("after", [False, True])
async def test_a_cut_placing_has_taken_effect_or_not(desk: Desk, *, after: bool) -> None:
    """The caller learns nothing; the reference tells afterwards whether there is an order."""
    desk.provider.fault(Call.PLACE_ORDER, faults.cut(), after=after)

    with pytest.raises(httpx.RemoteProtocolError):
        await desk.place(poNumber="PO-7")

    found = await desk.ask("getOrderDetails", poNumber="PO-7", orderId=0)
    assert found.status_code == (200 if after else 404)
    assert len(desk.provider.orders) == int(after)
    assert desk.provider.calls[0].status is None


async def test_a_stalled_placing_takes_effect_although_its_caller_gave_up(desk: Desk) -> None:
    """A request that waits at the provider can still become an order after our timeout."""
    gate = desk.provider.stall(Call.PLACE_ORDER)
    desk.http.timeout = httpx.Timeout(5, read=0.1)
    with pytest.raises(httpx.ReadTimeout):
        await desk.place()
    before = len(desk.provider.orders)

    gate.set()
    await asyncio.wait_for(desk.provider.until(lambda: bool(desk.provider.orders)), 5)

    assert before == 0


@pytest.mark.parametrize("error_id", STATUSES)
async def test_every_error_of_the_table_can_be_scripted(desk: Desk, error_id: str) -> None:
    """Each id comes in the application's shape, with the table's status."""
    desk.provider.fault(Call.PLACE_ORDER, faults.problem(error_id))

    response = await desk.place()

    assert response.status_code == response.json()["code"] == STATUSES[error_id]
    assert response.json()["errorId"] == error_id
    assert desk.provider.orders == []


async def test_an_error_may_come_with_another_pages_status(desk: Desk) -> None:
    """Two pages give one id two statuses."""
    desk.provider.fault(Call.PLACE_ORDER, faults.problem("PLE10012", status=422))

    assert (await desk.place()).status_code == 422


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (
            faults.unauthorized(),
            401,
            {"error": "invalid_token", "error_description": "invalid/expired token"},
        ),
        (faults.error_and_message(400), 400, {"error": "Bad Request", "message": "Scripted"}),
        (
            faults.rate_limited(),
            429,
            {"errors": [{"message": "auth.request_limit_exceeded", "penaltySeconds": 60}]},
        ),
        (faults.token_error(), 401, {"success": 0, "error_message_id": "auth.token_error"}),
        (faults.refreshes_limited(), 429, {"message": "auth.request_limit_exceeded"}),
        (faults.true_error(), 400, {"error": True, "message": "Scripted"}),
        (faults.bare_error(), 500, {"code": 500, "error": {"name": "Error"}}),
        (
            faults.status_zero(Call.GET_BALANCE),
            200,
            {"data": {"getBalance": {"status": 0, "data": None}}},
        ),
    ],
)
async def test_errors_come_in_every_shape(
    desk: Desk, fault: Answer, status: int, body: dict[str, object]
) -> None:
    """Each shape that the provider's pages draw can be answered to any call."""
    desk.provider.fault(Call.GET_BALANCE, fault)

    response = await desk.ask("getBalance")

    assert (response.status_code, response.json()) == (status, body)


async def test_faults_come_in_turn_and_only_as_often_as_told(desk: Desk) -> None:
    """Faults are used up in their order, those that are left can be healed, then truth is told."""
    desk.provider.fault(Call.GET_BALANCE, faults.html(502), times=2)
    desk.provider.fault(Call.GET_BALANCE, faults.torn())
    desk.provider.fault(Call.GET_BALANCE, faults.empty(), times=9)

    answers = [await desk.ask("getBalance") for _ in range(4)]
    desk.provider.heal()

    assert [each.status_code for each in answers] == [502, 502, 200, 200]
    with pytest.raises(ValueError, match="line 1"):
        answers[2].json()
    assert answers[3].content == b""
    assert (await desk.get("getBalance"))["value"] == 5000


async def test_a_fault_can_be_aimed_at_one_order(desk: Desk) -> None:
    """A fault sees what an operation asks for."""
    desk.provider.fault(
        Call.PLACE_ORDER, faults.problem("PLE10025"), matching=lambda data: data["quantity"] == 2
    )

    assert (await desk.place()).status_code == 200
    assert (await desk.place(quantity=2)).status_code == 502


async def test_a_huge_answer_is_as_long_as_it_says(desk: Desk) -> None:
    """An answer without end can be had in any size."""
    desk.provider.fault(Call.GET_VOUCHERS, faults.huge(1))

    assert len((await desk.ask("getVouchers")).content) > 1_000_000


async def test_calls_above_the_limit_are_told_to_wait_a_minute(desk: Desk) -> None:
    """The eleventh look at the balance in a minute is turned away, other operations are not."""
    desk.provider.limit(LIMITS)
    answers = [await desk.ask("getBalance") for _ in range(11)]
    other = await desk.place()
    desk.clock.forward(60)
    later = await desk.ask("getBalance")

    assert [each.status_code for each in answers] == [200] * 10 + [429]
    assert answers[10].json()["errors"][0]["penaltySeconds"] == 60
    assert (other.status_code, later.status_code) == (200, 200)


async def test_the_answer_carries_the_providers_clock(desk: Desk) -> None:
    """The Date header tells the provider's time, also on a faulty answer."""
    desk.provider.fault(Call.GET_BALANCE, faults.html(503))

    response = await desk.ask("getBalance")

    assert parsedate_to_datetime(response.headers["Date"]) == NOON


# --- Requests that are not as they must be --------------------------------------------------------


@pytest.mark.parametrize(
    ("spoiled", "fault"),
    [
        ({"productId": "15365"}, "productId must be an integer"),
        ({"quantity": True}, "quantity must be an integer"),
        ({"quantity": 1.5}, "quantity must be an integer"),
        ({"denomination": "20"}, "denomination must be a number"),
        ({"poNumber": 7}, "poNumber must be a string"),
        ({"poNumber": "x" * 101}, "poNumber has more than 100 characters"),
        ({"email": "nobody"}, "email must be an e-mail address"),
        ({"notifyReceiverEmail": 2}, "notifyReceiverEmail must be 0 or 1"),
    ],
)
async def test_an_order_that_is_not_as_it_must_be_is_refused_and_told(
    desk: Desk, spoiled: dict[str, object], fault: str
) -> None:
    """A violation is 400 PLE10001, takes nothing, and is kept for the test that asks."""
    response = await desk.ask("placeOrder", **{**desk.order("PSN", 20), **spoiled})

    assert (response.status_code, response.json()["errorId"]) == (400, "PLE10001")
    assert [(each.call, each.fault) for each in desk.provider.violations] == [
        (Call.PLACE_ORDER, fault)
    ]
    assert desk.provider.orders == []


@pytest.mark.parametrize(
    ("operation", "data", "error_id", "fault"),
    [
        ("placeOrder", {"productId": 15365}, "PLE10001", "quantity is required"),
        ("getOrderDetails", {"orderId": "x"}, "PLE10002", "orderId must be an integer, or"),
        ("getFilters", {"filterGroupCode": 1}, "PLE10003", "filterGroupCode must be a string"),
        ("getOrderHistory", {"startDate": "today"}, "PLE10032", "startDate must be a date"),
        ("getOrderHistory", {"endDate": "2026-02-30"}, "PLE10032", "endDate must be a date"),
        ("getVouchers", {"filters": ["US"]}, "PLE10033", "filters must be an array of objects"),
        ("getVouchers", {"sort": {"order": "UP"}}, "PLE10033", "sort.order must be ASC or DESC"),
        ("getVouchers", {"filters": [{"value": 1}]}, "PLE10033", "filters.value must be a string"),
        ("paymentHistory", {"limit": "10"}, "PLE10001", "limit must be an integer"),
    ],
)
async def test_every_operation_is_held_against_its_schema(
    desk: Desk, operation: str, data: dict[str, object], error_id: str, fault: str
) -> None:
    """Each operation names a malformed request with an id of its own."""
    response = await desk.ask(operation, **data)

    assert (response.status_code, response.json()["errorId"]) == (400, error_id)
    assert desk.provider.violations[0].fault.startswith(fault)


async def test_what_is_accepted_and_unwise_is_told_too(desk: Desk) -> None:
    """An empty poNumber is taken each time, a stranger among the fields passed over."""
    for _ in range(2):
        assert (await desk.place(poNumber="")).status_code == 200
    await desk.get("getVouchers", filter=[])

    assert len(desk.provider.orders) == 2
    assert [each.fault.split(":")[0] for each in desk.provider.violations] == [
        "poNumber is empty",
        "poNumber is empty",
        "filter is no field of this operation",
    ]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"query": "plumProAPI.query.placeOrder"}, "query names no operation"),
        ({"query": "plumProAPI.query.getBalance", "tag": "plum"}, "tag must be plumProAPI"),
        (
            {
                "query": "plumProAPI.mutation.paymentHistory",
                "tag": "plumProAPI",
                "variables": {"data": {}},
            },
            "data.data must be an object",
        ),
    ],
)
async def test_the_envelope_is_checked(desk: Desk, body: dict[str, object], fault: str) -> None:
    """The query, the tag and the place of the data are part of the contract."""
    response = await desk.http.post(API, json=body)

    assert response.status_code == 400
    assert [each.fault for each in desk.provider.violations] == [fault]


async def test_what_is_no_json_names_no_operation(desk: Desk) -> None:
    """A torn request is refused."""
    response = await desk.http.post(API, content=b"{")

    assert (response.status_code, response.json()["errorId"]) == (400, "PLE10001")
    assert desk.provider.count(Call.UNKNOWN) == 1


async def test_the_specifications_own_paths_are_not_real(desk: Desk) -> None:
    """Whoever sends to the suffix of an operation has read the specification to the letter."""
    response = await desk.http.post(f"{API}/placeOrder", json={})

    assert response.status_code == 404
    assert [each.fault for each in desk.provider.violations] == ["no such path"]


async def test_no_violation_shows_what_was_sent(desk: Desk) -> None:
    """A violation names the field: what stood in it may be a phone or a token."""
    await desk.place("Flipkart", 100, contact=213555000000, email="+213555000000")

    assert len(desk.provider.violations) == 2
    assert "213555000000" not in repr(desk.provider.violations)
    assert desk.provider.balance == Decimal(5000)
