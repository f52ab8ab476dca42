import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.orders import OrderId
from bot.domain.outbox import RINGS_AFTER, DeliveryState
from bot.domain.progress import Step
from bot.ports.messenger import (
    AlertRaised,
    Gone,
    Later,
    Malformed,
    Outcome,
    Progress,
    Receipt,
    Requote,
    Unreachable,
)
from bot.ports.vault import Slot
from bot.services.delivery import IDLE, MOST_PATIENT, SOON, WORRIES_AFTER
from bot.services.recent import Recent
from tests.engine import ADMIN, AMINA, BILAL, Disk, Engine, opened
from tests.fakes.messenger import Held, Lost
from tests.fakes.provider import Lost as LostAnswer
from tests.fakes.provider_account import dinars
from tests.fakes.store import MemoryWork

SECOND = timedelta(seconds=1)
LATE = RINGS_AFTER + SECOND


@pytest.fixture
async def engine() -> Engine:
    return await opened()


async def sold(engine: Engine, *, after: timedelta = SECOND, quantity: int = 2) -> int:
    """Sell cards that are owed to Amina `after` she confirmed; give the progress message."""
    order = await engine.buy(quantity=quantity)
    engine.clock.advance(after)
    await engine.track()
    await engine.works.deliveries.idle()
    assert order.message_id is not None
    return order.message_id


def receipts(engine: Engine) -> list[Receipt]:
    return [one for one in engine.messenger.messages(AMINA) if isinstance(one, Receipt)]


async def test_cards_are_edited_into_the_progress_message(engine: Engine) -> None:
    """Cards that come at once take the place of the confirm message."""
    message_id = await sold(engine)
    await engine.deliver()
    receipt = engine.messenger.chats[AMINA][message_id]
    assert isinstance(receipt, Receipt)
    assert receipt.is_last
    assert engine.codes() == engine.paid()
    assert "cards.shown" in await engine.actions("order:1")


async def test_late_cards_ring(engine: Engine) -> None:
    """After fifteen seconds cards come in a new message, and the old one points to them."""
    message_id = await sold(engine, after=LATE)
    await engine.deliver()
    pointer = engine.messenger.chats[AMINA][message_id]
    assert isinstance(pointer, Progress)
    assert pointer.step is Step.ANSWERED_BELOW
    assert engine.codes() == engine.paid()


async def test_many_cards_come_in_parts(engine: Engine) -> None:
    """Cards that do not fit one message come in several; the old message points to them once."""
    await sold(engine, quantity=45)
    await engine.deliver()
    assert [len(one.cards) for one in receipts(engine)] == [20, 20, 5]
    assert [one.is_last for one in receipts(engine)] == [False, False, True]
    assert engine.codes() == engine.paid()
    assert [one.step for one in engine.messenger.progress(AMINA)] == [Step.ANSWERED_BELOW]


async def test_later_cards_do_not_cover_earlier_ones(engine: Engine) -> None:
    """A message that became the first card's receipt is left alone when the second card comes."""
    await engine.buy()
    order = engine.last_placed
    assert order.cards is not None
    order.shown = {"cards": tuple(order.cards[:1])}
    await engine.track()
    await engine.deliver()
    order.shown = {}
    engine.clock.advance(timedelta(seconds=5))
    await engine.track()
    await engine.deliver()
    assert engine.codes() == engine.paid()


async def test_an_order_confirmed_without_a_message(engine: Engine) -> None:
    """An order without a progress message is delivered in a new one, and points nowhere."""
    quote_id = await engine.quote()
    await engine.works.counter.checkout.confirm(AMINA, quote_id, message_id=None)
    await engine.place()
    await engine.track()
    await engine.deliver()
    assert engine.codes() == engine.paid()
    assert engine.messenger.progress(AMINA) == []


async def test_progress_is_shown_once_a_step(engine: Engine) -> None:
    """The same step is not written twice."""
    engine.provider.answers.append(LostAnswer(committed=False))
    order = await engine.buy()
    engine.works.deliveries.progress(order)
    await engine.works.deliveries.idle()
    assert [one.step for one in engine.messenger.progress(AMINA)] == [Step.CHECKING]


async def test_late_progress_is_dropped(engine: Engine) -> None:
    """Progress whose turn comes after the cards is dropped."""
    await sold(engine)
    engine.messenger.answers.append(held := Held())
    await engine.works.deliveries.step()
    await asyncio.wait_for(held.begun.wait(), 5)
    engine.works.deliveries.progress((await engine.orders())[0])
    held.gate.set()
    await engine.works.deliveries.idle()
    assert engine.codes() == engine.paid()
    assert engine.messenger.progress(AMINA) == []


async def test_cards_wait_for_progress_under_way(engine: Engine) -> None:
    """Cards take their turn behind a progress write that is under way, and come over it."""
    engine.provider.handling = True
    order = await engine.buy()
    engine.messenger.answers.append(held := Held())
    engine.works.deliveries.progress(order)
    await asyncio.wait_for(held.begun.wait(), 5)
    engine.provider.settle(engine.last_placed)
    await engine.track()
    await engine.works.deliveries.step()
    assert engine.codes() == []
    held.gate.set()
    await engine.works.deliveries.idle()
    assert engine.codes() == engine.paid()


async def test_cards_avoid_a_message_with_an_uncertain_write(engine: Engine) -> None:
    """After a progress write of unknown outcome the cards come in a new message."""
    engine.provider.handling = True
    order = await engine.buy()
    engine.messenger.answers.append(Lost(arrived=False))
    engine.works.deliveries.progress(order)
    await engine.works.deliveries.idle()
    engine.provider.settle(engine.last_placed)
    await engine.track()
    await engine.deliver()
    assert order.message_id is not None
    assert not isinstance(engine.messenger.chats[AMINA][order.message_id], Receipt)
    assert engine.codes() == engine.paid()


async def test_progress_to_a_stranger_is_dropped(engine: Engine) -> None:
    """Nothing is written to somebody who is not known; the order goes on."""
    engine.provider.handling = True
    order = await engine.buy()
    async with engine.store.begin() as work:
        assert isinstance(work, MemoryWork)
        del work.people._draft.persons[AMINA]
    engine.works.deliveries.progress(order)
    await engine.works.deliveries.idle()
    assert engine.messenger.written == []


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_edit_of_unknown_outcome_is_repeated(engine: Engine, *, arrived: bool) -> None:
    """An edit whose answer was lost is made again: nothing is said twice, nothing marked a copy."""
    await sold(engine)
    engine.messenger.answers.append(Lost(arrived=arrived))
    await engine.deliver()
    engine.clock.advance(SECOND)
    await engine.deliver()
    assert [one.copy for one in receipts(engine)] == [False]
    assert engine.codes() == engine.paid()


async def test_a_message_of_unknown_outcome_is_repeated_as_a_copy(engine: Engine) -> None:
    """A new message whose answer was lost comes again, and says that it may be a copy."""
    await sold(engine, after=LATE)
    engine.messenger.answers.append(Lost(arrived=True))
    await engine.deliver()
    engine.clock.advance(SECOND)
    await engine.deliver()
    assert [one.copy for one in receipts(engine)] == [False, True]


async def test_a_copy_stays_a_copy(engine: Engine) -> None:
    """What may have arrived is still called a copy when the next try had to wait."""
    await sold(engine, after=LATE)
    engine.messenger.answers += [Lost(arrived=True), Later(after=SECOND)]
    for _ in range(3):
        await engine.deliver()
        engine.clock.advance(SECOND)
    assert [one.copy for one in receipts(engine)] == [False, True]


async def test_an_edit_that_may_have_arrived_is_a_copy_after_a_restart(engine: Engine) -> None:
    """An edit lost, then put off, then a restart: the cards come again, marked as a copy."""
    await sold(engine)
    engine.messenger.answers += [Lost(arrived=True), Later(after=SECOND)]
    await engine.deliver()
    engine.clock.advance(SECOND)
    await engine.deliver()
    await engine.start()
    engine.clock.advance(SECOND)
    await engine.deliver()
    assert [one.copy for one in receipts(engine)] == [True]


async def test_waiting_as_told(engine: Engine) -> None:
    """When Telegram says later, the same message is sent later, and is no copy."""
    await sold(engine)
    engine.messenger.answers.append(Later(after=timedelta(seconds=9)))
    await engine.deliver()
    assert engine.codes() == []
    assert await engine.deliver() == timedelta(seconds=9)
    engine.clock.advance(timedelta(seconds=9))
    await engine.deliver()
    assert [one.copy for one in receipts(engine)] == [False]


async def test_a_message_that_is_gone_is_replaced(engine: Engine) -> None:
    """A receipt that cannot be edited in comes as a new message, which is no copy."""
    message_id = await sold(engine)
    del engine.messenger.chats[AMINA][message_id]
    await engine.deliver()
    assert [one.copy for one in receipts(engine)] == [False]
    assert engine.codes() == engine.paid()


async def test_a_message_gone_after_an_uncertain_edit(engine: Engine) -> None:
    """A receipt replaced after an edit of unknown outcome may be a copy, and says so."""
    message_id = await sold(engine)
    engine.messenger.answers.append(Lost(arrived=False))
    await engine.deliver()
    del engine.messenger.chats[AMINA][message_id]
    engine.clock.advance(SECOND)
    await engine.deliver()
    assert [one.copy for one in receipts(engine)] == [True]


async def test_a_new_message_that_is_gone_is_dropped(engine: Engine) -> None:
    """An answer that makes no sense for a new message ends in no loop."""
    await sold(engine, after=LATE)
    engine.messenger.answers.append(Gone())
    await engine.deliver()
    assert [one.state for one in await engine.deliveries((await engine.orders())[0].id)] == [
        DeliveryState.DROPPED
    ]


async def test_another_process_edits_no_old_message(engine: Engine) -> None:
    """After a restart cards come in a new message: a write of the old process may be on its way."""
    message_id = await sold(engine)
    await engine.start()
    await engine.deliver()
    assert not isinstance(engine.messenger.chats[AMINA][message_id], Receipt)
    assert engine.codes() == engine.paid()


async def test_blocked_members_get_their_cards_when_they_write(engine: Engine) -> None:
    """A blocked delivery is parked, the admins are told, and it comes when the member writes."""
    await sold(engine)
    engine.messenger.blocked.add(AMINA)
    await engine.deliver()
    assert engine.codes() == []
    assert await engine.kinds() == ["delivery-parked"]
    await engine.deliver()
    assert isinstance(engine.messenger.messages(ADMIN)[0], AlertRaised)
    engine.messenger.blocked.clear()
    await engine.meet(AMINA, "Amina")
    await engine.deliver()
    assert engine.codes() == engine.paid()


async def test_being_lost_keeps_the_language(engine: Engine) -> None:
    """A language chosen while a message was under way outlives its refusal."""
    await sold(engine)
    engine.messenger.answers.append(held := Held())
    engine.messenger.blocked.add(AMINA)
    await engine.works.deliveries.step()
    await asyncio.wait_for(held.begun.wait(), 5)
    await engine.meet(AMINA, "Amina B.")
    held.gate.set()
    await engine.works.deliveries.idle()
    async with engine.store.read() as work:
        person = await work.people.find_person(AMINA)
    assert person is not None
    assert (person.name, person.unreachable_at) == ("Amina B.", engine.clock.now())


async def test_a_refused_message_is_parked(engine: Engine) -> None:
    """A message that Telegram takes for malformed is parked, and the admins are told."""
    await sold(engine)
    engine.messenger.answers.append(Malformed(reason="can't parse entities"))
    await engine.deliver()
    assert await engine.kinds() == ["delivery-parked"]


async def test_parked_news_is_no_alert(engine: Engine) -> None:
    """An outcome that cannot be told is parked; only cards are worth an alert."""
    order = await engine.confirm()
    await engine.works.counter.checkout.cancel(AMINA, order.id)
    engine.messenger.answers.append(Unreachable(reason="blocked"))
    await engine.deliver()
    assert [one.state for one in await engine.deliveries(order.id)] == [DeliveryState.PARKED]
    assert await engine.kinds() == []


async def test_progress_that_cannot_be_written_keeps_nobody_waiting(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    """A courtesy that fails is told to the log; the next one, and the cards, come all the same."""
    engine.provider.handling = True
    order = await engine.buy()
    engine.works.deliveries.progress(replace(order, id=OrderId(999)))
    await engine.works.deliveries.idle()
    assert "progress not written" in capsys.readouterr().out
    engine.provider.settle(engine.last_placed)
    await engine.rest()
    assert engine.codes() == engine.paid()


async def test_an_outcome_takes_the_place_of_progress(engine: Engine) -> None:
    """The end of an order without cards is told in its own message."""
    order = await engine.confirm()
    await engine.works.counter.checkout.cancel(AMINA, order.id)
    await engine.deliver()
    assert order.message_id is not None
    assert isinstance(engine.messenger.chats[AMINA][order.message_id], Outcome)


async def test_a_requote_is_a_message_of_its_own(engine: Engine) -> None:
    """A new offer comes below: its message will be the next order's."""
    quote_id = await engine.quote()
    engine.provider.set_type("psn-10", cost=dinars(2000))
    engine.clock.advance(timedelta(seconds=10))
    message_id = engine.messenger.post(AMINA)
    await engine.works.counter.checkout.confirm(AMINA, quote_id, message_id=message_id)
    engine.clock.advance(timedelta(seconds=10))
    await engine.place()
    await engine.deliver()
    pointer, offer = engine.messenger.messages(AMINA)
    assert isinstance(pointer, Progress)
    assert isinstance(offer, Requote)


async def test_admins_who_never_wrote_get_alerts_later(engine: Engine) -> None:
    """An alert for an admin who has not written yet waits until they do."""
    engine.terms = replace(engine.terms, admin_ids=(BILAL,))
    await engine.start()
    await sold(engine)
    engine.messenger.blocked.add(AMINA)
    await engine.deliver()
    await engine.deliver()
    assert engine.messenger.messages(BILAL) == []
    await engine.meet(BILAL, "Bilal")
    await engine.deliver()
    assert isinstance(engine.messenger.messages(BILAL)[0], AlertRaised)


async def test_a_settled_alert_is_rewritten(engine: Engine) -> None:
    """Every admin's copy of an alert shows who settled it; one not sent yet needs no second."""
    await sold(engine)
    engine.messenger.blocked.add(AMINA)
    await engine.deliver()
    engine.messenger.answers.append(Later(after=SECOND))
    await engine.deliver()
    alert = (await engine.alerts())[0]
    await engine.works.counter.alerts.dismiss(alert.id, ADMIN)
    await engine.deliver()
    assert engine.messenger.messages(ADMIN) == []
    engine.clock.advance(SECOND)
    await engine.deliver()
    (told,) = engine.messenger.messages(ADMIN)
    assert isinstance(told, AlertRaised)
    assert told.alert.acted_by == ADMIN


async def test_a_settled_alert_that_was_deleted(engine: Engine) -> None:
    """An alert deleted by the admin is not sent again to say that it is settled."""
    await sold(engine)
    engine.messenger.blocked.add(AMINA)
    await engine.deliver()
    await engine.deliver()
    engine.messenger.chats[ADMIN].clear()
    await engine.works.counter.alerts.dismiss((await engine.alerts())[0].id, ADMIN)
    await engine.deliver()
    assert engine.messenger.messages(ADMIN) == []


async def test_one_poisoned_delivery_keeps_no_other_back(engine: Engine) -> None:
    """Cards that cannot be opened are put off, and the admins told; the chat's others arrive."""
    await sold(engine)
    for ticket in [t for t, (_, slot) in engine.box.items() if slot.field == "code"]:
        engine.box[ticket] = (b"", Slot(owner="another", name="place", field="code"))
    await sold(engine)
    await engine.deliver()
    assert len(engine.codes()) == 2
    for _ in range(WORRIES_AFTER):
        engine.clock.advance(timedelta(minutes=5))
        await engine.deliver()
    assert await engine.kinds() == ["delivery-parked"]


async def test_a_full_disk_loses_nothing() -> None:
    """While nothing can be written down nothing is sent; what is due is looked at again soon."""
    disk = Disk()
    engine = await opened(disk)
    await sold(engine)
    disk.full = True
    assert await engine.deliver() == SOON
    assert engine.codes() == []
    disk.full = False
    await engine.deliver()
    assert engine.codes() == engine.paid()


async def test_nothing_due_is_rest(engine: Engine) -> None:
    """Without anything owed the worker rests a minute."""
    assert await engine.deliver() == IDLE


async def test_a_chat_under_way_is_not_started_twice(engine: Engine) -> None:
    """A chat whose deliveries are under way is left to them."""
    await sold(engine)
    engine.messenger.answers.append(held := Held())
    await engine.works.deliveries.step()
    await asyncio.wait_for(held.begun.wait(), 5)
    await engine.works.deliveries.step()
    held.gate.set()
    await engine.works.deliveries.idle()
    assert len(engine.messenger.written) == 1


async def test_what_was_delivered_meanwhile_is_not_repeated(engine: Engine) -> None:
    """A delivery that is not owed any more when its turn comes is passed over."""
    await sold(engine)
    async with engine.store.read() as work:
        (due,) = await work.outbox.list_due(engine.clock.now(), limit=9)
    await engine.works.deliveries._deliver(due.id)
    await engine.works.deliveries._deliver(due.id)
    assert len(engine.messenger.written) == 1


def test_memory_is_bounded() -> None:
    """Only the newest are remembered, and keeping one again makes it new."""
    recent: Recent[int, str] = Recent(most=2)
    recent.keep(1, "one")
    recent.keep(2, "two")
    recent.keep(1, "again")
    recent.keep(3, "three")
    assert [recent.find(key) for key in (1, 2, 3)] == ["again", None, "three"]


async def test_a_clock_that_is_set_back(engine: Engine) -> None:
    """Cards that were to be tried again come at once when the clock is set back by an hour."""
    await engine.buy()
    engine.messenger.answers.append(Later(after=timedelta(seconds=30)))
    await engine.track()
    await engine.deliver()
    assert not engine.codes()
    engine.clock.set_back(timedelta(hours=1))
    await engine.deliver()
    assert engine.codes() == engine.paid()


async def test_a_clock_that_is_set_back_while_the_bot_is_down(engine: Engine) -> None:
    """A start finds nothing that waits longer than a try ever does; what is soon due keeps."""
    await engine.buy()
    engine.messenger.answers.append(Later(after=timedelta(seconds=30)))
    await engine.track()
    await engine.deliver()
    await engine.start()
    await engine.deliver()
    assert not engine.codes()
    engine.clock.set_back(timedelta(days=1))
    await engine.start()
    await engine.deliver()
    assert engine.codes() == engine.paid()


async def test_no_wait_is_believed_that_lasts_for_days(engine: Engine) -> None:
    """Telegram may ask for patience, but cards are tried again within the hour."""
    await engine.buy()
    engine.messenger.answers.append(Later(after=timedelta(days=30)))
    await engine.track()
    await engine.deliver()
    engine.clock.advance(MOST_PATIENT - SECOND)
    await engine.deliver()
    assert not engine.codes()
    engine.clock.advance(SECOND)
    await engine.deliver()
    assert engine.codes() == engine.paid()
