"""Cards: a code and its serial, both as good as cash, hidden from every repr."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card in clear. It lives in memory only, for as long as it takes to seal or to send."""

    code: str = field(repr=False)
    serial: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCard:
    """A card as it is kept: sealed, in a `slot` of one owner (`order:17`, `shelf:68fc…`).

    `index` is the keyed hash of the code: equal for equal codes, useless without the key.
    `sealed_serial` is None until the provider tells the serial.
    """

    owner: str
    slot: int
    index: bytes = field(repr=False)
    sealed_code: bytes = field(repr=False)
    sealed_serial: bytes | None = field(repr=False)


def order_owner(order_id: int) -> str:
    """Name the owner of an order's cards."""
    return f"order:{order_id}"


def shelf_owner(provider: str, provider_order_id: str) -> str:
    """Name the owner of the cards of a provider order that no local order owns."""
    return f"shelf:{provider}:{provider_order_id}"
