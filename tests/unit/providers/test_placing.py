"""Every answer to a placing is sorted: accepted, refused, not sent, or unknown."""

import json
from datetime import timedelta

import pytest

from bot.ports.provider import Accepted, Line, NotSent, Placement, RefusalKind, Refused, Unknown
from bot.providers.http import NoReply
from bot.providers.oneclickdz.placing import judge, request_body
from tests.unit.providers.answers import NOON, reply

LINE = Line(product_key="507f1f77bcf86cd799439011", type_key="type_001", quantity=2)
ORDER_ID = "6901616fe9e88196b4eb64b3"
HTML = "<html><body>502 Bad Gateway</body></html>"


def error(code: str, message: str = "No") -> dict[str, object]:
    """Give the documented error envelope."""
    return {"success": False, "error": {"code": code, "message": message}}


def judged(status: int, body: object, **headers: str) -> Placement:
    """Sort an answer."""
    return judge(reply(status, body, **headers), LINE)


def success(data: object) -> dict[str, object]:
    """Give the documented success envelope."""
    return {"success": True, "data": data}


def test_an_order_id_that_is_none_is_no_acceptance() -> None:
    """What cannot be asked by is not adopted: the order is looked for instead."""
    for order_id in ("a" * 5_000, "../balance", "two words"):
        assert isinstance(judged(200, success({"orderId": order_id})), Unknown)
        refusal = error("ERR_ORDER") | {"data": {"orderId": order_id}}
        assert isinstance(judged(400, refusal), Unknown)


def test_a_sentence_in_the_place_of_a_code_is_not_kept() -> None:
    """It is understood by its words, and kept as unreadable."""
    refused = judged(403, error("Out of stock for +213555123456"))
    assert isinstance(refused, Refused)
    assert (refused.kind, refused.code) == (RefusalKind.OUT_OF_STOCK, "unreadable")
    unknown = judged(500, error("for +213555123456"))
    assert isinstance(unknown, Unknown)
    assert unknown.reason == "HTTP 500 unreadable"


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"meta": {"timestamp": "2026-11-21T12:00:00.000Z"}, "requestId": "req_1"},
        {"meta": None, "message": None, "error": None},
    ],
)
def test_a_documented_success_is_accepted(status: int, extra: dict[str, object]) -> None:
    """2xx, `success: true` and an order id: with or without meta, reference and request id."""
    placement = judged(status, success({"orderId": ORDER_ID, "orderRef": "x"}) | extra)

    assert isinstance(placement, Accepted)
    assert placement.provider_order_id == ORDER_ID


@pytest.mark.parametrize(
    ("status", "code", "kind", "freezes"),
    [
        (401, "MISSING_ACCESS_TOKEN", RefusalKind.UNAUTHORIZED, True),
        (401, "INVALID_ACCESS_TOKEN", RefusalKind.UNAUTHORIZED, True),
        (401, "ERR_AUTH", RefusalKind.UNAUTHORIZED, True),
        (401, "SOMETHING_NEW", RefusalKind.UNAUTHORIZED, True),
        (403, "IP_BLOCKED", RefusalKind.UNAUTHORIZED, True),
        (403, "IP_NOT_ALLOWED", RefusalKind.UNAUTHORIZED, True),
        (403, "API_DISABLED", RefusalKind.UNAUTHORIZED, True),
        (403, "NO_BALANCE", RefusalKind.BALANCE, False),
        (403, "INSUFFICIENT_BALANCE", RefusalKind.BALANCE, False),
        (403, "insufficient_balance", RefusalKind.BALANCE, False),
        (403, "DUPLICATED_REF", RefusalKind.DUPLICATE, False),
        (403, "FORBIDDEN", RefusalKind.OTHER, False),
        (400, "ERR_VALIDATION", RefusalKind.VALIDATION, False),
        (400, "INVALID_PHONE", RefusalKind.VALIDATION, False),
        (400, "SOMETHING_NEW", RefusalKind.VALIDATION, False),
        (422, "SOMETHING_NEW", RefusalKind.VALIDATION, False),
        (404, "NOT_FOUND", RefusalKind.PRODUCT, False),
        (404, "SOMETHING_NEW", RefusalKind.PRODUCT, False),
        (413, "PAYLOAD_TOO_LARGE", RefusalKind.VALIDATION, False),
    ],
)
def test_a_refusal_is_known_by_its_code(
    status: int, code: str, kind: RefusalKind, *, freezes: bool
) -> None:
    """Each documented and each observed code has its meaning; unknown ones go by status."""
    placement = judged(status, error(code))

    assert isinstance(placement, Refused)
    assert (placement.kind, placement.freezes) == (kind, freezes)
    assert placement.code == code.upper()


@pytest.mark.parametrize("status", [402, 405, 408, 409, 410, 423, 425, 431, 499])
def test_a_status_that_nobody_documents_proves_no_refusal(status: int) -> None:
    """A server that gave up may have taken the order, so its money stays held."""
    assert isinstance(judged(status, error("REQUEST_TIMEOUT")), Unknown)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Product is out of STOCK", RefusalKind.OUT_OF_STOCK),
        ("Not enough balance", RefusalKind.BALANCE),
        ("Unknown product", RefusalKind.PRODUCT),
        ("Type not found", RefusalKind.PRODUCT),
        ("Try tomorrow", RefusalKind.OTHER),
    ],
)
def test_a_refusal_without_a_known_code_is_known_by_its_words(
    message: str, kind: RefusalKind
) -> None:
    """The provider names no code for an empty stock; its guides look for words."""
    placement = judged(403, error("ORDER_REFUSED", message))

    assert isinstance(placement, Refused)
    assert placement.kind is kind


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "error": {"code": "X", "message": "out of stock"}},
        {"success": False, "error": {"code": "X"}, "message": "out of stock"},
        {"success": False, "message": "out of stock"},
        {"success": False, "error": "out of stock"},
        {"success": False, "error": {"details": ["a"]}, "message": "out of stock", "data": None},
    ],
)
def test_the_message_is_read_wherever_it_stands(body: dict[str, object]) -> None:
    """The pages put the message in three places."""
    placement = judged(403, body)

    assert isinstance(placement, Refused)
    assert (placement.message, placement.kind) == ("out of stock", RefusalKind.OUT_OF_STOCK)


def test_a_very_long_message_is_cut() -> None:
    """A message is for reading; a dump of a server is not kept as one."""
    placement = judged(403, error("X", "stack " * 1000))

    assert isinstance(placement, Refused)
    assert len(placement.message) == 300


@pytest.mark.parametrize(
    ("status", "code", "header", "seconds"),
    [
        (429, "RATE_LIMIT_EXCEEDED", "7", 7),
        (429, "SOMETHING_NEW", "7", 7),
        (429, "RATE_LIMIT_EXCEEDED", None, 15),
        (429, "RATE_LIMIT_EXCEEDED", "soon", 15),
        (429, "RATE_LIMIT_EXCEEDED", "Sat, 21 Nov 2026 12:01:01 GMT", 60),
        (503, "AUTH_UNAVAILABLE", "5", 5),
        (503, "AUTH_UNAVAILABLE", None, 5),
    ],
)
def test_too_many_and_a_slow_key_service_started_nothing(
    status: int, code: str, header: str | None, seconds: int
) -> None:
    """With the provider's envelope, 429 and AUTH_UNAVAILABLE may be tried again after a while."""
    headers = {} if header is None else {"retry_after": header}

    placement = judged(status, error(code), **headers)

    assert isinstance(placement, NotSent)
    assert placement.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, ""),
        (200, HTML),
        (200, '{"success":true,"data":{"orderId":"6901'),
        (200, success({})),
        (200, success({"orderId": None})),
        (200, success({"orderId": "  "})),
        (200, success({"orderId": 7})),
        (200, success([])),
        (200, {"success": True}),
        (200, {"data": {"orderId": ORDER_ID}}),
        (200, {"success": "true", "data": {"orderId": ORDER_ID}}),
        (200, error("INSUFFICIENT_BALANCE")),
        (204, ""),
        (400, error("ERR_VALIDATION") | {"data": {"orderId": ORDER_ID}}),
        (403, '{"success":false,"error":{"code":"NO_BALANCE"},"re\udce0":1}'),
        (302, ""),
        (307, success({"orderId": ORDER_ID})),
        (400, HTML),
        (400, ""),
        (401, HTML),
        (403, "null"),
        (403, "[]"),
        (404, {"message": "Route not found", "error": "Not Found", "statusCode": 404}),
        (404, success({"orderId": ORDER_ID})),
        (429, HTML),
        (429, {"message": "Too many", "error": "Too Many Requests", "statusCode": 429}),
        (500, error("INTERNAL_ERROR")),
        (502, HTML),
        (503, error("SERVICE_UNAVAILABLE")),
        (503, {"error": {"code": "AUTH_UNAVAILABLE"}}),
        (504, ""),
        (520, HTML),
    ],
)
def test_everything_else_is_unknown(status: int, body: object) -> None:
    """What is not proof is doubt: 5xx, proxies, redirects, torn or undocumented JSON."""
    placement = judged(status, body)

    assert isinstance(placement, Unknown)
    assert placement.exchange.http_status == status


def no_reply(*, sent: bool) -> NoReply:
    """Give an answer that never came."""
    return NoReply(
        sent=sent,
        timed_out=False,
        reason="ReadError" if sent else "ConnectError",
        started_at=NOON,
        ended_at=NOON,
    )


def test_the_first_byte_makes_the_difference() -> None:
    """A call that broke before its first byte was not sent; one that broke later is unknown."""
    assert isinstance(judge(no_reply(sent=False), LINE), NotSent)
    assert isinstance(judge(no_reply(sent=True), LINE), Unknown)


def test_the_exchange_is_kept_whole() -> None:
    """Request and answer are kept as they were, with the provider's clock and request id."""
    body = success({"orderId": ORDER_ID}) | {"requestId": "req_9"}
    placement = judged(
        200, body, date="Sat, 21 Nov 2026 12:00:31 GMT", x_request_id="other", set_cookie="secret"
    )

    exchange = placement.exchange
    assert exchange.request.endswith(request_body(LINE))
    assert exchange.answer.endswith(json.dumps(body).encode())
    assert b"secret" not in exchange.answer
    assert exchange.request_id == "req_9"
    assert exchange.provider_ahead == timedelta(seconds=30.5)
    assert (exchange.started_at, exchange.ended_at) == (NOON, NOON + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        ({"meta": {"requestId": "in meta"}}, {"x_request_id": "in header"}, "in meta"),
        ({}, {"x_request_id": "in header"}, "in header"),
        ({}, {}, None),
    ],
)
def test_the_request_id_is_read_wherever_it_stands(
    body: dict[str, object], headers: dict[str, str], expected: str | None
) -> None:
    """The body's, the meta's or the header's request id is kept for disputes."""
    placement = judged(200, success({"orderId": ORDER_ID}) | body, **headers)

    assert placement.exchange.request_id == expected


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 99 Nov 2026 12:00:31 GMT"])
def test_a_missing_or_malformed_date_tells_nothing(date: str) -> None:
    """Without a readable Date header the provider's clock is not known."""
    taken = judged(200, success({"orderId": ORDER_ID}), date=date)
    assert taken.exchange.provider_ahead is None


def test_the_clock_of_a_proxy_is_not_the_provider_s() -> None:
    """An order whose answer got lost is looked for by the provider's clock, not by a proxy's."""
    date = "Sat, 21 Nov 2026 11:00:31 GMT"
    assert judged(502, HTML, date=date).exchange.provider_ahead is None


def test_an_order_names_product_type_and_quantity_and_nothing_else() -> None:
    """The reference page's body: no `ref`, which only one guide shows and no call can find."""
    assert json.loads(request_body(LINE)) == {
        "productId": LINE.product_key,
        "typeId": LINE.type_key,
        "quantity": 2,
    }


def test_no_answer_shows_what_went_over_the_wire() -> None:
    """The exchange may hold cards or the key's echo, so no repr shows it."""
    placement = judged(200, success({"orderId": ORDER_ID, "cards": ["SECRET-CODE"]}))

    assert "SECRET-CODE" not in repr(placement)
    assert b"SECRET-CODE" in placement.exchange.answer
