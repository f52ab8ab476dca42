"""Whether the provider account can pay for one more order."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.catalog import Account
from bot.domain.money import Money, total
from bot.domain.orders import Order, OrderState
from bot.ports.provider import Priority, Provider
from bot.ports.store import Work
from bot.ports.world import Clock

TRUSTED = timedelta(seconds=60)
"""A balance older than this is read again."""

LONGEST_PLACING = timedelta(minutes=2)
"""An order sent so long before a reading of the balance was charged before it."""

_MAYBE_CHARGED = (OrderState.SENDING, OrderState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A balance, and when reading it began."""

    balance: Money
    began_at: datetime


@dataclass(slots=True, kw_only=True)
class Funds:
    """Remembers each account's last balance."""

    clock: Clock
    _readings: dict[Account, Reading] = field(default_factory=dict)

    def last(self, account: Account) -> Reading | None:
        """The last balance read."""
        return self._readings.get(account)

    async def read(self, provider: Provider, priority: Priority = Priority.CHECKING) -> Reading:
        """Read the balance now; raises `ProviderError`."""
        began_at = self.clock.now()
        reading = Reading(balance=await provider.balance(priority=priority), began_at=began_at)
        self._readings[provider.account] = reading
        return reading

    async def ensure(self, provider: Provider) -> Reading:
        """Give a balance that is at most a minute old."""
        known = self._readings.get(provider.account)
        if known and timedelta() <= self.clock.now() - known.began_at <= TRUSTED:
            return known
        return await self.read(provider)

    async def left(self, work: Work, account: Account, reading: Reading) -> Money:
        """What is left of a balance after everything that may have been charged since."""
        until = self.clock.now() + timedelta(milliseconds=1)  # the end is not counted in
        since = reading.began_at - LONGEST_PLACING
        sent = await work.orders.list_sent_between(account, since, until)
        open_ = await work.orders.list_in(*_MAYBE_CHARGED)
        charged: dict[int, Order] = {
            o.id: o for o in sent if _may_have_cost(o) and _ended_after(o, reading.began_at)
        }
        charged.update({o.id: o for o in open_ if o.account == account})
        currency = reading.balance.currency
        return reading.balance - total(
            (o.unit_cost * o.quantity for o in charged.values()), currency
        )


def _ended_after(order: Order, instant: datetime) -> bool:
    """Tell whether the balance may have been read before the order was charged."""
    ended_at = order.handling_at or order.sending_at
    return ended_at is not None and ended_at >= instant


def _may_have_cost(order: Order) -> bool:
    return order.state not in {OrderState.CONFIRMED, OrderState.WITHDRAWN, OrderState.REFUSED}
