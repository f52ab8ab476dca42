"""Both providers at one counter: who sells what both have, and what one of them leaves to both."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.playground.plum import Call, Plum, faults
from bot.playground.telegram import Message
from tests.e2e.shop import PSN, Shop, sees, shop

pytestmark = pytest.mark.e2e

PLUM_PSN = (PSN[0], "PSN (United States)", "10 USD")
"""The same card, as it is called where Plum goes first."""

FIRST = "/provider first plum"

GOOGLE = ("Music & Apps", "Google Play", "10 USD")


async def test_what_both_sell(template: Path, tmp_path: Path) -> None:
    """What both providers sell is one thing on the screen, and the preferred one is bought from.

    What the preferred one has not got after all is offered from the other, at its price.
    Where one of them closes its account, the other goes on selling it, and what only the closed
    one has says that it is not available, until an admin opens it again.
    """
    double = Plum()
    double.catalog.product("PSN").category = PSN[0]
    async with shop(tmp_path, template, plum=double) as stand:
        bot = await stand.serve()
        await opened(stand)
        await stand.buy(stand.agents[0], PSN, 1)
        assert (len(stand.provider.orders), len(double.orders)) == (1, 0)
        status = await stand.ask(stand.admin, "/provider")
        assert FIRST in status.codes
        await stand.ask(stand.admin, FIRST)
        await stand.buy(stand.agents[1], PLUM_PSN, 1)
        assert (len(stand.provider.orders), len(double.orders)) == (1, 1)
        await sells_out(stand, double)
        await closes(stand, double)
        await stand.buy(stand.agents[3], (*PLUM_PSN[:2], PSN[2]), 1)
        assert (len(stand.provider.orders), len(double.orders)) == (3, 1)
        alert = await sees(stand.admin, "alert:")
        mark = stand.telegram.mark()
        await stand.admin.tap("alert:", on=alert)
        await sees(stand.admin, lambda message: message.changed > mark)
        await stand.buy(stand.agents[4], GOOGLE, 1)
        assert await bot.stop() == 0
        await stand.reckon()
        assert double.violations == []


async def opened(stand: Shop) -> None:
    """Let the admin say what a dollar is, and see that both catalogues were read."""
    await stand.ask(stand.admin, "/start")
    await stand.ask(stand.admin, "/rate USD 250")
    await stand.ask(stand.admin, "/provider refresh")


async def sells_out(stand: Shop, double: Plum) -> None:
    """Let the preferred provider run out in the middle of a sale: a tap buys it from the other."""
    member, product = stand.agents[5], double.catalog.product("PSN")
    product.in_stock = False
    mark = await stand.press_confirm(member, PLUM_PSN, 1)
    offer = await sees(member, elsewhere, since=mark)
    await member.tap("confirm:", on=offer)
    await stand.delivered(member, 1)
    assert (len(stand.provider.orders), len(double.orders)) == (2, 1)
    product.in_stock = True


def elsewhere(message: Message) -> bool:
    """Tell whether a message offers something anew, and tells of another provider."""
    return "مزوّد آخر" in message.text and bool(message.find_button("confirm:"))


async def closes(stand: Shop, double: Plum) -> None:
    """Let a provider close the account at a sale: the member reads it, and the admins why."""
    member, placed = stand.agents[2], len(double.orders)
    double.fault(Call.PLACE_ORDER, faults.problem("PIPE10016"))
    mark = await stand.press_confirm(member, GOOGLE, 1)
    ended = await sees(member, "back:again:", since=mark)
    assert ended.codes == ()
    alert = await sees(stand.admin, "alert:", since=mark)
    assert "Xoxoday Plum" in alert.text
    assert len(double.orders) == placed
    assert double.balance + sum(one.charged for one in double.orders) == Decimal(5000)
    mark = stand.telegram.mark()
    await member.send("/buy")
    menu = await sees(member, "category:", since=mark)
    mark = stand.telegram.mark()
    await member.tap(GOOGLE[0], on=menu)
    await sees(member, lambda message: "غير متاح" in " ".join(b.label for b in message.buttons))
