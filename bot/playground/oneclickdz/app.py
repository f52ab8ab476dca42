"""The HTTP face of the OneClickDZ double: routes, records, key check, scripted faults."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from itertools import count

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.oneclickdz import wire
from bot.playground.oneclickdz.account import Decline
from bot.playground.oneclickdz.endpoints import Endpoints
from bot.playground.oneclickdz.faults import Answer, Call, Effect, Params, Script, Stall, Torn
from bot.playground.oneclickdz.gate import Gate
from bot.playground.server import Cut

_ROUTES: dict[Call, tuple[str, str]] = {
    Call.VALIDATE: ("GET", "/v3/validate"),
    Call.BALANCE: ("GET", "/v3/account/balance"),
    Call.TRANSACTIONS: ("GET", "/v3/account/transactions"),
    Call.CATALOG: ("GET", "/v3/gift-cards/catalog"),
    Call.CHECK_PRODUCT: ("GET", "/v3/gift-cards/checkProduct/{id}"),
    Call.PLACE_ORDER: ("POST", "/v3/gift-cards/placeOrder"),
    Call.CHECK_ORDER: ("GET", "/v3/gift-cards/checkOrder/{id}"),
    Call.LIST: ("GET", "/v3/gift-cards/list"),
}


@dataclass(slots=True, kw_only=True)
class CallRecord:
    """A call that arrived; `status` is None until it is answered, and stays so when it is cut."""

    call: Call
    method: str
    path: str
    at: datetime
    status: int | None = None


class Api:
    """Serves the endpoints; every call is recorded, faults included."""

    def __init__(
        self, endpoints: Endpoints, gate: Gate, script: Script, *, clock: Callable[[], datetime]
    ) -> None:
        self.calls: list[CallRecord] = []
        self.changed = asyncio.Event()
        self._endpoints = endpoints
        self._gate = gate
        self._script = script
        self._clock = clock
        self._request_ids = count(1)
        self.app = Starlette(
            routes=[
                Route(path, self._handler(call), methods=[method])
                for call, (method, path) in _ROUTES.items()
            ],
            exception_handlers={404: _no_route, 405: _no_route},
        )

    def _handler(self, call: Call) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            await request.body()  # half a request, whose caller died, is no call
            path = request.url.path
            record = CallRecord(call=call, method=request.method, path=path, at=self._clock())
            self.calls.append(record)
            self._tell()
            response = await self._answer(call, request)
            response.headers["Date"] = format_datetime(self._clock(), usegmt=True)
            record.status = None if isinstance(response, Cut) else response.status_code
            self._tell()
            return response

        return handle

    def _tell(self) -> None:
        """Wake who waits for a change, and let others wait for the next."""
        told, self.changed = self.changed, asyncio.Event()
        told.set()

    async def _answer(self, call: Call, request: Request) -> Response:
        try:
            params = await _params(request)
        except ValueError:
            return _fastify(400, "Bad Request", "Body is not valid JSON")
        response = await _suffer(self._script.take(call, params, after=False), None)
        if response is None:
            response = self._honest(call, request, params)
            self._tell()
            response = await _suffer(self._script.take(call, params, after=True), response)
        return response or Response()

    def _honest(self, call: Call, request: Request, params: Params) -> Response:
        address = request.client.host if request.client else ""
        decline = self._gate.check(request.headers.get("X-Access-Token"), address, self._clock())
        reply = decline or self._endpoints.decide(call, params)
        request_id, dialect = f"req_{next(self._request_ids):06d}", self._endpoints.dialect
        if isinstance(reply, Decline):
            body = wire.failure(reply, dialect, request_id=request_id)
            wait = reply.retry_after_seconds
            headers = {} if wait is None else {"Retry-After": str(wait)}
            return Response(wire.encode(body), reply.status, headers, "application/json")
        data, meta = reply
        body = wire.success(data, dialect, at=self._clock(), request_id=request_id, meta=meta)
        return Response(wire.encode(body), media_type="application/json")


async def _params(request: Request) -> Params:
    """The JSON body of a POST, else path and query; ValueError when the body is not JSON."""
    if request.method != "POST":
        return {**request.path_params, **request.query_params}
    body = json.loads(await request.body())
    return body if isinstance(body, dict) else {}


async def _suffer(effect: Effect | None, response: Response | None) -> Response | None:
    """Let an effect have its way with the response, which is None before there is one."""
    match effect:
        case Answer():
            return effect.make()
        case Torn() if response is not None:
            half = bytes(response.body)[: len(response.body) // 2]
            return Response(half, response.status_code, media_type="application/json")
        case Stall():
            await effect.gate.wait()
        case _:
            pass
    return response


async def _no_route(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return _fastify(status, "Not Found", f"Route {request.method}:{request.url.path} not found")


def _fastify(status: int, error: str, message: str) -> Response:
    """An error from before the application: no `success`, and `error` is a string."""
    body = {"message": message, "error": error, "statusCode": status}
    return Response(wire.encode(body), status, media_type="application/json")
