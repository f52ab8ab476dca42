"""The power of the real bot is cut while it sells; it starts again on what the disk kept."""

from itertools import cycle
from pathlib import Path

import pytest

from bot.commands.opening import looking_into
from bot.domain.alerts import AlertKind
from bot.domain.orders import FINAL
from bot.playground.plum import Call, Plum, Rotation
from bot.playground.telegram import Person
from bot.services import marks
from tests.e2e.shop import PSN, Shop
from tests.e2e.test_two_providers import GOOGLE, opened
from tests.powercut.disk import Kept
from tests.powercut.outlet import Outlet, came_to_rest, powered_shop

pytestmark = pytest.mark.crash

CARDS = 2
SYNCS = 5
"""Of one sale, from the press that confirms to the cards."""

RENEWAL_SYNCS = 6
"""Of one sale in which the tokens are renewed, up to the cards."""

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


async def test_renewed_tokens_outlive_a_power_cut_at_each_sync(
    shim: Path, template: Path, tmp_path: Path
) -> None:
    """Tokens end in a sale and the power fails: the bot has a pair that works, or says that not.

    A pair that was renewed and not synced is lost where its refresh token works once: then the
    admins read that they have to make new ones. No order is doubled over it, either way.
    """
    double = Plum()
    double.rotate(Rotation.AT_ONCE)
    async with powered_shop(shim, tmp_path, template, seed=2, plum=double) as outlet:
        stand = outlet.stand
        await outlet.serve()
        await opened(stand)
        by_hand = [
            await renew_through_a_cut(outlet, double, member, syncs)
            for syncs, member in enumerate(stand.agents[:RENEWAL_SYNCS])
        ]
        assert await outlet.stop() == 0
        orders = await stand.reckon()
        assert len(orders) == RENEWAL_SYNCS
        assert all(order.state in FINAL for order in orders)
        assert {True, False} == set(by_hand)
        assert double.violations == []


async def renew_through_a_cut(outlet: Outlet, double: Plum, member: Person, syncs: int) -> bool:
    """Let the tokens end in a sale and the power fail; tells whether a person had to help."""
    stand = outlet.stand
    confirm = await stand.choose(member, GOOGLE, 1)
    mark, renewals = stand.telegram.mark(), double.count(Call.REFRESH)
    double.expire_access()
    outlet.fail_after(syncs)
    await member.tap("confirm:", on=confirm)
    await outlet.cut(Kept.NOTHING)
    await outlet.serve()
    needs_a_person = await is_frozen(stand)
    if needs_a_person:
        assert await outlet.stop() == 0
        stand.renew_by_hand()
        await outlet.serve()
        assert not await is_frozen(stand)
    await member.tap("confirm:", on=confirm)
    await came_to_rest(stand, member, 1, since=mark)
    assert double.count(Call.REFRESH) > renewals
    return needs_a_person


async def is_frozen(stand: Shop) -> bool:
    """Tell whether the account of the tokens is frozen; the admins know of it then."""
    (account,) = [one.account for one in stand.sides if one.double is stand.plum]
    async with looking_into(stand.database) as work:
        frozen = await marks.find_frozen(work, account)
        told = {one.kind for one in await work.alerts.list_open()}
    assert (frozen is not None) == (AlertKind.PROVIDER_FROZEN in told)
    return frozen is not None


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
