"""Verifying: what the journal proves by itself, whoever kept the file in the meantime."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.audit import GENESIS, JournalRow, chain
from bot.domain.orders import NEXT, OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that should not be: in which row of which table, and what is wrong with it.

    A warning is odd, and may well be right.
    """

    table: str
    row: str
    says: str
    is_warning: bool = False


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
