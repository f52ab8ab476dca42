"""Settling an unknown order at a provider that only lists: cards of one bucket are alike.

The order adopts the provider order of its bucket that was created in its send window and that
no local order owns. Absence is only believed late, twice, and with a second witness.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.orders import Order, Window

SKEW = timedelta(seconds=5)
"""How far two clocks may be apart after the Date header was taken into account."""

UNPROVEN_HORIZON = timedelta(minutes=15)
"""How long absence is not believed before the provider's list has shown its lag."""

PROOFS = 10
"""Placings that must have shown their lag before it is trusted."""

LAG_FACTOR = 10
"""The horizon is this many times the longest lag seen."""

BETWEEN_READINGS = timedelta(seconds=30)
"""The second reading that lacks an order begins at least this long after the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizons:
    """A horizon's settings: `least` always holds, `explicit` also bounds the fifteen minutes."""

    least: timedelta
    explicit: bool


def horizon(settings: Horizons, lags: Sequence[timedelta]) -> timedelta:
    """How long after sending an absence may be believed, given the lags seen so far."""
    proven = max(settings.least, LAG_FACTOR * max(lags, default=timedelta()))
    if len(lags) >= PROOFS or settings.explicit:
        return proven
    return max(proven, UNPROVEN_HORIZON)


def send_window(order: Order, *, longest_answer: timedelta, ahead: timedelta) -> Window:
    """When, on the provider's clock, an order of ours can have been created.

    `ahead` is how far its clock is ahead of ours now. Ours may have been set since, so both that
    and what was known when the order was sent count. Our end of the call is not the provider's:
    until `longest_answer` after it began, what we gave up on may still be created.
    """
    began = order.sending_at or order.confirmed_at
    ended = max(order.sent_until or began, began + longest_answer)
    offsets = (ahead, ahead if order.provider_ahead is None else order.provider_ahead)
    # Object ids and dates hold whole seconds: the creation may be told up to a second early.
    second = timedelta(seconds=1)
    return Window(since=began + min(offsets) - SKEW - second, until=ended + max(offsets) + SKEW)


def since_sent(order: Order, instant: datetime, *, set_at: datetime | None) -> timedelta:
    """How long before an instant an order was sent, and surely no shorter.

    What our clock said before it was last set, at `set_at`, tells nothing about how long ago.
    """
    began = order.sending_at or order.confirmed_at
    sent = max(began, order.sent_until or began)
    return instant - max(sent, set_at or sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A provider order that might be ours."""

    provider_order_id: str
    product_key: str
    type_key: str
    quantity: int
    created_at: datetime


def same_goods(order: Order, listed: Candidate) -> bool:
    """Tell whether a provider order is of an order's bucket: product, type and quantity."""
    wanted = (order.product_key, order.type_key, order.quantity)
    return (listed.product_key, listed.type_key, listed.quantity) == wanted


def candidates(
    order: Order, window: Window, listed: Sequence[Candidate], owned: frozenset[str]
) -> tuple[Candidate, ...]:
    """The listed orders that `order` may be: same bucket, in its window, owned by nobody."""
    return tuple(
        one
        for one in listed
        if same_goods(order, one)
        and window.holds(one.created_at)
        and one.provider_order_id not in owned
    )
