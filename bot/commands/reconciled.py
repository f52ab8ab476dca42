"""What came of holding our books against a provider account."""

from dataclasses import dataclass, field, replace
from typing import Self

from bot.domain.money import Money
from bot.domain.verifying import ONLINE, Check, Finding, Unchecked


@dataclass(slots=True, kw_only=True)
class Reconciled:
    """What is wrong, what could not be looked at, and `notes` of what in flight explains.

    `made` are the checks that were made to their end.
    """

    findings: list[Finding] = field(default_factory=list)
    unchecked: list[Unchecked] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    made: set[Check] = field(default_factory=set)

    def add(self, other: "Reconciled") -> None:
        """Count in what came of something else that was looked at."""
        self.findings += other.findings
        self.unchecked += other.unchecked
        self.notes += other.notes

    def leave(self, why: str) -> Self:
        """Say of every check that was not made, and has found nothing, why it was left."""
        found = {one.check for one in self.findings} | {one.check for one in self.unchecked}
        left = sorted(ONLINE - self.made - found)
        self.unchecked += [Unchecked(check=one, why=why) for one in left]
        return self

    def of(self, account: str) -> "Reconciled":
        """Have everything bear the account that it is about."""
        return Reconciled(
            findings=[replace(one, account=account) for one in self.findings],
            unchecked=[replace(one, account=account) for one in self.unchecked],
            notes=[f"{account}: {note}" for note in self.notes],
        )


def told(money: Money) -> str:
    """Write an amount with its currency: each account has its own."""
    return f"{money.amount} {money.currency}"
