"""When an order settles: status, counted quantity and distinct cards must agree."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.orders import OrderState

FINAL_STATUS = {
    "FULFILLED": OrderState.FULFILLED,
    "PARTIALLY_FILLED": OrderState.PARTIALLY_FILLED,
    "REFUNDED": OrderState.REFUNDED,
}
"""The provider-neutral words for a final state; every other word means "still open"."""


class Agreement(StrEnum):
    """What a reading says about an order."""

    OPEN = "open"
    SETTLED = "settled"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a reading counted: the status as the provider wrote it, and its numbers.

    `fulfilled` is None when the provider did not say. `cards` counts distinct codes.
    """

    status: str
    ordered: int
    fulfilled: int | None
    cards: int


def final_state(status: str) -> OrderState | None:
    """Translate a provider's status, in any case; None while it is open or not understood."""
    return FINAL_STATUS.get(status.strip().upper())


def judge(counts: Counts) -> Agreement:
    """Compare status, counted quantity and cards; anything that does not agree is a mismatch.

    Cards that come while the order is open are kept for later and are no mismatch.
    """
    state = final_state(counts.status)
    if state is None:
        return Agreement.OPEN
    fulfilled = counts.cards if counts.fulfilled is None else counts.fulfilled
    agreed = fulfilled == counts.cards and _fits(state, counts.cards, counts.ordered)
    return Agreement.SETTLED if agreed else Agreement.MISMATCH


def closing_state(*, cards: int, ordered: int) -> OrderState:
    """The final state of an order that a person closes at the cards received."""
    if cards == 0:
        return OrderState.REFUNDED
    return OrderState.FULFILLED if cards >= ordered else OrderState.PARTIALLY_FILLED


def _fits(state: OrderState, cards: int, ordered: int) -> bool:
    return closing_state(cards=cards, ordered=ordered) is state and cards <= ordered
