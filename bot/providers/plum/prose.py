"""Texts that Plum writes as HTML, as plain text for a message."""

from html.parser import HTMLParser
from typing import Final

from bot.providers.decoding import one_line

LONGEST: Final = 500
"""Characters of a text that are kept: it stands in a message with others."""

_LONGEST_SOURCE: Final = 50_000
_UNSEEN: Final = frozenset({"script", "style", "head", "title"})
_LISTS: Final = {"ol": 0, "ul": None}
"""How many steps of a list were told at its beginning; None where they have no numbers."""


class _Words(HTMLParser):
    """Collects what a reader would see; every tag is a space, so that words do not run together.

    Steps keep their numbers and points their dots: in one line they could not be told apart.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._hidden = 0
        self._step: int | None = None

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 # theirs
        self._hidden += tag in _UNSEEN
        self.seen.append(" ")
        if tag in _LISTS:
            self._step = _LISTS[tag]
        elif tag == "li":
            self.seen.append(self._mark())

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _UNSEEN))
        self.seen.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)

    def _mark(self) -> str:
        """What stands before the next step of a list, or a point of one without numbers."""
        if self._step is None:
            return "• "
        self._step += 1
        return f"{self._step}. "


def prose(written: str, *, longest: int = LONGEST) -> str:
    """Read a text in one line, without tags and invisible signs, cut where it is too long."""
    words = _Words()
    words.feed(written[:_LONGEST_SOURCE])
    words.close()
    return one_line("".join(words.seen), longest=longest)
