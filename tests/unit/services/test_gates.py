from datetime import timedelta

from bot.domain.alerts import AlertKind
from bot.domain.orders import Reason
from bot.services import gates, marks
from bot.services.gates import ALONE_AFTER, Rivals
from tests.fakes.world import NOON
from tests.unit.samples import ACCOUNT, dinars
from tests.unit.services.shop import Shop


async def why_closed(shop: Shop) -> Reason | None:
    """Ask whether the account can sell."""
    async with shop.store.read() as work:
        return await gates.closed(work, ACCOUNT)


async def test_a_pause_or_a_restore_closes_every_account(shop: Shop) -> None:
    """While one of them stands nothing is sold; a pause is not opened by ending the other."""
    assert await why_closed(shop) is None
    for name in (marks.PAUSED, marks.RESTORED):
        async with shop.store.begin() as work:
            await marks.set_instant(work, name, NOON)
        assert await why_closed(shop) is Reason.PAUSED
        async with shop.store.begin() as work:
            await marks.set_instant(work, name, None)


async def test_a_frozen_account_is_closed(shop: Shop) -> None:
    """Freezing stops every call, is journaled, and tells the admins once."""
    for _ in range(2):
        async with shop.store.begin() as work:
            at = shop.clock.now()
            await gates.freeze(work, shop.terms, shop.provider, "401", at=at)
    assert await why_closed(shop) is Reason.FROZEN
    assert shop.provider.budget().frozen
    async with shop.store.read() as work:
        frozen = await marks.find_frozen(work, ACCOUNT)
    assert frozen == marks.Frozen(key_hash=shop.provider.key_hash, since=NOON, reason="401")
    (alert,) = await shop.alerts()
    assert alert.kind is AlertKind.PROVIDER_FROZEN
    assert alert.facts == {"reason": "401", "settings": shop.provider.credentials.key}


async def test_a_low_balance_is_told_with_what_was_needed(shop: Shop) -> None:
    """The admins read how much the order would have taken, in which currency."""
    async with shop.store.begin() as work:
        at = shop.clock.now()
        await gates.tell_balance_low(work, shop.terms, ACCOUNT, needed=dinars(2760), at=at)
    (alert,) = await shop.alerts()
    assert (alert.kind, alert.subject) == (AlertKind.PROVIDER_BALANCE_LOW, "provider:memory")
    assert alert.facts["needed_minor"] == 276_000


def test_another_bot_on_the_token_is_believed_for_a_minute() -> None:
    """Nothing is placed until Telegram has not complained for a whole minute."""
    rivals = Rivals()
    assert not rivals.present(NOON)
    rivals.seen_at = NOON
    assert rivals.present(NOON + ALONE_AFTER - timedelta(milliseconds=1))
    assert not rivals.present(NOON + ALONE_AFTER)


def test_a_rival_is_forgotten_when_the_clock_is_set_back() -> None:
    """One sign of another bot stops placing for a minute, and not until a wrong time comes."""
    rivals = Rivals(seen_at=NOON)
    assert rivals.present(NOON)
    assert not rivals.present(NOON - timedelta(hours=1))
