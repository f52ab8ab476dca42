"""The operations of the Rewards API, and what its OpenAPI says a request for each must hold.

Sources: Xoxoday Plum, Rewards API v1.2: the OpenAPI of the gift-card API (required fields, types,
enumerations), and "Get Order Details API", which allows more spellings of its two keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum


class Call(StrEnum):
    """The calls of the API, by the provider's own names."""

    VALIDATE = "validateToken"
    REFRESH = "refreshToken"
    GET_BALANCE = "getBalance"
    GET_FILTERS = "getFilters"
    GET_VOUCHERS = "getVouchers"
    PLACE_ORDER = "placeOrder"
    GET_ORDER_DETAILS = "getOrderDetails"
    GET_ORDER_HISTORY = "getOrderHistory"
    PAYMENT_HISTORY = "paymentHistory"
    UNKNOWN = "unknown"
    """A request that names none of them."""


class Kind(Enum):
    """What a value may be."""

    TEXT = "a string"
    EMAIL = "an e-mail address"
    DATE = "a date, YYYY-MM-DD"
    WHOLE = "an integer"
    KEY = "an integer, or a string of digits"
    NUMBER = "a number"
    FLAG = "0 or 1"
    DIRECTION = "ASC or DESC"
    OBJECT = "an object"
    OBJECTS = "an array of objects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a field must be; `fields` are those of an object, or of each object of an array."""

    kind: Kind
    required: bool = False
    nullable: bool = False
    longest: int | None = None
    fields: Mapping[str, "Field"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """How an operation is asked for.

    `query` selects it, `envelope` is the member of the body around `data`, `invalid` the id of the
    error for a request that is not as it must be.
    """

    call: Call
    query: str
    fields: Mapping[str, Field]
    invalid: str
    envelope: str = "variables"


_TEXT = Field(kind=Kind.TEXT)
_WHOLE = Field(kind=Kind.WHOLE)
_DATE = Field(kind=Kind.DATE)
_FLAG = Field(kind=Kind.FLAG)
_PAGE = {"limit": _WHOLE, "page": _WHOLE}
_DAYS = {"startDate": _DATE, "endDate": _DATE, **_PAGE}

_ALL = (
    # No id of an error is named for a malformed request for the balance or for the payments.
    Operation(
        call=Call.GET_BALANCE, query="plumProAPI.query.getBalance", invalid="PLE10001", fields={}
    ),
    Operation(
        call=Call.GET_FILTERS,
        query="plumProAPI.mutation.getFilters",
        invalid="PLE10003",
        fields={"filterGroupCode": _TEXT, "includeFilters": _TEXT, "excludeFilters": _TEXT},
    ),
    Operation(
        call=Call.GET_VOUCHERS,
        query="plumProAPI.mutation.getVouchers",
        invalid="PLE10033",
        fields={
            **_PAGE,
            "includeProducts": _TEXT,
            "excludeProducts": _TEXT,
            "exchangeRate": _WHOLE,
            "sort": Field(
                kind=Kind.OBJECT, fields={"field": _TEXT, "order": Field(kind=Kind.DIRECTION)}
            ),
            "filters": Field(kind=Kind.OBJECTS, fields={"key": _TEXT, "value": _TEXT}),
        },
    ),
    Operation(
        call=Call.PLACE_ORDER,
        query="plumProAPI.mutation.placeOrder",
        invalid="PLE10001",
        fields={
            "productId": Field(kind=Kind.WHOLE, required=True),
            "quantity": Field(kind=Kind.WHOLE, required=True),
            "denomination": Field(kind=Kind.NUMBER, required=True),
            # The page "Implementing Webhooks" gives it 100 characters.
            "poNumber": Field(kind=Kind.TEXT, required=True, longest=100),
            "email": Field(kind=Kind.EMAIL),
            "contact": _TEXT,
            "tag": _TEXT,
            "notifyReceiverEmail": _FLAG,
            "notifyAdminEmail": _FLAG,
        },
    ),
    Operation(
        call=Call.GET_ORDER_DETAILS,
        query="plumProAPI.mutation.getOrderDetails",
        invalid="PLE10002",
        fields={
            "poNumber": Field(kind=Kind.TEXT, nullable=True),
            "orderId": Field(kind=Kind.KEY, nullable=True),
            "sendMailToReceiver": _FLAG,
        },
    ),
    Operation(
        call=Call.GET_ORDER_HISTORY,
        query="plumProAPI.mutation.getOrderHistory",
        invalid="PLE10032",
        fields={**_DAYS, "tag": _TEXT},
    ),
    Operation(
        call=Call.PAYMENT_HISTORY,
        query="plumProAPI.mutation.paymentHistory",
        invalid="PLE10001",
        envelope="data",
        fields=_DAYS,
    ),
)

OPERATIONS: Mapping[str, Operation] = {each.query: each for each in _ALL}
"""Every operation, by its query."""

TAG = "plumProAPI"
