"""The books: entries of debits and credits that sum to zero, each with a unique key.

Debits are positive, as in every plain-text ledger: what the distributor owns (cash, provider
account, stock) and spends (cost of cards) stands as debit, what he owes (wallets, held) and
earns (sales) as credit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from bot.domain.agents import AgentId
from bot.domain.catalog import Account
from bot.domain.money import Money, total
from bot.domain.orders import Order, OrderId
from bot.errors import DomainError

LedgerAccount = NewType("LedgerAccount", str)

SALES = LedgerAccount("sales")
COST_OF_CARDS = LedgerAccount("cost-of-cards")
CASH = LedgerAccount("cash")
ADJUSTMENTS = LedgerAccount("adjustments")


def wallet_of(agent: AgentId) -> LedgerAccount:
    """What the distributor owes an agent, free to spend."""
    return LedgerAccount(f"wallet:{agent}")


def held_of(agent: AgentId) -> LedgerAccount:
    """What is reserved for an agent's open orders."""
    return LedgerAccount(f"held:{agent}")


def provider_account(account: Account) -> LedgerAccount:
    """The distributor's money at a provider."""
    return LedgerAccount(f"provider:{account.name}")


def stock_of(account: Account) -> LedgerAccount:
    """Cards paid for and not sold yet (the shelf)."""
    return LedgerAccount(f"stock:{account.name}")


def unexplained_at(account: Account) -> LedgerAccount:
    """What foreign orders took from the provider account."""
    return LedgerAccount(f"unexplained:{account.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of an entry: `amount` is positive for a debit, negative for a credit."""

    account: LedgerAccount
    amount: Money


def debit(account: LedgerAccount, amount: Money) -> Posting:
    """Put `amount` on the debit side."""
    return Posting(account=account, amount=amount)


def credit(account: LedgerAccount, amount: Money) -> Posting:
    """Put `amount` on the credit side."""
    return Posting(account=account, amount=-amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A movement of money that balances, or cannot be built.

    `key` is unique for ever, so that doing it twice does it once.
    `guarded`: the wallet it debits must cover it, credit included, or nothing is written.
    """

    key: str
    at: datetime
    actor: str
    postings: tuple[Posting, ...]
    order_id: OrderId | None = None
    memo: str = ""
    guarded: bool = field(default=False)

    def __post_init__(self) -> None:
        """Refuse an entry that does not sum to zero, or has a line of nothing."""
        if len({posting.amount.currency for posting in self.postings}) != 1:
            raise DomainError(f"entry {self.key} mixes currencies or is empty")
        if sum(posting.amount.minor for posting in self.postings) != 0:
            raise DomainError(f"entry {self.key} does not sum to zero")
        if not all(posting.amount for posting in self.postings):
            raise DomainError(f"entry {self.key} has a line of nothing")


BOT = "wakil"
"""The actor of what the bot does by itself."""


def order_key(order: Order, what: str) -> str:
    """Key an entry of an order."""
    return f"order:{order.id}:{what}"


def hold(order: Order, *, at: datetime) -> Entry:
    """Reserve the whole price at confirmation."""
    return Entry(
        key=order_key(order, "hold"),
        at=at,
        actor=f"member:{order.person_id}",
        order_id=order.id,
        guarded=True,
        postings=(
            debit(wallet_of(order.agent_id), order.total),
            credit(held_of(order.agent_id), order.total),
        ),
    )


def capture(order: Order, *, cards: int, at: datetime) -> Entry:
    """Take the price of `cards` more cards; call before they are counted in the order."""
    amount = order.unit_price * cards
    return Entry(
        key=order_key(order, f"capture:{order.cards + cards}"),
        at=at,
        actor=BOT,
        order_id=order.id,
        postings=(debit(held_of(order.agent_id), amount), credit(SALES, amount)),
    )


def release(order: Order, *, cards: int, at: datetime) -> Entry:
    """Give back the price of the `cards` that will not come."""
    amount = order.unit_price * cards
    return Entry(
        key=order_key(order, "release"),
        at=at,
        actor=BOT,
        order_id=order.id,
        postings=(
            debit(held_of(order.agent_id), amount),
            credit(wallet_of(order.agent_id), amount),
        ),
    )


def cost(order: Order, amount: Money, *, source: LedgerAccount, at: datetime) -> Entry:
    """Book what the cards cost, by the provider's own figures; negative takes some of it back.

    Call before the order is saved: its version tells one booking from the next.
    `source` is the provider account, or the stock for cards from the shelf.
    """
    return Entry(
        key=order_key(order, f"cost:{order.version}"),
        at=at,
        actor=BOT,
        order_id=order.id,
        postings=(debit(COST_OF_CARDS, amount), credit(source, amount)),
    )


def top_up(
    agent: AgentId, amount: Money, *, key: str, at: datetime, actor: str, memo: str = ""
) -> Entry:
    """Credit a wallet for cash that an agent handed over."""
    return Entry(
        key=key,
        at=at,
        actor=actor,
        memo=memo,
        postings=(debit(CASH, amount), credit(wallet_of(agent), amount)),
    )


def adjust(
    agent: AgentId, amount: Money, *, key: str, at: datetime, actor: str, memo: str = ""
) -> Entry:
    """Correct a wallet by `amount`, up or down, without cash."""
    return Entry(
        key=key,
        at=at,
        actor=actor,
        memo=memo,
        postings=(debit(ADJUSTMENTS, amount), credit(wallet_of(agent), amount)),
    )


def undo(entry: Entry, *, at: datetime, actor: str) -> Entry:
    """Reverse an entry that a person made by mistake; once, by its key."""
    return Entry(
        key=f"undo:{entry.key}",
        at=at,
        actor=actor,
        memo=entry.memo,
        postings=tuple(Posting(account=p.account, amount=-p.amount) for p in entry.postings),
    )


def provider_movement(account: Account, amount: Money, *, key: str, at: datetime) -> Entry:
    """Book money that came to (or, negative, left) the provider account other than by orders."""
    return Entry(
        key=f"provider:{account.name}:{key}",
        at=at,
        actor=BOT,
        postings=(debit(provider_account(account), amount), credit(CASH, amount)),
    )


def unowned(account: Account, provider_order_id: str, amount: Money, *, at: datetime) -> Entry:
    """Book what a provider order took that no local order owns."""
    return Entry(
        key=f"unowned:{account.name}:{provider_order_id}",
        at=at,
        actor=BOT,
        postings=(
            debit(unexplained_at(account), amount),
            credit(provider_account(account), amount),
        ),
    )


def shelve(account: Account, provider_order_id: str, amount: Money, *, at: datetime) -> Entry:
    """Explain an unowned provider order: its cards are stock now."""
    return Entry(
        key=f"shelf:{account.name}:{provider_order_id}",
        at=at,
        actor=BOT,
        postings=(debit(stock_of(account), amount), credit(unexplained_at(account), amount)),
    )


def balance(postings: Iterable[Posting], account: LedgerAccount, currency: str) -> Money:
    """Recompute one account from postings, debits positive."""
    return total((p.amount for p in postings if p.account == account), currency)
