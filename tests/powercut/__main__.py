"""`make powercut`: every commit of a long run is cut at, on every core, and what that came to."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.powercut.record import build_shim, lacking
from tests.powercut.recorded import Recorded
from tests.powercut.survey import Survey, commit, survey, taken_together

CONTROL_COMMITS, CONTROL_STEP = 300, 10
"""The control has so many commits, and is cut at one of so many moments."""


def main() -> int:
    """Run both; 1 when FULL lost anything, or NORMAL nothing."""
    asked = _arguments()
    if why := lacking():
        print(f"Cannot cut the power: {why}.")
        return 1
    began = time.monotonic()
    with TemporaryDirectory() as name:
        folder = Path(name)
        shim = build_shim(folder)
        full = commit(shim, folder / "FULL", commits=asked.commits)
        normal = commit(shim, folder / "NORMAL", commits=CONTROL_COMMITS, control="NORMAL")
        kept = _survey(full, full.points(), folder, asked.seed)
        lost = _survey(normal, normal.points()[::CONTROL_STEP], folder, asked.seed)
    _print("FULL", kept)
    _print("NORMAL", lost)
    print(f"{'seconds':>36}  {time.monotonic() - began:.0f}")
    return int(bool(kept.most_lost or kept.faults or lost.faults or not lost.most_lost))


def _survey(recorded: Recorded, points: Sequence[int], folder: Path, seed: int) -> Survey:
    """Deal the points out to every core."""
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        shares = [
            pool.submit(survey, recorded, points[n::cores], folder / f"left-{n}", seed=seed + n)
            for n in range(cores)
        ]
        return taken_together([share.result() for share in shares])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make powercut", description=__doc__)
    parser.add_argument("--commits", type=int, default=2000, help="commits of the real store")
    parser.add_argument("--seed", type=int, default=1, help="chooses what the disk kept")
    return parser.parse_args()


def _print(synchronous: str, found: Survey) -> None:
    rows: Sequence[tuple[str, int]] = (
        ("commits acknowledged", found.commits),
        ("syncs", found.syncs),
        ("moments of a cut", found.cuts),
        ("disk states examined", found.states),
        ("of them by verify", found.verified),
        ("states that lost a commit", found.states_with_loss),
        ("most commits lost by one cut", found.most_lost),
        ("faults found", len(found.faults)),
    )
    for name, value in rows:
        print(f"{f'{synchronous}: {name}':>36}  {value}")
    for fault in found.faults:
        print(f"{synchronous}: {fault}")


if __name__ == "__main__":
    sys.exit(main())
