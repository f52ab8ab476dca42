"""The data of buttons, `verb:arguments`: made here, and read here as hostile input.

A button carries ids, never a position in memory, so that it works after any restart. What does
not have the shape of its verb matches no handler, and is answered as an old button.
"""

import re
from enum import StrEnum

from bot.errors import DomainError

LONGEST = 64
"""Bytes of data that Telegram lets a button carry (Bot API, InlineKeyboardButton)."""


class Verb(StrEnum):
    """What a button asks for."""

    LANGUAGE = "language"
    ACCESS = "access"
    APPROVE = "approve"
    DECLINE = "decline"
    CATEGORY = "category"
    PRODUCT = "product"
    COUNTRY = "country"
    TYPE = "type"
    QUANTITY = "quantity"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    PAGE = "page"
    BACK = "back"
    ORDER = "order"
    REVEAL = "reveal"
    UNDO = "undo"
    ALERT = "alert"
    RESOLVE = "resolve"


HERE = "country"
"""Marks a product that was chosen among those of its country, so that Back leads there."""

_ID = r"([0-9]{1,18})"
_PLACE = r"([a-z-]{1,20})(?::([0-9]{1,18}))?"
_THEIR_ID = r"([A-Za-z0-9_-]{1,32})"

SHAPES = {
    verb: re.compile(f"{verb}:{arguments}", re.ASCII)
    for verb, arguments in {
        Verb.LANGUAGE: r"([a-z]{2})",  # its code
        Verb.ACCESS: "",
        Verb.APPROVE: _ID,  # a request
        Verb.DECLINE: _ID,
        Verb.CATEGORY: _ID,
        Verb.PRODUCT: rf"{_ID}(?::({HERE}))?",
        Verb.COUNTRY: rf"{_ID}(?::{_ID})?",  # of a category; the one of a product
        Verb.TYPE: _ID,
        Verb.QUANTITY: rf"{_ID}:([0-9]{{1,9}})",  # a type, how many
        Verb.CONFIRM: r"([A-Za-z0-9_-]{1,50})",  # a quote
        Verb.CANCEL: _ID,  # an order
        Verb.PAGE: rf"{_PLACE}:([0-9]{{1,9}})",  # what, perhaps of which, which page
        Verb.BACK: _PLACE,  # where, perhaps of which
        Verb.ORDER: _ID,
        Verb.REVEAL: _ID,
        Verb.UNDO: r"([A-Za-z0-9:_-]{1,59})",  # the key of a ledger entry
        # An alert, what to do about it, perhaps with which provider order.
        Verb.ALERT: rf"{_ID}:([a-z-]{{1,20}})(?::{_THEIR_ID})?",
        Verb.RESOLVE: rf"{_ID}:{_THEIR_ID}",  # an order; settle, absent or which provider order
    }.items()
}


def data(verb: Verb, *arguments: object) -> str:
    """Make the data of a button; one that could not be read again is a `DomainError`."""
    made = f"{verb}:{':'.join(str(argument) for argument in arguments)}"
    if len(made.encode()) > LONGEST or not SHAPES[verb].fullmatch(made):
        raise DomainError(f"no button can carry {made!r}")
    return made


def shape_of(verb: Verb, place: str = "") -> re.Pattern[str]:
    """Give the pattern of a verb's data; `place` narrows a page or a way back to one screen."""
    shape = SHAPES[verb].pattern
    if place:
        shape = shape.replace("([a-z-]{1,20})", f"({re.escape(place)})")
    return re.compile(f"^(?:{shape})\\Z", re.ASCII)
