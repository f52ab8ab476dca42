"""How a verification is told: as text for a person, as JSON for a program."""

import json
from collections.abc import Sequence
from pathlib import Path

from bot.commands.examining import look_at_sqlite
from bot.domain.verifying import PROMISES, Check, Finding
from bot.errors import StoreError
from storage.files import SQLITE
from storage.verify import Report


def as_text(path: Path, report: Report, notes: Sequence[str]) -> str:
    """Write what was looked at, each check, each row that is wrong, and the verdict."""
    return "\n".join(
        [
            f"Verified the {report.kind} {path}, read-only.",
            _counts(report),
            f"Head of the journal: {report.head}",
            f"SQLite: {look_at_sqlite(SQLITE).says}",
            *(_check_line(report, check, account) for check, account in report.checked),
            *(f"SKIP  {one.check}{_at(one.account)}: {one.why}" for one in report.unchecked),
            *(f"      {note}" for note in notes),
            *map(_line, report.findings),
            _verdict(report),
        ]
    )


def as_json(path: Path, report: Report, notes: Sequence[str]) -> str:
    """Write the same as one document; `docs/audit.md` says what each field means."""
    return _document(
        {
            "file": str(path),
            "kind": report.kind,
            "clean": report.is_clean,
            "complete": not report.lacking,
            "summary": {
                "orders": report.orders,
                "entries": report.entries,
                "events": report.events,
                "head": report.head,
                "findings": len(_faults(report)),
                "warnings": len(report.findings) - len(_faults(report)),
                "sqlite": ".".join(map(str, SQLITE)),
            },
            "checks": [
                {
                    "check": check,
                    "account": account or None,
                    "promise": PROMISES[check],
                    "findings": len(_found(report, check, account)),
                }
                for check, account in report.checked
            ],
            "unchecked": [
                {"check": one.check, "account": one.account or None, "why": one.why}
                for one in report.unchecked
            ],
            "notes": list(notes),
            "findings": [
                {
                    "check": one.check,
                    "account": one.account or None,
                    "table": one.table,
                    "row": one.row,
                    "says": one.says,
                    "is_warning": one.is_warning,
                }
                for one in report.findings
            ],
        }
    )


def unreadable_as_json(path: Path, fault: StoreError) -> str:
    """Write that there was nothing to verify."""
    return _document({"file": str(path), "clean": None, "error": str(fault)})


def _document(facts: dict[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _counts(report: Report) -> str:
    counts = {"Orders": report.orders, "Entries": report.entries, "Events": report.events}
    return " ".join(
        f"{name}: cannot be read." if count is None else f"{name}: {count:,}."
        for name, count in counts.items()
    )


def _found(report: Report, check: Check, account: str) -> list[Finding]:
    return [one for one in report.findings if (one.check, one.account) == (check, account)]


def _check_line(report: Report, check: Check, account: str) -> str:
    found = _found(report, check, account)
    mark = "OK  " if not found else "WARN" if all(one.is_warning for one in found) else "FAIL"
    return f"{mark}  {check}{_at(account)}: {PROMISES[check]}"


def _line(finding: Finding) -> str:
    mark = "WARN" if finding.is_warning else "FAIL"
    where = " ".join(word for word in (finding.account, finding.table, finding.row) if word)
    return f"{mark} {where} {finding.says}"


def _at(account: str) -> str:
    return account and f" at {account}"


def _verdict(report: Report) -> str:
    wrong = len(_faults(report))
    odd = len(report.findings) - wrong
    if wrong:
        return f"{wrong} findings: these rows do not agree with the rest."
    if report.lacking:
        left = f"{len(report.lacking)} checks that were asked for could not be made"
        return f"What was checked agrees, {odd} warnings; {left}."
    return f"All of it agrees, {odd} warnings." if odd else "All of it agrees."


def _faults(report: Report) -> list[Finding]:
    return [one for one in report.findings if not one.is_warning]
