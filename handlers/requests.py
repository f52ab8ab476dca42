"""Requests to Telegram: only its own answers are believed, and no error repeats what was sent.

The library puts the whole body of an error page that is no JSON into its exception's text, and that
page may be a proxy's that repeats the request: the message with the codes. And it takes such a page
for Telegram's own "no", whatever its status.
"""

import json
from typing import Any, Final

from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from bot.log import redactor

LONGEST_DESCRIPTION: Final = 200
"""Characters of a refusal that are kept; Telegram's own have fewer."""

_PARAMETERS: Final = ("retry_after", "migrate_to_chat_id")
"""What may stand in ResponseParameters (Bot API); the library repeats any other in its error."""


class TelegramRequest(HTTPXRequest):
    """Gives Telegram's answers; any other is a `NetworkError`, after which nobody knows.

    An answer is `{"ok":true,"result":…}` or `{"ok":false,"description":…}`, always in JSON
    (Bot API, "Making requests").
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 # the library's signature
        status, payload = await super().do_request(*args, **kwargs)
        return status, payload if 200 <= status < 300 else _refusal(status, payload)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; the library's own reading also logs one that breaks off."""
        answer = _find_object(payload)
        if not {"result", "parameters"} & answer.keys():
            raise NetworkError("an answer that is not Telegram's")
        return answer


def _refusal(status: int, payload: bytes) -> bytes:
    """Leave of a refusal what Telegram documents, masked: it is told when the codes are not open.

    Masked before it is cut, since half a code is none that a mask would find.
    """
    answer = _find_object(payload)
    description, told = answer.get("description"), answer.get("parameters")
    if answer.get("ok") is not False or not isinstance(description, str):
        raise NetworkError(f"HTTP {status}, not Telegram's answer")
    told = told if isinstance(told, dict) else {}
    parameters = {name: told[name] for name in _PARAMETERS if type(told.get(name)) is int}
    said = redactor(description)[:LONGEST_DESCRIPTION]
    return json.dumps({"ok": False, "description": said, "parameters": parameters}).encode()


def _find_object(payload: bytes) -> dict[str, Any]:
    """Decode a JSON object; empty when it is none."""
    try:
        answer = json.loads(payload.decode(errors="replace"))
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
