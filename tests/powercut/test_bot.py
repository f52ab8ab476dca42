"""The power of the real bot is cut while it sells; it starts again on what the disk kept."""

from itertools import cycle
from pathlib import Path

import pytest

from bot.domain.orders import FINAL
from bot.playground.telegram import Person
from tests.e2e.shop import PSN
from tests.powercut.disk import Kept
from tests.powercut.outlet import Outlet, came_to_rest, powered_shop

pytestmark = pytest.mark.crash

CARDS = 2
SYNCS = 5
"""Of one sale, from the press that confirms to the cards."""

ROUNDS = (
    (SYNCS, Kept.NOTHING),
    *zip(range(SYNCS), cycle((Kept.NOTHING, Kept.SOME)), strict=False),
)
"""How many of them are done when the power fails; with all of them, the cards were seen."""


async def test_a_sale_outlives_a_power_cut_at_each_of_its_syncs(
    shim: Path, template: Path, tmp_path: Path
) -> None:
    """What the disk kept is enough: nothing is doubled, every card paid for is delivered."""
    async with powered_shop(shim, tmp_path, template, seed=1) as outlet:
        stand = outlet.stand
        await outlet.serve()
        for member, (syncs, kept) in zip(stand.agents, ROUNDS, strict=False):
            await sell_through_a_cut(outlet, member, syncs, kept)
        assert await outlet.stop() == 0
        orders = await stand.reckon()
        assert len(orders) == len(ROUNDS)
        assert all(order.state in FINAL for order in orders)
        assert sum(order.cards for order in orders) > CARDS * (len(ROUNDS) - 2)


async def sell_through_a_cut(outlet: Outlet, member: Person, syncs: int, kept: Kept) -> None:
    """Sell to a member, whose app repeats the press when the bot is back."""
    stand = outlet.stand
    confirm = await stand.choose(member, PSN, CARDS)
    mark = stand.telegram.mark()
    if syncs < SYNCS:
        outlet.fail_after(syncs)
    await member.tap("confirm:", on=confirm)
    if syncs == SYNCS:
        await stand.delivered(member, CARDS)
    await outlet.cut(kept)
    await outlet.serve()
    await member.tap("confirm:", on=confirm)
    await came_to_rest(stand, member, CARDS, since=mark)
