"""What every provider's double can be told, and asked."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Generic

from bot.playground.books import Books, MovementT, OrderT, Plan
from bot.playground.delays import Delay, utc_now
from bot.playground.faults import Effect, Fault, Params, Script, Stall, Torn
from bot.playground.front import CallRecord, Front


def _any(_: Params) -> bool:
    return True


class ProviderDouble(Generic[OrderT, MovementT]):
    """A clock of its own, its books, the calls that arrived, and the trouble that is scripted."""

    _account: Books[OrderT, MovementT]

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock_ahead = timedelta(0)
        self._own_clock = clock
        self._script = Script()
        self._front = Front(self._script, clock=self.now)

    def now(self) -> datetime:
        """The provider's own clock, `clock_ahead` of ours."""
        return self._own_clock() + self.clock_ahead

    # What it did.

    @property
    def balance(self) -> Decimal:
        """What the account holds now."""
        return self._account.balance

    @property
    def orders(self) -> list[OrderT]:
        """Every committed order with its cards, oldest first."""
        return self._account.orders

    @property
    def calls(self) -> list[CallRecord]:
        """Every call that arrived, oldest first."""
        return self._front.calls

    def count(self, call: StrEnum) -> int:
        """How often `call` arrived."""
        return sum(record.call is call for record in self.calls)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, looked at again whenever a call arrives or is answered."""
        while not holds():
            await self._front.changed.wait()

    # What happens to it.

    def handle_for(self, handling: Delay) -> None:
        """Let orders placed from now on take this long."""
        self._account.handling = handling

    def list_after(self, lag: Delay) -> None:
        """Let orders placed from now on appear in the list only after this."""
        self._account.list_lag = lag

    def plan(self, *plans: Plan) -> None:
        """Decide what becomes of the next orders that arrive, one plan each."""
        self._account.plans.extend(plans)

    def deposit(self, amount: Decimal) -> MovementT:
        """Add money to the account, or take some with a negative amount."""
        return self._account.deposit(amount)

    def settle(self, order: OrderT, *, filled: int) -> None:
        """End an order now with `filled` cards, or change one that was settled already."""
        self._account.settle(order, filled=filled)

    def fault(
        self,
        call: StrEnum,
        effect: Effect,
        *,
        after: bool = False,
        times: int = 1,
        matching: Callable[[Params], bool] = _any,
    ) -> None:
        """Spoil the next `times` calls: before anything happened, or `after` it took effect.

        A torn answer is always after. `matching` sees the JSON body, or the path and the query.
        """
        after = after or isinstance(effect, Torn)
        self._script.add(
            Fault(call=call, effect=effect, after=after, times=times, matching=matching)
        )

    def stall(self, call: StrEnum, *, after: bool = False) -> asyncio.Event:
        """Hold the next such call until the returned event is set."""
        held = Stall()
        self.fault(call, held, after=after)
        return held.gate

    def heal(self) -> None:
        """Forget every fault that is still to come."""
        self._script.clear()
