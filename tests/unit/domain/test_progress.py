from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.orders import FINAL, OrderState
from bot.domain.progress import Step, step_of
from tests.fakes.world import NOON
from tests.unit.samples import order_in


def step_after(state: OrderState, seconds: float, *, sending_at: datetime | None = None) -> Step:
    order = replace(order_in(state), sending_at=sending_at)
    return step_of(order, NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "step"),
    [
        (-1, Step.CHECKING),
        (0, Step.CHECKING),
        (119, Step.CHECKING),
        (120, Step.CHECKING_LONG),
        (599, Step.CHECKING_LONG),
        (600, Step.CHECKING_LONGER),
        (3599, Step.CHECKING_LONGER),
        (3600, Step.CHECKING_LONGEST),
        (10**6, Step.CHECKING_LONGEST),
    ],
)
def test_a_member_who_waits_for_the_unknown_hears_more_in_time(seconds: float, step: Step) -> None:
    """At two minutes, ten minutes and an hour the message says more, even if clocks go back."""
    assert step_after(OrderState.UNKNOWN, seconds) is step


def test_the_unknown_is_counted_from_the_sending() -> None:
    """An order that waited before it was sent is not older for it; one never sent counts too."""
    sent = NOON + timedelta(minutes=4)
    assert step_after(OrderState.UNKNOWN, 250, sending_at=sent) is Step.CHECKING
    assert step_after(OrderState.UNKNOWN, 250) is Step.CHECKING_LONG


@pytest.mark.parametrize(
    ("state", "seconds", "step"),
    [
        (OrderState.CONFIRMED, 0, Step.CONFIRMED),
        (OrderState.SENDING, 10, Step.SENDING),
        (OrderState.HANDLING, 59, Step.HANDLING),
        (OrderState.HANDLING, 60, Step.HANDLING_LONG),
    ],
)
def test_an_open_order_says_how_far_it_is(state: OrderState, seconds: float, step: Step) -> None:
    """After a minute of handling the member is told that the cards will come by themselves."""
    assert step_after(state, seconds) is step


@given(st.sampled_from(sorted(FINAL)), st.integers(0, 10**6))
def test_a_final_order_is_answered_below(state: OrderState, seconds: int) -> None:
    """Once an order is over, its progress message only points to the answer."""
    assert step_after(state, seconds) is Step.ANSWERED_BELOW
