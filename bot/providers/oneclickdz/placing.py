"""What became of a placing, as far as OneClickDZ's answer tells, and not an inch further."""

from datetime import timedelta
from http import HTTPStatus

import msgspec

from bot.ports.provider import (
    Accepted,
    Exchange,
    Line,
    NotSent,
    Placement,
    Refused,
    Unknown,
)
from bot.providers import exchanges
from bot.providers.decoding import find, is_id
from bot.providers.http import NoReply, Reply, retry_after
from bot.providers.oneclickdz.envelope import Envelope, open_envelope
from bot.providers.oneclickdz.refusals import AUTH_UNAVAILABLE, kind_of, rejects_key

PATH = "/v3/gift-cards/placeOrder"

SOON = timedelta(seconds=5)
"""When to try again what never left; also the Retry-After seen with AUTH_UNAVAILABLE."""
AFTER_TOO_MANY = timedelta(seconds=15)
"""When to try again after a 429 that names no time."""

REFUSALS = frozenset({400, 401, 403, 404, 413, 422})
"""The statuses under which it refuses ("Error handling"; 413 seen). Any other may follow an order
that was taken: a 408, say, of a server that waited in vain for what stands behind it."""


class _Placed(msgspec.Struct):
    order_id: str = msgspec.field(default="", name="orderId")


def request_body(line: Line) -> bytes:
    """The order as the reference wants it.

    `ref` is not sent: only one guide shows it, no call finds an order by it, and nobody knows
    whether it is honoured, ignored or refused.
    """
    body = {
        "productId": line.product_key,
        "typeId": line.type_key,
        "quantity": line.quantity,
    }
    return msgspec.json.encode(body)


def judge(answer: Reply | NoReply, line: Line) -> Placement:
    """Sort an answer: only what proves that nothing was started, or refused, is said to be so."""
    exchange = exchange_of(answer, line)
    if isinstance(answer, NoReply):
        if answer.sent:
            return Unknown(reason=answer.reason, exchange=exchange)
        return NotSent(reason=answer.reason, retry_after=SOON, exchange=exchange)
    envelope = open_envelope(answer.body)
    if envelope is None:
        reason = f"HTTP {answer.status} without the provider's envelope"
        return Unknown(reason=reason, exchange=exchange)
    if envelope.success:
        return _taken(answer, envelope, exchange)
    return _declined(answer, envelope, exchange)


def _taken(answer: Reply, envelope: Envelope, exchange: Exchange) -> Placement:
    order_id = _order_id(envelope)
    if not 200 <= answer.status < 300 or not is_id(order_id):
        reason = f"HTTP {answer.status}, a success without an order id"
        return Unknown(reason=reason, exchange=exchange)
    return Accepted(provider_order_id=order_id, exchange=exchange)


def _order_id(envelope: Envelope) -> str:
    placed = find(envelope.data, _Placed)
    return placed.order_id.strip() if placed else ""


def _declined(answer: Reply, envelope: Envelope, exchange: Exchange) -> Placement:
    if _order_id(envelope):
        reason = f"HTTP {answer.status}, a refusal with an order id"
        return Unknown(reason=reason, exchange=exchange)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = retry_after(answer) or AFTER_TOO_MANY
        return NotSent(reason="HTTP 429", retry_after=wait, exchange=exchange)
    if envelope.code == AUTH_UNAVAILABLE and answer.status >= 400:
        wait = retry_after(answer) or SOON
        return NotSent(reason=AUTH_UNAVAILABLE, retry_after=wait, exchange=exchange)
    if answer.status not in REFUSALS:
        reason = f"HTTP {answer.status} {exchanges.as_code(envelope.code)}".strip()
        return Unknown(reason=reason, exchange=exchange)
    return Refused(
        kind=kind_of(answer.status, envelope),
        code=exchanges.as_code(envelope.code),
        message=envelope.message,
        freezes=rejects_key(answer.status, envelope),
        exchange=exchange,
    )


def exchange_of(answer: Reply | NoReply, line: Line) -> Exchange:
    """The call as it went over the wire, without the key."""
    envelope = open_envelope(answer.body)
    return exchanges.exchange_of(
        answer,
        PATH,
        request_body(line),
        is_own=envelope is not None,
        request_id=(envelope.request_id if envelope else None) or "",
    )
