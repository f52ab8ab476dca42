"""Cutting the power of a process that commits, again and again, and counting what is lost."""

import asyncio
import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from storage.verify import verify
from tests.powercut.disk import Kept, lay_out
from tests.powercut.record import SYNCS
from tests.powercut.recorded import Recorded

ROUND = (Kept.NOTHING, Kept.SOME)
"""What is left of the unsynced at each cut, one state each."""

ONE_IN = 25
"""Of so many states one is held to the whole of `verify`; all to SQLite's own check."""


@dataclass(slots=True, kw_only=True)
class Survey:
    """What came of many cuts; a commit is lost that was acknowledged before the cut."""

    commits: int = 0
    syncs: int = 0
    cuts: int = 0
    states: int = 0
    verified: int = 0
    states_with_loss: int = 0
    most_lost: int = 0
    faults: list[str] = field(default_factory=list)


def commit(shim: Path, folder: Path, *, commits: int, control: str | None = None) -> Recorded:
    """Let a process commit so often in `folder`."""
    disk = folder / "disk"
    disk.mkdir(parents=True)
    command = ("-m", "tests.powercut.committing", str(disk / "wakil.db"), str(commits))
    return Recorded(shim, disk, folder / "record", *command, *([control] if control else []))


def survey(recorded: Recorded, points: Collection[int], left: Path, *, seed: int) -> Survey:
    """Cut at each of `points`, look at what is left, and go on as if nothing had been."""
    found, chance, wanted = Survey(), Random(seed), frozenset(points)
    for moment in recorded.moments():
        found.commits = moment.told.count(b"\n")
        found.syncs += moment.deed.kind in SYNCS
        if moment.number in wanted:
            found.cuts += 1
            for kept in ROUND:
                lay_out(moment.disk.cut(kept, chance), left)
                _examine(left / "wakil.db", found)
    return found


def taken_together(shares: Sequence[Survey]) -> Survey:
    """Add up what was found at several shares of the moments of one process."""
    return Survey(
        commits=shares[0].commits,
        syncs=shares[0].syncs,
        cuts=sum(one.cuts for one in shares),
        states=sum(one.states for one in shares),
        verified=sum(one.verified for one in shares),
        states_with_loss=sum(one.states_with_loss for one in shares),
        most_lost=max(one.most_lost for one in shares),
        faults=[fault for one in shares for fault in one.faults],
    )


def files_after(recorded: Recorded, commits: int) -> dict[str, bytes]:
    """Give the files of the moment at which so many commits were acknowledged: all was kept."""
    now = (one for one in recorded.moments() if one.told.count(b"\n") == commits)
    return next(now).disk.cut(Kept.EVERYTHING, Random(commits))


def _examine(path: Path, found: Survey) -> None:
    left = _commits_left(path, found) if path.exists() else 0
    found.states += 1
    found.states_with_loss += left < found.commits
    found.most_lost = max(found.most_lost, found.commits - left)


def _commits_left(path: Path, found: Survey) -> int:
    if found.commits and found.states % ONE_IN == 0:
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
