"""Plum's answers, in whichever of their six shapes, as one envelope.

Documented ("Error handling", "Rate limiting", "Refresh token", the reference):
`{"data":{"<operation>":{"status":1,"data":…}}}` is a result;
`{"code","errorId","errorInfo","error"}` an error of the application;
`{"error","error_description"}` one of the token;
`{"success":0,"error_message_id"}` or `{"message"}` one of the session;
`{"errors":[{"message","penaltySeconds"}]}` the limit;
`{"error","message"}` and `{"code":500,"error"}` stand in the specification alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

import msgspec

from bot.providers.decoding import find, find_whole, present
from bot.providers.exchanges import LONGEST_MESSAGE, as_code
from bot.providers.plum.fields import NOTHING, number, text
from bot.providers.plum.operations import ANSWERED_AS, Operation

TOO_MANY = "auth.request_limit_exceeded"

_LONGEST_PENALTY = timedelta(hours=1)


class Shape(StrEnum):
    """Who speaks: the application by a result or an error, or what stands before it."""

    RESULT = "result"
    APPLICATION = "application"
    OAUTH = "oauth"
    SESSION = "session"
    LIMIT = "limit"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A JSON answer. `done` is a result that says so; `data` is its JSON, empty when absent.

    `code` is the error's id (ids of the application are upper-cased), and like `message` and
    `order_id` empty when it is not told. `penalty` is how long the limit asks to wait.
    """

    shape: Shape
    done: bool
    code: str
    message: str
    order_id: str = ""
    penalty: timedelta | None = None
    data: bytes = field(default=b"", repr=False)


class _Limit(msgspec.Struct):
    message: msgspec.Raw = NOTHING
    penalty_seconds: msgspec.Raw = msgspec.field(default=NOTHING, name="penaltySeconds")


class _Result(msgspec.Struct):
    """What stands under the operation's name; after a failure it may hold the error."""

    status: msgspec.Raw = NOTHING
    data: msgspec.Raw = NOTHING
    error_id: msgspec.Raw = msgspec.field(default=NOTHING, name="errorId")
    error_info: msgspec.Raw = msgspec.field(default=NOTHING, name="errorInfo")
    order_id: msgspec.Raw = msgspec.field(default=NOTHING, name="orderId")


class _Wire(msgspec.Struct):
    data: msgspec.Raw = NOTHING
    errors: msgspec.Raw = NOTHING
    error: msgspec.Raw = NOTHING
    message: msgspec.Raw = NOTHING
    success: msgspec.Raw = NOTHING
    error_id: msgspec.Raw = msgspec.field(default=NOTHING, name="errorId")
    error_info: msgspec.Raw = msgspec.field(default=NOTHING, name="errorInfo")
    error_description: msgspec.Raw = NOTHING
    error_message_id: msgspec.Raw = NOTHING
    order_id: msgspec.Raw = msgspec.field(default=NOTHING, name="orderId")


def open_envelope(body: bytes, operation: Operation) -> Envelope | None:
    """Read an answer; None when it is no JSON object."""
    wire = find_whole(body, _Wire)
    if wire is None:
        return None
    result = _result(wire, operation)
    inner = find(bytes(wire.error), _Result) or _Result()
    limit = _limit(wire)
    shape = _shape(wire, result, inner, limit)
    return Envelope(
        shape=shape,
        done=shape is Shape.RESULT and text(result.status) == "1",
        code=_code(wire, result, inner, shape),
        message=_message(wire, result, inner),
        order_id=_order_id(wire, result, inner),
        penalty=limit,
        data=present(result.data),
    )


def _result(wire: _Wire, operation: Operation) -> _Result:
    results = find(bytes(wire.data), dict[str, msgspec.Raw]) or {}
    for name in ANSWERED_AS.get(operation, (operation,)):
        if found := find(bytes(results.get(name, NOTHING)), _Result):
            return found
    return _Result()


def _limit(wire: _Wire) -> timedelta | None:
    """How long the limit asks to wait; None when nobody speaks of one."""
    told = find(bytes(wire.errors), list[_Limit]) or []
    for one in (*told, _Limit(message=wire.message)):
        if text(one.message) == TOO_MANY:
            seconds = number(one.penalty_seconds) or 0
            return min(timedelta(seconds=max(float(seconds), 0)), _LONGEST_PENALTY)
    return None


def _shape(wire: _Wire, result: _Result, inner: _Result, limit: timedelta | None) -> Shape:
    tests: Mapping[Shape, object] = {
        Shape.LIMIT: limit is not None,
        Shape.APPLICATION: text(wire.error_id) or text(result.error_id) or text(inner.error_id),
        Shape.SESSION: text(wire.error_message_id),
        Shape.OAUTH: text(wire.error) and text(wire.error_description),
        Shape.RESULT: text(result.status),
    }
    return next((shape for shape, holds in tests.items() if holds), Shape.OTHER)


def _code(wire: _Wire, result: _Result, inner: _Result, shape: Shape) -> str:
    if shape is Shape.APPLICATION:
        ids = (wire.error_id, result.error_id, inner.error_id)
        return as_code(next(filter(None, map(text, ids))).upper())
    codes = {
        Shape.OAUTH: wire.error,
        Shape.SESSION: wire.error_message_id,
        Shape.LIMIT: msgspec.Raw(msgspec.json.encode(TOO_MANY)),
    }
    return as_code(text(codes.get(shape, NOTHING)))


def _message(wire: _Wire, result: _Result, inner: _Result) -> str:
    said = (
        wire.error_description,
        wire.error,
        inner.error_info,
        wire.error_info,
        result.error_info,
        wire.message,
    )
    return next(filter(None, map(_words, said)), "")


def _words(raw: msgspec.Raw) -> str:
    told = find(bytes(raw), str) or ""
    return told.strip()[:LONGEST_MESSAGE]


def _order_id(wire: _Wire, result: _Result, inner: _Result) -> str:
    """The id of an order, wherever an answer may name one; 0 names none."""
    data = find(bytes(result.data), _Result) or _Result()
    outer = find(bytes(wire.data), _Result) or _Result()
    holders = (data, result, outer, inner)
    told = (text(each) for each in (*(one.order_id for one in holders), wire.order_id))
    return next((each for each in told if each.strip("0")), "")
