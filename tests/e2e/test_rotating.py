"""The key that everything is sealed with is changed while the shop sells at both providers."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, cycle, repeat
from pathlib import Path

import pytest

from bot.commands.opening import looking_into
from bot.domain.orders import Order
from bot.playground.plum import Call, Plum, Rotation
from bot.playground.telegram import Person
from bot.playground.telegram.screen import Screen
from bot.services import marks
from bot.services.recovery import keys_in_use
from tests.e2e.shop import FREE_FIRE, PATIENCE_SECONDS, Shop, sees, shop
from tests.e2e.template import CARD_KEYS
from tests.e2e.test_plum import FLIPKART, PHONE
from tests.e2e.test_two_providers import GOOGLE, opened

pytestmark = pytest.mark.e2e

NEW_ID = "newer"
NEW_KEY = f"{NEW_ID}:{base64.b64encode(b'the key that came after the old ').decode()}"

CARDS = 50
"""The largest order: re-sealing what twenty members bought takes a while."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many cards, recipients' numbers and exchanges the new key does not seal yet."""

    cards: int
    numbers: int
    exchanges: int


@pytest.fixture
async def stand(template: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a shop at both providers, with stock for everybody; a refresh token works once."""
    double = Plum()
    double.rotate(Rotation.AT_ONCE)
    async with shop(tmp_path, template, plum=double) as opened_:
        for product in opened_.provider.catalog.products():
            for each in product.types:
                each.stock = 10_000
        yield opened_


async def test_keys_rotate_while_the_shop_sells(stand: Shop) -> None:
    """A new key seals everything again, killed in the middle, and selling all the while.

    Tokens are renewed meanwhile, and a number that the old key sealed is sent. At no moment is a
    card unreadable, and at the end the old key can go: every order opens without it.
    """
    keepers, buyers, caller = stand.agents[:10], stand.agents[10:13], stand.agents[13]
    bot = await stand.serve()
    await opened(stand)
    await sells_by_the_old_key(stand, keepers)
    confirm = await stand.choose(caller, FLIPKART, 1, amount="100", phone=PHONE)
    assert await bot.stop() == 0
    old = await sealed_by_the_old(stand)
    assert (old.cards, old.numbers) == (2 * CARDS * len(keepers) + 1, 2)

    stand.settings["CARD_KEYS"] = f"{NEW_KEY},{CARD_KEYS}"
    bot = await stand.serve()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (now := await sealed_by_the_old(stand)) == old:
            pass
    await bot.kill()
    assert 0 < (await sealed_by_the_old(stand)).cards < old.cards
    assert (now.numbers, now.exchanges) == (old.numbers, old.exchanges)

    bot = await stand.serve()
    stand.plum.expire_access()
    await caller.tap("confirm:", on=confirm)
    looks, sales = await asyncio.gather(
        asyncio.gather(*(looks_until_rotated(stand, one) for one in keepers)),
        asyncio.gather(*(buys_until_rotated(stand, one) for one in buyers)),
    )
    assert any((*looks, *sales))
    await stand.delivered(caller, 1)
    assert await bot.stop() == 0
    assert await sealed_by_the_old(stand) == Sealed(0, 0, 0)
    assert await actions(stand, "provider.tokens-renewed", "keys.rotated") == [
        "provider.tokens-renewed",  # by the old key, before
        "provider.tokens-renewed",
        "keys.rotated",
    ]
    said = await stand.command("doctor")
    assert "tests can go from CARD_KEYS" in said.text, said.text

    stand.settings["CARD_KEYS"] = NEW_KEY
    bot = await stand.serve()
    for one in (*keepers, *buyers, caller):
        await reveals_everything(stand, one)
    await stand.buy(stand.agents[23], GOOGLE, 1)
    assert stand.plum.count(Call.REFRESH) == 2
    assert await bot.stop() == 0
    await stand.reckon()
    assert stand.plum.violations == []


async def sells_by_the_old_key(stand: Shop, keepers: tuple[Person, ...]) -> None:
    """Sell many cards, and one for a phone with tokens that were just renewed."""
    for _ in range(2):
        await asyncio.gather(*(stand.buy(one, FREE_FIRE, CARDS) for one in keepers))
    stand.plum.expire_access()
    await stand.buy(keepers[0], FLIPKART, 1, amount="100", phone=PHONE)


async def looks_until_rotated(stand: Shop, member: Person) -> int:
    """Look at one past order after the other; gives how many while old keys were in use."""
    for times, order in enumerate(cycle(await orders_of(stand, member))):
        await reveals(stand, member, order)
        if await is_rotated(stand):
            return times
    raise AssertionError("there is no order to look at")


async def buys_until_rotated(stand: Shop, member: Person) -> int:
    """Buy at the one provider, then at the other; gives how often while old keys were in use."""
    for sold, path in enumerate(chain([GOOGLE], repeat(FREE_FIRE))):
        await stand.buy(member, path, 1)
        if await is_rotated(stand):
            return sold
    raise AssertionError("there is no end of buying")


async def reveals_everything(stand: Shop, member: Person) -> None:
    """Look at each past order again."""
    for order in await orders_of(stand, member):
        await reveals(stand, member, order)


async def orders_of(stand: Shop, member: Person) -> list[Order]:
    return [one for one in await stand.peek() if one.person_id == member.id]


async def reveals(stand: Shop, member: Person, order: Order) -> None:
    """Look at an order again; every card of it comes, as its provider wrote it."""
    (side,) = [one for one in stand.sides if one.account == order.account]
    codes = set(side.codes()[str(order.provider_order_id)])
    listed = await stand.ask(member, "/orders", f"order:{order.id}")
    mark = stand.telegram.mark()
    await member.tap(f"order:{order.id}", on=listed)
    details = await sees(member, "reveal:", since=mark)
    mark = stand.telegram.mark()
    await member.tap("reveal:", on=details)
    await member.wait(partial(all_shown, codes, mark), PATIENCE_SECONDS)


def all_shown(codes: set[str], mark: int, screen: Screen) -> bool:
    """Tell whether all of these codes stand in messages that are newer than a mark."""
    seen = {code for one in screen.messages if one.changed > mark for code in one.codes}
    return len(codes) > 0 and codes <= seen


async def sealed_by_the_old(stand: Shop) -> Sealed:
    """Count what the new key does not seal yet."""
    async with looking_into(stand.database) as work:
        return Sealed(
            cards=len(await work.cards.list_not_sealed_by(NEW_ID, limit=1_000_000)),
            numbers=len(await work.recipients.list_not_sealed_by(NEW_ID, limit=1_000_000)),
            exchanges=len(await work.calls.list_not_sealed_by(NEW_ID, limit=1_000_000)),
        )


async def actions(stand: Shop, *named: str) -> list[str]:
    """Read from the journal which of these happened, in their order."""
    async with looking_into(stand.database) as work:
        rows = await work.journal.list_after(0, limit=1_000_000)
    return [row.event.action for row in rows if row.event.action in named]


async def is_rotated(stand: Shop) -> bool:
    """Tell whether the bot says that the new key alone is in use."""
    async with looking_into(stand.database) as work:
        return keys_in_use(await work.marks.find(marks.KEYS_IN_USE)) == {NEW_ID}
