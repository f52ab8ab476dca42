"""The Bot API over HTTP in front of one world: who may call, what is counted, what goes wrong."""

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.telegram.answers import Json, Refused
from bot.playground.telegram.faults import AFTER, BEFORE, Fault, Faults, Moment
from bot.playground.telegram.methods import GET_UPDATES, METHODS, find_method
from bot.playground.telegram.pacing import Pace
from bot.playground.telegram.params import Params, read
from bot.playground.telegram.world import World

_SHAPE_OF_TOKENS = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
_WRITING = ("send", "edit", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call the bot made; `at` counts from the start of the double."""

    mark: int
    method: str
    params: Params
    at: timedelta


class Endpoint:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, world: World, *, token: str, pace: Pace | None) -> None:
        self.faults = Faults()
        self.calls: list[Call] = []
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            ]
        )
        self._world = world
        self._token = token
        self._pace = pace

    async def _call(self, request: Request) -> Response:
        try:
            self._authorise(request)
            method = find_method(request.path_params["method"])
            if method:
                return await self._answer(request, method, await read(request))
        except Refused as refusal:
            return _refusal(refusal)
        return _refusal(_not_found(": method not found"))

    async def _answer(self, request: Request, method: str, params: Params) -> Response:
        self._count(method, params)
        faults = self.faults.struck_by(method, params)
        struck = await _strike(faults, BEFORE)
        if struck:
            return struck
        answer = await self._effect(request, method, params)
        return await _strike(faults, AFTER) or answer

    async def _effect(self, request: Request, method: str, params: Params) -> Response:
        try:
            if method == GET_UPDATES:
                result: Json = await _while_connected(request, self._get_updates(params))
            else:
                self._keep_pace(method, params)
                result = METHODS[method](self._world, params)
        except Refused as refusal:
            return _refusal(refusal)
        return JSONResponse({"ok": True, "result": result})

    def _keep_pace(self, method: str, params: Params) -> None:
        if self._pace and params.chat_id is not None and method.startswith(_WRITING):
            self._pace.admit(params.chat_id, at_seconds=self._world.elapsed().total_seconds())

    async def _get_updates(self, params: Params) -> list[Json]:
        self._world.updates.allow(params.json("allowed_updates", called="allowed updates list"))
        return await self._world.updates.take(
            offset=params.whole("offset"),
            limit=params.whole("limit", 100),
            timeout_seconds=params.whole("timeout"),
        )

    async def _download(self, request: Request) -> Response:
        try:
            self._authorise(request)
        except Refused as refusal:
            return _refusal(refusal)
        file_id = request.path_params["path"].removeprefix("documents/")
        document = self._world.documents.get(file_id)
        if document is None:
            return _refusal(_not_found())
        return Response(document.content, media_type="application/octet-stream")

    def _authorise(self, request: Request) -> None:
        token = request.path_params["token"]
        if token == self._token:
            return
        if _SHAPE_OF_TOKENS.fullmatch(token):
            raise Refused("Unauthorized", status=HTTPStatus.UNAUTHORIZED)
        raise _not_found()

    def _count(self, method: str, params: Params) -> None:
        if method == GET_UPDATES:
            return
        mark, at = self._world.next_mark(), self._world.elapsed()
        self.calls.append(Call(mark=mark, method=method, params=params, at=at))
        self._world.changes.tell()


def _not_found(what: str = "") -> Refused:
    return Refused(f"Not Found{what}", status=HTTPStatus.NOT_FOUND)


def _refusal(refusal: Refused) -> Response:
    return JSONResponse(refusal.body(), status_code=refusal.status)


async def _strike(faults: list[Fault], moment: Moment) -> Response | None:
    for fault in faults:
        if fault.moment is moment:
            response = await fault.act()
            if response:
                return response
    return None


async def _while_connected(
    request: Request, polling: Coroutine[None, None, list[Json]]
) -> list[Json]:
    """Poll until the bot hangs up: a killed bot must not pass for one that listens."""
    poll = asyncio.create_task(polling)
    gone = asyncio.create_task(_hang_up(request))
    try:
        await asyncio.wait({poll, gone}, return_when=asyncio.FIRST_COMPLETED)
        return poll.result() if poll.done() else []
    finally:
        poll.cancel()
        gone.cancel()


async def _hang_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
