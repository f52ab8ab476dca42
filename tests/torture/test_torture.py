"""The process campaign in its short form; `make torture` runs it whole."""

import asyncio
from pathlib import Path

import httpx
import pytest

from bot.playground.oneclickdz import DEMO_KEY
from bot.playground.plum import DEMO_ACCESS_TOKEN
from bot.settings import ONECLICKDZ, PLUM
from tests.e2e.shop import PATIENCE_SECONDS
from tests.e2e.template import make_template
from tests.torture.full_disk import full_disk
from tests.torture.goods import goods_of, new_plum
from tests.torture.lives import Habits
from tests.torture.old_copy import old_copy
from tests.torture.passing import Chance, passes
from tests.torture.quotas import TRACEBACK, shortfalls, tracebacks
from tests.torture.stage import MONEY, Stage, stage
from tests.torture.storm import Plan, storm
from tests.torture.two_bots import two_bots
from tests.torture.weather import Climate

pytestmark = [pytest.mark.crash, pytest.mark.e2e]

AT = "2026-11-21T12:00:00.000000Z"

CALM = Climate(
    placing=0, reading=0, telegram=0, short=0, foreign_every=0, outage_every=0, tokens_every=3.0
)
ROUGH = Climate(
    foreign_every=40.0,  # one that no sweep saw in time opens restore mode at the next start, and
    unseen=0,  # lives of two seconds are too short to read two accounts back and leave it
    outage_every=8.0,
    outage=3.0,
    latest=2.0,
    tokens_every=8.0,
    slowest=2.0,
    handling=1.0,
)

KILLED = Habits(stop=2, life=2.0, at_a_point=4.0, frozen=2.0)
ENOUGH = {
    "orders": 25,
    "kills": 5,
    "kill points reached": 2,
    "orderly stops": 1,
    "freezes": 1,
    "second processes refused": 1,
    "unknown for a while": 1,
    "ends of tokens": 1,
    "outages of the lists": 1,
}
"""What a short storm can promise; what somebody buys at a dashboard may not come in its time."""

STOPPED = Habits(random_kill=0, point_kill=0, stop=1, freeze=0, second=0, life=1.5)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the database that each campaign copies."""
    database = tmp_path_factory.mktemp("torture") / "template.db"
    asyncio.run(make_template(database, cash=MONEY, plum=new_plum()))
    return database


async def test_nothing_is_doubled_lost_or_held_whatever_dies(rich: Path, tmp_path: Path) -> None:
    """In bad weather, killed and stopped and frozen, the bot keeps every promise of money."""
    plan = Plan(least=ENOUGH, seed=1, climate=ROUGH, habits=KILLED, agents=12, longest=240)
    outcome = await storm(plan, tmp_path, rich)
    assert outcome.findings.lines() == []
    assert outcome.placed.keys() == {ONECLICKDZ, PLUM}


async def test_a_stop_makes_nothing_unknown(rich: Path, tmp_path: Path) -> None:
    """However often the bot is stopped in order while it sells: no order becomes unknown."""
    least = {"orders": 25, "orderly stops": 3}
    plan = Plan(least=least, seed=2, climate=CALM, habits=STOPPED, agents=12, longest=240)
    outcome = await storm(plan, tmp_path, rich)
    assert outcome.findings.lines() == []
    assert outcome.lives.unknown_by_stop == 0
    assert outcome.books.unknown == 0


async def test_a_full_disk_stops_sales_and_nothing_else(rich: Path, tmp_path: Path) -> None:
    """While nothing can be written nothing is sent, and with room again all comes to rest."""
    findings = await full_disk(3, tmp_path, rich, mounted=False, seconds=1)
    assert findings.lines() == []


async def test_two_bots_on_a_token_send_nothing(rich: Path, tmp_path: Path) -> None:
    """The bot hears of the other one, and places nothing until it is alone again."""
    findings = await two_bots(5, tmp_path, rich, alone=2, together=4)
    assert findings.lines() == []


async def test_an_old_copy_buys_nothing_again(rich: Path, tmp_path: Path) -> None:
    """After a restore every earlier press comes again, and buys nothing that was bought before."""
    findings = await old_copy(6, tmp_path, rich, orders=8)
    assert findings.lines() == []


async def test_an_order_that_a_stop_left_unknown_is_seen(rich: Path, tmp_path: Path) -> None:
    """Left being sent, it is the stop's fault, unless trouble struck its answer."""
    async with stage(tmp_path, rich, Chance(7), climate=CALM) as on:
        await on.greet(1)
        for side in on.stand.sides:
            side.double.stall(side.placing)
        path = next(path for path, _ in goods_of(on.stand.provider) if path[1] == "Xbox")
        await on.stand.press_confirm(on.stand.agents[0], path, 1)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not on.witness.arrivals:
                await passes(0.1)
        await on.lives.kill()
        on.lives.blame_stop(0)
        (fault,) = on.lives.faults
        (reference,) = on.witness.arrivals
        on.witness._struck.add(reference)
        on.lives.blame_stop(0)
    assert on.lives.faults == [fault]
    assert "became unknown by an orderly stop" in fault


def test_trouble_that_never_came_is_seen(tmp_path: Path) -> None:
    """What came too seldom is named, and so is an error that nobody expected."""
    assert shortfalls({"kills": 5, "orders": 2}, {"kills": 4, "orders": 2}) == ["only 4 of 5 kills"]
    log = tmp_path / "log"
    raised = f"{AT} [error    ] the disk\n  {TRACEBACK}:\n    x\n  StoreError: is full\n"
    caused = "\n  The above exception was the direct cause of the following exception:\n\n"
    again = (
        f"{AT} [error    ] a last call\n  {TRACEBACK}:\n  OSError\n{caused}  {TRACEBACK}:\n  E\n"
    )
    log.write_text(f"{raised}{AT} [info     ] a last call\n")
    assert tracebacks(log, "disk") == []
    assert tracebacks(log, "a last call") == ["traceback: StoreError: is full"]
    log.write_text(f"{again}{raised}")
    assert tracebacks(log, "is full", "a last call") == []
    assert tracebacks(log, "is full") == ["traceback: OSError"]
    log.write_text(f"{AT} [info     ] serving\n{TRACEBACK}:\n  x\nKeyError: 7\n")
    assert tracebacks(log, "serving") == ["traceback: KeyError: 7"]


async def test_what_was_not_journalled_is_seen(rich: Path, tmp_path: Path) -> None:
    """An order that reaches the provider, and that no book holds as sent, is a finding."""
    async with stage(tmp_path, rich, Chance(4), climate=CALM) as on:
        await on.greet(1)
        product = on.stand.provider.catalog.product("PSN")
        wanted = {"productId": product.id, "typeId": product.types[0].id, "quantity": 1}
        async with httpx.AsyncClient(headers={"X-Access-Token": DEMO_KEY}) as stranger:
            url = on.stand.settings["ONECLICKDZ_API_URL"]
            for _ in range(2):
                await stranger.post(f"{url}/v3/gift-cards/placeOrder", json=wanted)
        await order_at_plum(on, "stranger")
        found = await on.reckon()
    assert found.doubled == ["nobody x 2"]
    assert len([line for line in found.other if line.startswith("0 orders stood as sent")]) == 3
    assert "stranger was sent again" in found.other


async def order_at_plum(on: Stage, reference: str) -> None:
    """Order there as somebody who has the token, with a reference that no book holds."""
    data = {"productId": 15365, "denomination": 10, "quantity": 1, "poNumber": reference}
    body = {
        "query": "plumProAPI.mutation.placeOrder",
        "tag": "plumProAPI",
        "variables": {"data": data},
    }
    bearer = {"Authorization": f"Bearer {DEMO_ACCESS_TOKEN}"}
    async with httpx.AsyncClient(headers=bearer) as stranger:
        await stranger.post(f"{on.stand.settings['PLUM_API_URL']}/v1/oauth/api", json=body)
