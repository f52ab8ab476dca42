"""Inline keyboards, with Telegram's limits; stricter where Telegram silently drops."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.playground.telegram.answers import Json, bad_request, not_in_the_double
from bot.playground.telegram.params import Params

_ROW_BUTTONS = 8
_BUTTONS = 100
_DATA_BYTES = 64
_COPY_CHARACTERS = 256
_STYLES = {"", "primary", "success", "danger"}
_ADDRESS = re.compile(r"(?:https?://)?[^/?#\s]+\.[^/?#\s.]+(?:[/?#]\S*)?|tg://\S+")
_WITHOUT_BUTTONS = {"remove_keyboard", "force_reply"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message; exactly one of `data`, `url` and `copies` says what it does."""

    label: str
    data: str = ""
    url: str = ""
    copies: str = ""
    style: str = ""

    def json(self) -> Json:
        """Return the button as the Bot API writes it."""
        button: dict[str, Json] = {"text": self.label}
        if self.data:
            button["callback_data"] = self.data
        if self.url:
            button["url"] = self.url
        if self.copies:
            button["copy_text"] = {"text": self.copies}
        if self.style:
            button["style"] = self.style
        return button


Keyboard: TypeAlias = tuple[tuple[Button, ...], ...]


def keyboard_of(params: Params) -> Keyboard:
    """Return the inline keyboard a call asks for; empty where it asks for none.

    Raises:
        Refused: a button without an action, or with a value out of Telegram's bounds.
    """
    markup = params.json("reply_markup", called="reply keyboard markup")
    if markup is None:
        return ()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _rows(markup["inline_keyboard"])
    if markup and not _WITHOUT_BUTTONS & markup.keys():
        raise not_in_the_double("reply keyboards")
    return ()


def keyboard_json(keyboard: Keyboard) -> Json:
    """Return the markup as the Bot API writes it."""
    return {"inline_keyboard": [[button.json() for button in row] for row in keyboard]}


def _rows(rows: Json) -> Keyboard:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    keyboard = tuple(
        tuple(_button(button) for button in row) for row in rows if isinstance(row, list) and row
    )
    crowded = any(len(row) > _ROW_BUTTONS for row in keyboard)
    if crowded or sum(map(len, keyboard)) > _BUTTONS:
        raise bad_request("reply markup is too long")
    return keyboard


def _button(raw: Json) -> Button:
    if not isinstance(raw, dict):
        raise _unreadable("expected an Object")
    copies = raw.get("copy_text", {})
    button = Button(
        label=_field(raw, "text"),
        data=_field(raw, "callback_data"),
        url=_field(raw, "url"),
        copies=_field(copies, "text") if isinstance(copies, dict) else "",
        style=_field(raw, "style"),
    )
    _check(button, raw)
    return button


def _field(raw: dict[str, Json], name: str) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str):
        raise _unreadable(f'Field "{name}" must be of type String')
    return value


def _check(button: Button, raw: dict[str, Json]) -> None:
    if not button.label:
        raise _unreadable('Can\'t find field "text"')
    if button.style not in _STYLES:
        raise _unreadable("invalid button style specified")
    match sorted({"callback_data", "url", "copy_text"} & raw.keys()):
        case ["callback_data"]:
            fits, refusal = 1 <= len(button.data.encode()) <= _DATA_BYTES, "BUTTON_DATA_INVALID"
        case ["url"]:
            fits = _ADDRESS.fullmatch(button.url) is not None
            refusal = f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL"
        case ["copy_text"]:
            fits = 1 <= len(button.copies) <= _COPY_CHARACTERS
            refusal = "BUTTON_COPY_TEXT_INVALID"
        case []:
            raise _unreadable("Text buttons are unallowed in the inline keyboard")
        case _:
            fits, refusal = False, "BUTTON_TYPE_INVALID"
    if not fits:
        raise bad_request(refusal)


def _unreadable(why: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {why}")
