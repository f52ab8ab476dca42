"""What a verification is made with, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.matching import UNPROVEN_HORIZON, Horizons
from bot.domain.verifying import ONLINE, Check, Finding, Unchecked
from bot.ports.vault import Vault
from storage.verify.sources import Kind

UNTOLD = Horizons(least=UNPROVEN_HORIZON, explicit=False)
"""The horizon of a provider whose settings are not at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What there is to verify with.

    Without a `vault` what is sealed stays sealed. `horizons` are by provider. `in_use_at` is the
    time now for the database that a bot serves, and None for a copy.
    """

    vault: Vault | None = field(default=None, repr=False)
    horizons: Mapping[str, Horizons] = field(default_factory=dict)
    in_use_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at, and what was found; `head` is the hash of the journal's last row.

    What cannot be counted is None. A warning is odd, and may well be right; anything else should
    not be. `asked` when the provider was asked too.
    """

    kind: Kind
    entries: int | None
    orders: int | None
    events: int | None
    head: str
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...] = ()
    asked: bool = False

    @property
    def is_clean(self) -> bool:
        """Tell whether there is nothing worse than a warning."""
        return all(finding.is_warning for finding in self.findings)

    @property
    def checked(self) -> tuple[Check, ...]:
        """The checks that were made."""
        left_out = {one.check for one in self.unchecked} | (set() if self.asked else ONLINE)
        if self.kind is Kind.DATABASE:
            left_out.add(Check.MANIFEST)
        return tuple(check for check in Check if check not in left_out)


SEALED = (Check.SEALS, Check.CODES)


def sealed_shut(why: str) -> tuple[Unchecked, ...]:
    """Say of every check that opens cards why it was not made."""
    return tuple(Unchecked(check=check, why=why) for check in SEALED)


IN_NO_EXPORT = (
    Unchecked(check=Check.KEPT_CARDS, why="an export holds no cards"),
    Unchecked(check=Check.QUOTES, why="an export holds no quotes"),
    *sealed_shut("an export holds no cards"),
    Unchecked(check=Check.GUARDS, why="an export needs no guards: its manifest tells a change"),
)
