"""The HTTP face of the Plum double: one address for all operations, and two for tokens."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.encoding import Json, encode
from bot.playground.front import Front
from bot.playground.minute import Minute
from bot.playground.plum import faults, schema, wire
from bot.playground.plum.calls import OPERATIONS, Call, Operation
from bot.playground.plum.endpoints import Endpoints
from bot.playground.plum.problems import Problem
from bot.playground.plum.schema import Data, Violation
from bot.playground.plum.tokens import ACCESS_LIFE, Pair, Tokens, Unauthorized

BASE = "/chef"
"""What the address that stands for stagingstores.xoxoday.com/chef ends with."""


class Api:
    """Serves the operations and the tokens, behind the front."""

    def __init__(
        self, endpoints: Endpoints, tokens: Tokens, front: Front, *, clock: Callable[[], datetime]
    ) -> None:
        self.violations: list[Violation] = []
        self.limits: dict[Call, int] = {}
        self._minutes = {call: Minute() for call in Call}
        self._endpoints = endpoints
        self._tokens = tokens
        self._front = front
        self._clock = clock
        routes = {
            "/v1/oauth/api": ("POST", self._dispatch),
            "/v1/oauth/token/user": ("POST", self._refresh),
            "/v1/oauth/token": ("GET", self._validate),
        }
        self.app = Starlette(
            routes=[
                Route(f"{BASE}{path}{slash}", handler, methods=[method])
                for path, (method, handler) in routes.items()
                for slash in ("", "/")
            ],
            exception_handlers={404: self._nowhere, 405: self._nowhere},
        )

    async def _dispatch(self, request: Request) -> Response:
        body = _read(await request.body())  # half a request, whose caller died, is no call
        operation = OPERATIONS.get(str(body.get("query")))
        if operation is None:
            answer = partial(self._honest, request, self._no_operation)
            return await self._front.receive(Call.UNKNOWN, request, body, answer=answer)
        data = schema.data_of(body, operation)
        answer = partial(self._honest, request, partial(self._operate, operation, body, data))
        return await self._front.receive(operation.call, request, data, answer=answer)

    async def _refresh(self, request: Request) -> Response:
        body = _read(await request.body())
        answer = partial(self._refreshed, body)
        return await self._front.receive(Call.REFRESH, request, body, answer=answer)

    async def _validate(self, request: Request) -> Response:
        await request.body()
        answer = partial(self._validated, request)
        return await self._front.receive(Call.VALIDATE, request, {}, answer=answer)

    async def _nowhere(self, request: Request, error: Exception) -> Response:
        """The suffixes of the specification's paths are drawn, not real."""
        self._violated(Call.UNKNOWN, "no such path")
        status = getattr(error, "status_code", 404)
        answer = partial(_json, {"error": "Not Found", "message": "no such path"}, status)
        return await self._front.receive(Call.UNKNOWN, request, {}, answer=answer)

    def _honest(self, request: Request, operate: Callable[[], Response]) -> Response:
        """Let those in who carry a token that works."""
        pair = self._tokens.find(request.headers.get("Authorization"))
        return _oauth(pair) if isinstance(pair, Unauthorized) else operate()

    def _no_operation(self) -> Response:
        self._violated(Call.UNKNOWN, "query names no operation")
        return _problem(Problem("PLE10001", "query names no operation"))

    def _operate(self, operation: Operation, body: Data, data: Data) -> Response:
        call = operation.call
        if self._minutes[call].admit(self.limits.get(call), self._clock()) is not None:
            return faults.rate_limited().make()
        refused = schema.faults_of(body, operation)
        self._violated(call, *refused)
        if refused:
            return _problem(Problem(operation.invalid, refused[0]))
        self._violated(call, *schema.strangers_in(body, operation), *_unwise(call, data))
        reply = self._endpoints.decide(call, data)
        if isinstance(reply, Problem):
            return _problem(reply)
        return _json(wire.success(call, reply, self._endpoints.dialect), 200)

    def _refreshed(self, body: Data) -> Response:
        pair = self._tokens.refresh(body)
        if isinstance(pair, Unauthorized):
            return _oauth(pair)
        return _json(_shown(pair), 200)

    def _validated(self, request: Request) -> Response:
        pair = self._tokens.find(request.headers.get("Authorization"))
        if isinstance(pair, Unauthorized):
            return _oauth(pair)
        left = int((pair.access_until - self._clock()).total_seconds())
        shown = {"access_token": pair.access_token, "token_type": "bearer", "expires_in": left}
        return _json(shown, 200)

    def _violated(self, call: Call, *found: str) -> None:
        self.violations.extend(Violation(call=call, fault=each) for each in found)


def _unwise(call: Call, data: Data) -> list[str]:
    """What the provider accepts, and nobody should send."""
    if call is Call.PLACE_ORDER and not data.get("poNumber"):
        return ["poNumber is empty: nothing protects this order from being placed twice"]
    return []


def _shown(pair: Pair) -> Json:
    """A pair as a refresh shows it: instants are milliseconds, and strings."""
    return {
        "access_token": pair.access_token,
        "token_type": "bearer",
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "refresh_token": pair.refresh_token,
        "access_token_expiry": _milliseconds(pair.access_until),
        "refresh_token_expiry": _milliseconds(pair.refresh_until),
    }


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def _oauth(refused: Unauthorized) -> Response:
    return faults.oauth_error(refused.error, refused.description, status=refused.status).make()


def _problem(problem: Problem) -> Response:
    return _json(wire.failure(problem), problem.status)


def _json(body: Json, status: int) -> Response:
    return Response(encode(body), status, media_type="application/json")


def _read(body: bytes) -> Data:
    """A JSON object with exact numbers; nothing where there is none."""
    try:
        sent = json.loads(body, parse_float=Decimal)
    except ValueError:
        return {}
    return sent if isinstance(sent, Mapping) else {}
