"""The front of a provider's double: records each call and lets scripted faults have their way."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from bot.playground.faults import Params, Script, suffer
from bot.playground.server import Cut


@dataclass(slots=True, kw_only=True)
class CallRecord:
    """A call that arrived; `status` is None until it is answered, and stays so when it is cut."""

    call: StrEnum
    method: str
    path: str
    at: datetime
    status: int | None = None


class Front:
    """Receives calls that have arrived whole; `changed` is set whenever there is news."""

    def __init__(self, script: Script, *, clock: Callable[[], datetime]) -> None:
        self.calls: list[CallRecord] = []
        self.changed = asyncio.Event()
        self._script = script
        self._clock = clock

    async def receive(
        self, call: StrEnum, request: Request, params: Params, *, answer: Callable[[], Response]
    ) -> Response:
        """Record a call and answer it: with `answer`, which acts, or as the faults have it."""
        record = CallRecord(
            call=call, method=request.method, path=request.url.path, at=self._clock()
        )
        self.calls.append(record)
        self.tell()
        response = await self._suffered(call, params, answer)
        response.headers["Date"] = format_datetime(self._clock(), usegmt=True)
        record.status = None if isinstance(response, Cut) else response.status_code
        self.tell()
        return response

    def tell(self) -> None:
        """Wake who waits for a change, and let others wait for the next."""
        told, self.changed = self.changed, asyncio.Event()
        told.set()

    async def _suffered(
        self, call: StrEnum, params: Params, answer: Callable[[], Response]
    ) -> Response:
        response = await suffer(self._script.take(call, params, after=False), None)
        if response is None:
            response = answer()
            self.tell()
            response = await suffer(self._script.take(call, params, after=True), response)
        return response or Response()
