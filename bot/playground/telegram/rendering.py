"""The transcript as text for a terminal.

Nothing is removed: isolates and other invisible characters stay in the text, because they are part
of what was sent, and count as no width.  A paragraph whose first letter is read from right to left
is set against the right margin and wrapped in RIGHT-TO-LEFT ISOLATE and POP DIRECTIONAL ISOLATE, so
that a terminal that knows both directions shows it as the telephone does; labels in such a script
are isolated too, so that a row of Arabic buttons keeps the order in which it was sent.
"""

import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from bot.playground.telegram.keyboard import Keyboard
from bot.playground.telegram.model import Message
from bot.playground.telegram.transcript import Event, Kind

WIDTH = 76
_GUTTER = 9
_RLI, _FSI, _PDI = "\u2067", "\u2068", "\u2069"
_WIDE = {"W", "F"}
_NO_WIDTH = {"Mn", "Me", "Cf"}
_RIGHT_TO_LEFT = {"R", "AL"}
_MARKS = {Kind.SENT: "", Kind.EDITED: ", changed", Kind.DELETED: ", deleted"}
_DEEDS = {
    Kind.TAPPED: "taps ",
    Kind.COPIED: "copies with ",
    Kind.BLOCKED: "blocks the bot",
    Kind.UNBLOCKED: "unblocks the bot",
}


def render(events: Iterable[Event], *, width: int = WIDTH) -> str:
    """Write events as a chat reads: when, who, the message, its buttons in brackets.

    `width` is in columns; lines of messages are wrapped to it, words are never cut.
    """
    lines: list[str] = []
    chat_id = None
    for event in events:
        if event.kind is not Kind.NOTED and event.chat_id != chat_id:
            chat_id = event.chat_id
            lines += ["", _rule(event.chat, width)]
        lines += _event(event, width)
    return "\n".join(lines).strip("\n") + "\n"


def _event(event: Event, width: int) -> list[str]:
    head = f"{_when(event.at)}  {event.who}"
    match event.kind:
        case Kind.NOTED:
            lines = ["", f"{_when(event.at)}  ── {event.text}", ""]
        case Kind.SAID:
            lines = _headed(f"{head}: ", event.text, width)
        case Kind.ANSWERED:
            lines = _headed(f"{head} is shown: ", event.text, width) if event.text else []
        case _ if event.message:
            lines = _written(head, event.kind, event.message, width)
        case _:
            lines = [f"{head} {_deed(event)}"]
    return lines


def _deed(event: Event) -> str:
    button = _label(event.text) if event.text else ""
    times = f" ×{event.times}" if event.times > 1 else ""
    return f"{_DEEDS[event.kind]}{button}{times}"


def _written(head: str, kind: Kind, message: Message, width: int) -> list[str]:
    protected = ", protected" if message.protected else ""
    lines = [f"{head} (message {message.id}{_MARKS[kind]}{protected})"]
    return lines if kind is Kind.DELETED else lines + _bubble(message, width)


def _bubble(message: Message, width: int) -> list[str]:
    body = _text(message.text, width - _GUTTER - 2) if message.text else []
    if message.document:
        body.append(f"📄 {message.document.name} ({len(message.document.content)} bytes)")
    margin = " " * _GUTTER
    rows = [f"{margin}  {row}" for row in _rows(message.keyboard)]
    return [f"{margin}│ {line}".rstrip() for line in body] + rows


def _rows(keyboard: Keyboard) -> list[str]:
    return [" ".join(_label(button.label) for button in row) for row in keyboard]


def _label(text: str) -> str:
    mixed = any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)
    return f"[ {_FSI}{text}{_PDI} ]" if mixed else f"[ {text} ]"


def _headed(head: str, text: str, width: int) -> list[str]:
    first, *rest = _text(text, width - len(head)) or [""]
    return [head + first, *(" " * len(head) + line for line in rest)]


def _text(text: str, width: int) -> list[str]:
    return [
        _set(line, width, rtl=reads_right_to_left(paragraph))
        for paragraph in text.split("\n")
        for line in _wrapped(paragraph, width)
    ]


def _wrapped(paragraph: str, width: int) -> list[str]:
    lines, line = [], ""
    for word in paragraph.split(" "):
        longer = f"{line} {word}" if line else word
        if line and columns(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def _set(line: str, width: int, *, rtl: bool) -> str:
    if not rtl:
        return line
    return " " * (width - columns(line)) + f"{_RLI}{line}{_PDI}"


def reads_right_to_left(line: str) -> bool:
    """Tell whether the first letter with a direction is read from right to left."""
    for character in line:
        direction = unicodedata.bidirectional(character)
        if direction == "L":
            return False
        if direction in _RIGHT_TO_LEFT:
            return True
    return False


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def _rule(chat: str, width: int) -> str:
    return f"── {chat} ".ljust(width, "─")


def _when(at: timedelta) -> str:
    return f"{at.total_seconds():5.1f} s"
