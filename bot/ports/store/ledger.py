"""Wallets and the books behind them, as they are stored."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.agents import (
    AgentId,
    Wallet,
)
from bot.domain.ledger import Entry, LedgerAccount
from bot.domain.money import Money


class Posted(StrEnum):
    """What became of an entry."""

    POSTED = "posted"
    ALREADY = "already"
    OVERDRAWN = "overdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedEntry:
    """An entry as it stands in the books; `id` orders them."""

    id: int
    entry: Entry


class Ledger(Protocol):
    """Wallets and the books behind them; entries and postings are never changed."""

    async def wallet(self, agent_id: AgentId) -> Wallet:
        """Read an agent's wallet."""
        ...

    async def set_credit_limit(self, agent_id: AgentId, limit: Money | None) -> None:
        """Set how far a wallet may fall below zero by buying; None is without limit."""
        ...

    async def post(self, entry: Entry) -> Posted:
        """Write an entry and move the wallets it names; a key seen before changes nothing.

        A guarded entry moves the wallet by one conditional update: OVERDRAWN writes nothing.
        """
        ...

    async def find_entry(self, key: str) -> PostedEntry | None:
        """Find an entry by its key."""
        ...

    async def list_entries(
        self, account: LedgerAccount | None = None, *, offset: int = 0, limit: int = 1000
    ) -> tuple[PostedEntry, ...]:
        """List entries, newest first: all, or those with a posting on `account`."""
        ...

    async def balance(self, account: LedgerAccount, currency: str) -> Money:
        """Recompute an account from its postings, debits positive."""
        ...
