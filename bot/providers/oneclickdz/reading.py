"""The answers to reads: the envelope's data, or the error that says why there is none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.errors import (
    ProviderBusy,
    ProviderContractBroken,
    ProviderUnauthorized,
    ProviderUnreachable,
)
from bot.providers.exchanges import as_code
from bot.providers.http import NoReply, Reply, provider_ahead, retry_after
from bot.providers.oneclickdz.envelope import Envelope, open_envelope
from bot.providers.oneclickdz.placing import AFTER_TOO_MANY, SOON
from bot.providers.oneclickdz.refusals import AUTH_UNAVAILABLE, rejects_key


class NotThere(ProviderContractBroken):
    """The provider does not know this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A successful read: what it says and, on our clock, when it was begun."""

    envelope: Envelope
    read_at: datetime
    provider_ahead: timedelta | None


def open_read(answer: Reply | NoReply, *, what: str) -> Read:
    """Open the envelope of a successful read.

    Raises one of the four errors of the port, and `NotThere` for an id that is not known;
    their texts hold statuses and codes, never a body.
    """
    if isinstance(answer, NoReply):
        raise ProviderUnreachable(f"{what}: {answer.reason}")
    envelope = open_envelope(answer.body)
    if envelope and envelope.success and envelope.data and 200 <= answer.status < 300:
        ahead = provider_ahead(answer)
        return Read(envelope=envelope, read_at=answer.started_at, provider_ahead=ahead)
    _raise_if_closed(answer, envelope, what)
    code = as_code(envelope.code) if envelope else "no envelope"
    if envelope and answer.status == HTTPStatus.NOT_FOUND:
        raise NotThere(f"{what}: {code}")
    if answer.status >= 500:
        raise ProviderUnreachable(f"{what}: HTTP {answer.status}, {code}")
    raise ProviderContractBroken(f"{what}: HTTP {answer.status}, {code}")


def _raise_if_closed(answer: Reply, envelope: Envelope | None, what: str) -> None:
    if rejects_key(answer.status, envelope):
        raise ProviderUnauthorized(f"{what}: HTTP {answer.status}")
    too_many = answer.status == HTTPStatus.TOO_MANY_REQUESTS
    if too_many or (envelope is not None and envelope.code == AUTH_UNAVAILABLE):
        wait = retry_after(answer) or (AFTER_TOO_MANY if too_many else SOON)
        raise ProviderBusy(
            f"{what}: HTTP {answer.status}", retry_after_seconds=wait.total_seconds()
        )
