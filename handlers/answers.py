"""Telegram's answers: never larger than any can be, and never packed."""

from collections.abc import AsyncIterator
from typing import Any

import httpx

LARGEST = 8 * 1024 * 1024
"""Bytes of an answer; a batch of the largest updates is about half of it."""

UNPACKED = {"Accept-Encoding": "identity"}
"""What is packed may be a thousand times as large as it looks."""


def bounded() -> dict[str, Any]:
    """Give the settings of an httpx client that breaks off what is larger than any answer.

    Broken off is an httpx error after the request was sent: whether it was carried out is unknown.
    """
    return {"headers": UNPACKED, "event_hooks": {"response": [_bound]}}


async def _bound(response: httpx.Response) -> None:
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity"):
        raise httpx.RemoteProtocolError("packed, though it was asked for as it is")
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _Bounded(response.stream)


class _Bounded(httpx.AsyncByteStream):
    """A body that is broken off beyond `LARGEST`."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > LARGEST:
                raise httpx.RemoteProtocolError("larger than any answer")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
