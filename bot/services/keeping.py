"""Keeping cards: sealed for their owner, opened only to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.cards import Card, SealedCard
from bot.domain.orders import QuoteId
from bot.errors import Tampered
from bot.ports.vault import Slot, Vault


def card_slot(owner: str, slot: int, what: str) -> Slot:
    """The place where one field of a card belongs."""
    return Slot(owner=owner, name=f"card:{slot}", field=what)


def exchange_slot(owner: str, attempt: int) -> Slot:
    """The place where the exchange of a placing belongs."""
    return Slot(owner=owner, name=f"call:{attempt}", field="exchange")


def recipient_slot(quote_id: QuoteId) -> Slot:
    """The place where the recipient's phone number of a quote belongs."""
    return Slot(owner=f"quote:{quote_id}", name="recipient", field="phone")


INDEX_KEY_SLOT = Slot(owner="database", name="index", field="key")
"""The place where the index key belongs."""


def sealed_anew(vault: Vault, sealed: bytes, slot: Slot) -> bytes:
    """Seal a value again in its own place, with the newest key."""
    return vault.seal(vault.open(sealed, slot), slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Seals and opens cards; `index_key` is the key of their keyed hashes."""

    vault: Vault
    index_key: bytes = field(repr=False)

    def index(self, owner: str, card: Card) -> bytes:
        """Hash a card's identity within its owner: the serial may be filled in later."""
        return self.vault.index(self.index_key, card.identity, within=owner)

    def seal(self, owner: str, slot: int, card: Card) -> SealedCard:
        """Seal a card for one slot of its owner."""
        return SealedCard(
            owner=owner,
            slot=slot,
            index=self.index(owner, card),
            sealed_code=self.vault.seal(card.code.encode(), card_slot(owner, slot, "code")),
            sealed_serial=self.seal_serial(owner, slot, card.serial) if card.serial else None,
            sealed_pin=self._seal_pin(owner, slot, card.pin) if card.pin else None,
            valid_until=card.valid_until,
        )

    def seal_serial(self, owner: str, slot: int, serial: str) -> bytes:
        """Seal a serial for one slot of its owner."""
        return self.vault.seal(serial.encode(), card_slot(owner, slot, "serial"))

    def open(self, sealed: SealedCard) -> Card:
        """Open a card; raises `VaultError` when it was not sealed in this place."""
        return Card(
            code=self._opened(sealed, "code", sealed.sealed_code),
            serial=self._opened(sealed, "serial", sealed.sealed_serial),
            pin=self._opened(sealed, "pin", sealed.sealed_pin),
            valid_until=sealed.valid_until,
        )

    def _opened(self, sealed: SealedCard, what: str, value: bytes | None) -> str:
        if value is None:
            return ""
        return self.vault.open(value, card_slot(sealed.owner, sealed.slot, what)).decode()

    def _seal_pin(self, owner: str, slot: int, pin: str) -> bytes:
        return self.vault.seal(pin.encode(), card_slot(owner, slot, "pin"))

    def seal_phone(self, quote_id: QuoteId, phone: str) -> bytes:
        """Seal the recipient's number of a quote."""
        return self.vault.seal(phone.encode(), recipient_slot(quote_id))

    def open_phone(self, quote_id: QuoteId, sealed: bytes) -> str:
        """Open a recipient's number; raises `VaultError` when it was not sealed for this quote."""
        return self.vault.open(sealed, recipient_slot(quote_id)).decode()

    def reseal(self, sealed: SealedCard) -> SealedCard:
        """Seal a card again in its own place, with the newest key.

        Raises `VaultError` when it was not sealed there, or bears a hash that is not its own.
        """
        anew = self.seal(sealed.owner, sealed.slot, self.open(sealed))
        if anew.index != sealed.index:
            raise Tampered("A card bears a hash that is not its code's")
        return anew

    def move(self, cards: Sequence[SealedCard], owner: str) -> tuple[SealedCard, ...]:
        """Seal cards for a new owner, in the same order."""
        return tuple(self.seal(owner, slot, self.open(card)) for slot, card in enumerate(cards, 1))
