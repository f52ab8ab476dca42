"""An old copy at a provider that finds orders by our reference."""

import pytest

from bot.domain.orders import OrderState, Reason
from bot.domain.shelf import UnownedState
from bot.errors import Refusal
from bot.ports.messenger import Receipt
from bot.ports.provider import Line
from bot.services import marks
from tests.engine import ADMIN, AMINA, Engine, check_books, opened_finding
from tests.fakes.provider import Lost
from tests.fakes.provider_account import dinars
from tests.unit.services.old_copy import MINUTE, backup, restore

LINE = Line(product_key="psn", type_key="psn-10", quantity=2)


@pytest.fixture
async def engine() -> Engine:
    engine = await opened_finding()
    engine.clock.advance(MINUTE)
    return engine


def receipts(engine: Engine) -> list[Receipt]:
    return [one for one in engine.messenger.messages(AMINA) if isinstance(one, Receipt)]


async def foreign(engine: Engine) -> list[str]:
    async with engine.store.read() as work:
        return [one.provider_order_id for one in await work.shelf.list_in(UnownedState.FOREIGN)]


async def test_an_ordinary_restart_is_no_restore(engine: Engine) -> None:
    """What is sending or unknown explains just the order that has its reference."""
    engine.provider.answers.append(Lost(committed=True))
    await engine.buy()
    engine.clock.advance(MINUTE)
    await engine.start()
    assert await engine.kinds() == []
    engine.provider.buy_elsewhere(LINE)
    engine.clock.advance(MINUTE)
    await engine.boot()
    await engine.works.restoring.check()
    assert await engine.kinds() == ["restored"]


async def test_an_order_of_the_copy_is_found_by_its_reference(engine: Engine) -> None:
    """An order that the copy had not sent yet gives the copy away, and is adopted by itself.

    Its cards, which its shop may have, come again and say so; selling resumes when all was read.
    """
    order = await engine.confirm()
    copied = backup(engine)
    await engine.place()
    await engine.rest()
    shown = engine.codes()
    await restore(engine, copied)
    assert await engine.kinds() == ["restored"]
    await engine.rest()
    await engine.sweep()
    settled = await engine.order(order.id)
    assert (settled.state, settled.cards) == (OrderState.FULFILLED, 2)
    assert (await foreign(engine), await engine.kinds()) == ([], ["restored"])
    *_, again = receipts(engine)
    assert again.copy
    assert [card.card.code for card in again.cards] == shown
    assert await engine.books() == engine.provider.held_balance
    assert await engine.works.counter.desk.resume(ADMIN)
    assert (await engine.buy(quantity=1)).state is OrderState.HANDLING
    await check_books(engine)


async def test_an_order_of_the_copy_that_was_never_sent_is_given_back(engine: Engine) -> None:
    """Nobody has its reference: after the horizon, counted from the restore, nothing is charged."""
    order = await engine.confirm()
    copied = backup(engine)
    engine.clock.advance(10 * MINUTE)
    engine.provider.buy_elsewhere(LINE)
    await restore(engine, copied)
    await engine.settle_for(MINUTE)
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    await engine.settle_for(2 * MINUTE)
    assert (await engine.order(order.id)).reason is Reason.ABSENT
    assert await engine.held(order.agent_id) == dinars(0)


async def test_what_the_copy_does_not_know_waits_for_an_admin(engine: Engine) -> None:
    """Orders sold after the copy was made are reported, and shown to nobody.

    So is what an absent order of the copy paid for, which may be sold since.
    """
    engine.provider.answers.append(Lost(committed=False))
    absent = await engine.buy()
    await engine.works.counter.resolving.absent(absent.id, ADMIN)
    copied = backup(engine)
    engine.clock.advance(MINUTE)
    await engine.buy()
    await engine.rest()
    engine.provider.take(LINE, reference=absent.reference)
    await restore(engine, copied)
    seen = receipts(engine)
    for _ in range(3):
        await engine.sweep()
        await engine.rest()
    assert await foreign(engine) == [one.id for one in engine.provider.placed]
    assert receipts(engine) == seen
    assert sorted(await engine.kinds()) == ["foreign-order", "foreign-order", "restored"]


async def test_every_account_is_read_before_selling_resumes(engine: Engine) -> None:
    """What was read back counts for the accounts that traded then, and for no other."""
    copied = backup(engine)
    engine.clock.advance(MINUTE)
    await engine.buy()
    await restore(engine, copied)
    await engine.sweep()
    engine.provider.freeze()
    assert await engine.works.counter.overseeing.thaw(engine.provider.account.provider, ADMIN)
    async with engine.store.begin() as work:
        await marks.set_instant(work, marks.UNCHECKED, engine.clock.now())
    await engine.works.restoring.check()
    with pytest.raises(Refusal, match="not-possible-now"):
        await engine.works.counter.desk.resume(ADMIN)
    await engine.sweep()
    assert await engine.works.counter.desk.resume(ADMIN)
