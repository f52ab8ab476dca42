"""Updates as a tampered app, an old app, or a new Bot API may send them: honest ones, spoilt."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from bot.playground.telegram import Person, Telegram
from bot.playground.telegram.wire import membership_json, message_json, query_json
from handlers.callbacks import LONGEST, Verb
from tests.fuzz.spoiling import spoil

Payload: TypeAlias = dict[str, Any]
Update: TypeAlias = tuple[str, Payload]
"""A kind of update, and what it carries."""

MESSAGE, PRESS, MEMBERSHIP = "message", "callback_query", "my_chat_member"

OTHER_KINDS = (
    *("edited_message", "channel_post", "edited_channel_post", "business_message", "inline_query"),
    *("edited_business_message", "chosen_inline_result", "shipping_query", "pre_checkout_query"),
    *("poll", "poll_answer", "chat_member", "chat_join_request", "message_reaction", "of_tomorrow"),
)

FIELDS: Payload = {
    "caption": "/buy",
    "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}],
    "sticker": {"file_id": "f"},
    "voice": {"file_id": "f", "file_unique_id": "u", "duration": 1},
    "contact": {"phone_number": "+213555000000", "first_name": "\u202eAli"},
    "location": {"latitude": 36.7, "longitude": 3.0},
    "dice": {"emoji": "🎲", "value": 6},
    "web_app_data": {"data": "confirm:1", "button_text": "x"},
    "users_shared": {"request_id": 1, "users": [{"user_id": 1}]},
    "migrate_to_chat_id": -100,
    "new_chat_members": [{"id": 1, "is_bot": False, "first_name": "K"}],
    "left_chat_member": {"id": 7, "is_bot": False, "first_name": "A"},
    "group_chat_created": True,
    "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Karim"},
    "via_bot": {"id": 5, "is_bot": True, "first_name": "b", "username": "other_bot"},
    "sender_chat": {"id": -100, "type": "channel", "title": "t"},
    "business_connection_id": "b",
    "edit_date": 1,
    "media_group_id": "m",
    "quote": {"text": "7", "position": 0},
    "entities": [{"type": "bot_command", "offset": 0, "length": 9_000}],
    "is_topic_message": True,
}
"""What a message may carry besides a text."""

BLOCKS = range(0, 0x30000, 0x80)

AREAS = (range(0x30000), range(0xE0000, 0xE1000), range(0x10F000, 0x110000))
"""All of Unicode where signs are assigned, and the end of it."""

LONGEST_TEXT = 4_096
"""Signs of a message (Bot API, Message)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forger:
    """What a forger knows: who there is, and the name of everything that is not his."""

    people: Sequence[Person]
    ids: Sequence[str]
    commands: Sequence[str]
    admin_id: int

    def forge(self, chance: Random, honest: Update) -> Update | None:
        """Spoil an update once or twice; None for one that nobody could send."""
        kind, payload = honest[0], json.loads(json.dumps(honest[1]))
        for harm in chance.choices(_HARMS[kind], k=chance.choice((1, 1, 2))):
            harm(self, chance, payload)
        if chance.random() < 0.25:
            payload = _spoilt(chance, payload)
        if chance.random() < 0.05:
            kind = chance.choice(OTHER_KINDS)
        return (kind, payload) if self._can_be_sent(payload) else None

    def _can_be_sent(self, payload: Payload) -> bool:
        """Telegram tells truly who writes: nobody but an admin writes as one."""
        sender = payload.get("from")
        return not (isinstance(sender, dict) and sender.get("id") == self.admin_id)

    def data(self, chance: Random) -> str:
        """Make up the data of a button."""
        verb, args = (
            chance.choice(list(Verb)),
            chance.choices(self.ids, k=chance.choice((0, 1, 2, 3))),
        )
        made = ":".join([verb, *args])
        ways = (made, made, made, made, made.upper(), made + "\n", made.ljust(LONGEST, "9"), "")
        return chance.choice((*ways, chance.choice(words(chance))))[: LONGEST * 2]

    def text(self, chance: Random) -> str:
        """Make up what somebody types."""
        said = chance.choice(words(chance))
        name = chance.choice(self.commands)
        several = " ".join(chance.choices((*self.ids, said[:50]), k=chance.randrange(4)))
        return chance.choice((said, said, f"/{name}", f"/{name} {several}", f"/{name}@x {said}"))


def words(chance: Random) -> tuple[str, ...]:
    """Give texts of every sort: each script, what cannot be seen, what is too long or too much."""
    block = chance.choice(BLOCKS)
    signs = [chr(code) for code in range(block, block + 0x80) if not 0xD800 <= code < 0xE000]
    return (
        "".join(chance.choices(signs or "x", k=chance.choice((1, 5, 64)))),
        "\u202e\u2066" * 30 + "/buy" + "\u200b\u200d\ufeff" * 30,
        "e" + "\u0301\u0489\u20dd" * 300,
        "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20,
        chance.choice(
            ("-1", "0", "-0", "00002", "1e3", "2.0", "2,5", "+2", "٢", "२", "²", "½", "Ⅻ")
        ),
        "9" * chance.choice((10, 19, 400, 5_000)),
        f"{chance.randrange(-(10**20), 10**20)}",
        "x" * 100_000,
        "<b>&lt;</b> {$order} %s \\ ` * _ [x](tg://user?id=1)",
        "' OR 1=1; --",
        "\0\x1b[2J\r\n\t",
        " ",
    )


def every_block() -> Iterator[str]:
    """Give every sign that can be sent once, in the order of Unicode, as long messages."""
    for area in AREAS:
        signs = [chr(code) for code in area if not 0xD800 <= code < 0xE000]
        for start in range(0, len(signs), LONGEST_TEXT):
            yield "".join(signs[start : start + LONGEST_TEXT])


def record(telegram: Telegram, people: Sequence[Person]) -> list[Update]:
    """Give every update that these people have sent so far, as the bot read it."""
    queries = telegram.world.queries.values()
    return [
        *(
            (MESSAGE, message_json(said, who.chat))
            for who in people
            for said in who.chat.everything
            if said.sender == who.account
        ),
        *(
            (PRESS, query_json(query, who.chat))
            for who in people
            for query in queries
            if query.sender == who.account
        ),
        *(
            (
                MEMBERSHIP,
                membership_json(
                    who.chat,
                    telegram.world.bot,
                    by=who.account,
                    change=change,
                    at=telegram.world.now(),
                ),
            )
            for who in people
            for change in (("member", "kicked"), ("kicked", "member"))
        ),
    ]


def _spoilt(chance: Random, payload: Payload) -> Payload:
    """Spoil any values, as long as it remains JSON."""
    try:
        spoilt = json.loads(spoil(chance, json.dumps(payload).encode()), parse_constant=_no)
        json.dumps(spoilt, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return payload
    return spoilt if isinstance(spoilt, dict) else payload


def _no(name: str) -> None:
    raise ValueError(name)


def _other_text(forger: Forger, chance: Random, payload: Payload) -> None:
    payload["text"] = forger.text(chance)
    length = len(payload["text"].split(" ")[0])
    payload.pop("entities", None)
    if payload["text"].startswith("/"):
        payload["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]


def _other_field(forger: Forger, chance: Random, payload: Payload) -> None:
    name = chance.choice(list(FIELDS))
    payload[name] = json.loads(json.dumps(FIELDS[name]))
    if chance.random() < 0.5:
        payload.pop("text", None)


def _reply_to_others(forger: Forger, chance: Random, payload: Payload) -> None:
    """Answer a message, of this chat or of another."""
    chat = chance.choice(forger.people).chat
    if chat.everything:
        payload["reply_to_message"] = message_json(chance.choice(list(chat.everything)), chat)


def _other_sender(forger: Forger, chance: Random, payload: Payload) -> None:
    payload["from"] = _account(chance.choice(forger.people))
    payload["from"] |= chance.choice(({}, {"is_bot": True}, {"id": 555}, {"id": 2**52}))


def _other_person(forger: Forger, chance: Random, payload: Payload) -> None:
    """Let somebody else do the same, in the own chat."""
    person = chance.choice(forger.people)
    payload["from"] = _account(person)
    chat = {"id": person.id, "type": "private", "first_name": person.account.first_name}
    if "chat" in payload:
        payload["chat"] = chat
    elif isinstance(payload.get("message"), dict):
        payload["message"]["chat"] = chat


def _other_name(forger: Forger, chance: Random, payload: Payload) -> None:
    if isinstance(payload.get("from"), dict):
        name = chance.choice(("first_name", "last_name", "username", "language_code"))
        payload["from"][name] = chance.choice((*words(chance), "fr", "ar-EG", "en_US", ""))


def _no_sender(forger: Forger, chance: Random, payload: Payload) -> None:
    payload.pop("from", None)


def _other_chat(forger: Forger, chance: Random, payload: Payload) -> None:
    told = payload.get("message") if "data" in payload else payload
    if isinstance(told, dict) and isinstance(told.get("chat"), dict):
        kind = chance.choice(("group", "supergroup", "channel", "sender", "private", "else"))
        told["chat"] |= {"type": kind, "id": chance.choice(forger.people).id}


def _other_data(forger: Forger, chance: Random, payload: Payload) -> None:
    payload["data"] = forger.data(chance)


def _other_message(forger: Forger, chance: Random, payload: Payload) -> None:
    """Press on a message that is another, gone, or none at all."""
    told = payload.get("message")
    if isinstance(told, dict):
        told |= chance.choice(({"date": 0}, {"message_id": chance.randrange(200)}, {"date": 1}))
    if chance.random() < 0.3:
        payload.pop("message", None)
        payload["inline_message_id"] = "AQAAAA"


def _no_data(forger: Forger, chance: Random, payload: Payload) -> None:
    payload.pop("data", None)
    payload["game_short_name"] = "game"


def _account(person: Person) -> Payload:
    account = person.account
    return {
        "id": account.id,
        "is_bot": False,
        "first_name": account.first_name,
        "language_code": account.language_code,
    }


Harm: TypeAlias = Callable[[Forger, Random, Payload], None]

_OF_BOTH: tuple[Harm, ...] = (_other_person, _other_sender, _other_name, _no_sender, _other_chat)
_HARMS: dict[str, tuple[Harm, ...]] = {
    MESSAGE: (*(_other_text,) * 4, _other_field, _other_field, _reply_to_others, *_OF_BOTH),
    PRESS: (*(_other_data,) * 5, _other_message, _other_message, _no_data, *_OF_BOTH),
    MEMBERSHIP: _OF_BOTH,
}
