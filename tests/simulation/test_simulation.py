"""The simulated world in a few seeds; `make simulate` runs as many as one likes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import count
from pathlib import Path

import pytest

from bot.domain.agents import PersonId
from bot.domain.orders import OrderId, QuoteId
from tests.simulation.disks import make_template
from tests.simulation.engine import Engine, Life
from tests.simulation.naive import NaiveOutcome, run_naive
from tests.simulation.outcome import Outcome
from tests.simulation.run import run_in_memory, run_on_sql
from tests.simulation.scenario import WORLDS, world_of
from tests.simulation.tally import Met, total

SALES = 60
IN_MEMORY = range(1, 19)
ON_SQL = (8, 16, 24, 40)
PLACINGS = (Met.UNSENT, Met.BUSY, Met.REFUSED, Met.LOST, Met.LATE, Met.TWICE, Met.UNANSWERED)
DEALT = (Met.STOP, Met.FOREIGN, Met.CLOCK_STEP, Met.LIST_OUT, Met.PRICE, Met.OVERDRAWN)
"""What falls to a few worlds: the seeds on SQLite have to be among them."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("simulation") / "template.db"
    asyncio.run(make_template(path))
    return path


def findings(outcomes: Sequence[Outcome]) -> list[str]:
    return [f"{one.seed}: {line}" for one in outcomes for line in one.findings.lines()]


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [run_in_memory(seed, sales=SALES) for seed in IN_MEMORY]


def test_nothing_is_doubled_lost_or_held_whatever_fails_and_dies(
    outcomes: Sequence[Outcome],
) -> None:
    """Over the store's twin, a world of faults and crashes comes to rest with everything right.

    Whether its provider lists orders, finds them by reference, or there are two; whether there
    is plenty or everything runs short.
    """
    assert findings(outcomes) == []
    assert {world_of(seed) for seed in IN_MEMORY} == set(WORLDS)
    assert sum(one.orders for one in outcomes) > 700
    assert sum(one.placed for one in outcomes) > 250
    assert sum(one.unknown for one in outcomes) > 60
    met = total(one.tally for one in outcomes)
    assert met[Met.CRASH] > 150
    assert [kind for kind in Met if met[kind] < 5] == []


def test_a_person_decides_on_little(outcomes: Sequence[Outcome]) -> None:
    """Outside a restore few orders are left to a person, and none that a reference proves."""
    assert sum(one.decided for one in outcomes) < sum(one.unknown for one in outcomes) / 10
    found = [one for one in outcomes if world_of(one.seed) == "finds"]
    assert sum(one.unknown for one in found) > 20
    assert [one.seed for one in found if one.decided or one.restored] == []


def test_the_real_store_holds_what_its_twin_promises(template: Path) -> None:
    """Over the real store the same holds, and `verify` finds nothing."""
    outcomes = [run_on_sql(seed, sales=SALES, template=template) for seed in ON_SQL]
    assert findings(outcomes) == []
    assert {world_of(seed) for seed in ON_SQL} == set(WORLDS)
    met = total(one.tally for one in outcomes)
    assert met[Met.CRASH] > 5
    assert sum(met[kind] for kind in PLACINGS) > 10
    assert [kind for kind in DEALT if not met[kind]] == []
    assert sum(one.placed for one in outcomes) > 30


@pytest.mark.parametrize("seed", [1, 7])
def test_the_same_seed_is_the_same_run(seed: int) -> None:
    """A seed replays to the byte: the journal, the provider's record and the chats."""
    first = run_in_memory(seed, sales=SALES)
    again = run_in_memory(seed, sales=SALES)
    assert first.digest == again.digest
    assert first.digest != run_in_memory(seed + 1, sales=SALES).digest


def test_the_same_seed_is_the_same_run_on_the_real_store(template: Path) -> None:
    """The real store replays too."""
    first, again = (run_on_sql(8, sales=20, template=template) for _ in range(2))
    assert first.digest == again.digest


@dataclass(slots=True, kw_only=True)
class Deaf(Engine):
    """A bot that never answers a press."""

    async def confirm(
        self, life: Life, person_id: PersonId, quote_id: QuoteId, message_id: int
    ) -> OrderId:
        await asyncio.Event().wait()
        return await super().confirm(life, person_id, quote_id, message_id)


@dataclass(slots=True, kw_only=True)
class Restless(Engine):
    """A bot that is busy with nothing once a button is pressed."""

    async def confirm(
        self, life: Life, person_id: PersonId, quote_id: QuoteId, message_id: int
    ) -> OrderId:
        for _ in count():
            await asyncio.sleep(0)
        return await super().confirm(life, person_id, quote_id, message_id)


@pytest.mark.parametrize(("bot", "says"), [(Deaf, "no answer"), (Restless, "no time passes")])
def test_a_run_that_never_ends_is_found(bot: type[Engine], says: str) -> None:
    """What hangs ends with the name of its seed."""
    outcome = run_in_memory(10, sales=10, bot=bot)
    assert outcome.seed == 10
    assert says in outcome.findings.other[0]


def test_the_programme_sees_what_a_naive_bot_does() -> None:
    """In the same world a bot that tries again buys hundreds twice, and loses what it bought."""
    outcomes = [run_naive(seed, sales=200) for seed in range(1, 21)]
    total = {
        field.name: sum(getattr(one, field.name) for one in outcomes)
        for field in fields(NaiveOutcome)
    }
    assert total["wanted"] > 3_000
    assert total["doubled"] > 300
    assert total["cards_lost"] > 500
