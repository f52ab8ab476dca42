"""Mutants: the product with one deliberate bug, and the programme that has to see it."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).parents[2]
PARTS = ("bot", "handlers", "storage", "locales", "tests", "pyproject.toml")

SECONDS = 60.0
"""So much time of a processor may pass until a bug is seen: half a minute on a core of its own, and
twice as long on one whose other half works, too."""

_FOUND = re.compile(r"^seed (\d+): ((?:doubled|lost|orphaned|held|other): .*)$", re.MULTILINE)
_FAILED = re.compile(r"^FAILED (.*)$", re.MULTILINE)
_NOT_THE_BUG = re.compile(r"\b(?:broke|log|start):|(?:Name|Import|ModuleNotFound|Syntax)Error")
"""What a bug does only when it was put in badly: it breaks, instead of doing wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A piece of a file, and what stands there instead."""

    file: str
    before: str
    after: str

    def apply(self, tree: Path) -> None:
        """Change the file; the piece must be there once, or the mutant has to be written anew."""
        path = tree / self.file
        source = path.read_text(encoding="utf-8")
        found = source.count(self.before)
        if found != 1:
            raise ValueError(f"{self.file} holds the piece {found} times: {self.before!r}")
        path.write_text(source.replace(self.before, self.after), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A programme that was run: how it ended, what it said, what time of a processor it took."""

    code: int
    said: str = ""
    seconds: float = 0.0


def run(arguments: tuple[str, ...], tree: Path) -> Ran:
    """Run Python with these arguments in a tree."""
    with TemporaryFile("w+") as said:
        ran = subprocess.Popen(  # waited for below, with what it used
            (sys.executable, *arguments), cwd=tree, stdout=said, stderr=said
        )
        _, status, used = os.wait4(ran.pid, 0)
        ran.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return Ran(code=ran.returncode, said=said.read(), seconds=used.ru_utime + used.ru_stime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A bug that somebody might write one day.

    `seen_by` are arguments for Python, `says` is what the programme says of this bug: a part of
    a finding, or the name of a test. `needs` is a program that has to be on the machine.
    """

    name: str
    changes: tuple[Change, ...]
    seen_by: tuple[str, ...]
    says: str
    needs: str | None = None

    def breed(self, tree: Path) -> None:
        """Make a copy of the product with the bug, in which every name is known."""
        tree.mkdir()
        for part in PARTS:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, tree / part)
            else:
                shutil.copy2(ROOT / part, tree / part)
        for change in self.changes:
            change.apply(tree)
        files = {change.file for change in self.changes if change.file.endswith(".py")}
        checked = run(("-m", "ruff", "check", "--quiet", *_NAMES, *sorted(files)), tree)
        if checked.code:
            raise ValueError(checked.said)

    def is_seen_in(self, ran: Ran) -> bool:
        """Tell whether the programme found just this bug, and nothing that is broken besides."""
        found = [what for _, what in _FOUND.findall(ran.said)] or _FAILED.findall(ran.said)
        seen = [what for what in found if self.says in what and not _NOT_THE_BUG.search(what)]
        return ran.code == 1 and bool(seen)

    def control(self, ran: Ran) -> tuple[str, ...] | None:
        """The same for the first seed that failed, for the product without the bug."""
        failed = _FOUND.search(ran.said)
        return failed and _with_seeds(self.seen_by, failed[1])


_NAMES = ("--isolated", "--no-cache", "--select", "F", "--ignore", "F401,F841")
"""A bug may leave an import or a value without a use, but no name without a meaning."""


def simulation(seeds: str, *, sales: int = 60, providers: str = "lists") -> tuple[str, ...]:
    """The simulated world, until a seed fails; each of the few has seen the bug before.

    A change of the product changes what happens in them: one of them sees it still, or there
    are others to be found.
    """
    which = ("--seeds", seeds, "--providers", providers)
    asked = (*which, "--sales", str(sales), "--jobs", "1", "--first")
    return ("-m", "tests.simulation", *asked)


def _with_seeds(arguments: tuple[str, ...], seeds: str) -> tuple[str, ...]:
    at = arguments.index("--seeds") + 1
    return (*arguments[:at], seeds, *arguments[at + 1 :])


def tests(*which: str) -> tuple[str, ...]:
    """Tests of the suite."""
    return ("-m", "pytest", "-q", "-rf", "-x", "-p", "no:cacheprovider", *which)
