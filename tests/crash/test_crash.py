"""The bot is killed at each point of an order's life, and started again."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.commands.opening import looking_into
from bot.domain.alerts import AlertKind
from bot.domain.orders import OrderState
from bot.playground.oneclickdz import Call
from bot.playground.plum import Plum, Rotation
from bot.playground.process import BotProcess
from bot.playground.telegram import Message, Person
from bot.settings import ONECLICKDZ, PLUM
from tests.crash.cases import CASES, TOKENS_ENDED, Case, ends_its_tokens
from tests.crash.knife import POINTS
from tests.e2e.shop import PATIENCE_SECONDS, PLUM_PSN, PSN, Shop, sees, shop

pytestmark = pytest.mark.crash

PATHS = {ONECLICKDZ: PSN, PLUM: PLUM_PSN}

Templates = dict[str, Path]


@pytest.fixture
def templates(template: Path, plum_template: Path) -> Templates:
    """Give the database of a shop at each provider."""
    return {ONECLICKDZ: template, PLUM: plum_template}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_killed_at(case: Case, templates: Templates, tmp_path: Path) -> None:
    """Wherever the bot dies: one provider order, every card to its buyer, books to the centime."""
    async with shop_at(case.provider, tmp_path, templates) as stand:
        member, confirm, mark = await dies_at(stand, case)

        bot = await stand.serve()
        if case.lost:
            await member.tap("confirm:", on=confirm)
        await ends(stand, member, case, since=mark)
        await member.tap("confirm:", on=confirm)  # an app repeats itself after a reconnect
        await stand.telegram.listening(PATIENCE_SECONDS)
        assert await bot.stop() == 0

        (order,) = await stand.reckon()
        assert (order.state, order.cards) == (case.state, case.cards)


def test_every_point_has_a_case() -> None:
    """Wherever the knife can cut, it is tried what comes of it."""
    assert {case.point for case in CASES} == set(POINTS)


async def test_killed_while_the_answer_is_on_its_way(template: Path, tmp_path: Path) -> None:
    """The provider has committed, the bot dies waiting for the answer: the order is found."""
    async with shop(tmp_path, template) as stand:
        on_its_way = stand.provider.stall(Call.PLACE_ORDER, after=True)
        child, member = await confirms(stand, PSN)
        await stand.at_provider(lambda: bool(stand.provider.orders))
        await child.kill()
        on_its_way.set()
        await recovers(stand, member)


@pytest.mark.parametrize("provider", PATHS)
async def test_killed_before_the_provider_begins(
    provider: str, templates: Templates, tmp_path: Path
) -> None:
    """The request had left, and the provider takes the order only when the bot is back."""
    patient = {"ONECLICKDZ_HORIZON_SECONDS": "60", "PLUM_HORIZON_SECONDS": "60"}
    async with shop_at(provider, tmp_path, templates, more=patient) as stand:
        double, placing = stand.sides[0].double, stand.sides[0].placing
        on_its_way = double.stall(placing)
        child, member = await confirms(stand, PATHS[provider])
        await stand.at_provider(lambda: double.count(placing) == 1)
        await child.kill()
        bot = await stand.serve()
        on_its_way.set()
        await stand.delivered(member, 2)
        assert await bot.stop() == 0
        (order,) = await stand.reckon()
        assert order.state is OrderState.FULFILLED


async def test_killed_with_the_only_pair_of_tokens_in_its_hands(
    templates: Templates, tmp_path: Path
) -> None:
    """Where a refresh token works once, a person makes new ones: then the order is settled."""
    case = Case(
        story="pair lost",
        provider=PLUM,
        point="before provider.tokens-renewed",
        path=PLUM_PSN,
        meanwhile=ends_its_tokens(Rotation.AT_ONCE),
        state=TOKENS_ENDED.state,
        cards=0,
    )
    async with shop_at(PLUM, tmp_path, templates) as stand:
        member, _, mark = await dies_at(stand, case)

        bot = await stand.serve()
        async with looking_into(stand.database) as work:
            alerts = await work.alerts.list_open()
        assert AlertKind.PROVIDER_FROZEN in {alert.kind for alert in alerts}
        assert await bot.stop() == 0
        stand.renew_by_hand()

        bot = await stand.serve()
        await ends(stand, member, case, since=mark)
        assert await bot.stop() == 0
        (order,) = await stand.reckon()
        assert (order.state, order.cards) == (case.state, case.cards)


@asynccontextmanager
async def shop_at(
    provider: str, folder: Path, templates: Templates, *, more: Mapping[str, str] | None = None
) -> AsyncIterator[Shop]:
    """Open a shop that sells at one provider."""
    plum = Plum() if provider == PLUM else None
    alone = plum is not None
    async with shop(folder, templates[provider], plum=plum, alone=alone, more=more) as stand:
        yield stand
        assert plum is None or plum.violations == []


async def dies_at(stand: Shop, case: Case) -> tuple[Person, Message, int]:
    """Let a member confirm at a bot that dies; gives the confirm screen, and the mark before."""
    case.at_first(stand)
    member = stand.agents[0]
    child = await stand.serve("-m", "tests.crash.child", case.point)
    confirm = await stand.choose(member, case.path, case.quantity)
    case.meanwhile(stand)
    mark = stand.telegram.mark()
    await member.tap("confirm:", on=confirm)
    await dies(child)
    return member, confirm, mark


async def confirms(stand: Shop, path: tuple[str, str, str]) -> tuple[BotProcess, Person]:
    """Let a member confirm at the real bot."""
    member = stand.agents[0]
    bot = await stand.serve()
    confirm = await stand.choose(member, path, 2)
    await member.tap("confirm:", on=confirm)
    return bot, member


async def recovers(stand: Shop, member: Person) -> None:
    """Start the bot again, and find the books in order."""
    bot = await stand.serve()
    await stand.delivered(member, 2)
    assert await bot.stop() == 0
    (order,) = await stand.reckon()
    assert order.state is OrderState.FULFILLED


async def dies(child: BotProcess) -> None:
    """Wait for the knife."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await child.ended() == -signal.SIGKILL


async def ends(stand: Shop, member: Person, case: Case, *, since: int) -> None:
    """Wait until the member has read the end of the order."""
    if case.cards:
        await stand.delivered(member, case.cards)
    else:
        await sees(member, tells_the_end, since=since)


def tells_the_end(message: Message) -> object:
    """Find the end of an order that brought no card: it offers to buy again."""
    return message.find_button("back:again:")
