"""The real process at the counter: sales, crowds, stops, and chats that cannot be reached."""

import asyncio
import statistics
import time
from pathlib import Path

import pytest

from bot.domain.orders import OrderState
from bot.playground.oneclickdz import Call, Plan
from bot.playground.telegram import Aim, Message, Person
from tests.e2e.shop import PATIENCE_SECONDS, PSN, Shop, sees, shop

pytestmark = pytest.mark.e2e

FLOOD = 64
LONGER = 10
"""So many times longer may somebody wait while another floods; 64 is in the flood's turn."""


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
async def test_the_whole_sale(tmp_path: Path, language: str) -> None:
    """A stranger asks for access, is let in, pays, buys two cards, and reads their exact codes."""
    async with shop(tmp_path, None) as stand:
        bot, stranger = await stand.serve(), stand.agents[0]
        await stand.let_in(stranger, language)
        await stand.top_up(stranger, 5000)
        receipt = await stand.buy(stranger, PSN, 2)
        (order,) = stand.provider.orders
        spelled = [text for card in order.cards or () for text in (card.value, card.serial)]
        assert list(receipt.codes) == spelled
        assert await bot.stop() == 0
        await stand.reckon()


async def test_a_crowd(stand: Shop) -> None:
    """Twenty agents tap at once, each confirms four times: twenty orders."""
    bot, crowd = await stand.serve(), stand.agents[:20]

    async def buys(member: Person) -> None:
        confirm = await stand.choose(member, PSN, 1)
        press = await member.tap("confirm:", on=confirm, times=4)
        await press.answered(PATIENCE_SECONDS)
        await stand.delivered(member, 1)

    await asyncio.gather(*(buys(member) for member in crowd))
    assert await bot.stop() == 0
    assert len(await stand.reckon()) == len(crowd) == len(stand.provider.orders)


async def test_a_flood_delays_nobody(stand: Shop) -> None:
    """While one member floods the bot with 64 taps, the others are answered before its last tap.

    Their waits are measured in the same run, those with the flood beside those without.
    """
    await stand.serve()
    flooder, *others = stand.agents[:11]  # nobody writes twice: a chat has a pace of its own
    menu = await stand.ask(flooder, "/buy", "category:")
    calm, flooded = [], []
    for first, second in zip(others[::2], others[1::2], strict=True):
        calm.append(await waits(stand, first))
        flood = await flooder.tap("category:", on=menu, times=FLOOD)
        flooded.append(await waits(stand, second))
        assert len(flood.answers) < FLOOD // 2
        await flood.answered(PATIENCE_SECONDS)
    ratio = statistics.median(flooded) / statistics.median(calm)
    assert ratio < LONGER


async def waits(stand: Shop, person: Person) -> float:
    """Measure how long a person waits for the answer to a command, in seconds."""
    began = time.perf_counter()
    await stand.ask(person, "/wallet")
    return time.perf_counter() - began


async def test_a_stop_during_handling(stand: Shop) -> None:
    """SIGTERM while the provider handles an order leaves it as it is; a restart goes on with it."""
    handled = asyncio.Event()
    stand.provider.plan(Plan(handling=handled))
    bot, member = await stand.serve(), stand.agents[0]
    await stand.press_confirm(member, PSN, 2)
    await stand.at_provider(lambda: stand.provider.count(Call.CHECK_ORDER) > 0)
    assert await bot.stop() == 0
    (order,) = await stand.orders()
    assert order.state is OrderState.HANDLING
    bot = await stand.serve()
    handled.set()
    await stand.delivered(member, 2)
    assert await bot.stop() == 0
    await stand.reckon()


async def test_a_stop_during_placing(stand: Shop) -> None:
    """SIGTERM while an answer is on its way waits for it: nothing becomes unknown by a stop."""
    on_its_way = stand.provider.stall(Call.PLACE_ORDER, after=True)
    bot, member = await stand.serve(), stand.agents[0]
    await stand.press_confirm(member, PSN, 2)
    await stand.at_provider(lambda: bool(stand.provider.orders))
    stopping = asyncio.create_task(bot.stop())
    updates = stand.telegram.world.updates
    await stand.telegram.world.changes.until(
        lambda: not updates.polled, timeout_seconds=PATIENCE_SECONDS
    )
    on_its_way.set()
    assert await stopping == 0
    (order,) = await stand.orders()
    assert order.state in {OrderState.HANDLING, OrderState.FULFILLED}
    bot = await stand.serve()
    await stand.delivered(member, 2)
    assert await bot.stop() == 0
    await stand.reckon()


async def test_a_blocked_chat(stand: Shop) -> None:
    """Cards for somebody who blocked the bot are kept; admins see it, and writing brings them."""
    handled = asyncio.Event()
    stand.provider.plan(Plan(handling=handled))
    bot, member = await stand.serve(), stand.agents[0]
    await stand.ask(stand.admin, "/start")
    mark = await stand.press_confirm(member, PSN, 2)
    await stand.at_provider(lambda: bool(stand.provider.orders))
    member.block()
    handled.set()
    await sees(stand.admin, "alert:", since=mark)
    assert not stand.cards(member)
    member.unblock()
    await member.send("/wallet")
    await stand.delivered(member, 2)
    assert await bot.stop() == 0
    await stand.reckon()


async def test_late_progress_covers_no_cards(stand: Shop) -> None:
    """A progress write that Telegram carries out only after the delivery hides no card."""
    bot, member = await stand.serve(), stand.agents[0]
    confirm = await stand.choose(member, PSN, 2)
    aim = Aim(method="editMessageText", chat_id=member.id)
    late = stand.telegram.faults.hold(aim, times=1)
    mark = stand.telegram.mark()
    await member.tap("confirm:", on=confirm)
    await late.reached(PATIENCE_SECONDS)
    await stand.delivered(member, 2)
    shown = stand.telegram.mark()
    late.open()
    await member.wait(lambda _: overtaken(member, confirm, since=shown), PATIENCE_SECONDS)
    assert mark < shown
    assert len(stand.cards(member)) == 2
    assert await bot.stop() == 0
    await stand.reckon()


def overtaken(member: Person, message: Message, *, since: int) -> bool:
    """Tell whether a message was changed after a mark."""
    now = member.now(message)
    return now is not None and now.changed > since
