"""OneClickDZ's envelope, however it is spelled.

Documented (docs.oneclickdz.com, "Response format", "Error handling"):
`{"success":true,"data":…,"meta":{…},"requestId":…}` and
`{"success":false,"error":{"code","message","details"},"requestId"}`.
Seen besides: no meta, no request id; the message at the top level (guide 3 in English and French);
`error` as a string (requests refused before the application, without `success`); HTML; nothing.
"""

from dataclasses import dataclass, field

import msgspec

from bot.providers.decoding import find, find_whole, present
from bot.providers.exchanges import LONGEST_MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An answer of the application. `data` and `meta` are JSON, empty when absent.

    `code` is upper-cased, and like `message` empty when it is not told.
    """

    success: bool
    code: str
    message: str
    request_id: str | None
    data: bytes = field(repr=False)
    meta: bytes = field(repr=False)


class _Error(msgspec.Struct):
    code: object = None
    message: object = None


class _Meta(msgspec.Struct):
    request_id: object = msgspec.field(default=None, name="requestId")


class _Wire(msgspec.Struct):
    success: object = None
    data: msgspec.Raw = msgspec.Raw()
    meta: msgspec.Raw = msgspec.Raw()
    error: msgspec.Raw = msgspec.Raw()
    message: object = None
    request_id: object = msgspec.field(default=None, name="requestId")


def open_envelope(body: bytes) -> Envelope | None:
    """Read the provider's envelope; None when the body is not one."""
    wire = find_whole(body, _Wire)
    if wire is None or not isinstance(wire.success, bool):
        return None
    error = find(bytes(wire.error), _Error) or _Error()
    meta = find(bytes(wire.meta), _Meta) or _Meta()
    said = (error.message, wire.message, find(bytes(wire.error), str))
    return Envelope(
        success=wire.success,
        code=_text(error.code).upper(),
        message=next(filter(None, map(_text, said)), ""),
        request_id=_text(wire.request_id) or _text(meta.request_id) or None,
        data=present(wire.data),
        meta=bytes(wire.meta),
    )


def _text(value: object) -> str:
    return value.strip()[:LONGEST_MESSAGE] if isinstance(value, str) else ""
