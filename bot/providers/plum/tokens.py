"""Plum's tokens: renewed ahead of their end, and kept before they are used.

An access token lives 15 days and a refresh token 30 ("Token management"). Whether an old refresh
token dies with its use or six hours later the pages do not agree on, and a lost one takes a person
at the dashboard: so one renewal goes on at a time, its pair is on the disk before it is used, and
the pair before it is kept for as long as it may help.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.errors import (
    ProviderBusy,
    ProviderError,
    ProviderUnreachable,
    StoreError,
    VaultError,
)
from bot.log import redactor
from bot.ports.tokens import TokenKeep
from bot.ports.world import Clock
from bot.providers.http import Http
from bot.providers.plum.pairs import Pair, PlumKey, Record, read_record, write_record
from bot.providers.plum.refreshing import RENEW_BY_HAND, TokensLost, refresh

log = structlog.get_logger(__name__)

GRACE: Final = timedelta(hours=6)
"""How long after a renewal the pair before it may still be good ("Token management")."""

PAUSE: Final = timedelta(minutes=1)
"""After a renewal that got no answer; twice as long after the next, up to `LONG_PAUSE`.

"Unusual numbers" of them cost the tokens ("Refresh token").
"""

_MOST_DOUBLINGS = 6

LONG_PAUSE: Final = timedelta(hours=1)
"""Between a renewal and the next one ahead of time; no pause is longer."""

RENEWED_ELSEWHERE: Final = "the access token was rejected, and only the serving bot may renew it"


class Tokens:
    """Gives the access token to call with.

    A stored pair wins over the settings, unless the configured refresh token is another one since.
    Unless `may_refresh`, nothing is renewed and nothing saved: the pair is a serving bot's.
    """

    def __init__(
        self,
        key: PlumKey,
        *,
        keep: TokenKeep,
        http: Http,
        clock: Clock,
        may_refresh: bool,
    ) -> None:
        self._key = key
        self._keep = keep
        self._http = http
        self._clock = clock
        self._may_refresh = may_refresh
        self._record: Record | None = None
        self._unkept: Record | None = None
        self._worked = False
        self._falls_back = False
        self._lost: str | None = None
        self._failures = 0
        self._waits_until: datetime | None = None
        self._renewal: asyncio.Task[None] | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no answer may be kept with."""
        key = self._key
        known = [key.client_id, key.client_secret, key.refresh_token, key.access_token]
        for record in (self._record, self._unkept):
            known += record.secrets if record else ()
        return tuple(filter(None, known))

    async def access(self) -> str:
        """Give the token to call with, renewed when it is time.

        A renewal ahead of time may fail: the token is good until it is rejected. Raises
        `ProviderError` only when there is no token at all.
        """
        record = await self._loaded()
        if not self._in_use(record).access:
            await self._renewed()
        elif self._is_time(record):
            try:
                await self._renewed()
            except ProviderError as error:
                log.warning("tokens not renewed", error=str(error))
        return self._in_use(await self._loaded()).access

    async def renew(self, rejected: str) -> str:
        """Give another token than the rejected one.

        Right after a renewal the token before it is tried first. Raises `TokensLost` when
        only a person can help, and another `ProviderError` when a later attempt may.
        """
        record = await self._loaded()
        if self._in_use(record).access == rejected:
            if not self._may_refresh:
                await self._reload(rejected)
            elif self._is_new(record) and not self._falls_back:
                self._falls_back = True
            else:
                await self._renewed()
        return self._in_use(await self._loaded()).access

    def note_worked(self, token: str) -> None:
        """Note that a call with this token was let in."""
        if self._record and token == self._record.newest.access:
            self._worked = True

    def learn_renewal(self, at: datetime | None) -> None:
        """Note when a pair from the settings is to be renewed: they do not say how old it is."""
        if self._record and self._record.newest.renew_at is None:
            self._record = replace(self._record, newest=replace(self._record.newest, renew_at=at))

    def thaw(self) -> None:
        """Let a rejected refresh token be tried again, and at once."""
        self._lost, self._failures, self._waits_until = None, 0, None

    async def close(self) -> None:
        """End; a renewal under way is waited for, since its answer comes once."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])
        await self._http.close()

    async def _loaded(self) -> Record:
        if self._record is None:
            self._record = await self._load()
        return self._record

    async def _load(self) -> Record:
        key = self._key
        try:
            kept = await self._keep.load()
        except (StoreError, VaultError) as error:
            raise ProviderUnreachable("the kept tokens cannot be read") from error
        record = read_record(kept) if kept else None
        if record is not None and record.seed == key.seed:
            redactor.hide(*record.secrets)
            return record
        pair = Pair(access=key.access_token, refresh=key.refresh_token, renew_at=None)
        return Record(newest=pair, seed=key.seed)

    async def _reload(self, rejected: str) -> None:
        """Look whether the serving bot has renewed in between."""
        record = await self._load()
        if record.newest.access in ("", rejected):
            raise TokensLost(RENEWED_ELSEWHERE)
        self._record = record

    def _in_use(self, record: Record) -> Pair:
        return record.previous if self._falls_back and record.previous else record.newest

    def _is_new(self, record: Record) -> bool:
        """Tell whether the newest pair was never let in, and the one before it may be."""
        return bool(record.previous and not self._worked and self._in_grace(record))

    def _in_grace(self, record: Record) -> bool:
        return bool(record.renewed_at and self._clock.now() - record.renewed_at < GRACE)

    def _is_time(self, record: Record) -> bool:
        """Tell whether to renew although the token is good still."""
        if not self._may_refresh or self._lost:
            return False
        if self._unkept is not None:
            return True
        now, renew_at = self._clock.now(), self._in_use(record).renew_at
        if record.renewed_at is not None and now - record.renewed_at < LONG_PAUSE:
            return False
        return renew_at is not None and renew_at <= now and not self._wait()

    def _wait(self) -> timedelta:
        """How long to leave the provider alone; a clock that was set back does not prolong it."""
        if self._waits_until is None:
            return timedelta(0)
        return min(max(self._waits_until - self._clock.now(), timedelta(0)), LONG_PAUSE)

    async def _renewed(self) -> None:
        """Wait for a renewal, one for all who ask.

        It is a task of its own: who asked may be cancelled, and the answer would be lost.
        """
        if not self._may_refresh:
            raise TokensLost(RENEWED_ELSEWHERE)
        if self._lost:
            raise TokensLost(self._lost)
        if self._renewal is None or self._renewal.done():
            if self._unkept is None and (wait := self._wait()):
                raise _busy(wait)
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(_look_at)
        await asyncio.shield(self._renewal)

    async def _renew(self) -> None:
        if self._unkept is None:
            self._unkept = await self._fresh(await self._loaded())
        try:
            await self._keep.save(write_record(self._unkept))
        except (StoreError, VaultError) as error:
            raise ProviderUnreachable("the renewed tokens cannot be kept") from error
        self._record, self._unkept = self._unkept, None
        self._worked = self._falls_back = False
        self._failures, self._waits_until = 0, None

    async def _fresh(self, record: Record) -> Record:
        """Ask for a new pair with the newest refresh token, else with the one before it."""
        pairs = [record.newest]
        if record.previous and self._in_grace(record):
            pairs.append(record.previous)
        for pair in pairs:
            fresh = await self._ask(pair.refresh)
            if fresh is not None:
                redactor.hide(fresh.access, fresh.refresh)  # those of the settings are
                used = self._in_use(record)
                return Record(
                    newest=fresh,
                    seed=record.seed,
                    previous=used if used.access else None,
                    renewed_at=self._clock.now(),
                )
        self._lost = RENEW_BY_HAND
        raise TokensLost(RENEW_BY_HAND)

    async def _ask(self, refresh_token: str) -> Pair | None:
        """Ask once; what goes wrong is tried again later and later, or by a person."""
        try:
            return await refresh(self._http, self._key, refresh_token, clock=self._clock)
        except TokensLost as lost:
            self._lost = str(lost)
            raise
        except ProviderError as error:
            named = error.retry_after_seconds if isinstance(error, ProviderBusy) else 0
            pause = timedelta(seconds=named) or PAUSE * 2**self._failures
            self._failures = min(self._failures + 1, _MOST_DOUBLINGS)
            self._waits_until = self._clock.now() + pause
            raise


def _busy(wait: timedelta) -> ProviderBusy:
    return ProviderBusy("tokens are not renewed yet", retry_after_seconds=wait.total_seconds())


def _look_at(renewal: asyncio.Task[None]) -> None:
    """See its error, which nobody may have waited for."""
    if not renewal.cancelled():
        renewal.exception()
