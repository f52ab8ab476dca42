"""Wallets and books in memory."""

from dataclasses import replace

from bot.domain import ledger
from bot.domain.agents import AgentId, Wallet
from bot.domain.ledger import Entry, LedgerAccount
from bot.domain.money import Money
from bot.errors import DomainError
from bot.ports.store import Posted, PostedEntry
from tests.fakes.store.block import kept, require
from tests.fakes.store.people import MemoryLimits


class MemoryLedger(MemoryLimits):
    """Ledger."""

    async def wallet(self, agent_id: AgentId) -> Wallet:
        return self._state.wallets[agent_id]

    async def post(self, entry: Entry) -> Posted:
        draft = self._draft
        if entry.key in draft.entries:
            return Posted.ALREADY
        moved = _moved(draft.wallets, entry)
        if entry.guarded and not _covered(draft.wallets, moved, entry.key):
            return Posted.OVERDRAWN
        require(
            that=entry.order_id is None or entry.order_id in draft.orders,
            otherwise="entry.order_id is an order",
        )
        draft.wallets.update(moved)
        draft.entries[entry.key] = PostedEntry(id=len(draft.entries) + 1, entry=kept(entry))
        return Posted.POSTED

    async def find_entry(self, key: str) -> PostedEntry | None:
        return self._state.entries.get(key)

    async def list_entries(
        self, account: LedgerAccount | None = None, *, offset: int = 0, limit: int = 1000
    ) -> tuple[PostedEntry, ...]:
        named = [
            one
            for one in reversed(self._state.entries.values())
            if account is None or any(line.account == account for line in one.entry.postings)
        ]
        return tuple(named[offset : offset + limit])

    async def balance(self, account: LedgerAccount, currency: str) -> Money:
        postings = (
            line
            for one in self._state.entries.values()
            for line in one.entry.postings
            if line.amount.currency == currency
        )
        return ledger.balance(postings, account, currency)


def _moved(wallets: dict[AgentId, Wallet], entry: Entry) -> dict[AgentId, Wallet]:
    """Work out the wallets that an entry names as they would be after it."""
    moved: dict[AgentId, Wallet] = {}
    for line in entry.postings:
        kind, _, number = line.account.partition(":")
        if kind not in {"wallet", "held"}:
            continue
        agent = AgentId(int(number))
        require(that=agent in wallets, otherwise="an entry moves a wallet that is not there")
        wallet = moved.get(agent, wallets[agent])
        same = wallet.balance.currency == line.amount.currency
        require(that=same, otherwise="an entry moves a wallet in another currency")
        if kind == "wallet":
            moved[agent] = replace(wallet, balance=wallet.balance - line.amount)
        else:
            moved[agent] = replace(wallet, held=wallet.held - line.amount)
    require(that=all(one.held.minor >= 0 for one in moved.values()), otherwise="held_minor >= 0")
    return moved


def _covered(wallets: dict[AgentId, Wallet], moved: dict[AgentId, Wallet], key: str) -> bool:
    """Tell whether the one wallet that is debited covers it, credit included."""
    debited = [one for id_, one in moved.items() if one.balance < wallets[id_].balance]
    if len(debited) > 1:
        raise DomainError(f"guarded entry {key} debits more than one wallet")
    return all(one.spendable is None or one.spendable.minor >= 0 for one in debited)
