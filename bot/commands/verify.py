"""Check the books and the journal of the database, of a backup or of an export."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.domain.verifying import Finding
from bot.settings import ROOT, load_database
from storage.verify import Report, verify

FOUND = 1


async def run(
    file: Path | None, *, environment: Mapping[str, str] = os.environ, root: Path = ROOT
) -> int:
    """Verify FILE, or the database of the settings; 1 when something does not agree."""
    path = file or load_database(environment, root)
    report = await verify(path)
    print(f"Verified the {report.kind} {path}, read-only.")
    print(f"Orders: {report.orders:,}. Entries: {report.entries:,}. Events: {report.events:,}.")
    print(f"Head of the journal: {report.head}")
    for finding in report.findings:
        print(_line(finding))
    print(_verdict(report))
    return 0 if report.is_clean else FOUND


def _line(finding: Finding) -> str:
    mark = "WARN" if finding.is_warning else "FAIL"
    return f"{mark}  {finding.table} {finding.row} {finding.says}".replace("  ", " ", 1)


def _verdict(report: Report) -> str:
    wrong = sum(not one.is_warning for one in report.findings)
    odd = len(report.findings) - wrong
    if wrong:
        return f"{wrong} findings: these rows do not agree with the rest."
    return f"All of it agrees, {odd} warnings." if odd else "All of it agrees."
