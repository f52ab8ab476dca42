from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.catalog import Environment
from bot.services import marks
from bot.services.marks import Frozen
from tests.fakes.world import NOON
from tests.unit.samples import ACCOUNT
from tests.unit.services.shop import Shop

LIVE = replace(ACCOUNT, environment=Environment.PRODUCTION)


async def test_an_instant_is_kept_and_taken_away(shop: Shop) -> None:
    """A pause has a beginning, and none when there is no pause."""
    async with shop.store.begin() as work:
        assert await marks.find_instant(work, marks.PAUSED) is None
        await marks.set_instant(work, marks.PAUSED, NOON)
        assert await marks.find_instant(work, marks.PAUSED) == NOON
        await marks.set_instant(work, marks.PAUSED, None)
        assert await marks.find_instant(work, marks.PAUSED) is None


async def test_a_frozen_account_is_remembered_with_its_key(shop: Shop) -> None:
    """Which key, since when and why; the other environment's account is not touched."""
    frozen = Frozen(key_hash="h", since=NOON, reason='401 "no"')
    async with shop.store.begin() as work:
        await marks.set_frozen(work, ACCOUNT, frozen)
        assert await marks.find_frozen(work, ACCOUNT) == frozen
        assert await marks.find_frozen(work, LIVE) is None
        await marks.set_frozen(work, ACCOUNT, None)
        assert await marks.find_frozen(work, ACCOUNT) is None


@pytest.mark.parametrize("ahead", [timedelta(seconds=90), timedelta(milliseconds=-1500)])
async def test_how_far_a_providers_clock_is_ahead_is_remembered(
    shop: Shop, ahead: timedelta
) -> None:
    """To the millisecond, in both directions; nothing known is no difference."""
    async with shop.store.begin() as work:
        assert await marks.find_ahead(work, ACCOUNT) == timedelta()
        assert await marks.learn_ahead(work, ACCOUNT, ahead, at=NOON)
        assert await marks.find_ahead(work, ACCOUNT) == ahead
        assert await marks.find_ahead(work, LIVE) == timedelta()


async def test_a_clock_that_was_set_is_noticed(shop: Shop) -> None:
    """What a Date header cannot tell apart is no step; an answer without one tells nothing."""
    second = timedelta(seconds=1)
    async with shop.store.begin() as work:
        assert not await marks.learn_ahead(work, ACCOUNT, second, at=NOON)
        assert not await marks.learn_ahead(work, ACCOUNT, None, at=NOON)
        assert await marks.find_clock_set(work, ACCOUNT) is None
        assert await marks.learn_ahead(work, ACCOUNT, -2 * second, at=NOON)
        assert await marks.find_clock_set(work, ACCOUNT) == NOON


async def test_the_default_margin_is_the_settings_until_it_is_set(shop: Shop) -> None:
    """A margin of nothing is a margin."""
    async with shop.store.begin() as work:
        assert await marks.default_margin_bp(work, 500) == 500
        await work.marks.set(marks.DEFAULT_MARGIN, "0")
        assert await marks.default_margin_bp(work, 500) == 0
