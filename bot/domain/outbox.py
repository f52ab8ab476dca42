"""Deliveries: messages owed to a chat, as facts; the words are found when they are sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.agents import PersonId
from bot.domain.audit import Detail
from bot.domain.cards import Card
from bot.domain.orders import OrderId

DeliveryId = NewType("DeliveryId", int)


class DeliveryKind(StrEnum):
    """What a message is about."""

    RECEIPT = "receipt"
    OUTCOME = "outcome"
    REQUOTE = "requote"
    ACCESS_ASKED = "access-asked"
    ACCESS_DECIDED = "access-decided"
    WALLET_MOVED = "wallet-moved"
    STANDING = "standing"
    ALERT = "alert"


class DeliveryState(StrEnum):
    """What became of a message.

    `trying` is committed before a new message is sent: found so at a start, it may be a repeat.
    """

    DUE = "due"
    TRYING = "trying"
    SENT = "sent"
    PARKED = "parked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message owed. `key` is unique, so that owing it twice is owing it once.

    `facts` name what it is about (ids and numbers), never its text and never a code.
    `first_slot`…`last_slot` are the cards a receipt part shows (0…0 without cards).
    `copy`: an earlier attempt may have arrived. `message_id` is set once it was sent.
    """

    id: DeliveryId
    key: str
    person_id: PersonId
    kind: DeliveryKind
    state: DeliveryState
    due_at: datetime
    created_at: datetime
    order_id: OrderId | None = None
    first_slot: int = 0
    last_slot: int = 0
    facts: Mapping[str, Detail] = field(default_factory=dict)
    attempts: int = 0
    copy: bool = False
    message_id: int | None = None
    sent_at: datetime | None = None


CARDS_PER_MESSAGE = 20
"""Three entities a card, of the hundred that Telegram keeps; and as many copy buttons."""

CHARACTERS_PER_MESSAGE = 3000
"""Room for cards in a message of 4096, beside its own words."""

CARD_OVERHEAD = 60
"""What a card's line costs beside its code and serial."""

PIN_OVERHEAD, LAST_DAY = 30, 50
"""What the line of a PIN costs beside it, and that of a last day in all."""

LONGEST_COPY = 256
"""A copy button takes at most so many characters."""

RINGS_AFTER = timedelta(seconds=15)
"""An edit makes no sound: later than this after confirming, cards come in a new message."""


def length_of(card: Card) -> int:
    """Count the characters that a card takes of a message, beside its `CARD_OVERHEAD`."""
    pin = len(card.pin) + PIN_OVERHEAD if card.pin else 0
    return len(card.code) + len(card.serial) + pin + (LAST_DAY if card.valid_until else 0)


def parts(lengths: tuple[int, ...], *, first: int) -> tuple[tuple[int, int], ...]:
    """Cut cards into messages, as (first slot, last slot); `lengths` are by `length_of`.

    The first card has the slot `first`. No part is too long for one message.
    """
    cuts: list[tuple[int, int]] = []
    start, room = first, 0
    for slot, length in enumerate(lengths, first):
        size = length + CARD_OVERHEAD
        full = slot - start >= CARDS_PER_MESSAGE or room + size > CHARACTERS_PER_MESSAGE
        if full and slot > start:
            cuts.append((start, slot - 1))
            start, room = slot, 0
        room += size
    if lengths:
        cuts.append((start, first + len(lengths) - 1))
    return tuple(cuts)


LONGEST_DELAY = timedelta(minutes=5)
"""No try waits longer for the next one."""


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after the nth attempt that did not arrive: 1 s, doubling to 5 minutes."""
    return min(LONGEST_DELAY, timedelta(seconds=2 ** min(attempts - 1, 9)))
