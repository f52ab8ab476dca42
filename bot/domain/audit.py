"""The journal: everything that happened, each event chained to the one before by a hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.instants import to_ms

Detail = str | int | bool | None
"""What an event may say: plain values, never a code, a key or a token."""

GENESIS = bytes(32)
"""What the first event is chained to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened: who did what to what, when.

    `actor` is `wakil`, `member:ID` or `admin:ID`. `action` is a verb with dots
    (`order.confirmed`). `subject` is `order:17`, `agent:3`, `provider:NAME`, ….
    """

    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """An event in its place of the chain."""

    seq: int
    event: Event
    previous: bytes
    hash: bytes


def canonical(details: Mapping[str, Detail]) -> str:
    """Write details the one way that is hashed."""
    return json.dumps(dict(details), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain(seq: int, event: Event, previous: bytes) -> bytes:
    """Hash an event with its place and the hash before it (SHA-256)."""
    body = json.dumps(
        [seq, to_ms(event.at), event.actor, event.action, event.subject, canonical(event.details)],
        ensure_ascii=False,
    )
    return hashlib.sha256(b"\x00" + previous + body.encode()).digest()
