"""The report of what moved on the account, and what it says that orders came to.

Source: "Get Payment Report" of the Rewards API v1.2. Few calls of it are let through in a minute,
and a busy account fills more pages than that: a reading takes minutes then, and whoever needs a
cost takes it from the one that was made last.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.money import Money
from bot.errors import ProviderBusy
from bot.ports.provider import Priority, ProviderTransaction
from bot.providers.plum import payments
from bot.providers.plum.calling import Calling
from bot.providers.plum.operations import Operation
from bot.providers.plum.pages import read_report

AT_ONCE: Final = timedelta(0)
"""Who asks for one cost does not wait in line: others stand behind him."""


class Report:
    """Reads movements whole, and remembers what the last reading says of each order."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling
        self._readers = 0
        self._costs: dict[str, Money] = {}

    async def read(
        self,
        since: datetime,
        until: datetime,
        *,
        currency: str,
        priority: Priority,
        patience: timedelta | None = None,
    ) -> tuple[ProviderTransaction, ...]:
        """List what moved on the days that begin in the window; raises `ProviderError`."""
        self._readers += 1
        try:
            reads = read_report(
                self._calling,
                Operation.PAYMENTS,
                since=since,
                until=until,
                priority=priority,
                patience=patience,
            )
            lines = [line async for read in reads for line in payments.read_payments(read.data)]
        finally:
            self._readers -= 1
        moved = payments.list_movements(lines, currency=currency)
        self._costs = payments.costs(moved)
        return tuple(one for one in moved if since <= one.at <= until)

    async def cost_of(
        self, order_id: str, *, since: datetime, until: datetime, currency: str, priority: Priority
    ) -> Money | None:
        """What an order took, less what it gave back; None where the movements lack either.

        `ProviderBusy`, at once, when no call may leave or another reading is under way.
        """
        if order_id not in self._costs:
            if self._readers:
                raise ProviderBusy("paymentHistory: it is being read")
            await self.read(since, until, currency=currency, priority=priority, patience=AT_ONCE)
        return self._costs.get(order_id)
