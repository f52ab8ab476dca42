"""Plum's operations: all of them posted to one address, told apart by the body.

Sources: "Get/Place …" reference pages of the Rewards API v1.2; "Rate limiting" (January 2026).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

PATH: Final = "/v1/oauth/api"
"""The suffixes of the reference (`/placeOrder`) are its playground's, and not on the server."""

TOKEN_PATH: Final = "/v1/oauth/token"  # noqa: S105 # an address
REFRESH_PATH: Final = "/v1/oauth/token/user"


class Operation(StrEnum):
    """What can be asked, in the provider's word; `VALIDATE` is a call of its own."""

    VALIDATE = "token"
    BALANCE = "getBalance"
    CARDS = "getVouchers"
    PLACE = "placeOrder"
    ORDER = "getOrderDetails"
    ORDERS = "getOrderHistory"
    PAYMENTS = "paymentHistory"


CALLS_PER_MINUTE: Final[Mapping[Operation, int]] = {
    Operation.VALIDATE: 10,
    Operation.BALANCE: 10,
    Operation.CARDS: 50,
    Operation.PLACE: 100,
    Operation.ORDER: 200,
    Operation.ORDERS: 200,
    Operation.PAYMENTS: 10,
}
"""The documented limits; the token's and the payments' are not documented, so the least of all."""

ANSWERED_AS: Final[Mapping[Operation, tuple[str, ...]]] = {
    Operation.ORDERS: (Operation.ORDERS, Operation.ORDER),
    Operation.PAYMENTS: (Operation.PAYMENTS, "getPaymentReport"),
}
"""Where the result stands, when not under the operation's own name ("Standard workflow")."""

NOT_THERE: Final[Mapping[Operation, frozenset[str]]] = {
    Operation.ORDER: frozenset({"PLE10016"}),
    Operation.CARDS: frozenset({"PLE10017", "PLE10030"}),
    Operation.ORDERS: frozenset({"PLE10022", "PLE10027"}),
}
"""The ids that say "there is none" under a 404 ("Error handling"); no other 404 proves absence."""


def request_body(operation: Operation, data: Mapping[str, object]) -> bytes:
    """Ask for an operation; the payments alone have their data under `data`, not `variables`."""
    root = "query" if operation is Operation.BALANCE else "mutation"
    body = {
        "query": f"plumProAPI.{root}.{operation}",
        "tag": "plumProAPI",
        "data" if operation is Operation.PAYMENTS else "variables": {"data": data},
    }
    return msgspec.json.encode(body)
