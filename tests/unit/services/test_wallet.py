from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ledger import CASH, wallet_of
from bot.domain.money import Money
from bot.domain.outbox import DeliveryKind
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.services.wallet import MOVEMENTS, UNDO_WITHIN, start_of_day
from tests.unit.samples import CURRENCY, dinars
from tests.unit.services.shop import ADMIN, AMINA, BILAL, SECOND_ADMIN, TERMS, Shop, rung


async def test_a_top_up_is_credited_and_told(shop: Shop) -> None:
    """Cash that a shop paid in can be spent, its member is told, and the journal knows who."""
    agent = await shop.open_agent(paid_in=0)
    moved = await shop.counter.wallets.top_up(
        agent.id, dinars(5000), ADMIN, request="1:40", memo="cash"
    )
    assert (moved.amount, moved.wallet.balance, moved.is_new) == (dinars(5000), dinars(5000), True)
    assert (moved.entry.key, moved.entry.memo) == ("topup:1:40", "cash")
    (news,) = await shop.owed(DeliveryKind.WALLET_MOVED)
    assert (news.person_id, news.facts["amount_minor"]) == (AMINA, 500_000)
    (row,) = await shop.told("wallet.moved")
    assert (row.event.actor, row.event.details["amount_minor"]) == ("admin:1", 500_000)
    assert rung(shop.works.bells.delivery)


async def test_the_same_message_moves_money_once(shop: Shop) -> None:
    """A message that comes twice books one entry, and tells what that one did."""
    wallets = shop.counter.wallets
    agent = await shop.open_agent(paid_in=0)
    other = await shop.open_agent(BILAL, name="Bilal", paid_in=0)
    first = await wallets.top_up(agent.id, dinars(5000), ADMIN, request="1:40")
    again = await wallets.top_up(agent.id, dinars(7000), ADMIN, request="1:40")
    elsewhere = await wallets.top_up(other.id, dinars(7000), ADMIN, request="1:40")
    assert again == elsewhere
    assert (again.entry, again.amount, again.is_new) == (first.entry, dinars(5000), False)
    assert again.wallet == first.wallet
    assert len(await shop.told("wallet.moved")) == 1
    assert len(await shop.owed(DeliveryKind.WALLET_MOVED)) == 1


async def test_an_adjustment_goes_both_ways(shop: Shop) -> None:
    """A correction takes or gives without cash, below zero if it must."""
    agent = await shop.open_agent(paid_in=100)
    wallets = shop.counter.wallets
    taken = await wallets.adjust(agent.id, dinars(-300), ADMIN, request="1:41", memo="slip")
    assert (taken.amount, taken.wallet.balance) == (dinars(-300), dinars(-200))
    given = await wallets.adjust(agent.id, dinars(50), ADMIN, request="1:42")
    assert given.wallet.balance == dinars(-150)
    async with shop.store.read() as work:
        assert await work.ledger.balance(CASH, CURRENCY) == dinars(100)


@pytest.mark.parametrize("amount", [0, -5000])
async def test_cash_is_above_zero(shop: Shop, amount: int) -> None:
    """Nothing, or less, is not paid in."""
    agent = await shop.open_agent()
    with pytest.raises(Refusal) as refused:
        await shop.counter.wallets.top_up(agent.id, dinars(amount), ADMIN, request="1:40")
    assert refused.value.reason == RefusalReason.AMOUNT_UNREADABLE


async def test_an_adjustment_of_nothing_is_none(shop: Shop) -> None:
    """Zero is a slip of the finger."""
    agent = await shop.open_agent()
    with pytest.raises(Refusal) as refused:
        await shop.counter.wallets.adjust(agent.id, dinars(0), ADMIN, request="1:40")
    assert refused.value.reason == RefusalReason.AMOUNT_UNREADABLE


# --- Undo -----------------------------------------------------------------------------------------


async def test_a_slip_is_undone_once(shop: Shop) -> None:
    """Undo gives back the wallet as it was, tells its member, and repeats itself without harm."""
    agent = await shop.open_agent(paid_in=0)
    wallets = shop.counter.wallets
    moved = await wallets.top_up(agent.id, dinars(5000), ADMIN, request="1:40")
    shop.clock.advance(UNDO_WITHIN)
    undone = await wallets.undo(moved.entry.key, SECOND_ADMIN)
    again = await wallets.undo(moved.entry.key, ADMIN)
    assert (undone.amount, undone.wallet.balance, undone.is_new) == (dinars(-5000), dinars(0), True)
    assert (again.wallet.balance, again.is_new, again.entry) == (dinars(0), False, undone.entry)
    amounts = [one.facts["amount_minor"] for one in await shop.owed(DeliveryKind.WALLET_MOVED)]
    assert amounts == [500_000, -500_000]


async def test_after_ten_minutes_a_movement_stays(shop: Shop) -> None:
    """Later than that a correction is a movement of its own, with its own reason."""
    agent = await shop.open_agent(paid_in=0)
    moved = await shop.counter.wallets.adjust(agent.id, dinars(50), ADMIN, request="1:40")
    shop.clock.advance(UNDO_WITHIN + timedelta(milliseconds=1))
    with pytest.raises(Refusal) as refused:
        await shop.counter.wallets.undo(moved.entry.key, ADMIN)
    assert refused.value.reason == RefusalReason.TOO_LATE_TO_UNDO


async def test_only_what_a_person_moved_can_be_undone(shop: Shop) -> None:
    """An order's own entries, an undo itself and an unknown key are not reversed by a button."""
    agent = await shop.open_agent()
    order = await shop.confirmed()
    moved = await shop.counter.wallets.adjust(agent.id, dinars(50), ADMIN, request="1:40")
    undone = await shop.counter.wallets.undo(moved.entry.key, ADMIN)
    for key in (f"order:{order.id}:hold", undone.entry.key, "topup:9:9"):
        with pytest.raises(Refusal) as refused:
            await shop.counter.wallets.undo(key, ADMIN)
        assert refused.value.reason == RefusalReason.NOTHING_THERE


# --- Limits and statements ------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "minor"), [(dinars(3000), 300_000), (None, None)])
async def test_a_credit_limit_is_set(shop: Shop, limit: Money | None, minor: int | None) -> None:
    """An agent may owe up to its limit, or without one; the journal says who allowed it."""
    agent = await shop.open_agent()
    wallet = await shop.counter.wallets.set_limit(agent.id, limit, ADMIN)
    assert wallet.credit_limit == limit
    (row,) = await shop.told("agent.limit")
    assert (row.event.actor, row.event.details) == ("admin:1", {"limit_minor": minor})


async def test_a_statement_shows_a_wallet_as_its_agent_sees_it(shop: Shop) -> None:
    """Money in is positive, newest first; what was sold today stands beside."""
    agent = await shop.open_agent(paid_in=10_000)
    await shop.sold(quantity=2)
    shop.clock.advance(timedelta(seconds=1))
    statement = await shop.counter.wallets.statement(agent.id)
    assert [movement.amount for movement in statement.movements] == [dinars(-2900), dinars(10_000)]
    assert statement.wallet.balance == dinars(7100)
    assert statement.wallet.held == dinars(0)
    assert (statement.today.orders, statement.today.cards) == (1, 2)
    assert (statement.today.charged, statement.today.cost) == (dinars(2900), dinars(2760))


async def test_a_statement_is_short_and_today_begins_at_the_shops_midnight(shop: Shop) -> None:
    """Ten movements fit a screen, and yesterday's sales are not today's."""
    agent = await shop.open_agent(paid_in=10_000)
    await shop.sold()
    shop.clock.advance(timedelta(hours=12))
    for number in range(MOVEMENTS + 3):
        await shop.counter.wallets.adjust(agent.id, dinars(1), ADMIN, request=f"1:{number}")
    statement = await shop.counter.wallets.statement(agent.id)
    assert len(statement.movements) == MOVEMENTS
    assert statement.today.orders == 0
    async with shop.store.read() as work:
        assert len(await work.ledger.list_entries(wallet_of(agent.id))) > MOVEMENTS


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 3, 9, 23, tzinfo=UTC)),
        (datetime(2026, 3, 9, 23, 30, tzinfo=UTC), datetime(2026, 3, 9, 23, tzinfo=UTC)),
        (datetime(2026, 3, 9, 22, 59, tzinfo=UTC), datetime(2026, 3, 8, 23, tzinfo=UTC)),
    ],
)
def test_the_day_begins_at_the_shops_midnight(now: datetime, midnight: datetime) -> None:
    """In Algiers a day begins at 23:00 UTC."""
    assert start_of_day(now, TERMS) == midnight
