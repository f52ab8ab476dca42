"""What a run met, counted: trouble that never came proves nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Met(StrEnum):
    """A kind of trouble, by the name that it is reported under."""

    CRASH = "crashes"
    STOP = "orderly stops"
    UNSENT = "placings not sent"
    BUSY = "placings turned away"
    REFUSED = "placings refused"
    LOST = "placings lost"
    LATE = "placings late"
    TWICE = "placings arrived twice"
    UNANSWERED = "placings unanswered"
    READ_FAILED = "reads failed"
    LIST_OUT = "lists out of order"
    HICCUP = "lists hiccuped"
    SHORT = "orders filled short"
    HIDDEN = "cards shown late"
    TOLD_LATER = "messages put off"
    TOLD_LOST = "messages lost"
    TOLD_UNANSWERED = "messages unanswered"
    TOLD_LATE = "messages late"
    BLOCKED = "chats blocked"
    FOREIGN = "foreign orders"
    CLOCK_STEP = "clock steps"
    PRICE = "price changes"
    MONEY = "deposits, withdrawals"
    SOLD_OUT = "sold out"
    OVERDRAWN = "wallets too poor"
    POOR = "provider account poor"
    OFFERED = "offered elsewhere"
    ACCEPTED = "offers accepted"


@dataclass(slots=True, kw_only=True)
class Tally:
    """What happened; `faults` are exceptions that nobody may ever see."""

    met: Counter[Met] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def total(tallies: Iterable[Tally]) -> Counter[Met]:
    """Add up what several runs met; every kind is named, and may be 0."""
    met = Counter(dict.fromkeys(Met, 0))
    for one in tallies:
        met.update(one.met)
    return met
