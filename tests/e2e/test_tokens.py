"""Tokens that end in the middle of sales: renewed once, kept before they are used, or mended."""

import asyncio
from pathlib import Path

import pytest

from bot.playground.plum import Call, Plan, Plum, Rotation
from bot.playground.process import BotProcess
from bot.playground.telegram import Person
from tests.e2e.shop import FREE_FIRE, Shop, sees, shop
from tests.e2e.test_two_providers import GOOGLE, opened

pytestmark = [pytest.mark.e2e, pytest.mark.crash]

SAVING = "provider.tokens-renewed"


async def test_tokens_end_in_the_middle_of_sales(template: Path, tmp_path: Path) -> None:
    """Whenever a token ends, and wherever the process dies with a new one, each order is one.

    Where only a person can help, the admins read where new tokens come from and go; the other
    provider goes on selling meanwhile, and a start with new tokens sells again.
    """
    double = Plum()
    async with shop(tmp_path, template, plum=double) as stand:
        bot = await stand.serve()
        await opened(stand)
        await ends_while_placing(stand, double, stand.agents[0])
        assert await bot.stop() == 0
        double.rotate(Rotation.GRACE)
        await dies(stand, double, stand.agents[1], f"before {SAVING}")
        double.rotate(Rotation.AT_ONCE)
        bot = await dies(stand, double, stand.agents[2], f"after {SAVING}")
        await loses_them(stand, double, bot)
        await mends_them(stand, double)
        await stand.reckon()
        assert double.violations == []


async def ends_while_placing(stand: Shop, double: Plum, member: Person) -> None:
    """Let the token end while an order is on its way: it goes once more with another, and once."""
    arriving = double.stall(Call.PLACE_ORDER)
    await stand.press_confirm(member, GOOGLE, 1)
    await double.until(lambda: double.count(Call.PLACE_ORDER) == 1)
    double.expire_access()
    arriving.set()
    await stand.delivered(member, 1)
    assert double.count(Call.PLACE_ORDER) == 2
    assert (len(double.orders), double.count(Call.REFRESH)) == (1, 1)


async def dies(stand: Shop, double: Plum, member: Person, point: str) -> BotProcess:
    """Let the token end while an order is handled, and the process die with the new one.

    Not saved, the token before it renews again; saved, it is used. Gives the process that serves.
    """
    handled, renewals = asyncio.Event(), double.count(Call.REFRESH)
    double.plan(Plan(handling=handled))
    child = await stand.serve("-m", "tests.crash.child", point)
    await stand.press_confirm(member, GOOGLE, 1)
    looks = double.count(Call.GET_ORDER_DETAILS)
    await double.until(lambda: double.count(Call.GET_ORDER_DETAILS) > looks)
    double.expire_access()
    assert await child.ended() < 0
    assert double.count(Call.REFRESH) == renewals + 1
    bot = await stand.serve()
    handled.set()
    await stand.delivered(member, 1)
    again = 1 if point.startswith("before") else 0
    assert double.count(Call.REFRESH) == renewals + 1 + again
    if again:
        assert await bot.stop() == 0
    return bot


async def loses_them(stand: Shop, double: Plum, bot: BotProcess) -> None:
    """Let every token end: the admins read how to mend it, and the other provider goes on."""
    mark, member = stand.telegram.mark(), stand.agents[3]
    confirm = await stand.choose(member, GOOGLE, 1)
    double.revoke_refresh()
    double.expire_access()
    await member.tap("confirm:", on=confirm)
    ended = await sees(member, "back:again:", since=mark)
    assert ended.codes == ()
    alert = await sees(stand.admin, "alert:", since=mark)
    assert "PLUM_REFRESH_TOKEN" in alert.text
    await stand.buy(stand.agents[4], FREE_FIRE, 1)
    assert await bot.stop() == 0


async def mends_them(stand: Shop, double: Plum) -> None:
    """Put new tokens into the settings and start again: what was frozen sells."""
    pair = double.issue_at_dashboard()
    stand.settings["PLUM_ACCESS_TOKEN"] = pair.access_token
    stand.settings["PLUM_REFRESH_TOKEN"] = pair.refresh_token
    bot = await stand.serve()
    await stand.buy(stand.agents[5], GOOGLE, 1)
    assert await bot.stop() == 0
