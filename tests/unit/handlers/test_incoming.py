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


@pytest.mark.parametrize("update", [5, {}, {"message": SAID}, {"update_id": "9"}], ids=repr)
def test_what_has_no_number_is_left_out(update: object) -> None:
    """Nothing can confirm what has no number; it must not hold up the others."""
    payload = json.dumps({"ok": True, "result": [update, said()]}).encode()
    assert json.loads(readable(payload))["result"] == [said()]


@pytest.mark.parametrize("payload", [b"", b"<html>", b"[]", b'{"ok":true,"result":{}}', b"\xff"])
def test_what_is_no_list_of_updates_is_left_to_the_library(payload: bytes) -> None:
    """What is no answer of Telegram's at all is for the library to complain about."""
    assert readable(payload) is payload
