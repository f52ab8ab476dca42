"""The vault: AES-256-GCM under a ring of keys, each value bound to its place.

A sealed value is

    version (1 byte) | length of the key id (1 byte) | key id | nonce (12 bytes) | ciphertext, tag

Version, key id and slot are authenticated beside it, each with its length, so that no two slots
read alike and a row that is copied to another order, card or column does not open.
Nonces are random: by NIST SP 800-38D (8.3) one key may seal 2^32 values with them, some
centuries of a busy counter.
"""

import base64
import hmac
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.domain.secret import Secret
from bot.errors import Tampered, UnknownKey, VaultError
from bot.ports.vault import Slot

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class KeyRingVault:
    """Seal with the first key of the ring, open with any of them.

    `keys` are (id, 32 bytes), newest first; a ring that is empty, or has an id twice or a key of
    another size, is a `VaultError`.  Nothing that shows a vault shows a key, and it cannot be
    pickled.
    """

    def __init__(self, keys: Sequence[tuple[str, Secret[bytes]]]) -> None:
        if not keys:
            raise VaultError("There is no card key")
        self._ciphers: dict[str, AESGCM] = {}
        for key_id, key in keys:
            self._add(key_id, key)
        self._newest = keys[0][0]

    @property
    def newest_key_id(self) -> str:
        return self._newest

    @property
    def key_ids(self) -> frozenset[str]:
        return frozenset(self._ciphers)

    def seal(self, clear: bytes, slot: Slot) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self._newest]
        sealed = cipher.encrypt(nonce, clear, _place(self._newest, slot))
        return _Envelope(key_id=self._newest, nonce=nonce, sealed=sealed).packed()

    def open(self, sealed: bytes, slot: Slot) -> bytes:
        envelope = _Envelope.unpacked(sealed)
        cipher = self._ciphers.get(envelope.key_id)
        if cipher is None:
            raise UnknownKey(f"No key of CARD_KEYS is named {envelope.key_id}")
        try:
            return cipher.decrypt(envelope.nonce, envelope.sealed, _place(envelope.key_id, slot))
        except InvalidTag as error:
            raise Tampered(
                f"A value sealed with the key {envelope.key_id} does not open in its place"
            ) from error

    def key_id(self, sealed: bytes) -> str:
        return _Envelope.unpacked(sealed).key_id

    def new_index_key(self) -> bytes:
        return os.urandom(KEY_BYTES)

    def index(self, index_key: bytes, value: str, *, within: str) -> bytes:
        return hmac.digest(index_key, _joined(within, value), "sha256")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(newest={self._newest!r}, keys={len(self._ciphers)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a vault is not written anywhere")

    def _add(self, key_id: str, key: Secret[bytes]) -> None:
        if not _KEY_ID.fullmatch(key_id) or key_id in self._ciphers:
            raise VaultError("A card key needs an id of its own: 1-32 of A-Z a-z 0-9 _ -")
        if len(key.reveal()) != KEY_BYTES:
            raise VaultError(f"The card key {key_id} is not of {KEY_BYTES} bytes")
        self._ciphers[key_id] = AESGCM(key.reveal())


def new_key_line() -> str:
    """Make a random key as `CARD_KEYS` takes it, `id:base64`; put first, it seals from then on."""
    key_id = f"k{os.urandom(4).hex()}"
    return f"{key_id}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """A sealed value taken apart; `sealed` is ciphertext and tag."""

    key_id: str
    nonce: bytes
    sealed: bytes

    def packed(self) -> bytes:
        """Put the parts together."""
        return bytes([VERSION, len(self.key_id)]) + self.key_id.encode() + self.nonce + self.sealed

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        """Take a sealed value apart; what has not its shape is `Tampered`."""
        nonce_at = 2 + data[1] if len(data) > 1 else 2
        sealed_at = nonce_at + NONCE_BYTES
        key_id = data[2:nonce_at].decode("ascii", "replace")
        whole = len(data) >= sealed_at + TAG_BYTES and data[0] == VERSION
        if not whole or not _KEY_ID.fullmatch(key_id):
            raise Tampered("This is not a sealed value of a known version")
        return cls(key_id=key_id, nonce=data[nonce_at:sealed_at], sealed=data[sealed_at:])


def _place(key_id: str, slot: Slot) -> bytes:
    return bytes([VERSION]) + _joined(key_id, slot.owner, slot.name, slot.field)


def _joined(*parts: str) -> bytes:
    """Join parts so that no other parts read the same: each goes with its length."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
