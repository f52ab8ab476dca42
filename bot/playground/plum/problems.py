"""The provider's errors: each id with its HTTP status (Xoxoday Plum, "Error Handling")."""

from collections.abc import Mapping
from dataclasses import dataclass

STATUSES: Mapping[str, int] = {
    "PLE10001": 400,  # a malformed order
    "PLE10002": 400,  # a malformed request for order details
    "PLE10003": 400,  # a malformed request for filters
    "PLE10004": 422,  # the poNumber does not pass
    "PLE10005": 502,  # no rate of exchange
    "PLE10006": 502,  # a bad answer from the service of rates
    "PLE10007": 422,  # the order was not added
    "PLE10008": 502,  # no amounts of an order
    "PLE10009": 502,  # no points of the company
    "PLE10010": 422,  # the points were not redeemed
    "PLE10011": 422,  # the order was not confirmed
    "PLE10012": 502,  # the order was not processed
    "PLE10013": 503,  # the redeemed points were not confirmed
    "PLE10014": 400,  # no such client
    "PLE10015": 400,  # Amazon wants to know the customer first
    "PLE10016": 404,  # no such order
    "PLE10017": 404,  # no such product
    "PLE10018": 400,  # no such denomination
    "PLE10019": 401,  # international orders are off: a 401 that says nothing about the token
    "PLE10020": 404,  # no currency of the client
    "PLE10021": 404,  # the order is being fulfilled: not absent
    "PLE10022": 404,  # no orders in the list
    "PLE10023": 502,  # no balance
    "PLE10024": 502,  # out of stock: a refusal under a 5xx
    "PLE10025": 502,  # the order could not be placed
    "PLE10026": 404,  # cancelled, and not refunded
    "PLE10027": 404,  # no orders in the list
    "PLE10028": 404,  # no such transaction
    "PLE10029": 404,  # no such group of filters
    "PLE10030": 404,  # no vouchers
    "PLE10031": 400,  # no such value of a filter
    "PLE10032": 400,  # a malformed request for the list of orders
    "PLE10033": 400,  # a malformed request for vouchers
    "PLE10034": 502,  # the vouchers were not sent again
    "PLE10035": 502,  # placed, and its state could not be read
    "PLE10036": 404,  # the delivery is cancelled
    "PLE10041": 409,  # too many at once
    "PLE10042": 404,  # the product is not activated
    "PIPE10015": 401,  # the user is disabled
    "PIPE10016": 401,  # the company is disabled
    "PIPE10017": 401,  # the address is not whitelisted
}
"""Older pages of the provider give some of them another status: PLE10012 422, PLE10015 403,
PLE10018 404, PLE10020 502."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an operation was not carried out: nothing was charged."""

    error_id: str
    detail: str

    @property
    def status(self) -> int:
        """The HTTP status that belongs to the id."""
        return STATUSES[self.error_id]
