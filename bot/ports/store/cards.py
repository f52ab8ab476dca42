"""Sealed cards, recipients' numbers, and provider orders that nobody owns, as they are stored."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.cards import SealedCard
from bot.domain.catalog import (
    Account,
    Bucket,
)
from bot.domain.orders import QuoteId
from bot.domain.shelf import UnownedOrder, UnownedState


class Cards(Protocol):
    """Sealed cards, each in a slot of one owner; slots count from 1."""

    async def add(self, cards: Sequence[SealedCard]) -> None:
        """Keep new cards; `Conflict` when a slot or an index is taken within its owner."""
        ...

    async def list(self, owner: str) -> tuple[SealedCard, ...]:
        """List an owner's cards by slot."""
        ...

    async def set_serial(self, owner: str, slot: int, sealed_serial: bytes) -> None:
        """Fill in a serial that came later; a serial that is there is not replaced."""
        ...

    async def move(self, owner: str, cards: Sequence[SealedCard]) -> None:
        """Take all cards of `owner` away and keep `cards` instead, sealed for their new owner."""
        ...

    async def reseal(self, card: SealedCard) -> None:
        """Replace the sealed values of a card with the same, sealed by another key."""
        ...

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[SealedCard, ...]:
        """List cards with a value sealed by a key other than `key_id`, by owner and slot."""
        ...


class Recipients(Protocol):
    """Who a quote's cards are for: a sealed phone number, where the product needs one.

    They go when their quote goes.
    """

    async def add(self, quote_id: QuoteId, sealed_phone: bytes) -> None:
        """Keep the number of a quote; `Conflict` when it has one."""
        ...

    async def find(self, quote_id: QuoteId) -> bytes | None:
        """Find the sealed number of a quote."""
        ...

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[tuple[QuoteId, bytes], ...]:
        """List numbers that were sealed by a key other than `key_id`, by their quote."""
        ...

    async def reseal(self, quote_id: QuoteId, sealed_phone: bytes) -> None:
        """Replace a sealed number with the same, sealed by another key."""
        ...


class Shelf(Protocol):
    """Provider orders that no local order owns."""

    async def find(self, account: Account, provider_order_id: str) -> UnownedOrder | None:
        """Find one."""
        ...

    async def save(self, unowned: UnownedOrder) -> None:
        """Insert or replace one."""
        ...

    async def list_in(self, *states: UnownedState) -> tuple[UnownedOrder, ...]:
        """List those in these states, oldest first."""
        ...

    async def find_for(self, bucket: Bucket) -> UnownedOrder | None:
        """Find the oldest on the shelf of this product and type with exactly `quantity` cards."""
        ...
