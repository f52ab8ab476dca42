"""The torture programme must see every one of these bugs; one that it does not see survives."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.mutants.cards import CARDS
from tests.mutants.disk import DISK
from tests.mutants.mutant import Mutant
from tests.mutants.orders import ORDERS
from tests.mutants.references import REFERENCES

MUTANTS = (*ORDERS, *REFERENCES, *CARDS, *DISK)

Verdict = tuple[bool, str]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Verdict]]]:
    """Judge all of them, as many at a time as there are cores."""
    folder = tmp_path_factory.mktemp("mutants")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {
            mutant.name: pool.submit(judge, mutant, folder / str(number))
            for number, mutant in enumerate(MUTANTS)
        }


def judge(mutant: Mutant, tree: Path) -> Verdict:
    mutant.breed(tree)
    return mutant.is_seen(tree)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_no_mutant_survives(mutant: Mutant, verdicts: dict[str, Future[Verdict]]) -> None:
    """Each deliberate bug makes the programme that guards against it fail."""
    if mutant.needs and not shutil.which(mutant.needs):
        pytest.skip(f"{mutant.needs} is not on this machine")
    is_seen, said = verdicts[mutant.name].result()
    assert is_seen, said
