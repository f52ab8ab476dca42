"""Delivering: every write to a chat takes its turn, and cards arrive whatever dies.

Two kinds of writes share a chat's turn. Deliveries come from the outbox, are owed, and are
repeated until they arrive. Progress is only ever a courtesy: dropped once the order has
anything to show, never repeated. So a late progress write can never cover cards.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never
from weakref import WeakValueDictionary

import structlog

from bot.domain.agents import Person, PersonId
from bot.domain.alerts import AlertKind
from bot.domain.orders import Order, OrderId
from bot.domain.outbox import (
    LONGEST_DELAY,
    RINGS_AFTER,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    retry_delay,
)
from bot.domain.progress import Step, step_of
from bot.ports.messenger import (
    Answer,
    Gone,
    Later,
    Malformed,
    Message,
    Messenger,
    Progress,
    Sent,
    Unclear,
    Unreachable,
)
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit
from bot.services.alerts import alert_is_over, alert_once
from bot.services.bells import Bells
from bot.services.composing import Composer, find_product_of, target
from bot.services.recent import Recent
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""More requests in flight than this make the HTTP pool slower, not faster (measured)."""

LOOK_AT = 200
"""Deliveries read in one look at the outbox."""

IDLE = timedelta(minutes=1)
SOON = timedelta(seconds=1)

A_DECADE = timedelta(days=3650)
ALL = 1_000_000

MOST_PATIENT = timedelta(hours=1)
"""A wait that Telegram asks for is believed so far; a start asks again after `LONGEST_DELAY`."""

WORRIES_AFTER = 5
"""Attempts at a receipt that failed in the bot itself before the admins are told."""

ORDER_KINDS = frozenset({DeliveryKind.RECEIPT, DeliveryKind.OUTCOME, DeliveryKind.REQUOTE})


async def unpark(work: Work, person_id: PersonId, *, at: datetime) -> None:
    """Make what was parked for a person due again: they have written."""
    for parked in await work.outbox.list_parked(person_id):
        await work.outbox.save(replace(parked, state=DeliveryState.DUE, due_at=at))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """One try at a delivery: what to say, to whom, and which message to replace, if any.

    `before` is the delivery's state until then: a try that came to nothing leaves it so.
    """

    before: DeliveryState
    delivery: Delivery
    person: Person
    message: Message
    order: Order | None
    edits: int | None


@dataclass(slots=True, kw_only=True)
class Deliveries:
    """Works off the outbox, a chat at a time per person, sixteen persons at once."""

    store: Store
    messenger: Messenger
    composer: Composer
    clock: Clock
    bells: Bells
    terms: Terms
    epoch: int
    _turns: WeakValueDictionary[PersonId, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _tasks: dict[PersonId, asyncio.Task[None]] = field(default_factory=dict)
    _courtesies: set[asyncio.Task[None]] = field(default_factory=set)
    _told: Recent[OrderId, Step] = field(default_factory=Recent)
    _uncertain: Recent[OrderId, bool] = field(default_factory=Recent)
    _edited: Recent[DeliveryId, bool] = field(default_factory=Recent)
    _looked_at: datetime | None = None
    _is_ending: bool = False

    async def step(self) -> timedelta:
        """Start on everything that is due; tells how long it can rest."""
        now = self.clock.now()
        if self._looked_at is None:
            # The clock may have been set while no process looked: no try waits longer than this.
            await self._bring_forward(now, later_than=now + LONGEST_DELAY)
        elif now < self._looked_at:
            await self._bring_forward(now, later_than=now)
        self._looked_at = now
        async with self.store.read() as work:
            next_at = await work.outbox.next_due_at()
            is_due = next_at is not None and next_at <= now
            due = await work.outbox.list_due(now, limit=LOOK_AT) if is_due else ()
        for person_id in dict.fromkeys(delivery.person_id for delivery in due):
            if person_id not in self._tasks:
                ids = tuple(one.id for one in due if one.person_id == person_id)
                task = asyncio.create_task(self._deliver_all(person_id, ids))
                self._tasks[person_id] = task
        if next_at is None:
            return IDLE
        if due:
            return SOON  # one slow chat must not keep another's next try waiting
        return min(IDLE, max(next_at - now, timedelta(milliseconds=10)))

    def end(self) -> None:
        """Begin no other delivery: what is under way ends by itself, the rest stays due."""
        self._is_ending = True

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        while under_way := [*self._tasks.values(), *self._courtesies]:
            await asyncio.gather(*under_way, return_exceptions=True)

    def progress(self, order: Order) -> None:
        """Show how an order stands, as a courtesy; what is untrue by its turn is dropped."""
        task = asyncio.create_task(self._write_progress_safely(order.id, order.person_id))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)

    async def _bring_forward(self, now: datetime, *, later_than: datetime) -> None:
        """Make due what waits longer: the clock was set back, and cards would wait for as long."""
        async with self.store.read() as work:
            waiting = await work.outbox.list_due(now + A_DECADE, limit=ALL)
        late = {one.id for one in waiting if one.due_at > later_than}
        if not late:
            return
        async with self.store.begin() as work:
            for delivery_id in late:
                await work.outbox.save(replace(await work.outbox.get(delivery_id), due_at=now))

    def _turn(self, person_id: PersonId) -> asyncio.Lock:
        return self._turns.setdefault(person_id, asyncio.Lock())

    async def _deliver_all(self, person_id: PersonId, ids: tuple[DeliveryId, ...]) -> None:
        try:
            for delivery_id in ids:
                async with self._turn(person_id), self._slots:
                    if self._is_ending:
                        return  # at a message a second, a chat's backlog outlasts any stop
                    await self._deliver_safely(delivery_id)
            self.bells.delivery.ring()
        except Exception:
            # Nothing can be written down; what is due stays due, and the next look is soon.
            log.exception("deliveries failed", person=person_id)
        finally:
            del self._tasks[person_id]

    async def _deliver_safely(self, delivery_id: DeliveryId) -> None:
        try:
            await self._deliver(delivery_id)
        except Exception as error:
            # One that cannot be composed must not keep the chat's others from arriving.
            log.exception("delivery failed", delivery=delivery_id)
            await self._put_off(delivery_id, type(error).__name__)

    async def _put_off(self, delivery_id: DeliveryId, reason: str) -> None:
        at = self.clock.now()
        async with self.store.begin() as work:
            delivery = await work.outbox.get(delivery_id)
            attempts = delivery.attempts + 1
            due_at = at + retry_delay(attempts)
            await work.outbox.save(replace(delivery, attempts=attempts, due_at=due_at))
            if attempts >= WORRIES_AFTER:
                await self._worry(work, delivery, reason, at=at)

    async def _deliver(self, delivery_id: DeliveryId) -> None:
        attempt = await self._begin(delivery_id)
        if attempt is None:
            return
        answer = await self._say(attempt)
        if isinstance(answer, Gone) and attempt.edits and attempt.delivery.kind in ORDER_KINDS:
            await self._replace(attempt)
            return
        await self._record(attempt, answer)
        if isinstance(answer, Sent) and attempt.order and attempt.edits is None:
            await self._point_below(attempt.person, attempt.order)

    async def _replace(self, attempt: _Attempt) -> None:
        """Send what cannot be edited in as a new message: nothing has arrived by this try."""
        self._edited.keep(attempt.delivery.id, value=False)
        async with self.store.begin() as work:
            await work.outbox.save(replace(attempt.delivery, state=attempt.before))
        await self._deliver(attempt.delivery.id)

    async def _begin(self, delivery_id: DeliveryId) -> _Attempt | None:
        # The attempt is on disk before it is made: found again, it may be a repeat.
        async with self.store.begin() as work:
            delivery = await work.outbox.get(delivery_id)
            if delivery.state not in {DeliveryState.DUE, DeliveryState.TRYING}:
                return None
            person = await work.people.find_person(delivery.person_id)
            order = await work.orders.get(delivery.order_id) if delivery.order_id else None
            edits = await self._edits(work, delivery, order)
            repeat = delivery.state is DeliveryState.TRYING and edits is None
            trying = replace(
                delivery,
                state=DeliveryState.TRYING,
                attempts=delivery.attempts + 1,
                copy=delivery.copy or repeat,
            )
            message = await self.composer.compose(work, trying)
            if person is None or message is None or edits == 0:
                # Somebody who never wrote cannot be written to; what is untrue is not said.
                state = DeliveryState.PARKED if person is None else DeliveryState.DROPPED
                await work.outbox.save(replace(delivery, state=state))
                return None
            await work.outbox.save(trying)
        return _Attempt(
            before=delivery.state,
            delivery=trying,
            person=person,
            message=message,
            order=order,
            edits=edits,
        )

    async def _edits(self, work: Work, delivery: Delivery, order: Order | None) -> int | None:
        """Which message to replace: None sends a new one, 0 says that none is needed."""
        earlier = target(delivery)
        if earlier is not None:
            # An unsent original will be written from the present state by itself.
            return (await work.outbox.get(earlier)).message_id or 0
        if order is None or order.message_id is None or not self._may_edit(delivery, order):
            return None
        if delivery.kind is DeliveryKind.REQUOTE:
            return None  # its message becomes the next order's: no retry may write over that one
        self._edited.keep(delivery.id, value=True)
        return order.message_id

    def _may_edit(self, delivery: Delivery, order: Order) -> bool:
        if delivery.copy:
            return False  # it stands beside what it repeats
        if order.epoch != self.epoch or self._uncertain.find(order.id):
            return False  # a progress write of unknown outcome may still come after ours
        edited = self._edited.find(delivery.id)
        if edited is not None:
            return edited  # repeating an edit is harmless, a second message is not
        whole = delivery.first_slot <= 1 and delivery.last_slot == order.cards
        return whole and self.clock.now() - order.confirmed_at <= RINGS_AFTER

    async def _say(self, attempt: _Attempt) -> Answer:
        if attempt.edits is None:
            return await self.messenger.send(attempt.person, attempt.message)
        return await self.messenger.edit(attempt.person, attempt.edits, attempt.message)

    async def _record(self, attempt: _Attempt, answer: Answer) -> None:
        now = self.clock.now()
        delivery = attempt.delivery
        async with self.store.begin() as work:
            match answer:
                case Sent(message_id=message_id):
                    sent = replace(
                        delivery, state=DeliveryState.SENT, message_id=message_id, sent_at=now
                    )
                    await self._sent(work, sent, at=now)
                case Unreachable(reason=reason):
                    # Read again: a language chosen meanwhile must not be undone.
                    person = await work.people.find_person(attempt.person.id) or attempt.person
                    await work.people.save_person(replace(person, unreachable_at=now))
                    await self._park(work, delivery, reason, at=now)
                case Malformed(reason=reason):
                    log.error("message refused", kind=str(delivery.kind), reason=reason)
                    await self._park(work, delivery, reason, at=now)
                case Later(after=after):
                    due_at = now + min(after, MOST_PATIENT)
                    untried = replace(delivery, state=attempt.before, due_at=due_at)
                    await work.outbox.save(untried)
                case Unclear():
                    due_at = now + retry_delay(delivery.attempts)
                    await work.outbox.save(replace(delivery, due_at=due_at))
                case Gone():
                    await work.outbox.save(replace(delivery, state=DeliveryState.DROPPED))
                case _:
                    assert_never(answer)

    async def _sent(self, work: Work, delivery: Delivery, *, at: datetime) -> None:
        await work.outbox.save(delivery)
        if delivery.kind is DeliveryKind.RECEIPT:
            subject = f"order:{delivery.order_id}"
            if delivery.attempts > 1:
                await alert_is_over(work, subject, AlertKind.DELIVERY_PARKED, at=at)
            await audit.note(
                work,
                "cards.shown",
                subject,
                at=at,
                person=delivery.person_id,
                first=delivery.first_slot,
                last=delivery.last_slot,
                copy=delivery.copy,
                delivery=delivery.id,
            )

    async def _park(self, work: Work, delivery: Delivery, reason: str, *, at: datetime) -> None:
        await work.outbox.save(replace(delivery, state=DeliveryState.PARKED))
        await self._worry(work, delivery, reason, at=at)

    async def _worry(self, work: Work, delivery: Delivery, reason: str, *, at: datetime) -> None:
        if delivery.kind is DeliveryKind.RECEIPT:
            subject = f"order:{delivery.order_id}"
            kind = AlertKind.DELIVERY_PARKED
            key = f"delivery:{delivery.id}"
            await alert_once(work, self.terms, kind, subject, key=key, at=at, reason=reason)

    async def _write_progress_safely(self, order_id: OrderId, person_id: PersonId) -> None:
        try:
            await self._write_progress(order_id, person_id)
        except Exception:
            log.exception("progress not written", order=order_id)

    async def _write_progress(self, order_id: OrderId, person_id: PersonId) -> None:
        async with self._turn(person_id), self._slots:
            async with self.store.read() as work:
                order = await work.orders.get(order_id)
                person = await work.people.find_person(person_id)
                step = step_of(order, self.clock.now())
                told = self._told.find(order_id)
                if order.is_final or order.cards or person is None or told is step:
                    return
                product = await find_product_of(work, order)
            self._told.keep(order_id, step)
            delayed = product is not None and product.delayed
            await self._edit_progress(person, order, step, delayed=delayed)

    async def _point_below(self, person: Person, order: Order) -> None:
        if self._told.find(order.id) is Step.ANSWERED_BELOW:
            return
        async with self.store.read() as work:
            owed = await work.outbox.list_of_order(order.id)
        # Its message may hold the first cards already, when the others came later.
        if not any(one.message_id and one.message_id == order.message_id for one in owed):
            self._told.keep(order.id, Step.ANSWERED_BELOW)
            await self._edit_progress(person, order, Step.ANSWERED_BELOW)

    async def _edit_progress(
        self, person: Person, order: Order, step: Step, *, delayed: bool = False
    ) -> None:
        if order.message_id is None:
            return
        message = Progress(order=order, step=step, delayed=delayed)
        answer = await self.messenger.edit(person, order.message_id, message)
        if isinstance(answer, Unclear):
            self._uncertain.keep(order.id, value=True)
