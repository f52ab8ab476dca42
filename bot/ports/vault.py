"""Sealing: what is as good as cash is only ever stored encrypted and bound to its place."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The one place where a sealed value belongs: moved elsewhere, it does not open.

    `owner` (`order:17`), `name` (`card:1`), `field` (`code`, `serial`, `exchange`).
    """

    owner: str
    name: str
    field: str


class Vault(Protocol):
    """Seals with the newest key, opens with any key of the ring."""

    def seal(self, clear: bytes, slot: Slot) -> bytes:
        """Encrypt `clear` for `slot`; twice the same input gives two different results."""
        ...

    def open(self, sealed: bytes, slot: Slot) -> bytes:
        """Decrypt; raises `UnknownKey`, or `Tampered` when it was not sealed for `slot`."""
        ...

    def key_id(self, sealed: bytes) -> str:
        """Name the key that sealed it; raises `Tampered` when it is no sealed value."""
        ...

    @property
    def newest_key_id(self) -> str:
        """The key that seals now."""
        ...

    @property
    def key_ids(self) -> frozenset[str]:
        """The keys that can be opened with."""
        ...

    def new_index_key(self) -> bytes:
        """Make a random key for `index`, in clear: it is sealed and kept by the caller."""
        ...

    def index(self, index_key: bytes, value: str, *, within: str) -> bytes:
        """Hash `value` with `index_key`, distinct for each `within` (an order)."""
        ...
