"""Messages owed, alerts raised, and what typed messages will mean, as they are stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.agents import (
    PersonId,
)
from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.audit import Detail
from bot.domain.orders import OrderId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind


class Outbox(Protocol):
    """Messages owed."""

    async def add(self, delivery: Delivery) -> Delivery | None:
        """Owe a message (its `id` is ignored); None when its key is already owed."""
        ...

    async def get(self, delivery_id: DeliveryId) -> Delivery:
        """Get a delivery."""
        ...

    async def save(self, delivery: Delivery) -> None:
        """Replace a delivery's row."""
        ...

    async def list_due(self, now: datetime, *, limit: int) -> tuple[Delivery, ...]:
        """List what is due (state due or trying, `due_at` reached), oldest first."""
        ...

    async def next_due_at(self) -> datetime | None:
        """When the earliest due or trying delivery is due."""
        ...

    async def list_of_order(self, order_id: OrderId) -> tuple[Delivery, ...]:
        """List the deliveries of an order, oldest first."""
        ...

    async def list_parked(self, person_id: PersonId | None = None) -> tuple[Delivery, ...]:
        """List parked deliveries, oldest first: of one person, or all."""
        ...

    async def list_by_fact(self, kind: DeliveryKind, fact: str, value: int) -> tuple[Delivery, ...]:
        """List the deliveries of a kind whose facts hold `value` under `fact`."""
        ...


class Alerts(Protocol):
    """What the admins were told."""

    async def add(
        self, key: str, kind: AlertKind, subject: str, *, facts: Mapping[str, Detail], at: datetime
    ) -> Alert | None:
        """Raise an alert; None when its key was raised before."""
        ...

    async def find(self, alert_id: AlertId) -> Alert | None:
        """Find an alert."""
        ...

    async def save(self, alert: Alert) -> None:
        """Replace an alert's row."""
        ...

    async def list_open(self) -> tuple[Alert, ...]:
        """List what nobody has acted on, oldest first."""
        ...


class ExpectedInputs(Protocol):
    """What a typed message will mean, one per chat."""

    async def find(self, person_id: PersonId) -> str | None:
        """Read what the chat was asked, as `verb:arguments`."""
        ...

    async def set(self, person_id: PersonId, what: str | None, *, at: datetime) -> None:
        """Ask for something, or for nothing with None."""
        ...
