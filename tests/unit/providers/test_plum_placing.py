"""Every answer of Plum's to a placing is sorted: by its error's id, then by its status."""

import json
from datetime import timedelta

import pytest

from bot.errors import DomainError
from bot.ports.provider import Accepted, Line, NotSent, RefusalKind, Refused, Unknown
from bot.providers.http import NoReply
from bot.providers.plum.envelope import open_envelope
from bot.providers.plum.operations import Operation
from bot.providers.plum.phones import contact
from bot.providers.plum.placing import Doubted, TokenRejected, Verdict, judge, order_body
from bot.providers.plum.refusals import MEANINGS, Outcome, closes
from tests.unit.providers.answers import NOON, reply

LINE = Line(product_key="15365", type_key="37.5", quantity=2)
BODY = order_body(LINE, "po-1")
HTML = "<html><body>502 Bad Gateway</body></html>"

REFUSED = {
    "PLE10001": (400, RefusalKind.VALIDATION, False),
    "PLE10014": (400, RefusalKind.UNAUTHORIZED, True),
    "PLE10015": (403, RefusalKind.PRODUCT, False),
    "PLE10017": (404, RefusalKind.PRODUCT, False),
    "PLE10018": (404, RefusalKind.PRODUCT, False),
    "PLE10019": (401, RefusalKind.PRODUCT, False),
    "PLE10024": (409, RefusalKind.OUT_OF_STOCK, False),
    "PLE10041": (409, RefusalKind.VALIDATION, False),
    "PLE10042": (404, RefusalKind.PRODUCT, False),
    "PIPE10013": (401, RefusalKind.UNAUTHORIZED, True),
    "PIPE10015": (401, RefusalKind.UNAUTHORIZED, True),
    "PIPE10016": (401, RefusalKind.UNAUTHORIZED, True),
    "PIPE10017": (401, RefusalKind.UNAUTHORIZED, True),
}
UNKNOWN = {
    "PLE10004": 422,
    "PLE10005": 502,
    "PLE10006": 502,
    "PLE10007": 422,
    "PLE10010": 422,
    "PLE10011": 422,
    "PLE10012": 422,
    "PLE10013": 503,
    "PLE10020": 404,
    "PLE10025": 502,
    "PLE10026": 404,
    "PLE10035": 502,
    "PLE10036": 404,
    "PLE10016": 404,
    "PLE19999": 400,
}


def judged(status: int, body: object, **headers: str) -> Verdict:
    """Sort an answer."""
    return judge(reply(status, body, **headers), BODY)


def placed(data: object, status: object = 1) -> dict[str, object]:
    """Give the documented success."""
    return {"data": {"placeOrder": {"status": status, "data": data}}}


def error(error_id: str, http: int = 400, **more: object) -> dict[str, object]:
    """Give the application's error."""
    told = {"code": http, "errorId": error_id, "errorInfo": "No", "error": "Not today"}
    return told | more


def oauth(code: str) -> dict[str, object]:
    """Give an error of the token."""
    return {"error": code, "error_description": "invalid/expired token"}


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("order_id", [6474256, "6474256", 6474256.0], ids=repr)
@pytest.mark.parametrize("said", [1, "1", 1.0], ids=repr)
def test_a_documented_success_is_accepted(status: int, order_id: object, said: object) -> None:
    """2xx, a status of 1 and an order id, as numbers or as text."""
    verdict = judged(status, placed({"orderId": order_id, "vouchers": []}, said))

    assert isinstance(verdict, Accepted)
    assert verdict.provider_order_id == "6474256"


@pytest.mark.parametrize("error_id", REFUSED)
def test_a_refusal_is_known_by_its_id(error_id: str) -> None:
    """Each documented refusal under a 4xx is final, with the provider's words."""
    status, kind, freezes = REFUSED[error_id]

    verdict = judged(status, error(error_id))

    assert isinstance(verdict, Refused)
    assert (verdict.kind, verdict.freezes) == (kind, freezes)
    assert (verdict.code, verdict.message) == (error_id, "Not today")


@pytest.mark.parametrize("status", [200, 500, 502, 503])
@pytest.mark.parametrize("error_id", REFUSED)
def test_a_refusal_under_another_status_is_doubted(error_id: str, status: int) -> None:
    """A refusal whose status proves nothing holds only when the order cannot be found."""
    verdict = judged(status, error(error_id))

    assert isinstance(verdict, Doubted)
    assert verdict.refused.kind is REFUSED[error_id][1]
    assert error_id in verdict.unknown.reason


@pytest.mark.parametrize("status", [None, 200, 400, 401, 404, 409, 422, 500, 502])
@pytest.mark.parametrize("error_id", UNKNOWN)
def test_what_may_have_been_bought_is_unknown(error_id: str, status: int | None) -> None:
    """An id that tells of half an order, and one that nobody knows, is unknown under any status.

    The provider's page advises to place again after several of them: that would buy twice.
    """
    verdict = judged(status or UNKNOWN[error_id], error(error_id))

    assert isinstance(verdict, Unknown)
    assert error_id in verdict.reason
    assert verdict.alarming == (error_id == "PLE10026")


def test_the_tables_are_whole() -> None:
    """Every id that a placing may answer has its row above."""
    assert {each for each, m in MEANINGS.items() if m.outcome is Outcome.REFUSED} == set(REFUSED)
    assert set(MEANINGS) <= set(REFUSED) | set(UNKNOWN)


@pytest.mark.parametrize(
    "body",
    [
        HTML,
        "",
        "[]",
        "null",
        '"ok"',
        "\udcff{}",
        {},
        {"data": None},
        {"data": {}},
        {"data": {"placeOrder": None}},
        {"data": {"getBalance": {"status": 1, "data": {"orderId": 5}}}},
        placed({}),
        placed(None),
        placed({"orderId": None}),
        placed({"orderId": 0}),
        placed({"orderId": ""}),
        placed({"orderId": True}),
        placed({"orderId": 7}, status=0),
        placed(None, status=0),
        {"error": "Bad Request", "message": "Invalid request body"},
        {"error": True, "message": "No"},
        {"error": "Unauthorized"},
        {"code": 500, "error": {"name": "Error"}},
        {"success": 0, "error_message_id": "auth.something"},
        {"errors": [{"message": "another"}]},
        {"errors": "auth.request_limit_exceeded"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 422, 429, 500, 502, 504])
def test_what_is_unclear_is_unknown(body: object, status: int) -> None:
    """Whatever is neither a success nor a documented refusal may have bought something."""
    verdict = judged(status, body)

    assert isinstance(verdict, Unknown)
    assert not verdict.alarming


@pytest.mark.parametrize("status", [302, 400, 409, 500])
def test_a_success_under_a_wrong_status_is_unknown(status: int) -> None:
    """A success that is not a 2xx contradicts itself."""
    assert isinstance(judged(status, placed({"orderId": 7})), Unknown)


@pytest.mark.parametrize(
    "holder",
    [
        {"orderId": 7},
        {"data": {"orderId": 7}},
        {"data": {"placeOrder": {"status": 0, "data": {"orderId": "7"}}}},
        {"error": {"orderId": 7}},
    ],
    ids=repr,
)
def test_a_refusal_with_an_order_id_is_unknown(holder: dict[str, object]) -> None:
    """An error that names an order contradicts itself: the order may exist."""
    assert isinstance(judged(400, error("PLE10018") | holder), Unknown)


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"placeOrder": {"status": 0, "errorId": "ple10018"}}},
        {"error": {"errorId": "PLE10018", "errorInfo": "No"}},
    ],
    ids=repr,
)
def test_an_id_inside_is_an_id(body: object) -> None:
    """The error stands where the result would, or in `error`, and its id in any case."""
    verdict = judged(400, body)

    assert isinstance(verdict, Refused)
    assert verdict.code == "PLE10018"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, oauth("invalid_token")),
        (400, oauth("invalid_token")),
        (403, oauth("invalid_token")),
        (401, {"success": 0, "error_message_id": "auth.token_error"}),
        (400, {"success": 0, "error_message_id": "auth.token_error"}),
        (403, {"success": 0, "error_message_id": "auth.token_error"}),
    ],
    ids=repr,
)
def test_a_rejected_token_is_proved_by_its_own_error(status: int, body: object) -> None:
    """Only the token's own error proves that nothing of the order ran."""
    assert isinstance(judged(status, body), TokenRejected)


@pytest.mark.parametrize("status", [200, 404, 429, 500])
def test_a_session_error_under_another_status_proves_nothing(status: int) -> None:
    """A status that has nothing to do with who asks makes the outcome unknown."""
    body = {"success": 0, "error_message_id": "auth.token_error"}

    assert isinstance(judged(status, body), Unknown)


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("code", ["invalid_request", "unauthorized_client", "access_denied"])
def test_another_error_of_oauth_is_a_refusal_that_freezes(status: int, code: str) -> None:
    """What stands before the application let nothing through, and will let nothing through."""
    verdict = judged(status, oauth(code))

    assert isinstance(verdict, Refused)
    assert (verdict.kind, verdict.freezes) == (RefusalKind.UNAUTHORIZED, True)


@pytest.mark.parametrize("status", [200, 404, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("code", ["invalid_token", "server_error", "temporarily_unavailable"])
def test_an_error_of_oauth_under_another_status_proves_nothing(status: int, code: str) -> None:
    """A gateway that gave up may speak like this of an order that is still being worked on."""
    body = oauth(code)

    assert isinstance(judged(status, body), Unknown)
    assert not closes(status, open_envelope(json.dumps(body).encode(), Operation.PLACE))


@pytest.mark.parametrize("status", [200, 400, 403, 429])
@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"errors": [{"message": "auth.request_limit_exceeded", "penaltySeconds": 45}]}, 45),
        ({"errors": [{"message": "auth.request_limit_exceeded", "penaltySeconds": "45"}]}, 45),
        ({"errors": [{"message": "auth.request_limit_exceeded"}]}, 60),
        ({"errors": [{"message": "auth.request_limit_exceeded", "penaltySeconds": -1}]}, 60),
        ({"errors": [{"message": "auth.request_limit_exceeded", "penaltySeconds": 10**9}]}, 3600),
        ({"message": "auth.request_limit_exceeded"}, 60),
    ],
    ids=repr,
)
def test_the_limit_turned_it_away(status: int, body: object, seconds: int) -> None:
    """Over the limit nothing is started, whatever the status, which no page tells."""
    verdict = judged(status, body)

    assert isinstance(verdict, NotSent)
    assert verdict.retry_after == timedelta(seconds=seconds)


def test_a_limit_of_a_broken_server_is_unknown() -> None:
    """A 5xx may speak of a limit somewhere behind the order."""
    body = {"errors": [{"message": "auth.request_limit_exceeded", "penaltySeconds": 45}]}

    assert isinstance(judged(503, body), Unknown)


@pytest.mark.parametrize(("sent", "kind"), [(False, NotSent), (True, Unknown)])
def test_without_an_answer_it_depends_on_what_left(sent: bool, kind: type[Verdict]) -> None:  # noqa: FBT001
    """Nothing left: nothing bought. Anything left: nobody knows."""
    nothing = NoReply(
        sent=sent, timed_out=False, reason="ReadError", started_at=NOON, ended_at=NOON
    )

    assert isinstance(judge(nothing, BODY), kind)


def test_the_exchange_is_kept_whole() -> None:
    """The call as it went out, what came, and the provider's clock."""
    body = placed({"orderId": 7})
    sent = reply(200, body, date="Sat, 21 Nov 2026 12:00:03 GMT", x_request_id="abc")

    verdict = judge(sent, BODY)

    assert isinstance(verdict, Accepted)
    exchange = verdict.exchange
    assert (exchange.started_at, exchange.http_status, exchange.request_id) == (NOON, 200, "abc")
    assert exchange.provider_ahead == timedelta(seconds=2, milliseconds=500)
    assert exchange.request == b"POST /v1/oauth/api\n\n" + BODY
    assert exchange.answer.endswith(json.dumps(body).encode())


def test_a_page_of_a_proxy_tells_no_clock() -> None:
    """The Date of somebody else's page is somebody else's."""
    verdict = judged(502, HTML, date="Sat, 21 Nov 2026 12:00:03 GMT")

    assert isinstance(verdict, Unknown)
    assert verdict.exchange.provider_ahead is None


def test_an_order_is_asked_for_as_documented() -> None:
    """Product and amount are numbers, the reference goes as it is, and nobody gets an e-mail."""
    line = Line(product_key="15365", type_key="37.50", quantity=3, phone="+919876543210")

    assert json.loads(order_body(line, "Q7-x")) == {
        "query": "plumProAPI.mutation.placeOrder",
        "tag": "plumProAPI",
        "variables": {
            "data": {
                "productId": 15365,
                "quantity": 3,
                "denomination": 37.5,
                "poNumber": "Q7-x",
                "notifyReceiverEmail": 0,
                "notifyAdminEmail": 0,
                "contact": "+91-9876543210",
            }
        },
    }
    assert b"contact" not in BODY


@pytest.mark.parametrize("reference", ["", "  ", "x" * 101])
def test_no_order_goes_without_a_reference(reference: str) -> None:
    """An empty reference is taken by the provider, and protects from nothing: it is never sent."""
    with pytest.raises(DomainError):
        order_body(LINE, reference)


@pytest.mark.parametrize(
    ("product_key", "type_key"),
    [("psn", "10"), ("", "10"), ("1", "open"), ("1", "1e3"), ("1", "-5"), ("1", "")],
)
def test_another_providers_line_is_a_mistake(product_key: str, type_key: str) -> None:
    """What is no product and no amount of this provider is never sent."""
    with pytest.raises(DomainError):
        order_body(Line(product_key=product_key, type_key=type_key, quantity=1), "po-1")


@pytest.mark.parametrize(
    ("phone", "spelled"),
    [
        ("+14705000000", "+1-4705000000"),
        ("+79161234567", "+7-9161234567"),
        ("+33612345678", "+33-612345678"),
        ("+213555123456", "+213-555123456"),
        ("+971501234567", "+971-501234567"),
        ("+447911123456", "+44-7911123456"),
    ],
)
def test_the_country_code_stands_apart(phone: str, spelled: str) -> None:
    """A number is spelled with its country's code before a hyphen, as the provider shows it."""
    assert contact(phone) == spelled


@pytest.mark.parametrize("phone", ["0555123456", "+", "+12", "+213 555", "+٢١٣٥٥٥١٢٣٤٥٦"])
def test_what_is_no_number_is_a_mistake(phone: str) -> None:
    """A number was checked long before it comes here, and no error shows it."""
    with pytest.raises(DomainError) as raised:
        contact(phone)
    assert phone not in str(raised.value)
