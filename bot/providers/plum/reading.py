"""The answers to reads: the result's data, or the error that says why there is none."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from bot.errors import (
    ProviderBusy,
    ProviderContractBroken,
    ProviderUnauthorized,
    ProviderUnreachable,
)
from bot.providers.http import NoReply, Reply, provider_ahead
from bot.providers.plum.envelope import Envelope, Shape, open_envelope
from bot.providers.plum.operations import NOT_THERE, Operation
from bot.providers.plum.placing import AFTER_TOO_MANY
from bot.providers.plum.refusals import closes, rejects_token

CANCELLED: Final = "PLE10036"
"""The delivery was cancelled: said instead of showing the order ("Error handling")."""

LATER: Final = frozenset({"PLE10021"})
"""A 404 that asks to be asked again ("Error handling")."""


class NotThere(ProviderContractBroken):
    """The provider says that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A successful read: what it says and, on our clock, when it was begun.

    `cancelled`: the order stands in an error that says that its delivery was cancelled.
    """

    data: bytes = field(repr=False)
    read_at: datetime
    provider_ahead: timedelta | None
    cancelled: bool = False


def open_read(answer: Reply | NoReply, operation: Operation) -> Read:
    """Open the result of a successful read.

    Raises one of the four errors of the port, and `NotThere` for what there is none of; their
    texts hold statuses and ids, never a body.
    """
    if isinstance(answer, NoReply):
        raise ProviderUnreachable(f"{operation}: {answer.reason}")
    envelope = open_envelope(answer.body, operation)
    if envelope and envelope.done and envelope.data and 200 <= answer.status < 300:
        return _read(answer, envelope)
    if envelope and envelope.code == CANCELLED and envelope.order_id and envelope.data:
        return _read(answer, envelope, cancelled=True)
    _raise_if_closed(answer, envelope, operation)
    code = envelope.code if envelope else "no envelope"
    if answer.status == HTTPStatus.NOT_FOUND and code in NOT_THERE.get(operation, ()):
        raise NotThere(f"{operation}: {code}")
    if answer.status >= 500 or code in LATER:
        raise ProviderUnreachable(f"{operation}: HTTP {answer.status}, {code}")
    raise ProviderContractBroken(f"{operation}: HTTP {answer.status}, {code}")


def _read(answer: Reply, envelope: Envelope, *, cancelled: bool = False) -> Read:
    return Read(
        data=envelope.data,
        read_at=answer.started_at,
        provider_ahead=provider_ahead(answer),
        cancelled=cancelled,
    )


def _raise_if_closed(answer: Reply, envelope: Envelope | None, operation: Operation) -> None:
    if closes(answer.status, envelope) or rejects_token(answer.status, envelope):
        code = envelope.code if envelope else ""
        raise ProviderUnauthorized(f"{operation}: HTTP {answer.status} {code}".strip())
    if envelope and envelope.shape is Shape.LIMIT:
        wait = envelope.penalty or AFTER_TOO_MANY
        raise ProviderBusy(f"{operation}: too many", retry_after_seconds=wait.total_seconds())
