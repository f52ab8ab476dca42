"""What a refusal of OneClickDZ means: by its code, then its words, then its HTTP status."""

from http import HTTPStatus

from bot.ports.provider import RefusalKind
from bot.providers.oneclickdz.envelope import Envelope

AUTH_UNAVAILABLE = "AUTH_UNAVAILABLE"
"""Their key service did not answer in time: 503, but nothing was started (seen live)."""

_BY_CODE = {
    "MISSING_ACCESS_TOKEN": RefusalKind.UNAUTHORIZED,
    "INVALID_ACCESS_TOKEN": RefusalKind.UNAUTHORIZED,
    "ERR_AUTH": RefusalKind.UNAUTHORIZED,
    "IP_BLOCKED": RefusalKind.UNAUTHORIZED,
    "IP_NOT_ALLOWED": RefusalKind.UNAUTHORIZED,
    "API_DISABLED": RefusalKind.UNAUTHORIZED,
    "NO_BALANCE": RefusalKind.BALANCE,
    "INSUFFICIENT_BALANCE": RefusalKind.BALANCE,
    "DUPLICATED_REF": RefusalKind.DUPLICATE,
    "NOT_FOUND": RefusalKind.PRODUCT,
    "ERR_VALIDATION": RefusalKind.VALIDATION,
    "INVALID_PHONE": RefusalKind.VALIDATION,
    "PAYLOAD_TOO_LARGE": RefusalKind.VALIDATION,
}
"""Codes of "Error handling" and the changelog, and those seen in programs that run against it."""

_BY_WORD = {
    # Guide 3 tells its readers to look for these two: the code for an empty stock has no name.
    "stock": RefusalKind.OUT_OF_STOCK,
    "balance": RefusalKind.BALANCE,
    "product": RefusalKind.PRODUCT,
    "type": RefusalKind.PRODUCT,
}

_BY_STATUS: dict[int, RefusalKind] = {
    HTTPStatus.BAD_REQUEST: RefusalKind.VALIDATION,
    HTTPStatus.UNPROCESSABLE_ENTITY: RefusalKind.VALIDATION,
    HTTPStatus.NOT_FOUND: RefusalKind.PRODUCT,
}


def kind_of(status: int, envelope: Envelope) -> RefusalKind:
    """Tell why; a code, a word or a status that nobody has seen is `OTHER`."""
    if status == HTTPStatus.UNAUTHORIZED:
        return RefusalKind.UNAUTHORIZED
    if envelope.code in _BY_CODE:
        return _BY_CODE[envelope.code]
    words = f"{envelope.code} {envelope.message}".casefold()
    by_word = next((kind for word, kind in _BY_WORD.items() if word in words), None)
    return by_word or _BY_STATUS.get(status, RefusalKind.OTHER)


def rejects_key(status: int, envelope: Envelope | None) -> bool:
    """Tell whether no call with this key, from this address, can succeed.

    A 401 says so whoever sent it: five more of them lock the address ("Validate token").
    """
    if status == HTTPStatus.UNAUTHORIZED:
        return True
    if envelope is None or envelope.success or not 400 <= status < 500:
        return False
    return _BY_CODE.get(envelope.code) is RefusalKind.UNAUTHORIZED
