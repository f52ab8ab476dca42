"""What an open order's progress message says, by its state and its age."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.orders import Order, OrderState


class Step(StrEnum):
    """How far an open order is, as its progress message tells it."""

    CONFIRMED = "confirmed"
    SENDING = "sending"
    HANDLING = "handling"
    HANDLING_LONG = "handling-long"
    CHECKING = "checking"
    CHECKING_LONG = "checking-long"
    CHECKING_LONGER = "checking-longer"
    CHECKING_LONGEST = "checking-longest"
    ANSWERED_BELOW = "answered-below"


LEAVE_AFTER = timedelta(seconds=60)
"""After this the member is told that the cards will come by themselves."""

CHECKING_STEPS = (
    (timedelta(hours=1), Step.CHECKING_LONGEST),
    (timedelta(minutes=10), Step.CHECKING_LONGER),
    (timedelta(minutes=2), Step.CHECKING_LONG),
    (timedelta(), Step.CHECKING),
)


def step_of(order: Order, now: datetime) -> Step:
    """What to tell the member about an order now; a final order is answered below."""
    match order.state:
        case OrderState.CONFIRMED:
            return Step.CONFIRMED
        case OrderState.SENDING:
            return Step.SENDING
        case OrderState.HANDLING:
            long = now - order.confirmed_at >= LEAVE_AFTER
            return Step.HANDLING_LONG if long else Step.HANDLING
        case OrderState.UNKNOWN:
            age = now - (order.sending_at or order.confirmed_at)
            return next(step for least, step in CHECKING_STEPS if age >= least or not least)
        case _:
            return Step.ANSWERED_BELOW
