"""What came of holding our books against a provider account."""

from dataclasses import dataclass, field

from bot.domain.verifying import Finding, Unchecked


@dataclass(slots=True, kw_only=True)
class Reconciled:
    """What is wrong, what could not be looked at, and `notes` of what in flight explains."""

    findings: list[Finding] = field(default_factory=list)
    unchecked: list[Unchecked] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Reconciled") -> None:
        """Count in what came of something else that was looked at."""
        self.findings += other.findings
        self.unchecked += other.unchecked
        self.notes += other.notes
