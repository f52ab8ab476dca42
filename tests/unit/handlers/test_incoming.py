"""What comes from Telegram is looked at once, before any handler."""

import json
from typing import Any

import pytest

from handlers.incoming import fault_of, readable

AMINA: dict[str, Any] = {"id": 7, "is_bot": False, "first_name": "Amina"}
CHAT: dict[str, Any] = {"id": 7, "type": "private", "first_name": "Amina"}
SAID: dict[str, Any] = {"message_id": 4, "date": 1, "chat": CHAT, "from": AMINA, "text": "/buy"}
BOT = {"id": 1, "is_bot": True, "first_name": "Wakil"}
MEMBER = {"user": BOT, "status": "member"}


def said(**changed: object) -> dict[str, Any]:
    """Write an update about a message."""
    return {"update_id": 9, "message": SAID | changed}


def joined(**changed: object) -> dict[str, Any]:
    """Write an update about a person who started the bot."""
    change = {"chat": CHAT, "from": AMINA, "date": 1, "old_chat_member": MEMBER}
    return {"update_id": 9, "my_chat_member": change | {"new_chat_member": MEMBER} | changed}


def pressed(**changed: object) -> dict[str, Any]:
    """Write an update about a press."""
    press = {"id": "1", "from": AMINA, "message": SAID, "chat_instance": "1", "data": "access:"}
    return {"update_id": 9, "callback_query": press | changed}


HONEST = (
    said(),
    said(sticker=None, caption="x"),
    said(entities=[{"type": "bot_command", "offset": 0, "length": 4}]),
    said(**{"from": None}),
    said(of_tomorrow={"anything": [1]}),
    joined(),
    pressed(),
    pressed(data=None, game_short_name="game"),
    pressed(message={"chat": CHAT, "message_id": 4, "date": 0}),
    {"update_id": 9, "of_tomorrow": 5},
)
SPOILT = (
    said(text=5),
    said(text="\ud800"),
    said(date="yesterday"),
    said(chat=None),
    said(chat={"type": "private"}),
    said(chat=CHAT | {"id": "7"}),
    said(message_id=None),
    said(entities=[0]),
    said(entities=[{"type": "bot_command", "offset": 0, "length": "all"}]),
    said(**{"from": AMINA | {"id": 2**63}}),
    said(**{"from": AMINA | {"first_name": None}}),
    said(**{"from": AMINA | {"username": ["a"]}}),
    joined(new_chat_member=None),
    pressed(id=1),
    pressed(data=7),
    pressed(message={"chat": CHAT, "message_id": None, "date": 0}),
    {"update_id": 9, "message": "text"},
)


@pytest.mark.parametrize("update", HONEST, ids=repr)
def test_what_telegram_may_send_is_read(update: dict[str, Any]) -> None:
    """Whatever the Bot API allows, today or tomorrow, reaches the handlers unchanged."""
    payload = json.dumps({"ok": True, "result": [update]}).encode()
    assert readable(payload) is payload


@pytest.mark.parametrize("update", SPOILT, ids=repr)
def test_of_what_cannot_be_read_the_number_is_left(update: dict[str, Any]) -> None:
    """An update that would break the reading is emptied, so that it is confirmed with the rest."""
    payload = json.dumps({"ok": True, "result": [said(), update, pressed()]}).encode()
    kept = json.loads(readable(payload))
    assert kept == {"ok": True, "result": [said(), {"update_id": 9}, pressed()]}
    assert all(fault_of(one) is None for one in kept["result"])


@pytest.mark.parametrize(
    "update", [5, {}, {"message": SAID}, {"update_id": "9"}, {"update_id": 2**63}], ids=repr
)
def test_what_has_no_number_is_left_out(update: object) -> None:
    """Nothing can confirm what has no number; it must not hold up the others."""
    payload = json.dumps({"ok": True, "result": [update, said()]}).encode()
    assert json.loads(readable(payload))["result"] == [said()]


DEEP = "[" * 200_000 + "]" * 200_000
LONG = "9" * 4_301


@pytest.mark.parametrize(
    "told",
    [DEEP, '{"a":' * 3_000 + "[]" + "}" * 3_000, LONG, f"-{LONG}", f'[{{"[\\"]":{LONG}}}]'],
    ids=lambda told: told[:9],
)
def test_what_python_cannot_read_is_left_out(told: str) -> None:
    """Nesting and numbers without end are nobody's text: everything around them is served."""
    odd = json.dumps(said(of_tomorrow="?")).replace('"?"', told)
    spoilt = json.dumps(said(text="?")).replace('"?"', told)
    payload = f'{{"ok":true,"result":[{json.dumps(pressed())},{odd},{spoilt}]}}'.encode()
    one, two, three = json.loads(readable(payload))["result"]
    assert one == pressed()
    assert two["message"]["text"] == "/buy"
    assert "message" not in three or not three["message"]["text"]
    assert not any(map(fault_of, (one, two, three)))


def test_a_text_that_is_no_utf8_is_read_as_far_as_it_is() -> None:
    """A byte that is no text costs that one sign, as in the library, and no update."""
    payload = json.dumps({"ok": True, "result": [said(text="caf?")]}).encode()
    spoilt = payload.replace(b"caf?", b"caf\xe9")
    assert readable(spoilt) is spoilt


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"<html>", b"[]", b'{"ok":true}', b'{"ok":true,"result":{}}', b"\xff"),
        *(b"[" * 200_000, b'{"result":[' + b'{"a":' * 5_000, b'{"result":["' + b'\\"[' * 99_999),
    ],
    ids=lambda payload: repr(payload[:20]),
)
def test_what_is_no_list_of_updates_is_no_answer(payload: bytes) -> None:
    """What cannot be read at all is asked for again after a pause, and is in no log."""
    assert readable(payload) == b""
