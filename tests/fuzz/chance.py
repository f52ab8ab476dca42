"""Seeded chance: the same cases on every machine, and more of them when `FUZZ_TIMES` asks."""

import os
from collections.abc import Iterator
from random import Random

TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
"""How many times as many cases as CI runs; `FUZZ_TIMES=20` takes some minutes."""

ONLY = os.environ.get("FUZZ_ONLY", "")
"""The name of one case, to run it alone: a failure names its case."""


def chances(subject: str, count: int) -> Iterator[tuple[str, Random]]:
    """Give the name of each case of a subject, and the chance that makes it."""
    names = (f"{subject}-{number}" for number in range(count * TIMES))
    return ((name, Random(name)) for name in names if ONLY in ("", name))
