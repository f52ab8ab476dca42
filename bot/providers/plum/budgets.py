"""One rate budget for each of Plum's operations: the limits are the operations' own."""

from datetime import timedelta
from typing import Final

from bot.ports.provider import BudgetState, Priority
from bot.ports.world import Clock
from bot.providers.budget import PATIENCE, RateBudget, Timer
from bot.providers.plum.operations import CALLS_PER_MINUTE, Operation

BEFORE_PLACING: Final = (Operation.CARDS, Operation.BALANCE)
"""What is read again before an order leaves: a part of their calls is kept for that."""


class Budgets:
    """What may leave, by operation; a freeze is for all of them."""

    def __init__(self, *, share: int, clock: Clock, timer: Timer | None) -> None:
        self._each = {
            operation: RateBudget(
                max(2, calls // share),
                reserved=calls // share // 5 if operation in BEFORE_PLACING else 0,
                clock=clock,
                timer=timer,
            )
            for operation, calls in CALLS_PER_MINUTE.items()
        }

    async def turn(
        self, operation: Operation, priority: Priority, *, patience: timedelta = PATIENCE
    ) -> None:
        """Wait for a call's turn and count the call; see `RateBudget`."""
        await self._each[operation].turn(priority, patience=patience)

    def halt(self, operation: Operation, wait: timedelta) -> None:
        """Let no call of this operation leave for a while."""
        self._each[operation].halt(wait)

    def stop_waiting(self) -> None:
        """Let no call wait for its turn any more."""
        for budget in self._each.values():
            budget.stop_waiting()

    def freeze(self) -> None:
        """Let no call leave until `thaw`."""
        for budget in self._each.values():
            budget.freeze()

    def thaw(self) -> None:
        """Let calls leave again."""
        for budget in self._each.values():
            budget.thaw()

    def state(self) -> BudgetState:
        """Tell how placing stands, together with reading the price that goes before it."""
        placing = self._each[Operation.PLACE].state()
        reading = self._each[Operation.CARDS].state()
        return BudgetState(
            left=min(placing.left, reading.left),
            easy=placing.easy and reading.easy,
            frozen=placing.frozen,
            halted_until=placing.halted_until,
        )
