"""Honest answers of the provider, as they went over the wire, to be spoilt."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx

from bot.playground.oneclickdz import Call, Dialect, OneClickDZ, faults
from bot.providers.http import tls
from tests.fuzz.asking import Recorded, Recording

KEY = "c0ffee00-5ec2-4e7a-b1a5-0123456789ab"

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

REFUSALS = (
    faults.status(400, "ERR_VALIDATION", "quantity must be a positive integer"),
    faults.status(401, "INVALID_ACCESS_TOKEN", f"Invalid access token {KEY}"),
    faults.status(403, "NO_BALANCE", "Insufficient balance"),
    faults.status(403, "IP_BLOCKED", f"blocked: {KEY.upper()}"),
    faults.status(403, KEY, "x" * 290 + KEY),
    faults.status(404, "NOT_FOUND", "Product not found"),
    faults.status(429, "RATE_LIMIT_EXCEEDED", "Too many requests", retry_after=7),
    faults.status(500, "INTERNAL_ERROR", "Something broke"),
    faults.status(503, "AUTH_UNAVAILABLE", "Try later", retry_after=5),
    faults.html(502),
)
"""What the provider says besides yes; some repeat the key that they were sent."""


async def record() -> Recording[Call]:
    """Ask the double everything in each spelling, and once for each refusal."""
    double = OneClickDZ(key=KEY, clock=lambda: NOON)
    product = next(double.catalog.products())
    order = double.buy_at_dashboard(product.id, product.types[0].id, 3)
    paths = {
        Call.VALIDATE: "/v3/validate",
        Call.BALANCE: "/v3/account/balance",
        Call.TRANSACTIONS: "/v3/account/transactions",
        Call.CATALOG: "/v3/gift-cards/catalog",
        Call.CHECK_PRODUCT: f"/v3/gift-cards/checkProduct/{product.id}",
        Call.PLACE_ORDER: "/v3/gift-cards/placeOrder",
        Call.CHECK_ORDER: f"/v3/gift-cards/checkOrder/{order.id}",
        Call.LIST: "/v3/gift-cards/list",
    }
    line = {"productId": product.id, "typeId": product.types[0].id, "quantity": 1}
    answers: dict[Call, tuple[Recorded, ...]] = {}
    headers = {"X-Access-Token": KEY}
    async with (
        double.serve() as address,
        httpx.AsyncClient(
            base_url=address, headers=headers, trust_env=False, verify=tls()
        ) as asking,
    ):
        for call, path in paths.items():
            body = line if call is Call.PLACE_ORDER else None
            answers[call] = tuple([one async for one in _each(double, asking, call, path, body)])
    cards = [card for order in double.orders for card in order.cards or ()]
    codes = tuple(text for card in cards for text in (card.value, card.serial))
    return Recording(answers=answers, codes=codes)


async def _each(
    double: OneClickDZ, asking: httpx.AsyncClient, call: Call, path: str, body: object
) -> AsyncIterator[Recorded]:
    method = "GET" if body is None else "POST"
    for dialect in Dialect:
        double.speak(dialect)
        answer = await asking.request(method, path, json=body)
        yield Recorded(status=answer.status_code, body=answer.content)
    for refusal in REFUSALS:
        double.fault(call, refusal)
        answer = await asking.request(method, path, json=body)
        yield Recorded(status=answer.status_code, body=answer.content)
