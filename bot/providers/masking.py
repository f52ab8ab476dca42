"""Leaving secrets out of what is kept: answers repeat them, and errors may, in any spelling."""

import html
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.domain.secret import MASK
from bot.providers.http import NoReply, Reply

_SHORTEST: Final = 8
"""Anything shorter is no secret, and would be found in the middle of a card."""

_ESCAPED: Final = re.compile(r"\\+u00([0-9a-f]{2})|%([0-9a-f]{2})", re.IGNORECASE)


def without_secrets(answer: Reply | NoReply, secrets: Iterable[str]) -> Reply | NoReply:
    """Mask secrets in an answer's body and in its headers."""
    hidden = tuple(secrets)
    headers = {
        name: masked(told.encode(), hidden).decode() for name, told in answer.headers.items()
    }
    return replace(answer, headers=headers, body=masked(answer.body, hidden))


def masked(body: bytes, secrets: Iterable[str]) -> bytes:
    r"""Put a mask where a secret stands, in either case, and as JSON, HTML or a URL may spell it.

    JSON may escape any sign (`\u002d`, `\/`), and does so again inside a string of JSON. Masked
    are the bytes, before anything is read or cut: half a secret is none that could be found.
    """
    if not body:
        return body
    readings = (body.decode(errors="replace").lower(), _plain(body))
    found = {one for one in secrets if len(one) >= _SHORTEST and _is_in(one, readings)}
    if not found:
        return body  # nearly always, and the search for spellings is slow
    longest_first = sorted(found, key=len, reverse=True)
    spellings = "|".join("".join(map(_spelled, one)) for one in longest_first)
    return re.sub(spellings.encode(), MASK.encode(), body, flags=re.IGNORECASE)


def _is_in(secret: str, readings: tuple[str, str]) -> bool:
    """Tell whether it may stand there; a secret can hold what looks like an escape itself."""
    spelled = (secret.lower(), _plain(secret.encode()))
    return any(one in reading for one in spelled for reading in readings)


def _plain(body: bytes) -> str:
    """Undo every escape, more than any reader would, so that nothing escaped is overlooked."""
    text = body.decode(errors="replace")
    text = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    return html.unescape(text).replace("\\", "").lower()


def _spelled(sign: str) -> str:
    """A pattern for one sign, however it is escaped."""
    number = ord(sign)
    percent = "".join(f"%{byte:02x}" for byte in sign.encode())
    numbered = rf"\\+u{number:04x}|&#0*{number};|&#x0*{number:x};"
    named = html.escape(sign)
    return rf"(?:\\*{re.escape(sign)}|{numbered}|{percent}|{re.escape(named)})"
