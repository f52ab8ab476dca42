"""What became of a placing, as far as Plum's answer tells, and not an inch further.

Sources: "Place Order", "Get Order Details", "Error handling", "Rate limiting", "Send your first
reward" of the Rewards API v1.2.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec

from bot.errors import DomainError
from bot.ports.provider import (
    Accepted,
    Exchange,
    Line,
    NotSent,
    Placement,
    RefusalKind,
    Refused,
    Unknown,
)
from bot.providers import exchanges
from bot.providers.http import NoReply, Reply
from bot.providers.plum.envelope import Envelope, Shape, open_envelope
from bot.providers.plum.fields import as_id
from bot.providers.plum.operations import PATH, Operation, request_body
from bot.providers.plum.phones import contact
from bot.providers.plum.refusals import (
    INVALID_TOKEN,
    Outcome,
    meaning_of,
    proves_token_rejected,
)

SOON: Final = timedelta(seconds=5)
"""When to try again what never left."""

AFTER_TOO_MANY: Final = timedelta(seconds=60)
"""The penalty of the documented example, for an answer that names none."""

_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_LONGEST_REFERENCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRejected:
    """Nothing ran, because the token was rejected: the one answer after which to send again."""

    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A documented refusal under a status that proves nothing: so until nobody finds the order."""

    refused: Refused
    unknown: Unknown


Verdict = Placement | TokenRejected | Doubted


def order_body(line: Line, reference: str) -> bytes:
    """The order as the reference wants it; nobody is sent an e-mail with the codes.

    Raises `DomainError` for a line that is not of this provider, or that nothing could be found by:
    an empty `poNumber` is taken, and protects from nothing.
    """
    if not reference.strip() or len(reference) > _LONGEST_REFERENCE:
        raise DomainError("An order needs a reference of at most 100 characters")
    if not _NUMBER.fullmatch(line.type_key) or not as_id(line.product_key):
        raise DomainError("The line holds no product and denomination of this provider")
    data = {
        "productId": int(line.product_key),
        "quantity": line.quantity,
        "denomination": msgspec.Raw(line.type_key.encode()),
        "poNumber": reference,
        "notifyReceiverEmail": 0,
        "notifyAdminEmail": 0,
    }
    if line.phone:
        data["contact"] = contact(line.phone)
    return request_body(Operation.PLACE, data)


def judge(answer: Reply | NoReply, body: bytes) -> Verdict:
    """Sort an answer: only what proves that nothing was started, or refused, is said to be so."""
    envelope = open_envelope(answer.body, Operation.PLACE)
    exchange = exchange_of(answer, body, envelope)
    if isinstance(answer, NoReply):
        if answer.sent:
            return Unknown(reason=answer.reason, exchange=exchange)
        return NotSent(reason=answer.reason, retry_after=SOON, exchange=exchange)
    if envelope is None:
        reason = f"HTTP {answer.status} without the provider's envelope"
        return Unknown(reason=reason, exchange=exchange)
    if envelope.done:
        return _taken(answer, envelope, exchange)
    return _declined(answer, envelope, exchange)


def _taken(answer: Reply, envelope: Envelope, exchange: Exchange) -> Placement:
    order_id = as_id(envelope.order_id)
    if not 200 <= answer.status < 300 or not order_id:
        reason = f"HTTP {answer.status}, a success without an order id"
        return Unknown(reason=reason, exchange=exchange)
    return Accepted(provider_order_id=order_id, exchange=exchange)


def _declined(answer: Reply, envelope: Envelope, exchange: Exchange) -> Verdict:
    meaning = meaning_of(answer.status, envelope)
    named = f"HTTP {answer.status} {envelope.code}".strip()
    unknown = Unknown(reason=named, exchange=exchange, alarming=meaning.outcome is Outcome.ALARMING)
    if envelope.order_id:
        return unknown
    if envelope.shape is Shape.LIMIT and answer.status < 500:
        wait = envelope.penalty or AFTER_TOO_MANY
        return NotSent(reason=named, retry_after=wait, exchange=exchange)
    if proves_token_rejected(answer.status, envelope):
        return TokenRejected(exchange=exchange)
    if meaning.outcome is not Outcome.REFUSED:
        return unknown
    refused = Refused(
        kind=meaning.kind,
        code=envelope.code,
        message=envelope.message,
        freezes=meaning.freezes,
        exchange=exchange,
    )
    if 400 <= answer.status < 500:
        return refused
    return Doubted(refused=refused, unknown=unknown)


def token_refused(exchange: Exchange, message: str = "The access token was rejected") -> Refused:
    """Nothing can be placed until somebody renews the tokens."""
    return Refused(
        kind=RefusalKind.UNAUTHORIZED,
        code=INVALID_TOKEN,
        message=message,
        freezes=True,
        exchange=exchange,
    )


def exchange_of(answer: Reply | NoReply, body: bytes, envelope: Envelope | None = None) -> Exchange:
    """The call as it went over the wire, without its token."""
    return exchanges.exchange_of(answer, PATH, body, is_own=envelope is not None)
