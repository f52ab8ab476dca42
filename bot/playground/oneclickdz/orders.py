"""An order at the OneClickDZ double, the cards in it and the movements of money it causes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count

from bot.playground.books import Booked


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A code and its serial, as good as cash even here: neither is in the repr."""

    value: str = field(repr=False)
    serial: str = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Order(Booked):
    """A committed order: its money is taken; `cards` is None until it is settled."""

    id: str
    product_id: str
    type_id: str
    type_name: str
    quantity: int
    price: Decimal
    cards: list[Card] | None = None

    @property
    def is_open(self) -> bool:
        return self.cards is None

    @property
    def taken(self) -> Decimal:
        """What placing took from the balance."""
        return self.price * self.quantity

    @property
    def charged(self) -> Decimal:
        """What the order costs, its refund counted: all of it while open; extra cards are free."""
        if self.cards is None:
            return self.taken
        return self.price * min(len(self.cards), self.quantity)

    @property
    def status(self) -> str:
        """The provider's word (OneClickDZ, "Check order")."""
        if self.cards is None:
            return "HANDLING"
        if not self.cards:
            return "REFUNDED"
        return "FULFILLED" if len(self.cards) >= self.quantity else "PARTIALLY_FILLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One movement of the balance; `amount` is never negative, `kind` says which way it went."""

    id: str
    kind: str
    amount: Decimal
    old_balance: Decimal
    new_balance: Decimal
    object_id: str
    at: datetime

    @property
    def operation(self) -> str:
        """Which way the money went."""
        return "increment" if self.new_balance >= self.old_balance else "decrement"


class ObjectIds:
    """Makes Mongo ObjectIds: the first eight hex digits are the second of creation."""

    def __init__(self, seed: str) -> None:
        self._machine = sha256(seed.encode()).hexdigest()[:10]
        self._numbers = count(1)

    def next(self, at: datetime) -> str:
        """A new id, larger than every earlier one of the same second."""
        return f"{int(at.timestamp()):08x}{self._machine}{next(self._numbers):06x}"


def new_cards(seed: str) -> Iterator[Card]:
    """Endless cards; no code and no serial comes twice from one seed."""
    for number in count(1):
        digits = sha256(f"{seed}:{number}".encode()).hexdigest().upper()
        code = "-".join(digits[start : start + 4] for start in range(0, 16, 4))
        yield Card(value=f"{code}-{number:04d}", serial=f"SN{digits[16:24]}{number:04d}")
