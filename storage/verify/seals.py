"""Checks of what is sealed: it opens in its own place, with the key that is noted for it."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.domain.cards import Card, order_owner
from bot.domain.orders import QuoteId
from bot.domain.verifying import Check, Finding
from bot.errors import UnknownKey, VaultError
from bot.ports.vault import Slot, Vault
from bot.services import marks
from bot.services.keeping import INDEX_KEY_SLOT, card_slot, exchange_slot, recipient_slot
from bot.services.tokens import read_kept, tokens_slot

KEYS = """
    SELECT code_key_id FROM main.card UNION SELECT serial_key_id FROM main.card
    UNION SELECT pin_key_id FROM main.card UNION SELECT phone_key_id FROM main.recipient
    UNION SELECT exchange_key_id FROM main.provider_call
"""

# In the sandbox codes repeat from order to order.
CARDS = """
    SELECT owner, slot, code_index, sealed_code, code_key_id, sealed_serial, serial_key_id,
        sealed_pin, pin_key_id,
        coalesce(orders.environment, unowned_order.environment) IS 'production'
    FROM main.card
    LEFT JOIN main.orders ON owner = 'order:' || orders.id
    LEFT JOIN main.unowned_order
        ON owner = 'shelf:' || unowned_order.provider || ':' || unowned_order.provider_order_id
    ORDER BY owner, slot
"""

RECIPIENTS = "SELECT quote_id, sealed_phone, phone_key_id FROM main.recipient"

CALLS = "SELECT order_id, attempt, sealed_exchange, exchange_key_id FROM main.provider_call"


def key_ids(connection: sqlite3.Connection) -> frozenset[str]:
    """Name the keys that something is noted to be sealed with."""
    return frozenset(key_id for (key_id,) in connection.execute(KEYS) if key_id is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    """A sealed value: the row it stands in, its place, and the key that the row notes."""

    table: str
    row: str
    slot: Slot
    value: bytes
    key_id: str | None


@dataclass(slots=True)
class Opening:
    """Opens everything that is sealed; `clear` holds what must stand nowhere, for a moment."""

    vault: Vault
    findings: list[Finding] = field(default_factory=list)
    clear: set[str] = field(default_factory=set, repr=False)
    _sold: dict[str, str] = field(default_factory=dict, repr=False)
    _lacking: dict[str, list[_Sealed]] = field(default_factory=dict, repr=False)

    def open_all(self, connection: sqlite3.Connection) -> None:
        """Open the keys, the tokens, each card, each receiver's number and each exchange."""
        index_key = self._index_key(connection)
        self._tokens(connection)
        for card in connection.execute(CARDS):
            self._card(card, index_key)
        for quote_id, value, key_id in connection.execute(RECIPIENTS):
            self._recipient(quote_id, value, key_id)
        for order_id, attempt, value, key_id in connection.execute(CALLS):
            slot, row = exchange_slot(order_owner(order_id), attempt), f"{order_id}/{attempt}"
            self._open(
                _Sealed(table="provider_call", row=row, slot=slot, value=value, key_id=key_id)
            )
        for key_id, rows in self._lacking.items():
            says = f"is sealed with the key {key_id}, which CARD_KEYS lacks: {len(rows)} values are"
            self._find(Check.SEALS, rows[0].table, rows[0].row, says)

    def _index_key(self, connection: sqlite3.Connection) -> bytes | None:
        kept = _mark(connection, marks.INDEX_KEY)
        if kept is None:
            return None
        try:
            value = base64.b64decode(kept, validate=True)
        except ValueError:
            value = b""
        row = marks.INDEX_KEY
        return self._open(
            _Sealed(table="mark", row=row, slot=INDEX_KEY_SLOT, value=value, key_id=None)
        )

    def _tokens(self, connection: sqlite3.Connection) -> None:
        try:
            kept = read_kept(_mark(connection, marks.TOKENS))
        except (ValueError, RecursionError):
            kept = {"": b""}
        for name, value in kept.items():
            row, slot = marks.TOKENS, tokens_slot(name)
            tokens = self._open(_Sealed(table="mark", row=row, slot=slot, value=value, key_id=None))
            self.clear.update(_words(tokens or b""))

    def _card(self, card: tuple[Any, ...], index_key: bytes | None) -> None:
        owner, slot, index, *_, in_production = card
        code = self._field(card, "code", *card[3:5])
        serial = self._field(card, "serial", *card[5:7])
        pin = self._field(card, "pin", *card[7:9])
        self.clear.update(value for value in (code, serial, pin) if value)
        if code is None:
            return
        row = f"{owner}/{slot}"
        identity = Card(code=code, pin=pin or "").identity
        if index_key and self.vault.index(index_key, identity, within=owner) != index:
            self._find(Check.SEALS, "card", row, "bears a hash that is not its code's")
        if in_production and (other := self._sold.setdefault(identity, row)) != row:
            self._find(Check.CODES, "card", row, f"is the same code as card {other}")

    def _recipient(self, quote_id: str, value: bytes, key_id: str) -> None:
        slot = recipient_slot(QuoteId(quote_id))
        sealed = _Sealed(table="recipient", row=quote_id, slot=slot, value=value, key_id=key_id)
        if phone := self._open(sealed):
            self.clear.add(phone.decode().removeprefix("+"))

    def _field(
        self, card: tuple[Any, ...], name: str, value: bytes | None, key_id: str | None
    ) -> str | None:
        if value is None:
            return None
        slot, row = card_slot(card[0], card[1], name), f"{card[0]}/{card[1]}"
        clear = self._open(_Sealed(table="card", row=row, slot=slot, value=value, key_id=key_id))
        return None if clear is None else clear.decode()

    def _open(self, sealed: _Sealed) -> bytes | None:
        try:
            clear = self.vault.open(sealed.value, sealed.slot)
            key_id = self.vault.key_id(sealed.value)
        except UnknownKey:
            self._lacking.setdefault(self.vault.key_id(sealed.value), []).append(sealed)
            return None
        except VaultError:
            says = f"does not open in its place: its {sealed.slot.field} was moved or changed"
            self._find(Check.SEALS, sealed.table, sealed.row, says)
            return None
        if sealed.key_id not in {None, key_id}:
            says = f"notes the key {sealed.key_id}, but is sealed with {key_id}"
            self._find(Check.SEALS, sealed.table, sealed.row, says)
        return clear

    def _find(self, check: Check, table: str, row: str, says: str) -> None:
        self.findings.append(Finding(check=check, table=table, row=row, says=says))


def _words(tokens: bytes) -> Iterator[str]:
    """Give each text of what is kept of an account: a word of JSON each, or else the whole."""
    try:
        kept = json.loads(tokens)
    except ValueError:
        kept = tokens.decode(errors="replace")
    left = [kept]
    while left:
        one = left.pop()
        if isinstance(one, dict | list):
            left.extend(one.values() if isinstance(one, dict) else one)
        elif isinstance(one, str):
            yield one


def _mark(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM main.mark WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]
