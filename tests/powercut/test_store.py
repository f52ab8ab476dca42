"""The power is cut while the real store commits; `make powercut` does it many more times."""

from pathlib import Path
from random import Random

from tests.powercut.survey import Survey, commit, survey

SEED = 1


def surveyed(
    shim: Path, folder: Path, *, commits: int, cuts: int, control: str | None = None
) -> Survey:
    recorded = commit(shim, folder, commits=commits, control=control)
    points = Random(SEED).sample(recorded.points(), cuts)
    return survey(recorded, points, folder / "left", seed=SEED)


def test_a_commit_that_was_acknowledged_outlives_a_power_cut(shim: Path, tmp_path: Path) -> None:
    """Whatever the disk kept of the unsynced, torn and in any order: no commit is lost."""
    found = surveyed(shim, tmp_path, commits=1000, cuts=100)
    assert (found.faults, found.states_with_loss) == ([], 0)
    assert (found.commits, found.states) == (1000, 200)
    assert found.syncs > found.commits
    assert found.verified > 5


def test_less_than_full_forgets_what_it_acknowledged(shim: Path, tmp_path: Path) -> None:
    """With synchronous=NORMAL the same cuts lose commits: so a loss would be seen."""
    found = surveyed(shim, tmp_path, commits=300, cuts=30, control="NORMAL")
    assert found.faults == []
    assert found.states_with_loss > found.states / 2
    assert found.most_lost > 30
