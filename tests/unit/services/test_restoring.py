from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.orders import OrderState
from bot.domain.outbox import DeliveryKind, DeliveryState
from bot.domain.shelf import UnownedState
from bot.errors import ProviderUnreachable, Refusal
from bot.ports.messenger import Receipt
from bot.ports.provider import Line, OrderPage
from bot.services import marks
from bot.services.placing import WAITS_AT_MOST
from bot.services.restoring import AGAIN, DONE, enter_restore_mode
from tests.engine import ADMIN, AMINA, Engine, check_books, opened
from tests.fakes.provider import Lost, MemoryProvider
from tests.fakes.store import MemoryStore
from tests.fakes.world import FakeClock
from tests.unit.services.old_copy import MINUTE, backup, restore

LINE = Line(product_key="psn", type_key="psn-10", quantity=2)


@pytest.fixture
async def engine() -> Engine:
    engine = await opened()
    engine.clock.advance(MINUTE)
    return engine


async def unchecked(engine: Engine) -> bool:
    async with engine.store.read() as work:
        return bool(await work.marks.find(marks.UNCHECKED))


async def test_an_ordinary_restart_is_no_restore(engine: Engine) -> None:
    """A restart that finds all the provider's orders in the books sells on at once."""
    engine.provider.answers.append(Lost(committed=True))
    await engine.buy()
    await engine.buy(quantity=1)
    engine.clock.advance(MINUTE)
    await engine.start()
    assert await engine.kinds() == []
    assert await engine.works.restoring.step() == DONE
    await engine.rest()
    assert (await engine.buy(quantity=3)).state is OrderState.HANDLING


async def test_a_first_start_has_lost_nothing() -> None:
    """A first start sells, whatever somebody bought with the account before."""
    engine = Engine()
    engine.provider.buy_elsewhere(LINE)
    await engine.open()
    assert await engine.kinds() == []


async def test_an_old_copy_is_noticed(engine: Engine) -> None:
    """Orders at the provider that are newer than the last event stop selling; admins are told."""
    copied = backup(engine)
    engine.clock.advance(MINUTE)
    await engine.buy()
    await restore(engine, copied)
    assert await engine.kinds() == ["restored"]
    with pytest.raises(Refusal, match="paused"):
        await engine.quote()


async def test_an_old_copy_is_noticed_by_number(engine: Engine) -> None:
    """One order that was being sent in the copy explains one order at the provider, not two."""
    engine.provider.answers.append(Lost(committed=True))
    await engine.buy()
    copied = backup(engine)
    engine.clock.advance(MINUTE)
    await engine.settle()
    await engine.buy()
    await restore(engine, copied)
    assert await engine.kinds() == ["restored"]


async def test_a_start_that_breaks_off_forgets_nothing(engine: Engine) -> None:
    """The old copy is noticed by the second start if the first one died before it looked."""
    copied = backup(engine)
    engine.clock.advance(MINUTE)
    await engine.buy()
    assert isinstance(engine.store, MemoryStore)
    engine.store._state = copied  # type: ignore[assignment] # what `backup` gave
    engine.clock.advance(MINUTE)
    await engine.boot()
    await engine.start()
    assert await engine.kinds() == ["restored"]


async def test_nothing_leaves_until_the_provider_was_asked(engine: Engine) -> None:
    """While a provider that is away may know better, nothing is placed, matched or swept."""
    engine.provider.answers.append(Lost(committed=True))
    lost = await engine.buy(quantity=1)
    order = await engine.confirm()
    engine.clock.advance(MINUTE)
    await engine.boot()
    engine.provider.failures.append(ProviderUnreachable())
    assert await engine.works.restoring.step() == AGAIN
    before = len(engine.provider.calls)
    await engine.place()
    await engine.settle()
    await engine.sweep()
    assert len(engine.provider.calls) == before
    assert await engine.works.restoring.step() == DONE
    await engine.place()
    await engine.settle()
    states = [(await engine.order(one.id)).state for one in (lost, order)]
    assert states == [OrderState.HANDLING, OrderState.HANDLING]


async def test_a_provider_that_stays_away_keeps_no_money(engine: Engine) -> None:
    """What this process took is withdrawn after five minutes; what an earlier one took waits."""
    old = await engine.confirm()
    await engine.boot()
    new = await engine.confirm(quantity=1)
    await engine.place()
    assert len(await engine.orders(OrderState.CONFIRMED)) == 2
    engine.clock.advance(WAITS_AT_MOST)
    for _ in range(2):
        await engine.place()
    states = [(await engine.order(one.id)).state for one in (old, new)]
    assert states == [OrderState.CONFIRMED, OrderState.WITHDRAWN]
    assert await engine.held(old.agent_id) == old.total


async def test_a_frozen_account_is_not_asked(engine: Engine) -> None:
    """An account that may not be called keeps nobody waiting: nothing is sold there."""
    engine.provider.freeze()
    await engine.boot()
    await engine.works.restoring.check()
    assert not await unchecked(engine)


@pytest.mark.parametrize("starts", [1, 2])
async def test_a_frozen_account_is_asked_once_it_is_thawed(engine: Engine, starts: int) -> None:
    """An old copy is noticed too when its account was frozen at the start, however often."""
    copied = backup(engine)
    engine.clock.advance(MINUTE)
    await engine.buy()
    await engine.rest()
    assert isinstance(engine.store, MemoryStore)
    engine.store._state = copied  # type: ignore[assignment] # what `backup` gave
    for _ in range(starts):
        engine.clock.advance(MINUTE)
        engine.provider.freeze()
        await engine.boot()
        await engine.works.restoring.check()
    engine.provider.failures.append(ProviderUnreachable())
    assert not await engine.works.counter.overseeing.thaw("memory", ADMIN)
    engine.provider.freeze()
    assert await engine.works.restoring.step() == DONE
    assert await engine.works.counter.overseeing.thaw("memory", ADMIN)
    assert await unchecked(engine)
    await engine.works.restoring.step()
    assert await engine.kinds() == ["restored"]
    engine.provider.freeze()
    assert await engine.works.counter.overseeing.thaw("memory", ADMIN)
    assert not await unchecked(engine)


async def test_what_was_confirmed_counts_as_sent(engine: Engine) -> None:
    """After a restore every order that was confirmed or sending in the copy is unknown."""
    order = await engine.confirm()
    copied = backup(engine)
    await engine.place()
    await engine.rest()
    await restore(engine, copied)
    restored = await engine.order(order.id)
    assert (restored.state, restored.sent_until) == (OrderState.UNKNOWN, engine.clock.now())
    for _ in range(2):
        await engine.settle()
        await engine.sweep()
        engine.clock.advance(MINUTE)
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    async with engine.store.read() as work:
        foreign = await work.shelf.list_in(UnownedState.FOREIGN)
    assert [one.provider_order_id for one in foreign] == [engine.last_placed.id]
    assert engine.places() == 1


async def test_an_admin_decides_then_selling_resumes(engine: Engine) -> None:
    """An admin gives the order back what is its own; selling resumes once all was read."""
    order = await engine.confirm()
    copied = backup(engine)
    await engine.place()
    await engine.rest()
    shown = engine.codes()
    await restore(engine, copied)
    desk = engine.works.counter.desk
    with pytest.raises(Refusal, match="not-possible-now"):
        await desk.resume(ADMIN)
    await engine.sweep()
    await engine.works.counter.resolving.adopt(order.id, engine.last_placed.id, ADMIN)
    assert await desk.resume(ADMIN)
    await engine.rest()
    copies = [one for one in engine.messenger.messages(AMINA) if isinstance(one, Receipt)]
    assert all(one.copy for one in copies[1:])
    assert {card.card.code for one in copies for card in one.cards} == set(shown)
    assert (await engine.buy(quantity=1)).state is OrderState.HANDLING
    await check_books(engine)


@pytest.mark.parametrize("by_command", [True, False])
async def test_a_repeated_press_buys_nothing_after_a_restore(
    engine: Engine, *, by_command: bool
) -> None:
    """A quote of the copy may be sold already: pressed again after `/resume`, it is no more."""
    quote_id = await engine.quote()
    copied = backup(engine)
    checkout = engine.works.counter.checkout
    await checkout.confirm(AMINA, quote_id, message_id=51)
    await engine.place()
    await engine.rest()
    await (restore_by_command if by_command else restore)(engine, copied)
    await engine.sweep()
    assert await engine.works.counter.desk.resume(ADMIN)
    with pytest.raises(Refusal, match="quote-unknown"):
        await engine.works.counter.checkout.confirm(AMINA, quote_id, message_id=51)
    await engine.place()
    assert len(engine.provider.placed) == 1


async def restore_by_command(engine: Engine, copied: object) -> None:
    """Put an old copy in place as `run.py restore` does, and start."""
    assert isinstance(engine.store, MemoryStore)
    engine.store._state = copied  # type: ignore[assignment] # what `backup` gave
    async with engine.store.begin() as work:
        at = engine.clock.now()
        await enter_restore_mode(work, backed_up_at=at - MINUTE, at=at)
    await engine.start()


class Moving(MemoryProvider):
    """A provider whose list says more than it shows, while `moving`."""

    moving = False

    async def orders(self, since: object, until: object, **how: object) -> OrderPage:
        page = await super().orders(since, until, **how)  # type: ignore[arg-type] # passed on
        return replace(page, total=page.total + 1) if self.moving else page


async def test_a_reading_with_holes_lets_nothing_resume() -> None:
    """Selling resumes only when what was sold since the copy was read without a gap."""
    clock = FakeClock()
    provider = Moving(clock)
    engine = Engine(clock=clock, others=(provider,))
    await engine.open()
    await engine.hire()
    copied = backup(engine)
    clock.advance(MINUTE)
    await engine.buy()
    await restore(engine, copied)
    provider.moving = True
    await engine.sweep()
    with pytest.raises(Refusal, match="not-possible-now"):
        await engine.works.counter.desk.resume(ADMIN)
    provider.moving = False
    await engine.sweep()
    assert await engine.works.counter.desk.resume(ADMIN)


async def test_cards_owed_in_the_copy_are_called_copies(engine: Engine) -> None:
    """Cards that were owed when the copy was made may have been shown since, and say so."""
    await engine.buy()
    await engine.track()
    await engine.confirm(quantity=1)
    engine.messenger.blocked.add(AMINA)
    await engine.deliver()
    await engine.buy(quantity=3)
    await engine.works.tracking.step()
    copied = backup(engine)
    await engine.rest()
    await engine.sweep()
    engine.provider.buy_elsewhere(LINE)
    await restore(engine, copied)
    async with engine.store.read() as work:
        parked = await work.outbox.list_parked()
        due = await work.outbox.list_due(engine.clock.now(), limit=99)
    receipts = [one for one in (*parked, *due) if one.kind is DeliveryKind.RECEIPT]
    assert {one.state for one in receipts} >= {DeliveryState.PARKED}
    assert all(one.copy for one in receipts)


async def test_the_shelf_is_closed_by_a_restore(engine: Engine) -> None:
    """Shelved cards may have been sold since the copy: only an admin puts them back."""
    engine.provider.list_lag = timedelta(days=1)
    engine.provider.answers.append(Lost(committed=True))
    order = await engine.buy()
    await engine.works.counter.resolving.absent(order.id, ADMIN)
    engine.last_placed.listed_at = engine.clock.now()
    engine.provider.list_lag = timedelta()
    await engine.sweep()
    copied = backup(engine)
    engine.clock.advance(MINUTE)
    engine.provider.buy_elsewhere(LINE)
    await restore(engine, copied)
    await engine.sweep()
    async with engine.store.read() as work:
        assert not await work.shelf.list_in(UnownedState.SHELF, UnownedState.EXPECTED)
        asked = {alert.subject: alert.facts for alert in await work.alerts.list_open()}
    first = engine.provider.placed[0]
    assert asked[f"provider-order:{first.id}"]["doubted"]
    await engine.works.counter.resolving.shelve(first.id, ADMIN)
    await engine.sweep()
    async with engine.store.read() as work:
        (shelved,) = await work.shelf.list_in(UnownedState.SHELF)
    assert shelved.provider_order_id == first.id
    assert await engine.books() == engine.provider.held_balance


async def test_a_restore_by_command_is_told_at_the_start(engine: Engine) -> None:
    """A database restored by command starts in restore mode and tells the admins once."""
    async with engine.store.begin() as work:
        await marks.set_instant(work, marks.RESTORED, engine.clock.now())
    await engine.start()
    await engine.start()
    assert await engine.kinds() == ["restored"]
