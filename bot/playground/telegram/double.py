"""The double itself: the Bot API over HTTP in front of one world, with its faults and its count."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.server import serve
from bot.playground.telegram import answering, profile, sending
from bot.playground.telegram.answers import Json, Refused
from bot.playground.telegram.faults import AFTER, BEFORE, Fault, Faults, Moment
from bot.playground.telegram.model import Account, Chat
from bot.playground.telegram.pacing import Pace
from bot.playground.telegram.params import Params, read
from bot.playground.telegram.people import Group, Person
from bot.playground.telegram.transcript import Transcript
from bot.playground.telegram.world import World

TOKEN = "700000001:AAE-a-token-that-opens-only-the-double"  # noqa: S105  # opens nothing
_SHAPE_OF_TOKENS = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")

_METHODS: dict[str, Callable[[World, Params], Json]] = {
    "getMe": profile.get_me,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "editMessageText": sending.edit_message_text,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "deleteMessages": sending.delete_messages,
    "answerCallbackQuery": answering.answer_callback_query,
    "getChat": answering.get_chat,
    "sendChatAction": answering.send_chat_action,
    "getFile": answering.get_file,
    "deleteWebhook": answering.delete_webhook,
    "getWebhookInfo": answering.get_webhook_info,
    "setMyCommands": profile.set_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "getMyCommands": profile.get_my_commands,
    "setMyName": partial(profile.set_text, kind="name"),
    "getMyName": partial(profile.get_text, kind="name"),
    "setMyDescription": partial(profile.set_text, kind="description"),
    "getMyDescription": partial(profile.get_text, kind="description"),
    "setMyShortDescription": partial(profile.set_text, kind="short_description"),
    "getMyShortDescription": partial(profile.get_text, kind="short_description"),
}
_WRITING = ("send", "edit", "delete")
_NAMES = {name.lower(): name for name in (*_METHODS, "getUpdates")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call the bot made; `at` counts from the start of the double."""

    mark: int
    method: str
    params: Params
    at: timedelta


class Telegram:
    """A Bot API server for one bot, and the people who talk to it.

    Everything lives in the event loop that serves it.  The bot may be killed and started again in
    front of the same double.  A press can be answered for `query_lifetime`; without a `pace` the
    bot may write as fast as it can.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "wakil_bot",
        first_name: str = "Wakil",
        query_lifetime: timedelta = timedelta(minutes=1),
        pace: Pace | None = None,
    ) -> None:
        bot = Account(
            id=int(token.partition(":")[0]),
            first_name=first_name,
            username=username,
            is_bot=True,
        )
        self.token = token
        self.url = ""
        self.world = World(bot, query_lifetime=query_lifetime)
        self.faults = Faults()
        self.pace = pace
        self.calls: list[Call] = []

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Answer HTTP while the context is open; yield the address, which `url` holds too.

        The address is what `TELEGRAM_API_URL` takes: methods are under `/bot<token>/`.
        """
        routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
        ]
        async with serve(Starlette(routes=routes)) as self.url:
            yield self.url

    def person(
        self,
        person_id: int,
        first_name: str,
        language_code: str = "",
        username: str | None = None,
    ) -> Person:
        """Make a person who has not written to the bot yet."""
        account = Account(
            id=person_id,
            first_name=first_name,
            language_code=language_code,
            username=username or "",
        )
        return Person(self.world, account)

    def group(self, group_id: int, title: str, members: list[Person]) -> Group:
        """Make a group, whose id is negative; the first member adds the bot to it."""
        accounts = tuple(member.account for member in members)
        return Group(self.world, Chat(group_id, title=title, members=accounts))

    @property
    def transcript(self) -> Transcript:
        """Return everything that happened in the chats."""
        return self.world.transcript

    @property
    def pending_updates(self) -> int:
        """Return how many updates the bot has not confirmed."""
        return self.world.updates.pending

    def note(self, text: str) -> None:
        """Put a heading into the transcript."""
        self.world.note(text)

    def mark(self) -> int:
        """Return the number of the last thing that happened; calls and events share the row."""
        return self.world.mark

    def count(self, since: int = 0, until: int | None = None) -> Counter[str]:
        """Return how often each method was called after one mark and up to another.

        getUpdates is not counted.
        """
        return Counter(
            call.method
            for call in self.calls
            if call.mark > since and (until is None or call.mark <= until)
        )

    async def drained(self, timeout_seconds: float = 10) -> None:
        """Wait until the bot has confirmed every update.

        Raises:
            TimeoutError: it has not in time.
        """
        await self.world.changes.until(
            lambda: not self.pending_updates, timeout_seconds=timeout_seconds
        )

    async def _call(self, request: Request) -> Response:
        try:
            self._authorise(request.path_params["token"])
            method = _method(request.path_params["method"])
            return await self._answer(method, await read(request))
        except Refused as refusal:
            return JSONResponse(refusal.body(), status_code=refusal.status)

    async def _answer(self, method: str, params: Params) -> Response:
        self._count(method, params)
        faults = self.faults.struck_by(method, params)
        struck = await _strike(faults, BEFORE)
        if struck:
            return struck
        answer = await self._effect(method, params)
        return await _strike(faults, AFTER) or answer

    async def _effect(self, method: str, params: Params) -> Response:
        try:
            if method == "getUpdates":
                result: Json = await self._get_updates(params)
            else:
                self._keep_pace(method, params)
                result = _METHODS[method](self.world, params)
        except Refused as refusal:
            return JSONResponse(refusal.body(), status_code=refusal.status)
        return JSONResponse({"ok": True, "result": result})

    def _keep_pace(self, method: str, params: Params) -> None:
        if self.pace and params.chat_id is not None and method.startswith(_WRITING):
            self.pace.admit(params.chat_id, at_seconds=self.world.elapsed().total_seconds())

    async def _get_updates(self, params: Params) -> list[Json]:
        self.world.updates.allow(params.json("allowed_updates", called="allowed updates list"))
        return await self.world.updates.take(
            offset=params.whole("offset"),
            limit=params.whole("limit", 100),
            timeout_seconds=params.whole("timeout"),
        )

    async def _download(self, request: Request) -> Response:
        try:
            self._authorise(request.path_params["token"])
        except Refused as refusal:
            return JSONResponse(refusal.body(), status_code=refusal.status)
        path = request.path_params["path"].removeprefix("documents/")
        document = self.world.documents.get(path)
        if document is None:
            return JSONResponse(_not_found().body(), status_code=HTTPStatus.NOT_FOUND)
        return Response(document.content, media_type="application/octet-stream")

    def _authorise(self, token: str) -> None:
        if token == self.token:
            return
        if _SHAPE_OF_TOKENS.fullmatch(token):
            raise Refused("Unauthorized", status=HTTPStatus.UNAUTHORIZED)
        raise _not_found()

    def _count(self, method: str, params: Params) -> None:
        if method != "getUpdates":
            self.calls.append(
                Call(
                    mark=self.world.next_mark(),
                    method=method,
                    params=params,
                    at=self.world.elapsed(),
                )
            )
            self.world.changes.tell()


def _method(name: str) -> str:
    """Return the method's own spelling: Telegram does not mind capitals."""
    if name.lower() not in _NAMES:
        raise Refused("Not Found: method not found", status=HTTPStatus.NOT_FOUND)
    return _NAMES[name.lower()]


def _not_found() -> Refused:
    return Refused("Not Found", status=HTTPStatus.NOT_FOUND)


async def _strike(faults: list[Fault], moment: Moment) -> Response | None:
    for fault in faults:
        if fault.moment is moment:
            response = await fault.act()
            if response:
                return response
    return None
