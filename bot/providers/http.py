"""HTTP out: one request at a time, and an exact account of how far it got.

Phases follow httpx: DNS, refusal, TLS, connect and pool timeouts come before the first byte;
everything later may have taken effect at the other end.
"""

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from types import MappingProxyType
from urllib.request import Request

import httpx

from bot.ports.world import Clock

LARGEST_BODY = 2 * 1024 * 1024
"""A page of 100 orders with cards is about 100 KB; what is larger is not an answer."""

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})

FARTHEST_AHEAD = timedelta(days=1)
"""Orders are looked for by the provider's clock: nonsense must not send us to another year."""

LONGEST_WAIT = timedelta(days=1)
"""Who asks to be asked again later than this is asked sooner."""

_BEFORE_THE_FIRST_BYTE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@cache
def tls() -> ssl.SSLContext:
    """Give the one TLS context of this process: every certificate to trust takes time and memory.

    It trusts what httpx trusts: certifi's authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR.
    """
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Limits of one call: for a connection, for any silence, and for the whole of it."""

    connect: timedelta = timedelta(seconds=8)
    silence: timedelta = timedelta(seconds=20)
    whole: timedelta = timedelta(seconds=45)

    def as_httpx(self) -> httpx.Timeout:
        """The per-phase part, in httpx's words."""
        return httpx.Timeout(
            self.silence.total_seconds(),
            connect=self.connect.total_seconds(),
            pool=self.connect.total_seconds(),
        )


READING = Timeouts()
PLACING = Timeouts(silence=timedelta(seconds=45), whole=timedelta(seconds=60))
"""No longest answer is documented; waiting longer is cheaper than settling an unknown order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that was read whole, whatever it says."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReply:
    """No whole answer; unless `sent`, not a byte of the request left.

    `status` and `body` are what was read until it broke off.
    """

    sent: bool
    timed_out: bool
    reason: str
    started_at: datetime
    ended_at: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


class Http:
    """A provider's address with its standing headers: no redirects, no proxies, no retries."""

    def __init__(
        self,
        address: str,
        headers: Mapping[str, str],
        *,
        clock: Clock,
        reading: Timeouts = READING,
        placing: Timeouts = PLACING,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        self._clock = clock
        self._reading = reading
        self._placing = placing
        self._largest = largest_body
        standing = {"Accept-Encoding": "gzip", **headers}
        self._reader = httpx.AsyncClient(
            base_url=address,
            headers=standing,
            cookies=_NoCookies(),
            timeout=reading.as_httpx(),
            limits=httpx.Limits(max_connections=20, keepalive_expiry=30),
            trust_env=False,
            verify=tls(),
        )
        # A kept connection may have died unnoticed: what is written to it is lost, and nobody can
        # say whether it arrived. So what spends money opens its own.
        self._placer = httpx.AsyncClient(
            base_url=address,
            headers=standing,
            cookies=_NoCookies(),
            timeout=placing.as_httpx(),
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=0),
            trust_env=False,
            verify=tls(),
        )

    async def get(
        self, path: str, params: Mapping[str, str], *, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Reply | NoReply:
        """Read; a call that may be repeated. `headers` are for this call only."""
        request = self._reader.build_request("GET", path, params=dict(params), headers=headers)
        return await self._send(self._reader, request, whole=self._reading.whole)

    async def post(
        self, path: str, body: bytes, *, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Reply | NoReply:
        """Read by sending JSON; a call that may be repeated."""
        request = _json_request(self._reader, path, body, headers)
        return await self._send(self._reader, request, whole=self._reading.whole)

    async def post_alone(
        self, path: str, body: bytes, *, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Reply | NoReply:
        """Send JSON once, on a connection of its own."""
        request = _json_request(self._placer, path, body, headers)
        return await self._send(self._placer, request, whole=self._placing.whole)

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.aclose()
        await self._placer.aclose()

    async def _send(
        self, client: httpx.AsyncClient, request: httpx.Request, *, whole: timedelta
    ) -> Reply | NoReply:
        answer = _Partial(self._clock.now(), self._largest)
        if client.is_closed:
            return answer.broken(_Closed(), sent=False, at=self._clock.now())
        try:
            async with asyncio.timeout(whole.total_seconds()):
                status = await answer.read(client, request)
        except _BEFORE_THE_FIRST_BYTE as error:
            return answer.broken(error, sent=False, at=self._clock.now())
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, _NoAnswer) as error:
            return answer.broken(error, sent=True, at=self._clock.now())
        return answer.reply(status, at=self._clock.now())


def _json_request(
    client: httpx.AsyncClient, path: str, body: bytes, headers: Mapping[str, str]
) -> httpx.Request:
    headers = {"Content-Type": "application/json", **headers}
    return client.build_request("POST", path, content=body, headers=headers)


class _NoCookies(CookieJar):
    """Keeps none: the key says who asks, and what one answer sets must not travel with the next."""

    def extract_cookies(self, response: HTTPResponse, request: Request) -> None:
        pass


class _Closed(Exception):
    """Nothing is sent any more."""


class _NoAnswer(Exception):
    """What came is no answer that can be read."""


class _TooLarge(_NoAnswer):
    """It is larger than any answer can be."""


class _Garbled(_NoAnswer):
    """It is packed in a way that was not asked for, or wrongly."""


@dataclass(slots=True)
class _Partial:
    """An answer as far as it was read."""

    started_at: datetime
    largest: int
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    async def read(self, client: httpx.AsyncClient, request: httpx.Request) -> int:
        """Send the request, read its answer to the end and give its status."""
        response = await client.send(request, stream=True)
        try:
            self.status, self.headers = response.status_code, response.headers
            async for chunk in _unpacked(response, self.largest):
                self.body += chunk
                if len(self.body) > self.largest:
                    raise _TooLarge
            return response.status_code
        finally:
            await response.aclose()

    def reply(self, status: int, *, at: datetime) -> Reply:
        """The whole answer."""
        return Reply(
            status=status,
            headers=self.headers,
            body=bytes(self.body),
            started_at=self.started_at,
            ended_at=at,
        )

    def broken(self, error: Exception, *, sent: bool, at: datetime) -> NoReply:
        """What there is of it, and why there is no more; the error's text may hold addresses."""
        return NoReply(
            sent=sent,
            timed_out=isinstance(error, httpx.TimeoutException | TimeoutError),
            reason=type(error).__name__.lstrip("_"),
            started_at=self.started_at,
            ended_at=at,
            status=self.status,
            headers=self.headers,
            body=bytes(self.body[: self.largest]),
        )


async def _unpacked(response: httpx.Response, largest: int) -> AsyncIterator[bytes]:
    """Read a body; one that is packed is never unpacked much further than `largest`.

    httpx would unpack a chunk whole, and as often as the answer says: 64 KB can hold gigabytes.
    """
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing in ("", "identity"):
        async for chunk in response.aiter_raw():
            yield chunk
    elif packing in ("gzip", "x-gzip"):
        unzipping = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        async for chunk in response.aiter_raw():
            yield _unzipped(unzipping, chunk, largest)
        if not unzipping.eof:
            raise _Garbled
    else:
        raise _Garbled


def _unzipped(unzipping: "zlib._Decompress", chunk: bytes, largest: int) -> bytes:
    try:
        return unzipping.decompress(chunk, largest + 1)
    except zlib.error:
        raise _Garbled from None


def provider_ahead(answer: Reply | NoReply) -> timedelta | None:
    """How far the provider's clock is ahead of ours, to a second, by its Date header.

    Date has whole seconds, cut off, so half a second is added. A clock that is off by more than
    `FARTHEST_AHEAD` tells nothing.
    """
    date = _date(answer.headers.get("date", ""))
    if date is None:
        return None
    ahead = date - answer.ended_at + timedelta(milliseconds=500)
    return ahead if abs(ahead) <= FARTHEST_AHEAD else None


def retry_after(answer: Reply | NoReply) -> timedelta | None:
    """What the Retry-After header asks for, as seconds or as a date; None when it says nothing."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    date = _date(text)
    return None if date is None else min(max(date - answer.ended_at, timedelta(0)), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    """Read an HTTP date; None when it is none."""
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
