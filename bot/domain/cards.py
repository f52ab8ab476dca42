"""Cards: a code, its PIN and its serial, all as good as cash, hidden from every repr."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card in clear. It lives in memory only, for as long as it takes to seal or to send.

    A `code` may be a link: `is_link` tells. `pin` goes with the code where the card has one.
    `valid_until` is the last day, `YYYY-MM-DD`, as the provider tells it; empty when it does not.
    """

    code: str = field(repr=False)
    serial: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)
    valid_until: str = ""

    @property
    def identity(self) -> str:
        """What tells two cards apart: the code, and the PIN where there is one.

        One address may be that of many cards, each with a PIN of its own.
        """
        return f"{self.code}\0{self.pin}" if self.pin else self.code

    @property
    def secrets(self) -> tuple[str, ...]:
        """All of it that no log may hold."""
        return tuple(filter(None, (self.code, self.pin, self.serial)))

    @property
    def is_link(self) -> bool:
        """Tell whether the code is an address to open, by its scheme alone."""
        return self.code.lower().startswith(("https://", "http://"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCard:
    """A card as it is kept: sealed, in a `slot` of one owner (`order:17`, `shelf:68fc…`).

    `index` is the keyed hash of its identity: equal for equal cards, useless without the key.
    `sealed_serial` is None until the provider tells the serial, `sealed_pin` where there is none.
    """

    owner: str
    slot: int
    index: bytes = field(repr=False)
    sealed_code: bytes = field(repr=False)
    sealed_serial: bytes | None = field(repr=False)
    sealed_pin: bytes | None = field(default=None, repr=False)
    valid_until: str = ""


def digest_of(cards: Iterable[SealedCard]) -> str:
    """Sum up what stands beside the sealed codes, as SHA-256 in hex, for the journal.

    It is of each slot, whether there is a serial and a PIN, and the last day: what no seal binds,
    and no new key changes.
    """
    beside = sorted(
        (card.slot, card.sealed_serial is not None, card.sealed_pin is not None, card.valid_until)
        for card in cards
    )
    return sha256(json.dumps(beside).encode()).hexdigest()


def order_owner(order_id: int) -> str:
    """Name the owner of an order's cards."""
    return f"order:{order_id}"


def shelf_owner(provider: str, provider_order_id: str) -> str:
    """Name the owner of the cards of a provider order that no local order owns."""
    return f"shelf:{provider}:{provider_order_id}"
