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
    not be. `accounts` are the provider accounts that have books here, `asked` those that were to
    be asked too, as `provider:environment`.
    """

    kind: Kind
    entries: int | None
    orders: int | None
    events: int | None
    head: str
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...] = ()
    accounts: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Tell whether there is nothing worse than a warning."""
        return all(finding.is_warning for finding in self.findings)

    @property
    def checked(self) -> tuple[tuple[Check, str], ...]:
        """The checks that were made; those that ask a provider, each with its account."""
        left_out = {(one.check, one.account) for one in self.unchecked}
        if self.kind is Kind.DATABASE:
            left_out.add((Check.MANIFEST, ""))
        offline = ((check, "") for check in Check if check not in ONLINE)
        online = ((check, one) for one in self.asked for check in Check if check in ONLINE)
        return tuple(made for made in (*offline, *online) if made not in left_out)

    @property
    def lacking(self) -> tuple[Unchecked, ...]:
        """The checks of accounts that were to be asked, and could not be made."""
        return tuple(one for one in self.unchecked if one.account in self.asked)


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
