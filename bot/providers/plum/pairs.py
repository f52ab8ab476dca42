"""Plum's tokens as they are written down: an access token and the refresh token beside it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Final

import msgspec

from bot.domain.instants import from_ms, to_ms
from bot.errors import ProviderContractBroken
from bot.providers.decoding import find, first
from bot.providers.plum.fields import NOTHING, number, text

LIFE: Final = timedelta(days=15)
"""How long an access token lives ("Token management"), where an answer does not say."""

RENEWED_AFTER: Final = timedelta(days=7)
"""How old a pair grows before it is renewed, as the provider advises ("Refresh token")."""

MARGIN: Final = timedelta(days=1)
"""A token is renewed so long before it dies, however young it is."""

_FIRST_EPOCH_SECOND = 10**9
"""A life in seconds is less, and a time in seconds more ..."""
_FIRST_EPOCH_MS = 10**11
"""... and a time in milliseconds more than that."""
_LAST_EPOCH_MS = 10**14


@dataclass(frozen=True, slots=True, kw_only=True)
class PlumKey:
    """What the settings hold, copied from the dashboard. The access token may be missing."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)

    @property
    def seed(self) -> str:
        """A hash of the configured refresh token: another one means another pair to begin from."""
        return sha256(self.refresh_token.encode()).hexdigest()

    @property
    def key_hash(self) -> str:
        """A hash to remember a rejected key by; whatever of it is mended makes it another.

        An access token mends nothing: the refresh token makes the next one.
        """
        parts = (self.client_id, self.client_secret, self.refresh_token)
        return sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two tokens of one renewal; `renew_at` is None while nobody said how long they live."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    renew_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The newest pair, the one before it, and from which configured token they descend."""

    newest: Pair
    seed: str
    previous: Pair | None = None
    renewed_at: datetime | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every token in it."""
        pairs = (self.newest, self.previous) if self.previous else (self.newest,)
        return tuple(token for pair in pairs for token in (pair.access, pair.refresh) if token)


class _Pair(msgspec.Struct):
    access: str
    refresh: str
    renew_at_ms: int | None


class _Record(msgspec.Struct):
    newest: _Pair
    seed: str
    previous: _Pair | None
    renewed_at_ms: int | None


def write_record(record: Record) -> bytes:
    """Write a record, in clear: it is sealed where it is kept."""
    wire = _Record(
        newest=_written(record.newest),
        seed=record.seed,
        previous=_written(record.previous) if record.previous else None,
        renewed_at_ms=to_ms(record.renewed_at) if record.renewed_at else None,
    )
    return msgspec.json.encode(wire)


def read_record(value: bytes) -> Record | None:
    """Read what was written; None when it is no record of ours."""
    wire = find(value, _Record)
    if wire is None:
        return None
    return Record(
        newest=_pair(wire.newest),
        seed=wire.seed,
        previous=_pair(wire.previous) if wire.previous else None,
        renewed_at=from_ms(wire.renewed_at_ms) if wire.renewed_at_ms else None,
    )


def _written(pair: Pair) -> _Pair:
    renew_at_ms = None if pair.renew_at is None else to_ms(pair.renew_at)
    return _Pair(access=pair.access, refresh=pair.refresh, renew_at_ms=renew_at_ms)


def _pair(wire: _Pair) -> Pair:
    renew_at = None if wire.renew_at_ms is None else from_ms(wire.renew_at_ms)
    return Pair(access=wire.access, refresh=wire.refresh, renew_at=renew_at)


class _Tokens(msgspec.Struct):
    access_token: msgspec.Raw = NOTHING
    refresh_token: msgspec.Raw = NOTHING
    expires_in: msgspec.Raw = NOTHING
    access_token_expiry: msgspec.Raw = NOTHING


def read_pair(body: bytes, *, used: str, at: datetime) -> Pair | None:
    """Read the answer to a renewal; None when there is no access token in it.

    Without a new refresh token the one that was `used` goes on, as OAuth has it.
    """
    shown = find(body, _Tokens) or _Tokens()
    access = text(shown.access_token)
    if not access:
        return None
    refresh = first(text(shown.refresh_token), used)
    if not (is_token(access) and is_token(refresh)):
        raise ProviderContractBroken("token: characters that no token has")
    dies_at = _expiry(shown, at) or at + LIFE
    return Pair(access=access, refresh=refresh, renew_at=min(at + RENEWED_AFTER, dies_at - MARGIN))


def renewal_of(body: bytes, *, at: datetime) -> datetime | None:
    """When to renew a token of unknown age, by what "Validate token" says; None when it does not.

    It was made `LIFE` before it dies.
    """
    dies_at = _expiry(find(body, _Tokens) or _Tokens(), at)
    return None if dies_at is None else min(dies_at - LIFE + RENEWED_AFTER, dies_at - MARGIN)


def is_token(token: str) -> bool:
    """Tell whether it can stand in a header."""
    return token.isascii() and token.isprintable() and " " not in token


def holds_token(body: bytes) -> bool:
    """Tell whether an answer shows an access token."""
    return bool(text((find(body, _Tokens) or _Tokens()).access_token))


def _expiry(shown: _Tokens, at: datetime) -> datetime | None:
    for raw in (shown.access_token_expiry, shown.expires_in):
        if (told := number(raw)) is not None and 0 < told < _LAST_EPOCH_MS:
            return _instant(told, at)
    return None


def _instant(told: Decimal, at: datetime) -> datetime:
    """Read an expiry: the pages call one field both a life in seconds and a time."""
    if told < _FIRST_EPOCH_SECOND:
        return at + timedelta(seconds=int(told))
    return from_ms(int(told if told >= _FIRST_EPOCH_MS else told * 1000))
