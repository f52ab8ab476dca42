"""A vault without cryptography: it remembers what it sealed, and hands out tickets for it."""

import hashlib
import re
from collections.abc import Sequence

from bot.errors import Tampered, UnknownKey, VaultError
from bot.ports.vault import Slot

Box = dict[bytes, tuple[bytes, Slot]]


class MemoryVault:
    """Keeps clear values in `box`; a sealed value is a ticket that names its key.

    Vaults that share a box open each other's tickets, as vaults that share a key would.
    """

    def __init__(self, key_ids: Sequence[str] = ("k1",), box: Box | None = None) -> None:
        if not key_ids:
            raise VaultError("There is no card key")
        self._key_ids = tuple(key_ids)
        self._box: Box = {} if box is None else box

    @property
    def newest_key_id(self) -> str:
        return self._key_ids[0]

    @property
    def key_ids(self) -> frozenset[str]:
        return frozenset(self._key_ids)

    def seal(self, clear: bytes, slot: Slot) -> bytes:
        ticket = f"{self.newest_key_id}:{len(self._box)}".encode()
        self._box[ticket] = (clear, slot)
        return ticket

    def open(self, sealed: bytes, slot: Slot) -> bytes:
        if self.key_id(sealed) not in self._key_ids:
            raise UnknownKey(f"No key of CARD_KEYS is named {self.key_id(sealed)}")
        clear, home = self._box.get(sealed, (b"", None))
        if home != slot:
            raise Tampered
        return clear

    def key_id(self, sealed: bytes) -> str:
        ticket = re.fullmatch(rb"([A-Za-z0-9_-]+):\d+", sealed)
        if ticket is None:
            raise Tampered
        return ticket[1].decode()

    def new_index_key(self) -> bytes:
        return hashlib.sha256(f"index key {len(self._box)}".encode()).digest()

    def index(self, index_key: bytes, value: str, *, within: str) -> bytes:
        return hashlib.sha256(repr((index_key, within, value)).encode()).digest()
