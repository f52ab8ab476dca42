"""Verifying: what the journal proves by itself, whoever kept the file in the meantime."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.audit import GENESIS, JournalRow, chain
from bot.domain.orders import NEXT, OrderState


class Check(StrEnum):
    """What is verified; each finding bears the check that made it."""

    ENTRIES = "entries"
    WALLETS = "wallets"
    HOLDS = "holds"
    ORDER_MONEY = "order-money"
    LIMITS = "limits"
    OWNERS = "owners"
    CARDS = "cards"
    KEPT_CARDS = "kept-cards"
    QUOTES = "quotes"
    RECEIPTS = "receipts"
    LIVES = "lives"
    STUCK = "stuck"
    SEALS = "seals"
    CODES = "codes"
    CHAIN = "chain"
    TOLD = "told"
    BOOKED = "booked"
    FILE = "file"
    GUARDS = "guards"
    MANIFEST = "manifest"
    PROVIDER_ORDERS = "provider-orders"
    PROVIDER_BALANCE = "provider-balance"
    PROVIDER_COSTS = "provider-costs"


PROMISES = {
    Check.ENTRIES: "every entry adds up to zero, on the accounts and in the currency of its key",
    Check.WALLETS: "each wallet is what its entries come to",
    Check.HOLDS: "each hold is what the open orders still need",
    Check.ORDER_MONEY: "each order was held, charged, released and costed once, as it ended",
    Check.LIMITS: "no purchase took a wallet below its credit limit, and none is below it",
    Check.OWNERS: "each provider order has one owner and its own cards, and each call is kept",
    Check.CARDS: "each order has the cards that its state promises",
    Check.KEPT_CARDS: "the kept cards are those that came, and none is there twice",
    Check.QUOTES: "each order is what was quoted, and no quote was spent twice",
    Check.RECEIPTS: "a message is owed for every card, not dropped, and was shown if it says so",
    Check.LIVES: "the journal tells a possible life of each order, up to its state",
    Check.STUCK: "no order is being sent by a process that is gone, or unknown for long",
    Check.SEALS: "everything sealed opens in its own place with the configured keys",
    Check.CODES: "no code or token stands in clear, and no code was sold twice",
    Check.CHAIN: "the journal is one chain, no row missing, changed or swapped",
    Check.TOLD: "orders, members, limits, rates and what stops selling are as the journal tells",
    Check.BOOKED: "every entry is told by the journal with the same amount, and the other way",
    Check.FILE: "the file is whole, and SQLite and the disk are fit for it",
    Check.GUARDS: "every table, trigger and step stands as this version makes it",
    Check.MANIFEST: "the export's manifest and its repeated tables agree with the rest",
    Check.PROVIDER_ORDERS: "each order that the provider lists is owned here, and ours are listed",
    Check.PROVIDER_BALANCE: "the provider's balance is what our books say",
    Check.PROVIDER_COSTS: "what was booked for an order is what the provider took",
}
"""What holds when a check finds nothing."""

ONLINE = frozenset({Check.PROVIDER_ORDERS, Check.PROVIDER_BALANCE, Check.PROVIDER_COSTS})
"""Checks that ask the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that should not be: in which row of which table, and what is wrong with it.

    A warning is odd, and may well be right. `account` is the provider account that was asked, as
    `provider:environment`, and empty for what needs none.
    """

    check: Check
    table: str
    row: str
    says: str
    is_warning: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """A check that could not be made, of which `account` as `Finding` has it, and why."""

    check: Check
    why: str
    account: str = ""


STEPS = {
    **{f"order.{state}": state for state in OrderState},
    "order.not-sent": OrderState.CONFIRMED,
}
"""The events of an order that are a step of its life, and the state each leads to."""


class Chain:
    """Follows the journal from its first row; `head` is the hash of the last one followed."""

    def __init__(self) -> None:
        self.head = GENESIS
        self._seq = 0
        self._is_known = True

    def follow(self, row: JournalRow) -> str | None:
        """Take the next row; say what is wrong with it, if anything is.

        The chain goes on from the hash that the row bears, so that one changed row is one
        finding, or two when it is the hash itself that was changed.
        """
        fault = self._fault(row)
        self._seq, self.head, self._is_known = row.seq, row.hash, True
        return fault

    def pass_over(self, seq: int) -> None:
        """Leave out a row that cannot be read: the one after it is taken at its word."""
        self._seq, self._is_known = seq, False

    def _fault(self, row: JournalRow) -> str | None:
        if row.seq != self._seq + 1:
            return f"does not follow row {self._seq}: rows are missing, or out of order"
        if self._is_known and row.previous != self.head:
            return f"is not chained to row {self._seq}: one of the two was changed"
        if row.hash != chain(row.seq, row.event, row.previous):
            return "is not what was written: its hash is another"
        return None


def path_fault(actions: Sequence[tuple[int, str]], state: str) -> tuple[int | None, str] | None:
    """Say where an order's events, as (seq, action), leave the paths that an order may take.

    The events must begin with the confirmation and end in `state`; gives the seq of the event
    that does not fit, or None when it is the order itself.
    """
    steps = tuple((seq, STEPS[action]) for seq, action in actions if action in STEPS)
    if not steps:
        return None, "has no event in the journal"
    first, reached = steps[0]
    if reached is not OrderState.CONFIRMED:
        return first, f"begins {reached}, not confirmed"
    for seq, step in steps[1:]:
        if step not in NEXT[reached]:
            return seq, f"goes from {reached} to {step}"
        reached = step
    if reached != state:
        return None, f"is {state}, but the journal ends with {reached}"
    return None
