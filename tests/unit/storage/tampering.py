"""Changing a file by hand, as somebody with a shell would, its guards taken off first."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tampering:
    """A change of one row: `row` finds its name and its rowid, `change` alters that rowid (?)."""

    table: str
    row: str
    change: str

    def __str__(self) -> str:
        return " ".join(self.change.split()).replace(" WHERE rowid = ?", "")[:70]

    def on(self, path: Path) -> tuple[str, str]:
        """Do it; gives the table and the row that must be named for it."""
        with closing(unguarded(path)) as file:
            name, rowid = file.execute(self.row).fetchone()
            assert file.execute(self.change, (rowid,)).rowcount == 1
        return self.table, str(name)


def unguarded(path: Path) -> sqlite3.Connection:
    """Open a file past its guards: no triggers, no foreign keys, no CHECKs."""
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("PRAGMA ignore_check_constraints = ON")
    triggers = file.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        file.execute(f"DROP TRIGGER {name}")
    return file


def copied(path: Path, folder: Path) -> Path:
    """Copy a file that nobody has open."""
    return Path(shutil.copy(path, folder / "copy.db"))
