"""An old copy of the database is put back: nothing is sold, placed or shown twice."""

import shutil

import pytest

from bot.domain.orders import OrderState
from bot.playground.oneclickdz import Call
from bot.playground.telegram import Message, Person
from tests.e2e.shop import PATIENCE_SECONDS, PSN, Shop, ever_shown, sees

pytestmark = pytest.mark.e2e


async def test_restored_from_a_backup(stand: Shop) -> None:
    """Sales are lost with the database: an admin decides on each, then /resume sells again."""
    first, second, third, waiting, hurried = stand.agents[:5]
    bot = await stand.serve()
    await stand.ask(stand.admin, "/start")
    await stand.buy(first, PSN, 1)
    quoted = await stand.choose(waiting, PSN, 1)
    pressed = await stand.choose(second, PSN, 3)
    on_its_way = stand.provider.stall(Call.PLACE_ORDER, after=True)
    await stand.press_confirm(hurried, PSN, 2)
    await stand.at_provider(lambda: len(stand.provider.orders) == 2)
    await backed_up(stand)
    on_its_way.set()
    await stand.delivered(hurried, 2)
    await second.tap("confirm:", on=pressed)
    await stand.delivered(second, 3)
    for member in (first, third):
        await stand.buy(member, PSN, 3)
    assert len(stand.provider.orders) == 5
    assert await bot.stop() == 0
    await put_back(stand)

    mark = stand.telegram.mark()
    bot = await stand.serve()
    alert = await sees(stand.admin, lambda m: data_of(m, ":resume"), since=mark)
    await stand.admin.wait(lambda _: len(to_shelve(stand.admin)) == 4, PATIENCE_SECONDS)
    press = await waiting.tap("confirm:", on=quoted)
    await press.answered(PATIENCE_SECONDS)
    assert len(stand.provider.orders) == 5
    assert shown_since(stand, mark) == []

    (unknown,) = [one for one in await stand.peek() if one.state is OrderState.UNKNOWN]
    evidence = await stand.ask(stand.admin, f"/resolve {unknown.id}", f"resolve:{unknown.id}:")
    theirs = stand.provider.orders[1]
    await stand.admin.tap(f"resolve:{unknown.id}:{theirs.id}", on=evidence)
    await stand.telegram.world.changes.until(
        lambda: shown_since(stand, mark), timeout_seconds=PATIENCE_SECONDS
    )
    assert shown_since(stand, mark) == [hurried.id]

    while still_asks(stand.admin, alert):
        press = await stand.admin.tap(str(data_of(alert, ":resume")), on=alert)
        await press.answered(PATIENCE_SECONDS)
    for member, offer in ((second, pressed), (waiting, quoted)):
        press = await member.tap("confirm:", on=offer)
        await press.answered(PATIENCE_SECONDS)
    assert len(stand.cards(second)) == 3
    await stand.buy(waiting, PSN, 1)
    assert len(stand.provider.orders) == 6
    assert await bot.stop() == 0
    await in_order(stand)


async def test_an_old_copy_is_noticed(stand: Shop) -> None:
    """A copy that was put back by hand is noticed: the provider lists an order that it lacks."""
    bot = await stand.serve()
    await stand.ask(stand.admin, "/start")
    quoted = await stand.choose(stand.agents[1], PSN, 1)
    await backed_up(stand)
    await stand.buy(stand.agents[0], PSN, 1)
    await bot.kill()
    for end in ("", "-wal", "-shm"):
        stand.database.with_name(stand.database.name + end).unlink(missing_ok=True)
    shutil.copy(copy_of(stand), stand.database)

    mark = stand.telegram.mark()
    bot = await stand.serve()
    alert = await sees(stand.admin, lambda m: data_of(m, ":resume"), since=mark)
    press = await stand.agents[1].tap("confirm:", on=quoted)
    await press.answered(PATIENCE_SECONDS)
    assert shown_since(stand, mark) == []
    await stand.admin.wait(lambda _: to_shelve(stand.admin), PATIENCE_SECONDS)
    while still_asks(stand.admin, alert):
        await stand.ask(stand.admin, "/resume")
    press = await stand.agents[1].tap("confirm:", on=quoted)
    await press.answered(PATIENCE_SECONDS)
    await stand.buy(stand.agents[1], PSN, 1)
    assert len(stand.provider.orders) == 2
    assert await bot.stop() == 0
    await in_order(stand)


def copy_of(stand: Shop) -> str:
    return str(stand.folder / "copy.db")


async def backed_up(stand: Shop) -> None:
    """Back up while the bot serves."""
    said = await stand.command("backup", copy_of(stand))
    assert said.code == 0, said.text


async def put_back(stand: Shop) -> None:
    """Restore the backup."""
    said = await stand.command("restore", copy_of(stand))
    assert said.code == 0, said.text


async def in_order(stand: Shop) -> None:
    """Hold the books against the provider; no card was shown to two persons."""
    assert (await stand.books())[0] == stand.provider.balance
    seen = [code for person in stand.agents for code in ever_shown(person)]
    assert len(seen) == len(set(seen))
    verified = await stand.command("verify")
    assert verified.code == 0, verified.text


def data_of(message: Message, end: str) -> str | None:
    """Give the data of the button whose data ends so."""
    return next((one.data for one in message.buttons if one.data.endswith(end)), None)


def still_asks(admin: Person, alert: Message) -> bool:
    """Tell whether selling stands still: /resume waits until the lost orders were read."""
    now = admin.now(alert)
    return now is not None and bool(data_of(now, ":resume"))


def to_shelve(admin: Person) -> list[Message]:
    """Give the alerts that ask what to do with a provider order that nobody owns."""
    return [message for message in admin.messages if data_of(message, ":shelve")]


def shown_since(stand: Shop, mark: int) -> list[int]:
    """Give the chats that were shown cards since, a message each."""
    cards = {card.value for order in stand.provider.orders for card in order.cards or ()}
    events = [one for one in stand.telegram.transcript if one.mark > mark and one.message]
    return [one.chat_id for one in events if one.message and cards & set(one.message.codes)]
