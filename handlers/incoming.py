"""Updates as they come in: one that cannot be read is passed over, and the others are served.

The library reads a batch as a whole: a single update of an unknown shape makes it give up the
batch, log it raw, and ask for it again for ever. Nor does it stand anything that Python's JSON does
not: ten thousand brackets, or a number of five thousand digits.
"""

import json
import re
from http import HTTPStatus
from typing import Any

import structlog
from telegram import Chat, ChatMember, MaybeInaccessibleMessage, Message, Update, User

from handlers.requests import TelegramRequest

log = structlog.get_logger(__name__)

LARGEST = 2**63
"""Ids are kept in 64 bits; Telegram's own need 52 (Bot API, User and Chat)."""


LONGEST_NUMBER = 20
"""Digits of a number, with its sign, that is read; a longer one names nothing."""

DEEPEST = 50
"""Lists and objects within each other that are read; Telegram's own go down a dozen."""

NO_ANSWER = b""
"""What the library is given in the place of what nobody can read: it waits, and asks again."""


class IncomingRequest(TelegramRequest):
    """Asks for updates, and gives those that can be read; of another only the number is left.

    So that it is confirmed like the rest, and never comes again.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 # the library's signature
        code, payload = await super().do_request(*args, **kwargs)
        return code, readable(payload) if code == HTTPStatus.OK else payload


def readable(payload: bytes) -> bytes:
    """Leave of each update in an answer that cannot be read its number alone.

    What is no list of updates is no answer.
    """
    try:
        answer, is_whole = _parsed(payload.decode("utf-8", "replace"))  # as the library does
    except (ValueError, RecursionError):
        return NO_ANSWER
    updates = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(updates, list):
        return NO_ANSWER
    faults = [fault_of(update) for update in updates]
    if is_whole and not any(faults):
        return payload
    kept = [_left_of(*pair) for pair in zip(updates, faults, strict=True)]
    return json.dumps({**answer, "result": [update for update in kept if update]}).encode()


def _parsed(text: str) -> tuple[Any, bool]:
    """Read JSON without what is too long or too deep; tells, too, whether that is all of it."""
    long: list[str] = []

    def number(digits: str) -> int | None:
        if len(digits) <= LONGEST_NUMBER:
            return int(digits)
        long.append(digits[:LONGEST_NUMBER])
        return None

    try:
        return json.loads(text, parse_int=number), not long
    except RecursionError:
        return json.loads(_shallow(text), parse_int=number), False


_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
"""Brackets, and texts, whose brackets are none; a text without an end is one to the end."""


def _shallow(text: str) -> str:
    """Put null in the place of whatever is nested deeper than anybody reads."""
    kept, depth, since = [], 0, 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                kept += [text[since : found.start()], "null"]
        elif found[0] in "]}":
            since = found.end() if depth == DEEPEST + 1 else since
            depth -= 1
    return "".join(kept) + text[since:]


def fault_of(update: Any) -> str | None:  # noqa: ANN401 # JSON from outside
    """Say what keeps an update from being read; None when nothing does."""
    try:
        read = Update.de_json(update, None)
        sound = _is_sound(read)
    except Exception as error:  # noqa: BLE001 # whatever the library trips over is not an update
        return type(error).__name__
    return None if sound else "a value of another type"


def _left_of(update: Any, fault: str | None) -> dict[str, Any]:  # noqa: ANN401 # JSON from outside
    number = update.get("update_id") if isinstance(update, dict) else None
    if fault is None or not _is_number(number):
        return update if fault is None else {}
    log.warning("update passed over", update_id=number, reason=fault)
    return {"update_id": number}


def _is_sound(update: Update) -> bool:
    """Tell whether all that the handlers look at is of its documented type."""
    query, change = update.callback_query, update.my_chat_member
    chat, message = update.effective_chat, update.effective_message
    return (
        _is_number(update.update_id)
        and _is_person(update.effective_user)
        and (chat is None or _is_chat(chat))
        and (message is None or _is_message(message))
        and (query is None or (_is_text(query.id) and _is_text(query.data or "")))
        and (change is None or _is_a(ChatMember, change.new_chat_member))
    )


def _is_person(person: User | None) -> bool:
    if person is None:
        return True
    perhaps = (person.last_name, person.username, person.language_code)
    told = (person.first_name, *(text or "" for text in perhaps))
    return _is_number(person.id) and all(map(_is_text, told))


def _is_chat(chat: Chat) -> bool:
    return _is_a(Chat, chat) and _is_number(chat.id) and _is_text(chat.type)


def _is_message(message: MaybeInaccessibleMessage) -> bool:
    if not _is_number(message.message_id):
        return False
    if not isinstance(message, Message):
        return True
    spans = (number for each in message.entities for number in (each.offset, each.length))
    return _is_chat(message.chat) and _is_text(message.text or "") and all(map(_is_number, spans))


def _is_a(kind: type, value: object) -> bool:
    """Tell whether a value is what the library says that it always is."""
    return isinstance(value, kind)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and -LARGEST <= value < LARGEST


def _is_text(value: object) -> bool:
    """Tell whether a value is text that can be written down: half a surrogate pair cannot."""
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)
