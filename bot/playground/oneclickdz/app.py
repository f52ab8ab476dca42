"""The HTTP face of the OneClickDZ double: routes, key check, envelopes."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from itertools import count

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.encoding import encode
from bot.playground.faults import Params
from bot.playground.front import Front
from bot.playground.oneclickdz import wire
from bot.playground.oneclickdz.account import Decline
from bot.playground.oneclickdz.endpoints import Endpoints
from bot.playground.oneclickdz.faults import Call
from bot.playground.oneclickdz.gate import Gate

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


class Api:
    """Serves the endpoints, behind the front."""

    def __init__(
        self, endpoints: Endpoints, gate: Gate, front: Front, *, clock: Callable[[], datetime]
    ) -> None:
        self._endpoints = endpoints
        self._gate = gate
        self._front = front
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
            body = await request.body()  # half a request, whose caller died, is no call
            params = _params(request, body)
            answer = (
                partial(_fastify, 400, "Bad Request", "Body is not valid JSON")
                if params is None
                else partial(self._honest, call, request, params)
            )
            return await self._front.receive(call, request, params or {}, answer=answer)

        return handle

    def _honest(self, call: Call, request: Request, params: Params) -> Response:
        address = request.client.host if request.client else ""
        decline = self._gate.check(request.headers.get("X-Access-Token"), address, self._clock())
        reply = decline or self._endpoints.decide(call, params)
        request_id, dialect = f"req_{next(self._request_ids):06d}", self._endpoints.dialect
        if isinstance(reply, Decline):
            body = wire.failure(reply, dialect, request_id=request_id)
            wait = reply.retry_after_seconds
            headers = {} if wait is None else {"Retry-After": str(wait)}
            return Response(encode(body), reply.status, headers, "application/json")
        data, meta = reply
        body = wire.success(data, dialect, at=self._clock(), request_id=request_id, meta=meta)
        return Response(encode(body), media_type="application/json")


def _params(request: Request, body: bytes) -> Params | None:
    """The JSON body of a POST, else path and query; None when the body is not JSON."""
    if request.method != "POST":
        return {**request.path_params, **request.query_params}
    try:
        sent = json.loads(body)
    except ValueError:
        return None
    return sent if isinstance(sent, dict) else {}


async def _no_route(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return _fastify(status, "Not Found", f"Route {request.method}:{request.url.path} not found")


def _fastify(status: int, error: str, message: str) -> Response:
    """An error from before the application: no `success`, and `error` is a string."""
    body = {"message": message, "error": error, "statusCode": status}
    return Response(encode(body), status, media_type="application/json")
