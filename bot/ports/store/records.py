"""The journal, the calls that may have spent money, and small named facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.audit import Event, JournalRow
from bot.domain.catalog import (
    Account,
)
from bot.domain.orders import OrderId


class Journal(Protocol):
    """Everything that happened; only ever appended to."""

    async def append(self, event: Event) -> JournalRow:
        """Chain an event to the end of the journal."""
        ...

    async def last(self) -> JournalRow | None:
        """The newest event."""
        ...

    async def list_of(self, subject: str, *, limit: int = 1000) -> tuple[JournalRow, ...]:
        """List the events of a subject, oldest first."""
        ...

    async def list_after(self, seq: int, *, limit: int) -> tuple[JournalRow, ...]:
        """List the events after a place in the chain, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCall:
    """A call to a provider that may spend money, for the audit; the exchange stays sealed.

    `outcome` is accepted, refused, not-sent or unknown, with `code` in the provider's words.
    """

    order_id: OrderId
    account: Account
    attempt: int
    started_at: datetime
    ended_at: datetime
    outcome: str
    code: str
    http_status: int | None
    request_id: str | None
    sealed_exchange: bytes


class Calls(Protocol):
    """The calls that may have spent money."""

    async def add(self, call: ProviderCall) -> None:
        """Keep a call."""
        ...

    async def list_of(self, order_id: OrderId) -> tuple[ProviderCall, ...]:
        """List an order's calls, oldest first."""
        ...

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[ProviderCall, ...]:
        """List calls whose exchange was sealed by a key other than `key_id`, oldest first."""
        ...

    async def reseal(self, call: ProviderCall) -> None:
        """Replace the sealed exchange of a call (found by order and attempt)."""
        ...


class Marks(Protocol):
    """Small facts with a name: pauses, the epoch, the default margin, sealed keys."""

    async def find(self, name: str) -> str | None:
        """Read a mark."""
        ...

    async def set(self, name: str, value: str | None) -> None:
        """Write a mark, or take it away with None."""
        ...
