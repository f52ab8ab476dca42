"""Answers of a provider, as the client reads them."""

import json
from datetime import UTC, datetime, timedelta

from bot.providers.http import Reply

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def reply(status: int, body: object, **headers: str) -> Reply:
    """Give an answer with this body, which is JSON unless it is text."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Reply(
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=text.encode(errors="surrogateescape"),
        started_at=NOON,
        ended_at=NOON + timedelta(seconds=1),
    )
