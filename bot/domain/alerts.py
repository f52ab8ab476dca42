"""What the admins are told, each once, and settled by the first who taps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.agents import PersonId
from bot.domain.audit import Detail

AlertId = NewType("AlertId", int)


class AlertKind(StrEnum):
    """What needs a person."""

    PROVIDER_BALANCE_LOW = "provider-balance-low"
    PROVIDER_BALANCE_SOON = "provider-balance-soon"
    PROVIDER_FROZEN = "provider-frozen"
    ORDER_UNKNOWN = "order-unknown"
    ORDER_AMBIGUOUS = "order-ambiguous"
    MONEY_TROUBLE = "money-trouble"
    FOREIGN_ORDER = "foreign-order"
    SHELF_ORDER = "shelf-order"
    ORDER_SLOW = "order-slow"
    COUNT_MISMATCH = "count-mismatch"
    SETTLED_CHANGED = "settled-changed"
    DELIVERY_PARKED = "delivery-parked"
    COST_ABOVE_PRICE = "cost-above-price"
    RESTORED = "restored"
    TWO_BOTS = "two-bots"
    RATE_MISSING = "rate-missing"
    RATE_STALE = "rate-stale"
    SEAL_BROKEN = "seal-broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something the admins must know. `key` is unique: the same thing is told once.

    `acted_by` is the admin who settled it, by a button or by the command it named.
    """

    id: AlertId
    key: str
    kind: AlertKind
    subject: str
    raised_at: datetime
    facts: Mapping[str, Detail] = field(default_factory=dict)
    acted_at: datetime | None = None
    acted_by: PersonId | None = None
    action: str | None = None
