"""A placing as it went over the wire: what is kept, sealed, of every provider's calls."""

import re

from bot.ports.provider import Exchange
from bot.ports.world import Clock
from bot.providers.http import NoReply, Reply, provider_ahead

LONGEST_MESSAGE = 300
"""A message is for an admin to read, not a place to keep what a server dumped."""

LONGEST_CODE = 60

UNREADABLE = "unreadable"
"""What is kept of a code that is none."""

# Six digits, set apart or not, tell whose a phone number is, and may be a card; no code has them.
_CODE = re.compile(rf"(?!.*\d(?:[._-]*\d){{5}})[A-Za-z0-9_.-]{{1,{LONGEST_CODE}}}")

_SHOWN = ("date", "content-type", "retry-after", "x-request-id", "cf-ray", "location")


def as_code(told: str) -> str:
    """A provider's code as it may be kept in clear; empty when none is told.

    It goes into journals, alerts and logs, where anything else that stands in its place might be
    what the provider repeats of a request.
    """
    return told if not told or _CODE.fullmatch(told) else UNREADABLE


def exchange_of(
    answer: Reply | NoReply, path: str, body: bytes, *, is_own: bool, request_id: str = ""
) -> Exchange:
    """The call as it went over the wire, without the headers that open the account.

    `is_own`: the provider itself answered. Only then is its clock told: a page of a proxy has the
    proxy's. `request_id` is what the answer names, where not its header.
    """
    return Exchange(
        started_at=answer.started_at,
        ended_at=answer.ended_at,
        provider_ahead=provider_ahead(answer) if is_own else None,
        http_status=answer.status,
        request_id=request_id or answer.headers.get("x-request-id", "")[:LONGEST_MESSAGE] or None,
        request=f"POST {path}\n\n".encode() + body,
        answer=b"" if answer.status is None else _head(answer) + answer.body,
    )


def nothing_sent(clock: Clock, reason: str = "") -> NoReply:
    """Stand in for the answer of a call that was never made."""
    now = clock.now()
    return NoReply(sent=False, timed_out=False, reason=reason, started_at=now, ended_at=now)


def _head(answer: Reply | NoReply) -> bytes:
    lines = [f"{name}: {answer.headers[name]}" for name in _SHOWN if name in answer.headers]
    return "\n".join([f"HTTP {answer.status}", *lines, "", ""]).encode(errors="replace")
