"""What can go wrong with a call to OneClickDZ, in its own words."""

from enum import StrEnum

from starlette.responses import Response

from bot.playground.encoding import encode
from bot.playground.faults import Answer, cut, empty, html, json_body, redirect, torn

__all__ = [
    "Call",
    "cut",
    "empty",
    "html",
    "json_body",
    "rate_limited",
    "redirect",
    "status",
    "torn",
    "unauthorized",
    "without_order_id",
]


class Call(StrEnum):
    """The calls of the API, by the provider's own names."""

    VALIDATE = "validate"
    BALANCE = "balance"
    TRANSACTIONS = "transactions"
    CATALOG = "catalog"
    CHECK_PRODUCT = "checkProduct"
    PLACE_ORDER = "placeOrder"
    CHECK_ORDER = "checkOrder"
    LIST = "list"


def status(
    code: int, name: str, message: str = "Scripted", *, retry_after: int | None = None
) -> Answer:
    """An error in the provider's envelope."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    error = {"code": name, "message": message}
    body = encode({"success": False, "error": error, "requestId": "req_scripted"})
    return Answer(lambda: Response(body, code, headers, "application/json"))


def without_order_id() -> Answer:
    """A success that lacks the one thing it should say."""
    return json_body('{"success":true,"data":{}}')


def rate_limited(retry_after: int) -> Answer:
    """429 from the application."""
    return status(429, "RATE_LIMIT_EXCEEDED", "Too many requests", retry_after=retry_after)


def unauthorized() -> Answer:
    """401: the key is not known."""
    return status(401, "INVALID_ACCESS_TOKEN", "Invalid access token")
