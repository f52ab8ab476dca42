"""Cutting the power of a process that commits, again and again, and counting what is lost."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.settings import ROOT
from storage.verify import verify
from tests.powercut.disk import Disk, Kept, lay_out
from tests.powercut.record import SYNCS, Deed, Kind, read_record, recording

ROUND = (Kept.NOTHING, Kept.SOME, Kept.SOME)
"""What is left of the unsynced at each cut, one state each."""

ONE_IN = 20
"""Of so many states one is held to the whole of `verify`; all to SQLite's own check."""


@dataclass(slots=True, kw_only=True)
class Survey:
    """What came of many cuts; a cut that lost a commit had acknowledged it."""

    commits: int = 0
    syncs: int = 0
    cuts: int = 0
    states: int = 0
    verified: int = 0
    states_with_loss: int = 0
    most_lost: int = 0
    faults: list[str] = field(default_factory=list)


class Committing:
    """The process of `committing.py`, run to its end, and its record."""

    def __init__(self, shim: Path, folder: Path, *, commits: int, synchronous: str) -> None:
        self.disk, self.record = folder / "disk", folder / "record"
        self.disk.mkdir()
        self._left = folder / "left"
        self._before = Disk(self.disk)
        environment = {**os.environ, **recording(shim, self.disk, self.record)}
        command = ("-m", "tests.powercut.committing", self.disk / "wakil.db", str(commits))
        done = subprocess.run(
            [sys.executable, *command, synchronous],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        self.heard = done.stdout

    def points(self) -> list[int]:
        """Number the moments that matter most: before a sync is done, after something was told."""
        return sorted(
            number - (deed.kind in SYNCS)
            for number, deed in enumerate(read_record(self.record))
            if deed.kind in SYNCS or deed.kind is Kind.TELL
        )

    def survey(self, points: Collection[int], seed: int) -> Survey:
        """Cut at each of `points`, look at what is left, and go on as if nothing had been."""
        found, chance, told = Survey(), Random(seed), b""
        wanted = frozenset(points)
        for number, deed in enumerate(self._deeds()):
            told += deed.data if deed.kind is Kind.TELL else b""
            found.syncs += deed.kind in SYNCS
            if number in wanted:
                found.cuts += 1
                self._cut(found, told.count(b"\n"), chance)
        assert told == self.heard
        found.commits = told.count(b"\n")
        return found

    def _deeds(self) -> Iterator[Deed]:
        for deed in read_record(self.record):
            self._before.do(deed)
            yield deed
        real = {path.name: path.read_bytes() for path in self.disk.iterdir()}
        assert self._before.seen() == real  # nothing passed the shim by

    def _cut(self, found: Survey, told: int, chance: Random) -> None:
        for kept in ROUND:
            lay_out(self._before.cut(kept, chance), self._left)
            lost = told - self._commits_left(found, told)
            found.states += 1
            found.states_with_loss += lost > 0
            found.most_lost = max(found.most_lost, lost)

    def _commits_left(self, found: Survey, told: int) -> int:
        path = self._left / "wakil.db"
        if not path.exists():
            return 0
        if told and found.states % ONE_IN == 0:
            found.verified += 1
            found.faults.extend(str(one) for one in asyncio.run(verify(path)).findings)
        numbers, fault = look(path)
        if fault != "ok" or numbers != list(range(1, len(numbers) + 1)):
            found.faults.append(f"state {found.states}: {fault}, {len(numbers)} commits")
        return len(numbers)


def look(path: Path) -> tuple[list[int], str]:
    """Open a database as any process would; gives the commits in it, and what SQLite thinks."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA synchronous = OFF")  # nobody needs it any more
        (fault,) = file.execute("PRAGMA integrity_check").fetchone()
        if file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'entry'").fetchone() is None:
            return [], fault  # cut off while it was made
        keys = file.execute("SELECT key FROM entry ORDER BY id").fetchall()
        return [int(key.removeprefix("topup:")) for (key,) in keys], fault
