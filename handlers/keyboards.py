"""Rows of buttons: mirrored where the language starts at the right, Back alone at the end."""

import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.texts import Voice
from handlers.callbacks import Verb, data

T = TypeVar("T")

Row = Sequence[InlineKeyboardButton]

PAGE = 8
"""Entries on one page of a list."""


SIDE_BY_SIDE = 16
"""Signs that a button of half a small phone's width shows; what is longer loses its end."""


def press(label: str, verb: Verb, *arguments: object) -> InlineKeyboardButton:
    """Make a button that asks for something."""
    return InlineKeyboardButton(label, callback_data=data(verb, *arguments))


def copies(label: str, text: str) -> InlineKeyboardButton:
    """Make a button that copies `text` (256 characters at most) and tells nobody."""
    return InlineKeyboardButton(label, copy_text=CopyTextButton(text))


def keyboard(
    voice: Voice, *rows: Row, back: tuple[object, ...] | None = None
) -> InlineKeyboardMarkup | None:
    """Lay buttons out; `back` is where Back leads (the arguments of `back:`), None for no Back.

    Telegram has no switch for right-to-left keyboards, so rows are mirrored here. Empty rows are
    left out; no button at all is None.
    """
    last = [[press(voice.label("button-back"), Verb.BACK, *back)]] if back else []
    mirrored = [list(reversed(row)) if voice.right_to_left else list(row) for row in rows if row]
    return InlineKeyboardMarkup([*mirrored, *last]) if mirrored or last else None


def column(buttons: Sequence[InlineKeyboardButton], width: int = 1) -> tuple[Row, ...]:
    """Set buttons in rows of `width`, in reading order."""
    return tuple(buttons[start : start + width] for start in range(0, len(buttons), width))


def fitting(buttons: Sequence[InlineKeyboardButton]) -> tuple[Row, ...]:
    """Set buttons two beside each other where all their labels fit, else one below the other."""
    fits = all(_shown(button.text) <= SIDE_BY_SIDE for button in buttons)
    return column(buttons, width=2 if fits else 1)


def cut(listed: Sequence[T], page: int, size: int = PAGE) -> tuple[Sequence[T], int, int]:
    """Cut out a page, and tell which it is of how many; one beyond the last is the last."""
    of = max(1, -(-len(listed) // size))
    page = min(max(1, page), of)
    return listed[(page - 1) * size : page * size], page, of


def pages(voice: Voice, page: int, of: int, *what: object) -> Row:
    """Make the row that turns pages (`◀ 2/5 ▶`) of `what`; empty when there is one page only.

    The counter between the arrows shows its own page again, which changes nothing.
    """
    if of <= 1:
        return ()
    before = [press(voice.label("button-previous"), Verb.PAGE, *what, page - 1)]
    after = [press(voice.label("button-next"), Verb.PAGE, *what, page + 1)]
    here = press(voice.label("button-page", page=page, pages=of), Verb.PAGE, *what, page)
    return [*(before if page > 1 else []), here, *(after if page < of else [])]


def _shown(label: str) -> int:
    return sum(unicodedata.category(sign) != "Cf" for sign in label)
