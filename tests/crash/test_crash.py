"""The bot is killed at each point of an order's life, and started again."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.orders import OrderState
from bot.playground.oneclickdz import Call, Plan, faults
from bot.playground.process import BotProcess
from bot.playground.telegram import Message, Person
from tests.crash.knife import POINTS
from tests.e2e.shop import FREE_FIRE, PATIENCE_SECONDS, PSN, Shop, sees, shop

pytestmark = pytest.mark.crash

Happening = Callable[[Shop], None]


def nothing(_: Shop) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where the bot dies, what the provider does, and what comes of the order.

    `at_first` happens before the bot starts, `meanwhile` while the member reads the confirm
    screen. `lost`: nothing was written down, so a person taps again.
    """

    story: str
    point: str = ""
    state: OrderState = OrderState.FULFILLED
    cards: int = 2
    quantity: int = 2
    path: tuple[str, str, str] = PSN
    at_first: Happening = nothing
    meanwhile: Happening = nothing
    lost: bool = False


def fills(count: int) -> Happening:
    return lambda shop: shop.provider.plan(Plan(filled=count))


def loses_the_answer(shop: Shop) -> None:
    shop.provider.fault(Call.PLACE_ORDER, faults.cut(), after=True)


def loses_the_order(shop: Shop) -> None:
    shop.provider.fault(Call.PLACE_ORDER, faults.cut())


def sells_out(shop: Shop) -> None:
    shop.provider.catalog.card_type(PSN[2]).stock = 0


def is_poor(shop: Shop) -> None:
    shop.provider.deposit(Decimal(100) - shop.provider.balance)


def around(action: str, case: Case) -> tuple[Case, Case]:
    """Die before it and after it, with the same end."""
    return replace(case, point=f"before {action}"), replace(case, point=f"after {action}")


S = OrderState
FULL = Case(story="bought")
UNPLACED = Case(story="never left", state=S.REFUSED, cards=0)
PARTIAL = Case(story="half came", meanwhile=fills(1), state=S.PARTIALLY_FILLED, cards=1)
REFUNDED = Case(story="none came", meanwhile=fills(0), state=S.REFUNDED, cards=0)
LONG = Case(
    story="two messages", path=FREE_FIRE, quantity=21, cards=21
)  # too long for one message: not by edit
ANSWER_LOST = Case(story="answer lost", meanwhile=loses_the_answer)
ORDER_LOST = Case(story="order lost", meanwhile=loses_the_order, state=S.REFUSED, cards=0)
SOLD_OUT = Case(story="sold out", meanwhile=sells_out, state=S.REFUSED, cards=0)
WITHDRAWN = Case(story="provider poor", at_first=is_poor, state=S.WITHDRAWN, cards=0)

CASES = (
    replace(FULL, point="before order.confirmed", lost=True),
    replace(FULL, point="after order.confirmed"),
    replace(FULL, point="before order.sending"),
    replace(UNPLACED, point="after order.sending"),
    replace(UNPLACED, point="before place"),
    replace(FULL, point="after place"),
    *around("order.handling", FULL),
    *around("order.fulfilled", FULL),
    *around("order.partially_filled", PARTIAL),
    *around("order.refunded", REFUNDED),
    *around("edit receipt", FULL),
    *around("send receipt", LONG),
    *around("cards.shown", FULL),
    *around("order.unknown", ANSWER_LOST),
    *around("order.handling", ANSWER_LOST),
    *around("order.absent-once", ORDER_LOST),
    *around("order.refused", ORDER_LOST),
    *around("order.refused", SOLD_OUT),
    *around("order.withdrawn", WITHDRAWN),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.story}: {case.point}")
async def test_killed_at(case: Case, template: Path, tmp_path: Path) -> None:
    """Wherever the bot dies: one provider order, every card to its buyer, books to the centime."""
    async with shop(tmp_path, template) as stand:
        case.at_first(stand)
        member = stand.agents[0]
        child = await stand.serve("-m", "tests.crash.child", case.point)
        confirm = await stand.choose(member, case.path, case.quantity)
        case.meanwhile(stand)
        mark = stand.telegram.mark()
        await member.tap("confirm:", on=confirm)
        await dies(child)

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
        child, member = await confirms(stand)
        await stand.at_provider(lambda: bool(stand.provider.orders))
        await child.kill()
        on_its_way.set()
        await recovers(stand, member)


async def test_killed_before_the_provider_begins(template: Path, tmp_path: Path) -> None:
    """The request had left, and the provider takes the order only when the bot is back."""
    patient = {"ONECLICKDZ_HORIZON_SECONDS": "60"}
    async with shop(tmp_path, template, more=patient) as stand:
        on_its_way = stand.provider.stall(Call.PLACE_ORDER)
        child, member = await confirms(stand)
        await stand.at_provider(lambda: stand.provider.count(Call.PLACE_ORDER) == 1)
        await child.kill()
        bot = await stand.serve()
        on_its_way.set()
        await stand.delivered(member, 2)
        assert await bot.stop() == 0
        (order,) = await stand.reckon()
        assert order.state is OrderState.FULFILLED


async def confirms(stand: Shop) -> tuple[BotProcess, Person]:
    """Let a member confirm at the real bot."""
    member = stand.agents[0]
    bot = await stand.serve()
    confirm = await stand.choose(member, PSN, 2)
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
