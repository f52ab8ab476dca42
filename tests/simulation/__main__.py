"""`make simulate`: many seeds on every core, and what they came to."""

import argparse
import asyncio
import hashlib
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import fields
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.findings import Findings
from tests.simulation.disks import make_template
from tests.simulation.naive import NaiveOutcome, run_naive
from tests.simulation.outcome import Outcome
from tests.simulation.run import run_seed
from tests.simulation.scenario import EIGHTH, WORLDS, world_of
from tests.simulation.tally import Met, total

SEEDS_A_PROCESS = 16
"""Every life of a bot on SQLite leaves compiled statements behind."""

KINDS = tuple(one.name for one in fields(Findings))


def main() -> int:
    """Run the seeds that were asked for; 1 when anything was found."""
    asked = _arguments()
    with TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        asyncio.run(make_template(template))
        began = time.monotonic()
        with ExitStack() as stack:
            run = map if asked.jobs == 1 else stack.enter_context(_pool(asked.jobs)).imap
            if asked.naive:
                _report_naive(run(partial(run_naive, sales=asked.sales), asked.seeds))
                return 0
            simulate = partial(run_seed, sales=asked.sales, template=template, kind=asked.providers)
            outcomes = _until_found(run(simulate, asked.seeds), stops=asked.first)
    return _report(outcomes, asked, seconds=time.monotonic() - began)


def _pool(jobs: int) -> Pool:
    return get_context("spawn").Pool(jobs, maxtasksperchild=SEEDS_A_PROCESS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=_seeds, required=True, help="7, 1-48, or 6,10,13-15")
    parser.add_argument("--sales", type=int, default=200, help="sales begun in each seed")
    parser.add_argument("--providers", choices=WORLDS, help="in every seed, whatever it chooses")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--first", action="store_true", help="stop at the first seed that fails")
    parser.add_argument("--naive", action="store_true", help="run the naive retry bot instead")
    return parser.parse_args()


def _seeds(text: str) -> list[int]:
    seeds: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def _until_found(simulated: Iterable[Outcome], *, stops: bool) -> list[Outcome]:
    """Show what a seed has found as soon as it is known."""
    outcomes = []
    for outcome in simulated:
        outcomes.append(outcome)
        for line in outcome.findings.lines():
            print(f"seed {outcome.seed}: {line}", flush=True)
        if stops and outcome.findings:
            break
    return outcomes


def _report(outcomes: list[Outcome], asked: argparse.Namespace, *, seconds: float) -> int:
    on_sql = [one for one in outcomes if one.seed % EIGHTH == 0]
    orders = sum(one.orders for one in outcomes)
    found = Counter(dict.fromkeys(KINDS, 0))
    for one in outcomes:
        found.update({kind: len(getattr(one.findings, kind)) for kind in KINDS})
    digests = "".join(one.digest for one in outcomes)
    rows: Iterable[tuple[str, object]] = (
        ("seeds", f"{outcomes[0].seed}-{outcomes[-1].seed}, {len(on_sql)} of them on SQLite"),
        ("orders", f"{orders}, {sum(one.orders for one in on_sql)} of them on SQLite"),
        ("orders per second", round(orders / seconds)),
        ("orders at the provider", sum(one.placed for one in outcomes)),
        ("cards paid for", sum(one.cards for one in outcomes)),
        ("unknown for a while", sum(one.unknown for one in outcomes)),
        ("decided by a person", sum(one.decided for one in outcomes)),
        ("decided in a restore", sum(one.restored for one in outcomes)),
        ("put on the shelf", sum(one.shelved for one in outcomes)),
        *_met(outcomes, on_sql),
        *found.items(),
        ("digest", hashlib.sha256(digests.encode()).hexdigest()[:16]),
    )
    _print(rows)
    failed = next((one for one in outcomes if one.findings), None)
    if failed is not None:
        print(f"The first seed that failed: {failed.seed}. The same run again:")
        again = f"--seeds {failed.seed} --sales {asked.sales}"
        again += f" --providers {asked.providers or world_of(failed.seed)}"
        print(f"  .venv/bin/python -m tests.simulation {again}")
    return int(failed is not None)


def _met(outcomes: list[Outcome], on_sql: list[Outcome]) -> Iterable[tuple[str, object]]:
    met, there = total(one.tally for one in outcomes), total(one.tally for one in on_sql)
    return ((str(kind), f"{met[kind]}, {there[kind]} of them on SQLite") for kind in Met)


def _report_naive(outcomes: Iterable[NaiveOutcome]) -> None:
    everything = list(outcomes)
    _print(
        (name.replace("_", " "), sum(getattr(one, name) for one in everything))
        for name in NaiveOutcome.__slots__
    )


def _print(rows: Iterable[tuple[str, object]]) -> None:
    for name, value in rows:
        print(f"{name:>24}  {value}")


if __name__ == "__main__":
    sys.exit(main())
