"""Texts as the bot sends them: cleaned, parsed, measured."""

import re
from dataclasses import dataclass

from bot.playground.telegram import html
from bot.playground.telegram.answers import bad_request, not_in_the_double
from bot.playground.telegram.entities import Entity, settle, units
from bot.playground.telegram.params import Params

TEXT_UNITS = 4096
"""Longest text after parsing.  Telegram counts characters; UTF-16 units are the stricter rule."""
CAPTION_UNITS = 1024

# TDLib, clean_input_string: control characters become spaces, line and paragraph separators and
# directional embeddings (not isolates) vanish, and so do three combining lines.
_BECOMES_SPACE = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
_VANISHES = re.compile("[\r\u2028-\u202e\u030a\u0333\u033f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A text and what is marked in it."""

    text: str = ""
    entities: tuple[Entity, ...] = ()


def formatted_text(params: Params) -> Formatted:
    """Return the text of a message, 1 to 4096 units long."""
    found = _formatted(params, "text")
    if not found.text:
        raise bad_request("message text is empty")
    if units(found.text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return found


def formatted_caption(params: Params) -> Formatted:
    """Return the caption of a document, at most 1024 units long, perhaps empty."""
    found = _formatted(params, "caption")
    if units(found.text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return found


def plain(text: str) -> Formatted:
    """Return what Telegram makes of a text that a person typed."""
    body, entities = settle(_clean(text), [])
    return Formatted(text=body, entities=entities)


def _formatted(params: Params, name: str) -> Formatted:
    if "entities" in params or "caption_entities" in params:
        raise not_in_the_double("explicit entities")
    source = _clean(params.get(name, ""))
    entities: list[Entity] = []
    match params.get("parse_mode", "").lower():
        case "":
            text = source
        case "html":
            text, entities = html.parse(source)
        case "markdown" | "markdownv2":
            raise not_in_the_double("Markdown")
        case _:
            raise bad_request("unsupported parse_mode")
    body, settled = settle(text, entities)
    return Formatted(text=body, entities=settled)


def _clean(text: str) -> str:
    return _VANISHES.sub("", _BECOMES_SPACE.sub(" ", text))
