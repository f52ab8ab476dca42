"""The books of a provider's double: orders that settle when their time is over, and the money."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

from bot.playground.delays import NO_DELAY, Delay, is_over


@dataclass(slots=True, kw_only=True)
class Plan:
    """What becomes of an order after it is placed.

    `filled` is how many cards come (None: all, or what the product itself says).
    `shown` is laid over what the provider says about it, to contradict the truth:
    a field of None is left out.
    """

    filled: int | None = None
    handling: Delay | None = None
    list_lag: Delay | None = None
    shown: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Booked(ABC):
    """An order in the books, and what is still to become of it."""

    placed_at: datetime
    to_fill: int
    handling: Delay
    list_lag: Delay
    by_dashboard: bool = False
    shown: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether it waits to be settled."""

    @property
    @abstractmethod
    def charged(self) -> Decimal:
        """What it costs, its refund counted: all of it while open."""


OrderT = TypeVar("OrderT", bound=Booked)
MovementT = TypeVar("MovementT")


class Books(ABC, Generic[OrderT, MovementT]):
    """Everything the provider knows; every change of balance leaves a movement.

    Orders settle by themselves when their handling time is over: each public method looks first.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.handling: Delay | None = None
        self.list_lag: Delay = NO_DELAY
        self.plans: list[Plan] = []
        self._clock = clock
        self._balance = Decimal(0)
        self._orders: list[OrderT] = []
        self._movements: list[MovementT] = []

    @property
    def balance(self) -> Decimal:
        """What is left, refunds that are due included."""
        self.settle_due()
        return self._balance

    @property
    def orders(self) -> list[OrderT]:
        """Every committed order, oldest first, each in its present state."""
        self.settle_due()
        return list(self._orders)

    @property
    def movements(self) -> list[MovementT]:
        """Every movement of the balance, oldest first."""
        self.settle_due()
        return list(self._movements)

    def listed(self) -> list[OrderT]:
        """The orders that the list shows by now, newest first."""
        now = self._clock()
        shown = (e for e in self.orders if is_over(e.list_lag, since=e.placed_at, now=now))
        return list(shown)[::-1]

    def deposit(self, amount: Decimal) -> MovementT:
        """Add money; a negative amount takes some away."""
        return self._fund(amount, at=self._clock())

    def settle_due(self) -> None:
        """Settle every order whose handling time is over."""
        now = self._clock()
        for order in self._orders:
            if order.is_open and is_over(order.handling, since=order.placed_at, now=now):
                self.settle(order, filled=order.to_fill)

    def settle(self, order: OrderT, *, filled: int) -> None:
        """Give an order `filled` cards and refund the rest; a settled one is changed again.

        Cards that were given stay given, in their order, as far as `filled` goes.
        """
        before = order.charged
        self._fill(order, filled)
        if order.charged != before:
            self._refund(order, before - order.charged)

    @abstractmethod
    def _fill(self, order: OrderT, filled: int) -> None:
        """Let an order have `filled` cards."""

    @abstractmethod
    def _refund(self, order: OrderT, amount: Decimal) -> None:
        """Book what came back for an order; a negative amount is charged again."""

    @abstractmethod
    def _fund(self, amount: Decimal, *, at: datetime) -> MovementT:
        """Book money that came in, or went out."""

    def _next_plan(self, *, by_dashboard: bool) -> Plan:
        """What becomes of the next order; plans are for those that arrive over the API."""
        return Plan() if by_dashboard or not self.plans else self.plans.pop(0)

    def _handling_of(self, plan: Plan, *, usual: Delay) -> Delay:
        """How long an order is handled: as its plan says, else as all, else as usual."""
        said = plan.handling if plan.handling is not None else self.handling
        return usual if said is None else said

    def _lag_of(self, plan: Plan) -> Delay:
        """How long an order is missing from the list: as its plan says, else as all."""
        return self.list_lag if plan.list_lag is None else plan.list_lag
