"""Wallets and the books behind them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from bot.domain.agents import AgentId, Wallet
from bot.domain.ledger import Entry, LedgerAccount, Posting
from bot.domain.money import Money
from bot.errors import Conflict, DomainError
from bot.ports.store import Posted, PostedEntry
from storage import tables
from storage.session import Session, Values

_FIND_WALLET = select(tables.wallet).where(tables.wallet.c.agent_id == bindparam("agent"))
_FIND_ENTRY = select(tables.entry).where(tables.entry.c.key == bindparam("key_"))
_ADD_ENTRY = (
    insert(tables.entry).on_conflict_do_nothing(index_elements=["key"]).returning(tables.entry.c.id)
)
_ADD_POSTINGS = tables.posting.insert()
_LIST_POSTINGS = (
    select(tables.posting)
    .where(tables.posting.c.entry_id.in_(bindparam("entries", expanding=True)))
    .order_by(tables.posting.c.entry_id, tables.posting.c.line)
)
_BALANCE = (
    select(func.coalesce(func.sum(tables.posting.c.amount_minor), 0))
    .join(tables.entry, tables.entry.c.id == tables.posting.c.entry_id)
    .where(
        tables.posting.c.account == bindparam("account_"),
        tables.entry.c.currency == bindparam("currency_"),
    )
)
_OF_WALLET = (
    tables.wallet.c.agent_id == bindparam("agent"),
    tables.wallet.c.currency == bindparam("currency_"),
)
_MOVE_BALANCE = (
    tables.wallet.update()
    .where(*_OF_WALLET)
    .values(balance_minor=tables.wallet.c.balance_minor - bindparam("debit"))
)
_MOVE_HELD = (
    tables.wallet.update()
    .where(*_OF_WALLET)
    .values(held_minor=tables.wallet.c.held_minor - bindparam("debit"))
)
_SPEND = _MOVE_BALANCE.where(
    or_(
        tables.wallet.c.credit_limit_minor.is_(None),
        tables.wallet.c.balance_minor + tables.wallet.c.credit_limit_minor >= bindparam("debit"),
    )
)
_MOVES = {"wallet": _MOVE_BALANCE, "held": _MOVE_HELD}
_SET_LIMIT = tables.wallet.update().where(*_OF_WALLET)


class SqlLedger:
    """Wallets, entries, postings."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def wallet(self, agent_id: AgentId) -> Wallet:
        row = await self._session.find(_FIND_WALLET, {"agent": agent_id})
        if row is None:
            raise KeyError(agent_id)
        return _wallet(row)

    async def set_credit_limit(self, agent_id: AgentId, limit: Money | None) -> None:
        currency = (await self.wallet(agent_id)).balance.currency
        await self._session.run(
            _SET_LIMIT,
            {
                "agent": agent_id,
                "currency_": currency,
                "credit_limit_minor": credit_minor(limit, currency),
            },
        )

    async def post(self, entry: Entry) -> Posted:
        if entry.guarded:
            if await self._session.find(_FIND_ENTRY, {"key_": entry.key}) is not None:
                return Posted.ALREADY
            if not await self._spend(entry):
                return Posted.OVERDRAWN
        if not await self._write(entry):
            return Posted.ALREADY
        for account, debit in _unguarded(entry):
            await self._move(account, debit, entry.postings[0].amount.currency)
        return Posted.POSTED

    async def find_entry(self, key: str) -> PostedEntry | None:
        row = await self._session.find(_FIND_ENTRY, {"key_": key})
        return None if row is None else (await self._with_postings([row]))[0]

    async def list_entries(
        self, account: LedgerAccount | None = None, *, offset: int = 0, limit: int = 1000
    ) -> tuple[PostedEntry, ...]:
        page = select(tables.entry).order_by(tables.entry.c.id.desc()).offset(offset).limit(limit)
        if account is not None:
            named = select(tables.posting.c.entry_id).where(tables.posting.c.account == account)
            page = page.where(tables.entry.c.id.in_(named))
        return await self._with_postings(await self._session.list(page))

    async def balance(self, account: LedgerAccount, currency: str) -> Money:
        values = {"account_": account, "currency_": currency}
        minor: int = (await self._session.run(_BALANCE, values)).scalar_one()
        return Money(minor=minor, currency=currency)

    async def _spend(self, entry: Entry) -> bool:
        """Take a guarded debit by one conditional update; tell whether the wallet covered it."""
        for account, debit in _guarded(entry):
            currency = entry.postings[0].amount.currency
            values = {"agent": _agent_id(account), "currency_": currency, "debit": debit}
            if (await self._session.run(_SPEND, values)).rowcount == 0:
                await self._require_wallet(account, currency)
                return False
        return True

    async def _move(self, account: LedgerAccount, debit: int, currency: str) -> None:
        values = {"agent": _agent_id(account), "currency_": currency, "debit": debit}
        move = _MOVES[account.partition(":")[0]]
        if (await self._session.run(move, values)).rowcount == 0:
            await self._require_wallet(account, currency)

    async def _require_wallet(self, account: LedgerAccount, currency: str) -> None:
        row = await self._session.find(_FIND_WALLET, {"agent": _agent_id(account)})
        if row is None or row.currency != currency:
            raise Conflict("an entry moves a wallet that is not there, or in another currency")

    async def _write(self, entry: Entry) -> bool:
        """Write an entry and its postings; False when one of this key stands there already."""
        row = await self._session.find(_ADD_ENTRY, _entry_values(entry))
        if row is None:
            return False
        await self._session.run(_ADD_POSTINGS, _posting_values(row.id, entry.postings))
        return True

    async def _with_postings(self, rows: Sequence[Row[Any]]) -> tuple[PostedEntry, ...]:
        lines: defaultdict[int, list[Row[Any]]] = defaultdict(list)
        for line in await self._session.list(_LIST_POSTINGS, {"entries": [row.id for row in rows]}):
            lines[line.entry_id].append(line)
        return tuple(PostedEntry(id=row.id, entry=_entry(row, lines[row.id])) for row in rows)


def credit_minor(limit: Money | None, currency: str) -> int | None:
    """Write a credit limit as minor units of its wallet's currency."""
    if limit is not None and limit.currency != currency:
        raise Conflict(f"a wallet in {currency} has no credit limit in {limit.currency}")
    return None if limit is None else limit.minor


def _debits(entry: Entry) -> dict[LedgerAccount, int]:
    """Add up what an entry takes from each wallet and each hold, in minor units."""
    debits: defaultdict[LedgerAccount, int] = defaultdict(int)
    for line in entry.postings:
        if line.account.partition(":")[0] in _MOVES:
            debits[line.account] += line.amount.minor
    return debits


def _is_guarded(entry: Entry, account: LedgerAccount, debit: int) -> bool:
    return entry.guarded and debit > 0 and account.startswith("wallet:")


def _guarded(entry: Entry) -> Iterable[tuple[LedgerAccount, int]]:
    """Name the one wallet that must cover the entry."""
    guarded = [move for move in _debits(entry).items() if _is_guarded(entry, *move)]
    if len(guarded) > 1:
        raise DomainError(f"guarded entry {entry.key} debits more than one wallet")
    return guarded


def _unguarded(entry: Entry) -> Iterable[tuple[LedgerAccount, int]]:
    return [move for move in _debits(entry).items() if not _is_guarded(entry, *move)]


def _agent_id(account: LedgerAccount) -> int:
    return int(account.partition(":")[2])


def _wallet(row: Row[Any]) -> Wallet:
    limit = row.credit_limit_minor
    return Wallet(
        agent_id=row.agent_id,
        balance=Money(minor=row.balance_minor, currency=row.currency),
        held=Money(minor=row.held_minor, currency=row.currency),
        credit_limit=None if limit is None else Money(minor=limit, currency=row.currency),
    )


def _entry(row: Row[Any], lines: Sequence[Row[Any]]) -> Entry:
    return Entry(
        key=row.key,
        at=row.at,
        actor=row.actor,
        order_id=row.order_id,
        memo=row.memo,
        guarded=row.guarded,
        postings=tuple(
            Posting(
                account=LedgerAccount(line.account),
                amount=Money(minor=line.amount_minor, currency=row.currency),
            )
            for line in lines
        ),
    )


def _entry_values(entry: Entry) -> Values:
    return {
        "key": entry.key,
        "at": entry.at,
        "actor": entry.actor,
        "order_id": entry.order_id,
        "memo": entry.memo,
        "guarded": entry.guarded,
        "currency": entry.postings[0].amount.currency,
        "lines": len(entry.postings),
        "rest_minor": 0,
    }


def _posting_values(entry_id: int, postings: Sequence[Posting]) -> list[Values]:
    values: list[Values] = []
    so_far = 0
    for line, one in enumerate(postings, 1):
        so_far += one.amount.minor
        values.append(
            {
                "entry_id": entry_id,
                "line": line,
                "account": one.account,
                "amount_minor": one.amount.minor,
                "sum_minor": so_far,
            }
        )
    return values
