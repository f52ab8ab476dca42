"""The real process with two real providers: one catalogue, and each order at its own."""

from pathlib import Path

import pytest

from bot.playground.plum import Plum
from bot.playground.settings import plum_settings
from bot.playground.telegram import Message
from tests.e2e.shop import PSN, sees, shop

pytestmark = pytest.mark.e2e

CARDS = 2


def names_plum(message: Message) -> bool:
    return "Xoxoday Plum" in message.text


async def test_one_counter_sells_from_two(tmp_path: Path) -> None:
    """What both have is sold by whoever is put first, each order at its own provider."""
    double = Plum()
    async with double.serve() as address, shop(tmp_path, None) as stand:
        bot, member = await stand.serve(more=plum_settings(address)), stand.agents[0]
        await stand.let_in(member, "en")
        await stand.top_up(member, 50_000)
        await stand.ask(stand.admin, "/rate USD 250")
        mark = stand.telegram.mark()
        await stand.admin.send("/provider")
        status = await sees(stand.admin, names_plum, since=mark)
        assert "OneClickDZ" in status.text

        await stand.buy(member, PSN, CARDS)
        assert (len(stand.provider.orders), len(double.orders)) == (1, 0)

        mark = stand.telegram.mark()
        await stand.admin.send("/provider first plum")
        await sees(stand.admin, names_plum, since=mark)
        mark = stand.telegram.mark()
        confirm = await stand.choose(member, ("Gaming", "PSN", "10 USD"), CARDS)
        assert (
            "5\u00a0260\u00a0DA" in confirm.text  # 10 USD at 250 and 5 %, rounded up, twice
        )  # twice 10 USD at 250, and 5 % on top, rounded up
        await member.tap("confirm:", on=confirm)
        await sees(member, lambda message: bool(message.codes), since=mark)
        assert (len(stand.provider.orders), len(double.orders)) == (1, 1)
        assert await bot.stop() == 0
