"""Honest answers of the second provider, as they went over the wire, to be spoilt."""

from collections.abc import AsyncIterator
from decimal import Decimal

import httpx

from bot.playground.plum import (
    DEMO_ACCESS_TOKEN,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REFRESH_TOKEN,
    Call,
    Dialect,
    Plum,
    faults,
)
from bot.providers.http import tls
from bot.providers.plum import PlumKey
from bot.providers.plum.operations import (
    PATH,
    REFRESH_PATH,
    TOKEN_PATH,
    Operation,
    request_body,
)
from tests.fuzz.asking import Recorded, Recording
from tests.fuzz.recorded import NOON

KEY = PlumKey(
    client_id=DEMO_CLIENT_ID,
    client_secret=DEMO_CLIENT_SECRET,
    refresh_token=DEMO_REFRESH_TOKEN,
    access_token=DEMO_ACCESS_TOKEN,
)
SECRETS = (KEY.client_secret, KEY.refresh_token, KEY.access_token)

REFUSALS = (
    *(faults.problem(f"PLE{number}") for number in (10001, 10016, 10018, 10019, 10024, 10036)),
    *(faults.problem(error_id) for error_id in ("PLE10004", "PLE10026", "PIPE10017")),
    faults.unauthorized(),
    faults.oauth_error("invalid_request", f"no {KEY.access_token}", status=400),
    faults.oauth_error(KEY.refresh_token, KEY.access_token.upper(), status=403),
    faults.token_error(),
    faults.rate_limited(7),
    faults.refreshes_limited(),
    faults.error_and_message(400),
    faults.true_error(),
    faults.bare_error(),
    faults.html(502),
)
"""What the provider says besides yes; some repeat the tokens that they were sent."""

DAYS = {"startDate": "2026-11-20", "endDate": "2026-11-22", "limit": 100, "page": 1}

OPERATIONS: dict[Call, tuple[Operation, dict[str, object]]] = {
    Call.GET_BALANCE: (Operation.BALANCE, {}),
    Call.GET_VOUCHERS: (Operation.CARDS, {"limit": 100, "page": 1, "exchangeRate": 1}),
    Call.GET_ORDER_HISTORY: (Operation.ORDERS, DAYS),
    Call.PAYMENT_HISTORY: (Operation.PAYMENTS, DAYS),
}


async def record() -> Recording[Call]:
    """Ask the double everything in each spelling, and once for each refusal."""
    double = Plum(clock=lambda: NOON)
    order = double.buy_at_dashboard(28543, Decimal(5), 3)
    line = {"productId": 28543, "quantity": 1, "denomination": 5}
    answers: dict[Call, tuple[Recorded, ...]] = {}
    bearer = {"Authorization": f"Bearer {KEY.access_token}"}
    async with (
        double.serve() as address,
        httpx.AsyncClient(
            base_url=address, headers=bearer, trust_env=False, verify=tls()
        ) as asking,
    ):
        for call, (operation, data) in OPERATIONS.items():
            request = asking.build_request("POST", PATH, content=request_body(operation, data))
            answers[call] = await _all(double, asking, call, [request] * len(Dialect))
        found = request_body(Operation.ORDER, {"poNumber": "", "orderId": order.id})
        request = asking.build_request("POST", PATH, content=found)
        answers[Call.GET_ORDER_DETAILS] = await _all(
            double, asking, Call.GET_ORDER_DETAILS, [request] * len(Dialect)
        )
        bodies = [request_body(Operation.PLACE, line | {"poNumber": d.value}) for d in Dialect]
        placing = [asking.build_request("POST", PATH, content=body) for body in bodies]
        answers[Call.PLACE_ORDER] = await _all(double, asking, Call.PLACE_ORDER, placing)
        looking = asking.build_request("GET", TOKEN_PATH)
        answers[Call.VALIDATE] = await _all(double, asking, Call.VALIDATE, [looking])
        asked = {
            "grant_type": "refresh_token",
            "refresh_token": KEY.refresh_token,
            "client_id": KEY.client_id,
            "client_secret": KEY.client_secret,
        }
        renewing = asking.build_request("POST", REFRESH_PATH, json=asked)
        answers[Call.REFRESH] = await _all(double, asking, Call.REFRESH, [renewing])
    cards = [card for one in double.orders for card in one.vouchers or ()]
    codes = tuple(told for card in cards for told in (card.code, card.pin))
    return Recording(answers=answers, codes=codes)


async def _all(
    double: Plum, asking: httpx.AsyncClient, call: Call, requests: list[httpx.Request]
) -> tuple[Recorded, ...]:
    return tuple([one async for one in _each(double, asking, call, requests)])


async def _each(
    double: Plum, asking: httpx.AsyncClient, call: Call, requests: list[httpx.Request]
) -> AsyncIterator[Recorded]:
    for dialect, request in zip(Dialect, requests, strict=False):
        double.speak(dialect)
        yield _recorded(await asking.send(request))
    for refusal in REFUSALS:
        double.fault(call, refusal)
        yield _recorded(await asking.send(requests[0]))


def _recorded(answer: httpx.Response) -> Recorded:
    return Recorded(status=answer.status_code, body=answer.content)
