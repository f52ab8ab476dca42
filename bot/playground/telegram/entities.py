"""Entities of a text, counted as Telegram counts them: in UTF-16 code units."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ENTITIES_PER_MESSAGE = 100
"""More stay plain text (Bot API, limits)."""

# TDLib, MessageEntity.cpp: what stands first among entities of one range.
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 10,
    "code": 20,
    "text_link": 49,
    "bot_command": 50,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
}
_SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_VERBATIM = {"code", "pre"}
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A stretch of a text with a meaning; `offset` and `length` are UTF-16 code units."""

    kind: str
    offset: int
    length: int
    url: str = ""
    language: str = ""

    @property
    def end(self) -> int:
        """Return the first code unit after the stretch."""
        return self.offset + self.length

    def of(self, text: str) -> str:
        """Return the stretch of `text` that the entity covers."""
        units = text.encode("utf-16-le")
        return units[2 * self.offset : 2 * self.end].decode("utf-16-le")


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def commands(text: str) -> Iterator[Entity]:
    """Find `/command` and `/command@bot`, which Telegram marks by itself."""
    for match in _COMMAND.finditer(text):
        yield Entity(
            kind="bot_command", offset=units(text[: match.start()]), length=units(match.group())
        )


def settle(text: str, entities: list[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """Trim `text` and put its entities in Telegram's order, shifted, clipped, split and limited.

    Bold and its like never overlap `code` and `pre`: they are cut round them.  Commands outside
    of them are marked.
    """
    body = text.strip(" \n")
    before = units(text[: len(text) - len(text.lstrip(" \n"))])
    moved = _clipped(entities, before, units(body))
    verbatim = [entity for entity in moved if entity.kind in _VERBATIM]
    found = [entity for entity in commands(body) if not _touches(entity, verbatim)]
    kept = [
        piece
        for entity in moved
        for piece in (_cut(entity, verbatim) if entity.kind in _SPLITTABLE else [entity])
    ]
    return body, tuple(sorted(kept + found, key=_place)[:ENTITIES_PER_MESSAGE])


def _place(entity: Entity) -> tuple[int, int, int]:
    return entity.offset, -entity.length, _PRIORITY[entity.kind]


def _touches(entity: Entity, others: list[Entity]) -> bool:
    return any(entity.offset < other.end and other.offset < entity.end for other in others)


def _clipped(entities: list[Entity], before: int, length: int) -> list[Entity]:
    clipped = []
    for entity in entities:
        start = max(entity.offset - before, 0)
        end = min(entity.end - before, length)
        if start < end:
            clipped.append(_part(entity, start, end))
    return clipped


def _cut(entity: Entity, holes: list[Entity]) -> list[Entity]:
    pieces, start = [], entity.offset
    for hole in sorted(holes, key=_place):
        pieces.append((start, min(hole.offset, entity.end)))
        start = max(start, hole.end)
    pieces.append((start, entity.end))
    return [_part(entity, begin, end) for begin, end in pieces if begin < end]


def _part(entity: Entity, start: int, end: int) -> Entity:
    return Entity(
        kind=entity.kind,
        offset=start,
        length=end - start,
        url=entity.url,
        language=entity.language,
    )
