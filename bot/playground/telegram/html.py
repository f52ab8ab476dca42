"""Telegram's HTML, read and refused as TDLib does it (td/telegram/MessageEntity.cpp)."""

import re
from dataclasses import dataclass

from bot.playground.telegram.answers import bad_request
from bot.playground.telegram.entities import Entity, units

_KINDS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*));?")
_SPACE = " \t\r\n\0\v"
_END = "\0"  # stands after the last character, so that a look ahead never runs out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tag:
    name: str
    argument: str
    offset: int
    piece: int


def parse(source: str) -> tuple[str, list[Entity]]:
    """Return the text of `source` and its entities, in the order their tags close.

    Raises:
        Refused: "can't parse entities: …" with the byte offset, in Telegram's words.
    """
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source + _END
        self._at = 0
        self._pieces: list[str] = []
        self._offset = 0
        self._open: list[_Tag] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._source) - 1:
            if self._source[self._at] != "<":
                self._write(self._character())
            elif self._source[self._at + 1] == "/":
                self._close_tag()
            else:
                self._open_tag()
        if self._open:
            raise self._refusal(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"'
            )
        return "".join(self._pieces), self._entities

    def _open_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._while_not(_SPACE + ">").lower()
        if self._peek() == _END:
            raise self._refusal("Unclosed start tag", begin)
        if name not in _KINDS:
            raise self._refusal(f'Unsupported start tag "{name}"', begin)
        argument = self._arguments(name, begin)
        if name == "span" and argument != "spoiler":
            raise self._refusal('Tag "span" must have class "tg-spoiler"', begin)
        self._at += 1
        self._open.append(
            _Tag(name=name, argument=argument, offset=self._offset, piece=len(self._pieces))
        )

    def _arguments(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self._skip_space()
            if self._peek() == ">":
                return argument
            name = self._while_not(_SPACE + "=>/\"'")
            if not name:
                raise self._refusal(f'Empty attribute name in the tag "{tag}"', begin)
            self._skip_space()
            value = self._value(tag, begin) if self._peek() == "=" else ""
            if self._peek() == _END:
                raise self._refusal(f'Unclosed start tag "{tag}"', begin)
            argument = _meaning(tag, name, value) or argument

    def _value(self, tag: str, begin: int) -> str:
        self._at += 1
        self._skip_space()
        if self._peek() == _END:
            raise self._refusal(f'Unclosed start tag "{tag}"', begin)
        if self._peek() in "'\"":
            return self._quoted(begin)
        start = self._at
        while self._peek() in ".-" or (self._peek().isascii() and self._peek().isalnum()):
            self._at += 1
        if self._peek() not in " \t\r\n\v>":
            raise self._refusal("Unexpected end of name token", start)
        return self._source[start : self._at].lower()

    def _quoted(self, begin: int) -> str:
        quote, value = self._peek(), []
        self._at += 1
        while self._peek() not in (quote, _END):
            value.append(self._character())
        if self._peek() == _END:
            raise self._refusal("Unclosed start tag", begin)
        self._at += 1
        return "".join(value)

    def _close_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._refusal("Unexpected end tag", begin)
        self._at += 2
        name = self._while_not(_SPACE + ">")
        self._skip_space()
        if self._peek() != ">":
            raise self._refusal("Unclosed end tag", begin)
        tag = self._open.pop()
        if name and name != tag.name:
            raise self._refusal(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        self._at += 1
        if self._offset > tag.offset:
            self._mark(tag)

    def _mark(self, tag: _Tag) -> None:
        kind, url, language = _KINDS[tag.name], "", ""
        length = self._offset - tag.offset
        if tag.name == "a":
            url = _link(tag.argument or "".join(self._pieces[tag.piece :]))
            if not url:
                return
        if tag.name == "blockquote" and tag.argument:
            kind = "expandable_blockquote"
        if tag.name == "pre" and self._covers_code(tag, length):
            language = self._entities.pop().language
        elif tag.name == "code":
            language = tag.argument
        self._entities.append(
            Entity(kind=kind, offset=tag.offset, length=length, url=url, language=language)
        )

    def _covers_code(self, tag: _Tag, length: int) -> bool:
        last = self._entities[-1] if self._entities else None
        return (
            last is not None
            and (last.kind, last.offset, last.length) == ("code", tag.offset, length)
            and bool(last.language)
        )

    def _character(self) -> str:
        reference = _REFERENCE.match(self._source, self._at)
        if reference and (decoded := _decoded(reference)):
            self._at = reference.end()
            return decoded
        self._at += 1
        return self._source[self._at - 1]

    def _write(self, character: str) -> None:
        if "\ud800" <= character <= "\udfff":
            raise self._refusal(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        self._pieces.append(character)
        self._offset += units(character)

    def _peek(self) -> str:
        return self._source[self._at]

    def _while_not(self, stops: str) -> str:
        start = self._at
        while self._peek() not in stops:
            self._at += 1
        return self._source[start : self._at]

    def _skip_space(self) -> None:
        while self._at < len(self._source) - 1 and self._peek() in _SPACE:
            self._at += 1

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _refusal(self, what: str, begin: int | None = None) -> Exception:
        where = "" if begin is None else f" at byte offset {self._bytes(begin)}"
        return bad_request(f"can't parse entities: {what}{where}")


def _meaning(tag: str, name: str, value: str) -> str:
    match tag, name:
        case "a", "href":
            return value
        case "code", "class":
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case "span", "class":
            return value.removeprefix("tg-") if value.startswith("tg-") else ""
        case "blockquote", "expandable":
            return "1"
        case _:
            return ""


def _decoded(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name is not None:
        return _NAMED.get(name, "")
    number = int(hexadecimal, 16) if hexadecimal else int(decimal or "0")
    length = len(reference.group().rstrip(";"))
    return chr(number) if 0 < number < 0x10FFFF and length < 10 else ""


def _link(url: str) -> str:
    """Return the normalised address, or nothing where Telegram would drop the link."""
    url = url.strip()
    if url.startswith("tg://"):
        return url
    found = re.fullmatch(r"(?:(https?)://)?([^/?#\s]+\.[^/?#\s.]+)([/?#]\S*)?", url)
    if not found:
        return ""
    scheme, host, rest = found.groups()
    path = rest or "/"
    return f"{scheme or 'http'}://{host}{path if path.startswith('/') else '/' + path}"
