"""The torture programme must see every one of these bugs; one that it does not see survives."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import pytest

from tests.mutants.cards import CARDS
from tests.mutants.disk import DISK
from tests.mutants.mutant import ROOT, SECONDS, Change, Mutant, Ran, run
from tests.mutants.orders import ORDERS
from tests.mutants.references import REFERENCES

MUTANTS = (*ORDERS, *REFERENCES, *CARDS, *DISK)
SIMULATED = tuple(one for one in MUTANTS if "tests.simulation" in one.seen_by)


class Bench:
    """Judges all of them, as many at a time as there are cores."""

    def __init__(self, pool: ThreadPoolExecutor, folder: Path) -> None:
        self._pool = pool
        self._lock = Lock()
        self._controls: dict[tuple[str, ...], Future[Ran]] = {}
        self._ran = {
            one.name: pool.submit(self._judge, one, folder / str(number))
            for number, one in enumerate(MUTANTS)
        }

    def ran(self, mutant: Mutant) -> Ran:
        """What the programme said of a mutant."""
        return self._ran[mutant.name].result()

    def control(self, mutant: Mutant) -> Ran:
        """What the programme says of the product without the bug, of the seed that saw it."""
        arguments = mutant.control(self.ran(mutant))
        assert arguments is not None, "no seed has seen it"
        return self._controls[arguments].result()

    def _judge(self, mutant: Mutant, tree: Path) -> Ran:
        mutant.breed(tree)
        ran = run(mutant.seen_by, tree)
        arguments = mutant.control(ran)
        with self._lock:
            if arguments is not None and arguments not in self._controls:
                self._controls[arguments] = self._pool.submit(run, arguments, ROOT)
        return ran


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield Bench(pool, tmp_path_factory.mktemp("mutants"))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_no_mutant_survives(mutant: Mutant, bench: Bench) -> None:
    """Each deliberate bug makes the programme that guards against it say so, and soon."""
    if mutant.needs and not shutil.which(mutant.needs):
        pytest.skip(f"{mutant.needs} is not on this machine")
    ran = bench.ran(mutant)
    assert mutant.is_seen_in(ran), ran.said
    assert ran.seconds < SECONDS


@pytest.mark.parametrize("mutant", SIMULATED, ids=lambda mutant: mutant.name)
def test_what_sees_a_mutant_sees_nothing_without_it(mutant: Mutant, bench: Bench) -> None:
    """The seed that a bug fails on finds nothing in the product itself."""
    control = bench.control(mutant)
    assert control.code == 0, control.said


TRACEBACK = Ran(code=1, said="Traceback (most recent call last):\nNameError: owe_outcome\n")
BROKEN = Ran(code=1, said="seed 3: other: log: {'event': 'placing failed', 'order': 12}\n")
OTHER = Ran(code=1, said="seed 3: held: order 12 is unknown\n")
SEEN = Ran(code=1, said="seed 3: other: order 12 was called refused\n")
QUIET = Ran(code=0, said="seed 3: other: order 12 was called refused\n")


def test_only_the_bug_itself_counts_as_seen() -> None:
    """A programme that breaks, or finds something else, has not seen the bug."""
    mutant = Mutant(name="one", changes=(), seen_by=("-m", "it"), says="was called refused")
    assert [mutant.is_seen_in(ran) for ran in (TRACEBACK, BROKEN, OTHER, QUIET)] == [False] * 4
    assert mutant.is_seen_in(SEEN)


def test_a_mutant_of_unknown_names_is_not_bred(tmp_path: Path) -> None:
    """A bug that was put in badly would be seen for its names alone."""
    change = Change(
        file="bot/services/owing.py",
        before="    await work.outbox.add(delivery)\n",
        after="    await work.outbox.add(deliver)\n",
    )
    mutant = Mutant(name="one", changes=(change,), seen_by=(), says="")
    with pytest.raises(ValueError, match="deliver"):
        mutant.breed(tmp_path / "tree")
