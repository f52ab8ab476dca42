"""What can go wrong with a call to Plum, in each of the shapes that its errors have."""

from starlette.responses import Response

from bot.playground.encoding import Json, encode
from bot.playground.faults import Answer, cut, empty, html, json_body, redirect, torn
from bot.playground.plum import wire
from bot.playground.plum.calls import Call
from bot.playground.plum.problems import Problem

__all__ = [
    "Call",
    "bare_error",
    "cut",
    "empty",
    "error_and_message",
    "html",
    "huge",
    "json_body",
    "oauth_error",
    "problem",
    "rate_limited",
    "redirect",
    "refreshes_limited",
    "status_zero",
    "token_error",
    "torn",
    "true_error",
    "unauthorized",
]

_TYPE = "application/json"


def problem(error_id: str, *, status: int | None = None) -> Answer:
    """An error of the table, with the table's status unless another page gives it another."""
    told = Problem(error_id, "Scripted")
    code = told.status if status is None else status
    return _json({**wire.failure(told), "code": code}, code)


def oauth_error(error: str, description: str, *, status: int = 401) -> Answer:
    """OAuth's own shape."""
    return _json({"error": error, "error_description": description}, status)


def unauthorized() -> Answer:
    """401: the access token has ended, or another administrator has made new ones."""
    return oauth_error("invalid_token", "invalid/expired token")


def token_error(*, status: int = 401) -> Answer:
    """The administrator's password was reset."""
    return _json({"success": 0, "error_message_id": "auth.token_error"}, status)


def refreshes_limited(*, status: int = 429) -> Answer:
    """Too many refreshes: a lone message."""
    return _json({"message": "auth.request_limit_exceeded"}, status)


def rate_limited(penalty_seconds: int = 60, *, status: int = 429) -> Answer:
    """Over the limit of an operation; no page says with which status."""
    error = {"message": "auth.request_limit_exceeded", "penaltySeconds": penalty_seconds}
    return _json({"errors": [error]}, status)


def error_and_message(status: int) -> Answer:
    """The shape that the OpenAPI draws."""
    return _json({"error": "Bad Request", "message": "Scripted"}, status)


def true_error(status: int = 400) -> Answer:
    """The shape of an older specification: `error` is a boolean."""
    return _json({"error": True, "message": "Scripted"}, status)


def bare_error(status: int = 500) -> Answer:
    """A failure of the server: `error` is an object, and there is no errorId."""
    return _json({"code": status, "error": {"name": "Error"}}, status)


def status_zero(call: Call) -> Answer:
    """HTTP 200 around an answer that says no."""
    return _json({"data": {call.value: {"status": 0, "data": None}}}, 200)


def huge(megabytes: int = 64) -> Answer:
    """An answer that never seems to end, all of it JSON."""
    return Answer(lambda: Response(b"[" + b"0," * (megabytes << 19) + b"0]", 200, None, _TYPE))


def _json(body: Json, status: int) -> Answer:
    text = encode(body)
    return Answer(lambda: Response(text, status, media_type=_TYPE))
