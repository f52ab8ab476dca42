"""Sealed cards, provider calls and the shelf, in memory."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.cards import SealedCard
from bot.domain.catalog import Account, Bucket
from bot.domain.orders import OrderId, QuoteId
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.ports.store import ProviderCall
from tests.fakes.store.block import Block, Part, kept, require


class MemoryCards(Part):
    """Cards."""

    def __init__(self, block: Block, key_id: Callable[[bytes], str]) -> None:
        super().__init__(block)
        self._key_id = key_id

    async def add(self, cards: Sequence[SealedCard]) -> None:
        draft = self._draft
        for card in cards:
            self._key_ids(card)
            taken = [one for one in draft.cards.values() if one.owner == card.owner]
            require(that=card.slot > 0, otherwise="card.slot > 0")
            require(
                that=all(one.slot != card.slot and one.index != card.index for one in taken),
                otherwise="a slot and an index are taken once by an owner",
            )
            draft.cards[card.owner, card.slot] = card

    async def list(self, owner: str) -> tuple[SealedCard, ...]:
        ours = (one for one in self._state.cards.values() if one.owner == owner)
        return tuple(sorted(ours, key=lambda one: one.slot))

    async def set_serial(self, owner: str, slot: int, sealed_serial: bytes) -> None:
        draft = self._draft
        self._key_id(sealed_serial)
        card = draft.cards.get((owner, slot))
        if card is not None and card.sealed_serial is None:
            draft.cards[owner, slot] = replace(card, sealed_serial=sealed_serial)

    async def move(self, owner: str, cards: Sequence[SealedCard]) -> None:
        draft = self._draft
        for card in await self.list(owner):
            del draft.cards[card.owner, card.slot]
        await self.add(cards)

    async def reseal(self, card: SealedCard) -> None:
        draft = self._draft
        self._key_ids(card)
        stored = draft.cards.get((card.owner, card.slot))
        if stored is not None and stored.index == card.index:
            draft.cards[card.owner, card.slot] = card

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[SealedCard, ...]:
        others = [one for one in self._state.cards.values() if self._key_ids(one) - {key_id}]
        return tuple(sorted(others, key=lambda one: (one.owner, one.slot))[offset:][:limit])

    def _key_ids(self, card: SealedCard) -> set[str]:
        sealed = (card.sealed_code, card.sealed_serial, card.sealed_pin)
        return {self._key_id(value) for value in sealed if value is not None}


class MemoryRecipients(Part):
    """Receivers' numbers."""

    def __init__(self, block: Block, key_id: Callable[[bytes], str]) -> None:
        super().__init__(block)
        self._key_id = key_id

    async def add(self, quote_id: QuoteId, sealed_phone: bytes) -> None:
        draft = self._draft
        self._key_id(sealed_phone)
        require(that=quote_id in draft.quotes, otherwise="recipient.quote_id is a quote")
        require(that=quote_id not in draft.recipients, otherwise="a quote has one recipient")
        draft.recipients[quote_id] = sealed_phone

    async def find(self, quote_id: QuoteId) -> bytes | None:
        return self._state.recipients.get(quote_id)

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[tuple[QuoteId, bytes], ...]:
        kept_ = sorted(self._state.recipients.items())
        return tuple(one for one in kept_ if self._key_id(one[1]) != key_id)[offset:][:limit]

    async def reseal(self, quote_id: QuoteId, sealed_phone: bytes) -> None:
        draft = self._draft
        self._key_id(sealed_phone)
        if quote_id in draft.recipients:
            draft.recipients[quote_id] = sealed_phone


class MemoryCalls(Part):
    """Provider calls."""

    def __init__(self, block: Block, key_id: Callable[[bytes], str]) -> None:
        super().__init__(block)
        self._key_id = key_id

    async def add(self, call: ProviderCall) -> None:
        draft = self._draft
        self._key_id(call.sealed_exchange)
        key = (call.order_id, call.attempt)
        require(that=key not in draft.calls, otherwise="a call is kept once")
        require(that=call.order_id in draft.orders, otherwise="a call is of an order")
        draft.calls[key] = kept(call)

    async def list_of(self, order_id: OrderId) -> tuple[ProviderCall, ...]:
        return tuple(one for one in self._by_age() if one.order_id == order_id)

    async def list_not_sealed_by(
        self, key_id: str, *, limit: int, offset: int = 0
    ) -> tuple[ProviderCall, ...]:
        others = [one for one in self._by_age() if self._key_id(one.sealed_exchange) != key_id]
        return tuple(others[offset:][:limit])

    async def reseal(self, call: ProviderCall) -> None:
        draft = self._draft
        self._key_id(call.sealed_exchange)
        stored = draft.calls.get((call.order_id, call.attempt))
        if stored is not None:
            again = replace(stored, sealed_exchange=call.sealed_exchange)
            draft.calls[call.order_id, call.attempt] = again

    def _by_age(self) -> list[ProviderCall]:
        return [call for _, call in sorted(self._state.calls.items(), key=lambda one: one[0])]


class MemoryShelf(Part):
    """Unowned provider orders."""

    async def find(self, account: Account, provider_order_id: str) -> UnownedOrder | None:
        return self._state.unowned.get((account, provider_order_id))

    async def save(self, unowned: UnownedOrder) -> None:
        draft = self._draft
        require(
            that=unowned.taken_by is None or unowned.taken_by in draft.orders,
            otherwise="unowned_order.taken_by is an order",
        )
        draft.unowned[unowned.account, unowned.provider_order_id] = kept(unowned)

    async def list_in(self, *states: UnownedState) -> tuple[UnownedOrder, ...]:
        found = (one for one in self._state.unowned.values() if one.state in states)
        return tuple(sorted(found, key=lambda one: (one.created_at, one.provider_order_id)))

    async def find_for(self, bucket: Bucket) -> UnownedOrder | None:
        can_serve = (
            one
            for one in await self.list_in(UnownedState.SHELF)
            if replace(one.bucket, quantity=one.cards) == bucket
        )
        return next(can_serve, None)
