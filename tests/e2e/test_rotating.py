"""The key that cards are sealed with is changed while the shop sells."""

import asyncio
import base64

import pytest

from bot.commands.opening import looking_into
from bot.playground.telegram import Person
from bot.playground.telegram.screen import Screen
from bot.services import marks
from bot.services.recovery import keys_in_use
from tests.e2e.shop import FREE_FIRE, PATIENCE_SECONDS, PSN, Shop, sees
from tests.e2e.template import CARD_KEYS

pytestmark = pytest.mark.e2e

NEW_ID = "newer"
NEW_KEY = f"{NEW_ID}:{base64.b64encode(b'the key that came after the old ').decode()}"

CARDS = 50
"""The largest order: re-sealing what twenty members bought takes a while."""


async def test_keys_rotate_while_the_shop_sells(stand: Shop) -> None:
    """A new key seals every card again, killed in the middle, and selling all the while.

    At no moment is a card unreadable, and at the end the old key can go.
    """
    keepers, buyers = stand.agents[:10], stand.agents[10:13]
    for product in stand.provider.catalog.products():
        for each in product.types:
            each.stock = 10_000
    bot = await stand.serve()
    for _ in range(2):
        await asyncio.gather(*(stand.buy(one, FREE_FIRE, CARDS) for one in keepers))
    cards = 2 * CARDS * len(keepers)
    assert await bot.stop() == 0

    stand.settings["CARD_KEYS"] = f"{NEW_KEY},{CARD_KEYS}"
    bot = await stand.serve()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await sealed_by_the_old(stand) == cards:
            pass
    await bot.kill()
    assert 0 < await sealed_by_the_old(stand) < cards

    bot = await stand.serve()
    looks, sales = await asyncio.gather(
        asyncio.gather(*(looks_until_rotated(stand, one) for one in keepers)),
        asyncio.gather(*(buys_until_rotated(stand, one) for one in buyers)),
    )
    assert any((*looks, *sales))
    assert await bot.stop() == 0
    assert await sealed_by_the_old(stand) == 0
    said = await stand.command("doctor")
    assert "tests can go from CARD_KEYS" in said.text, said.text

    stand.settings["CARD_KEYS"] = NEW_KEY
    bot = await stand.serve()
    for one in keepers:
        await reveals(stand, one)
    await stand.buy(stand.agents[23], PSN, 1)
    assert await bot.stop() == 0
    await stand.reckon()


async def looks_until_rotated(stand: Shop, member: Person) -> int:
    """Look at past cards again and again; gives how often while old keys were in use."""
    times = 0
    while True:
        await reveals(stand, member)
        if await is_rotated(stand):
            return times
        times += 1


async def buys_until_rotated(stand: Shop, member: Person) -> int:
    """Buy a card, and another; gives how many while old keys were in use."""
    sold = 0
    while True:
        await stand.buy(member, PSN, 1)
        if await is_rotated(stand):
            return sold
        sold += 1


async def reveals(stand: Shop, member: Person) -> None:
    """Look at the cards of the newest order again; every one of them comes."""
    listed = await stand.ask(member, "/orders", "order:")
    mark = stand.telegram.mark()
    await member.tap("order:", on=listed)
    details = await sees(member, "reveal:", since=mark)
    mark = stand.telegram.mark()
    await member.tap("reveal:", on=details)
    await member.wait(lambda screen: codes_since(screen, mark) == CARDS, PATIENCE_SECONDS)


def codes_since(screen: Screen, mark: int) -> int:
    """Count the codes in messages that are newer than a mark; each has a serial beside it."""
    return sum(len(one.codes) for one in screen.messages if one.changed > mark) // 2


async def sealed_by_the_old(stand: Shop) -> int:
    """Count the cards that the new key does not seal yet."""
    async with looking_into(stand.database) as work:
        return len(await work.cards.list_not_sealed_by(NEW_ID, limit=1_000_000))


async def is_rotated(stand: Shop) -> bool:
    """Tell whether the bot says that the new key alone is in use."""
    async with looking_into(stand.database) as work:
        return keys_in_use(await work.marks.find(marks.KEYS_IN_USE)) == {NEW_ID}
