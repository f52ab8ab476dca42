"""One run of the simulated world, from its seed to its findings; the same seed is the same run."""

import asyncio
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import structlog

from bot.domain.orders import OPEN
from storage.verify import Means, verify
from tests.findings import Findings
from tests.simulation.admin import Admin
from tests.simulation.disks import Disk, MemoryDisk, SqlDisk
from tests.simulation.engine import Engine
from tests.simulation.loop import passes, run
from tests.simulation.oracle import examine
from tests.simulation.outcome import Outcome, outcome_of
from tests.simulation.people import Shopkeeper
from tests.simulation.process import outside
from tests.simulation.scenario import EIGHTH, WORLDS, Providers, Scenario, draw, world_of
from tests.simulation.tally import Tally
from tests.simulation.weather import Weather
from tests.simulation.world import SimulatedWorld

PATIENCE = 6 * 3600.0
"""Within so many calm seconds everything has come to rest, or something never will."""

DAY = 24 * 3600.0


def run_seed(seed: int, *, sales: int, template: Path, kind: str | None = None) -> Outcome:
    """Run a seed on the store that it belongs to, in the world that it chooses, or in a `kind`."""
    if seed % EIGHTH:
        return run_in_memory(seed, sales=sales, kind=kind)
    return run_on_sql(seed, sales=sales, template=template, kind=kind)


def run_in_memory(
    seed: int, *, sales: int, kind: str | None = None, bot: type[Engine] = Engine
) -> Outcome:
    """Run a seed over the store's twin."""
    return _named(seed, lambda: _run(seed, sales, MemoryDisk(), kind, bot))


def run_on_sql(seed: int, *, sales: int, template: Path, kind: str | None = None) -> Outcome:
    """Run a seed over the real store, which is verified in the end."""
    return _named(seed, lambda: _run_on_sql(seed, sales, template, kind))


def _named(seed: int, simulates: Callable[[], Outcome]) -> Outcome:
    """Find what breaks the run itself, too, so that it is known of which seed."""
    try:
        return simulates()
    except Exception as error:  # noqa: BLE001 # whatever it is, the seed has to be told
        where = traceback.format_exc(limit=-3)
        return Outcome(seed=seed, findings=Findings(other=[f"broke: {error!r}\n{where}"]))


def _run_on_sql(seed: int, sales: int, template: Path, kind: str | None) -> Outcome:
    with TemporaryDirectory(dir=_memory_folder()) as folder:
        disk = SqlDisk(template, Path(folder))
        outcome = _run(seed, sales, disk, kind)
        outcome.findings.other += _in_clear(disk.path, outcome.codes)
        report = asyncio.run(verify(disk.path, Means(vault=disk.vault)))
        faults = [one for one in report.findings if not one.is_warning]
        outcome.findings.other += [f"verify: {one}" for one in faults]
        return outcome


def _in_clear(database: Path, codes: frozenset[str]) -> list[str]:
    """Name the card codes that stand readable in the file."""
    data = database.read_bytes()
    return [f"{code} is on disk in clear" for code in sorted(codes) if code.encode() in data]


def _memory_folder() -> Path | None:
    shared = Path("/dev/shm")  # only a faster place for a folder of our own
    return shared if shared.is_dir() else None


def _run(
    seed: int, sales: int, disk: Disk, kind: str | None, bot: type[Engine] = Engine
) -> Outcome:
    return run(_simulate(seed, sales, disk, WORLDS[kind or world_of(seed)], bot))


async def _simulate(
    seed: int, sales: int, disk: Disk, providers: Providers, bot: type[Engine]
) -> Outcome:
    chance = Random(seed)
    scenario = draw(chance, seed=seed, sales=sales, providers=providers)
    world = SimulatedWorld(scenario, chance, disk, bot=bot)
    with _listening(world.tally):
        async with asyncio.timeout(_longest(scenario)):
            await _trade(world)
            await _come_to_rest(world)
        outcome = await outcome_of(seed, world)
        await disk.close()
        return outcome


def _longest(scenario: Scenario) -> float:
    """Tell within how many seconds a run is over, unless something in it hangs."""
    return DAY + 2 * scenario.think * scenario.sales / scenario.people


async def _trade(world: SimulatedWorld) -> None:
    """Open the shop, sell all that is to be sold in any weather, and let it turn calm."""
    await world.open()
    Weather(world).begin()
    outside(Admin(world).watch())
    shops = [Shopkeeper(world, person) for person in world.people]
    for shop in shops:
        outside(shop.come_and_go())
    await asyncio.gather(*[shop.buy(world.scenario.sales // len(shops)) for shop in shops])
    await world.calm_down()
    for shop in shops:
        await shop.return_()


async def _come_to_rest(world: SimulatedWorld) -> None:
    restless: str | None = None
    for _ in range(int(PATIENCE / 300)):
        await passes(300)
        restless = await _restless(world)
        if restless is None and not await examine(world.engine):
            return
    if restless is not None:
        world.tally.faults.append(f"did not rest: {restless}")


async def _restless(world: SimulatedWorld) -> str | None:
    """Say what is still going on, if anything is."""
    engine = world.engine
    if any(one.under_way for one in world.providers):
        return "a placing is under way"
    if any(one.cards is None or one.shown for one in engine.placed):
        return "a provider has not told all of an order"
    async with engine.store.read() as work:
        if open_ := await work.orders.list_in(*OPEN):
            return f"{len(open_)} orders are open"
        if due_at := await work.outbox.next_due_at():
            return f"a message is due since {due_at}"
    return None


@contextmanager
def _listening(tally: Tally) -> Iterator[None]:
    """Count what the bot logs as an error: nothing that happens here may surprise it."""

    def hear(_logger: object, method: str, event: structlog.typing.EventDict) -> str:
        if method in {"error", "exception", "critical"}:
            tally.faults.append(f"log: {event}")
        raise structlog.DropEvent

    structlog.configure(processors=[hear])
    try:
        yield
    finally:
        structlog.reset_defaults()
