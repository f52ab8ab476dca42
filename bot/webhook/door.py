"""The endpoint: who shows the key may knock, and whatever he says is thrown away."""

import hmac
from collections.abc import Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.secret import Secret

ADDRESS = "/hooks/orders"
KEY_HEADER = "x-api-key"

LARGEST = 16 * 1024
"""Bytes of a body; what providers send here is a few hundred."""


def door(key: Secret[str], knock: Callable[[], None]) -> Starlette:
    """Make the application: 200 and a knock for the right key, 401 for another, 413 for too much.

    The body is read, because some callers wait until it was, and is neither looked at nor kept.
    """

    async def orders(request: Request) -> Response:
        if not _fits(request.headers.get(KEY_HEADER, ""), key):
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        try:
            if not await _is_small(request):
                return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody is there to read it
        knock()
        return Response()

    return Starlette(routes=[Route(ADDRESS, orders, methods=["POST"])])


def _fits(shown: str, key: Secret[str]) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    return hmac.compare_digest(shown.encode("utf-8"), key.reveal().encode("utf-8"))


async def _is_small(request: Request) -> bool:
    """Read the body away, up to what is too much."""
    if int(request.headers.get("content-length", "0")) > LARGEST:  # h11 lets digits alone pass
        return False
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            return False
    return True
