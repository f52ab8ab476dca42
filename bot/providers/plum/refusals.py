"""What an error of Plum means for a placing: by its id, before its HTTP status.

The provider's own pages name two statuses for one id (PLE10012, PLE10015, PLE10018, PLE10020), so
the id decides. Sources: "Error handling" of the current documentation, and of the one before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from bot.ports.provider import RefusalKind
from bot.providers.plum.envelope import Envelope, Shape


class Outcome(StrEnum):
    """What an id says about the order."""

    REFUSED = "refused"
    """Decided against: at once under a 4xx, and else when the order cannot be found."""
    UNKNOWN = "unknown"
    """It may exist, and its money may be taken, whatever the page advises: look first."""
    ALARMING = "alarming"
    """The provider itself tells of trouble with the money."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """An error of the application. `freezes`: no other call can succeed."""

    outcome: Outcome
    kind: RefusalKind = RefusalKind.OTHER
    freezes: bool = False


UNKNOWN: Final = Meaning(Outcome.UNKNOWN)

_CLOSED = Meaning(Outcome.REFUSED, RefusalKind.UNAUTHORIZED, freezes=True)
_PRODUCT = Meaning(Outcome.REFUSED, RefusalKind.PRODUCT)
_VALIDATION = Meaning(Outcome.REFUSED, RefusalKind.VALIDATION)

MEANINGS: Final[Mapping[str, Meaning]] = {
    "PLE10001": _VALIDATION,
    "PLE10041": _VALIDATION,  # too many cards
    "PLE10015": _PRODUCT,  # the brand wants papers first
    "PLE10017": _PRODUCT,  # no details
    "PLE10018": _PRODUCT,  # no such denomination
    "PLE10019": _PRODUCT,  # not in this country: a 401, but nothing is wrong with the token
    "PLE10042": _PRODUCT,  # not activated
    "PLE10024": Meaning(Outcome.REFUSED, RefusalKind.OUT_OF_STOCK),
    "PLE10014": _CLOSED,  # no such caller
    "PIPE10013": _CLOSED,  # bad Authorization header
    "PIPE10015": _CLOSED,  # the person is disabled
    "PIPE10016": _CLOSED,  # the company is disabled
    "PIPE10017": _CLOSED,  # not from this address
    "PLE10026": Meaning(Outcome.ALARMING),  # cancelled, but not refunded
    "PLE10004": UNKNOWN,  # the reference did not pass: most likely it was used
    "PLE10005": UNKNOWN,  # no currency
    "PLE10006": UNKNOWN,
    "PLE10020": UNKNOWN,
    "PLE10007": UNKNOWN,  # "call again", but points may be taken
    "PLE10010": UNKNOWN,
    "PLE10011": UNKNOWN,
    "PLE10012": UNKNOWN,
    "PLE10013": UNKNOWN,
    "PLE10025": UNKNOWN,
    "PLE10035": UNKNOWN,  # placed, but its status could not be read
    "PLE10036": UNKNOWN,  # placed, and its delivery cancelled
}
"""Every id that a placing may answer; one that is not here is as good as none."""

INVALID_TOKEN: Final = "invalid_token"  # noqa: S105 # an error's name
TOKEN_ERROR: Final = "auth.token_error"  # noqa: S105 # an error's name

TURNED_AWAY: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
"""The statuses that an error about who asks may have: no page tells which."""


def meaning_of(status: int, envelope: Envelope) -> Meaning:
    """Tell what an error says about the order that was to be placed."""
    if envelope.shape is Shape.OAUTH:  # what stands before the application let nothing through
        return _CLOSED if status in TURNED_AWAY else UNKNOWN
    return MEANINGS.get(envelope.code, UNKNOWN) if envelope.shape is Shape.APPLICATION else UNKNOWN


def closes(status: int, envelope: Envelope | None) -> bool:
    """Tell whether no call of this account, from this address, can succeed."""
    if envelope is None or not 400 <= status < 500 or rejects_token(status, envelope):
        return False
    return meaning_of(status, envelope).freezes


def proves_token_rejected(status: int, envelope: Envelope | None) -> bool:
    """Tell whether a call was turned away for its token, so that nothing of it ran.

    It takes the token's own error ("Refresh token"): another 401 may be a refusal.
    """
    if envelope is None:
        return False
    return status in TURNED_AWAY and (_is_invalid(envelope) or _is_token_error(envelope))


def rejects_token(status: int, envelope: Envelope | None) -> bool:
    """Tell whether a read may be tried with another token: reading twice does no harm."""
    if envelope is None:
        return False
    bare = envelope.shape is Shape.OTHER and status == HTTPStatus.UNAUTHORIZED
    return bare or _is_invalid(envelope) or _is_token_error(envelope)


def _is_invalid(envelope: Envelope) -> bool:
    return envelope.shape is Shape.OAUTH and envelope.code == INVALID_TOKEN


def _is_token_error(envelope: Envelope) -> bool:
    return envelope.shape is Shape.SESSION and envelope.code == TOKEN_ERROR
