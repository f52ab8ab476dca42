"""Messages owed, alerts, marks and expected inputs, in memory."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.agents import PersonId
from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.audit import Detail
from bot.domain.orders import OrderId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, DeliveryState
from tests.fakes.store.block import Part, kept, require

OWED = {DeliveryState.DUE, DeliveryState.TRYING}


class MemoryOutbox(Part):
    """Deliveries."""

    async def add(self, delivery: Delivery) -> Delivery | None:
        draft = self._draft
        if any(one.key == delivery.key for one in draft.deliveries.values()):
            return None
        return self._keep(replace(delivery, id=DeliveryId(len(draft.deliveries) + 1)))

    async def get(self, delivery_id: DeliveryId) -> Delivery:
        return self._state.deliveries[delivery_id]

    async def save(self, delivery: Delivery) -> None:
        _ = self._draft.deliveries[delivery.id]
        self._keep(delivery)

    async def list_due(self, now: datetime, *, limit: int) -> tuple[Delivery, ...]:
        due = [one for one in self._every() if one.state in OWED and one.due_at <= now]
        return tuple(sorted(due, key=lambda one: (one.due_at, one.id))[:limit])

    async def next_due_at(self) -> datetime | None:
        return min((one.due_at for one in self._every() if one.state in OWED), default=None)

    async def list_of_order(self, order_id: OrderId) -> tuple[Delivery, ...]:
        return tuple(one for one in self._every() if one.order_id == order_id)

    async def list_parked(self, person_id: PersonId | None = None) -> tuple[Delivery, ...]:
        parked = (one for one in self._every() if one.state is DeliveryState.PARKED)
        return tuple(one for one in parked if person_id in {None, one.person_id})

    async def list_by_fact(self, kind: DeliveryKind, fact: str, value: int) -> tuple[Delivery, ...]:
        alike = (one for one in self._every() if one.kind is kind)
        return tuple(one for one in alike if one.facts.get(fact) == value)

    def _every(self) -> list[Delivery]:
        return list(self._state.deliveries.values())

    def _keep(self, delivery: Delivery) -> Delivery:
        draft = self._draft
        slots = 0 <= delivery.first_slot <= delivery.last_slot
        require(that=slots, otherwise="the slots of a delivery are in order")
        require(
            that=delivery.order_id is None or delivery.order_id in draft.orders,
            otherwise="delivery.order_id is an order",
        )
        draft.deliveries[delivery.id] = kept(delivery)
        return draft.deliveries[delivery.id]


class MemoryAlerts(Part):
    """Alerts."""

    async def add(
        self, key: str, kind: AlertKind, subject: str, *, facts: Mapping[str, Detail], at: datetime
    ) -> Alert | None:
        draft = self._draft
        if any(one.key == key for one in draft.alerts.values()):
            return None
        alert = Alert(
            id=AlertId(len(draft.alerts) + 1),
            key=key,
            kind=kind,
            subject=subject,
            facts=dict(facts),
            raised_at=at,
        )
        draft.alerts[alert.id] = kept(alert)
        return draft.alerts[alert.id]

    async def find(self, alert_id: AlertId) -> Alert | None:
        return self._state.alerts.get(alert_id)

    async def save(self, alert: Alert) -> None:
        draft = self._draft
        _ = draft.alerts[alert.id]
        draft.alerts[alert.id] = kept(alert)

    async def list_open(self) -> tuple[Alert, ...]:
        return tuple(one for one in self._state.alerts.values() if one.acted_at is None)


class MemoryMarks(Part):
    """Marks."""

    async def find(self, name: str) -> str | None:
        return self._state.marks.get(name)

    async def set(self, name: str, value: str | None) -> None:
        draft = self._draft
        draft.marks.pop(name, None)
        if value is not None:
            draft.marks[name] = value


class MemoryExpectedInputs(Part):
    """Expected inputs."""

    async def find(self, person_id: PersonId) -> str | None:
        return self._state.inputs.get(person_id)

    async def set(self, person_id: PersonId, what: str | None, *, at: datetime) -> None:
        draft = self._draft
        draft.inputs.pop(person_id, None)
        if what is not None:
            draft.inputs[person_id] = what
