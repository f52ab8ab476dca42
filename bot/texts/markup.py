"""Telegram HTML that is already escaped, told apart from text that is not."""

import html
import re
from collections.abc import Iterable

_TAG = re.compile("<[^>]*>")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ue000\ue001]")
"""Controls, and the marks that would turn the direction of the text around an argument."""


class Markup(str):
    """Telegram HTML, escaped: inserted into a message as it is."""

    __slots__ = ()


class Rows(Markup):
    """Whole lines: they carry their own isolates, an isolate round them would hide their words."""

    __slots__ = ()


def plain(text: str) -> str:
    """Take out what could reorder or break the text around; everything else stays."""
    return _UNSAFE.sub("", text)


def escaped(text: str) -> Markup:
    """Make `text` safe to insert into Telegram HTML; `Markup` is returned as it is."""
    return text if isinstance(text, Markup) else Markup(html.escape(plain(text)))


def code(value: str) -> Markup:
    """Show a card code or a serial so that a tap copies exactly `value`, byte for byte."""
    return Markup(f"<code>{html.escape(value)}</code>")


def link(address: str, text: str) -> Markup:
    """Make `text` a link; a whole, since an isolate inside `href` would break the address."""
    return Markup(f'<a href="{html.escape(address)}">{escaped(text)}</a>')


def rows(lines: Iterable[str]) -> Markup:
    """Join lines, each escaped unless it is `Markup`, to stand on their own in a message."""
    return Rows("\n".join(escaped(line) for line in lines))


def units(text: str) -> int:
    """Count the units in which Telegram counts a text: those of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def shown_units(markup: Markup) -> int:
    """Count the units of what is seen of `markup`, without its tags."""
    return units(html.unescape(_TAG.sub("", markup)))


def shortened(text: str, most: int) -> str:
    """Cut a text that is longer than `most` units, with a sign that something is missing."""
    if units(text) <= most:
        return text
    kept = text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    return kept.rstrip() + "…"
