"""What the Bot API answers when it refuses; the wording is Telegram's own."""

from http import HTTPStatus
from typing import TypeAlias

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | bool | None


class Refused(Exception):
    """The Bot API does not do it; carries the status, the description and the parameters."""

    def __init__(
        self, description: str, *, status: int = 400, retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(description)
        self.description = description
        self.status = status
        self.retry_after_seconds = retry_after_seconds

    def body(self) -> dict[str, Json]:
        """Return the JSON body of the answer."""
        body: dict[str, Json] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.retry_after_seconds is not None:
            body["parameters"] = {"retry_after": self.retry_after_seconds}
        return body


def bad_request(what: str) -> Refused:
    """Refuse with 400 and Telegram's prefix."""
    return Refused(f"Bad Request: {what}")


def forbidden(why: str) -> Refused:
    """Refuse with 403 and Telegram's prefix."""
    return Refused(f"Forbidden: {why}", status=HTTPStatus.FORBIDDEN)


def conflict() -> Refused:
    """Refuse a long poll because a newer one began."""
    return Refused(
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
        status=HTTPStatus.CONFLICT,
    )


def flood(retry_after_seconds: int) -> Refused:
    """Refuse with 429, saying when to come back."""
    return Refused(
        f"Too Many Requests: retry after {retry_after_seconds}",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        retry_after_seconds=retry_after_seconds,
    )


def not_in_the_double(what: str) -> Refused:
    """Refuse what Telegram knows and this double does not: silence would be a lie."""
    return bad_request(f"the double has no {what}")
