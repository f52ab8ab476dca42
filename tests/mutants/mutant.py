"""Mutants: the product with one deliberate bug, and the programme that has to see it."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("bot", "handlers", "storage", "locales", "tests", "pyproject.toml")


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
class Mutant:
    """A bug that somebody might write one day.

    `seen_by` are arguments for Python, `needs` a program that has to be on the machine.
    """

    name: str
    changes: tuple[Change, ...]
    seen_by: tuple[str, ...]
    needs: str | None = None

    def breed(self, tree: Path) -> None:
        """Make a copy of the product with the bug."""
        tree.mkdir()
        for part in PARTS:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, tree / part)
            else:
                shutil.copy2(ROOT / part, tree / part)
        for change in self.changes:
            change.apply(tree)

    def is_seen(self, tree: Path) -> tuple[bool, str]:
        """Run the programme in the copy; gives whether it failed as it should, and what it said."""
        ran = subprocess.run(
            (sys.executable, *self.seen_by), cwd=tree, capture_output=True, text=True, check=False
        )
        return ran.returncode == 1, ran.stdout + ran.stderr


def simulation(seeds: str, *, sales: int = 60, providers: str = "lists") -> tuple[str, ...]:
    """The simulated world, until a seed fails; the first is known to have seen the bug."""
    which = ("--seeds", seeds, "--providers", providers)
    asked = (*which, "--sales", str(sales), "--jobs", "1", "--first")
    return ("-m", "tests.simulation", *asked)


def tests(*which: str) -> tuple[str, ...]:
    """Tests of the suite."""
    return ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *which)
