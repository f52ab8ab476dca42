"""Agents' money as persons move it: top up, correct, undo, limits; and what it looks like."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import ledger
from bot.domain.agents import AgentId, PersonId, Wallet
from bot.domain.instants import whole_ms
from bot.domain.ledger import Entry, wallet_of
from bot.domain.money import Money
from bot.domain.outbox import DeliveryKind
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.store import PostedEntry, Sold, Store, Work
from bot.ports.world import Clock
from bot.services import audit
from bot.services.bells import Bells
from bot.services.owing import owe_members
from bot.services.terms import Terms

UNDO_WITHIN = timedelta(minutes=10)

MOVEMENTS = 10
"""Movements shown with a wallet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A movement of a wallet by an admin; `is_new` is False when the same was asked before."""

    entry: Entry
    amount: Money
    wallet: Wallet
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One line of a wallet's statement: `amount` as the agent sees it, positive for money in."""

    entry: Entry
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A wallet, what was sold today (in the shop's time), and the last movements."""

    wallet: Wallet
    today: Sold
    movements: tuple[Movement, ...]


def start_of_day(now: datetime, terms: Terms) -> datetime:
    """Midnight in the shop's time zone, in UTC."""
    local = now.astimezone(terms.timezone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return whole_ms(midnight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallets:
    """Moves agents' money for admins, once per request."""

    store: Store
    clock: Clock
    bells: Bells
    terms: Terms

    async def top_up(
        self, agent_id: AgentId, amount: Money, admin_id: PersonId, *, request: str, memo: str = ""
    ) -> Moved:
        """Credit a wallet for cash; the same `request` (chat and message) does it once."""
        if amount.minor <= 0:
            raise Refusal(RefusalReason.AMOUNT_UNREADABLE)
        entry = ledger.top_up(
            agent_id,
            amount,
            key=f"topup:{request}",
            at=self.clock.now(),
            actor=audit.admin(admin_id),
            memo=memo,
        )
        return await self._move(entry, admin_id)

    async def adjust(
        self, agent_id: AgentId, amount: Money, admin_id: PersonId, *, request: str, memo: str = ""
    ) -> Moved:
        """Correct a wallet up or down without cash; the same `request` does it once."""
        if not amount:
            raise Refusal(RefusalReason.AMOUNT_UNREADABLE)
        entry = ledger.adjust(
            agent_id,
            amount,
            key=f"adjust:{request}",
            at=self.clock.now(),
            actor=audit.admin(admin_id),
            memo=memo,
        )
        return await self._move(entry, admin_id)

    async def undo(self, key: str, admin_id: PersonId) -> Moved:
        """Reverse a movement that an admin made in the last ten minutes; once."""
        now = self.clock.now()
        async with self.store.read() as work:
            posted = await work.ledger.find_entry(key)
        if posted is None or not key.startswith(("topup:", "adjust:")):
            raise Refusal(RefusalReason.NOTHING_THERE)
        if now - posted.entry.at > UNDO_WITHIN:
            raise Refusal(RefusalReason.TOO_LATE_TO_UNDO)
        reversal = ledger.undo(posted.entry, at=now, actor=audit.admin(admin_id))
        return await self._move(reversal, admin_id)

    async def set_limit(self, agent_id: AgentId, limit: Money | None, admin_id: PersonId) -> Wallet:
        """Set how far an agent may buy on credit; None is without limit."""
        async with self.store.begin() as work:
            await work.ledger.set_credit_limit(agent_id, limit)
            await audit.note(
                work,
                "agent.limit",
                f"agent:{agent_id}",
                at=self.clock.now(),
                actor=audit.admin(admin_id),
                limit_minor=None if limit is None else limit.minor,
            )
            return await work.ledger.wallet(agent_id)

    async def statement(self, agent_id: AgentId) -> Statement:
        """Show a wallet with today's sales and its last movements."""
        now = self.clock.now()
        async with self.store.read() as work:
            account = wallet_of(agent_id)
            entries = await work.ledger.list_entries(account, limit=MOVEMENTS)
            return Statement(
                wallet=await work.ledger.wallet(agent_id),
                today=await work.orders.sold(
                    start_of_day(now, self.terms),
                    now,
                    currency=self.terms.currency,
                    agent_id=agent_id,
                ),
                movements=tuple(_movement(agent_id, posted) for posted in entries),
            )

    async def _move(self, entry: Entry, admin_id: PersonId) -> Moved:
        async with self.store.begin() as work:
            earlier = await work.ledger.find_entry(entry.key)
            if earlier is None:
                await work.ledger.post(entry)
                await self._tell(work, entry, admin_id)
            else:
                entry = earlier.entry  # what is asked for now may differ: this was done
            agent_id = _agent_of(entry)
            wallet = await work.ledger.wallet(agent_id)
        self.bells.delivery.ring()
        amount = _movement_amount(agent_id, entry)
        return Moved(entry=entry, amount=amount, wallet=wallet, is_new=earlier is None)

    async def _tell(self, work: Work, entry: Entry, admin_id: PersonId) -> None:
        agent_id = _agent_of(entry)
        minor = _movement_amount(agent_id, entry).minor
        await audit.note(
            work,
            "wallet.moved",
            f"agent:{agent_id}",
            at=entry.at,
            actor=audit.admin(admin_id),
            entry=entry.key,
            amount_minor=minor,
        )
        facts = {"agent": agent_id, "amount_minor": minor}
        kind = DeliveryKind.WALLET_MOVED
        await owe_members(work, agent_id, kind, f"moved:{entry.key}", at=entry.at, facts=facts)


def _agent_of(entry: Entry) -> AgentId:
    wallet = next(p.account for p in entry.postings if p.account.startswith("wallet:"))
    return AgentId(int(wallet.removeprefix("wallet:")))


def _movement_amount(agent_id: AgentId, entry: Entry) -> Money:
    account = wallet_of(agent_id)
    return -next(p.amount for p in entry.postings if p.account == account)


def _movement(agent_id: AgentId, posted: PostedEntry) -> Movement:
    return Movement(entry=posted.entry, amount=_movement_amount(agent_id, posted.entry))
