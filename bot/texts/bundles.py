"""The messages of one language, read from its .ftl files."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from babel import Locale
from fluent.runtime import FluentBundle
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.errors import TextError
from bot.texts.formats import LOCALES

_BEFORE_A_MESSAGE = re.compile(r"^(?=[A-Za-z][\w-]* *=)", re.ASCII | re.MULTILINE)
"""Every message begins its line with its id; its own further lines are indented."""
_LATIN = re.compile(r"<[^>]*>|&\w+;|([/@]?[A-Za-z]\w*(?: +\w+)*)", re.ASCII)
_LEFT_TO_RIGHT_ISOLATE, _POP_ISOLATE = "\u2066", "\u2069"


class _LatinIsolated(Visitor):
    """Isolate Latin words in right-to-left text: unisolated, `/buy` is shown as `buy/`.

    So translators never type an invisible character.  Tags and entities are left alone.
    """

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802 - named by Fluent
        """Put isolates round every run of Latin words, with the numbers that follow them."""
        node.value = _LATIN.sub(self._isolated, node.value)

    def _isolated(self, match: re.Match[str]) -> str:
        words = match[1]
        return f"{_LEFT_TO_RIGHT_ISOLATE}{words}{_POP_ISOLATE}" if words else match[0]


class Bundle:
    """The messages of one language; what is wrong with its files goes to `report`.

    A message is parsed when it is first said, and refers to no other: a shop says few of them in
    each language, and the others would only take time and memory. A message that does not parse,
    or an id that stands twice, would be skipped by Fluent without a word: here it is a fault.
    """

    def __init__(self, language: str, folder: Path, report: Callable[[str], None]) -> None:
        self._bundle = FluentBundle([LOCALES[language].replace("_", "-")], use_isolating=True)
        self._right_to_left = Locale.parse(LOCALES[language]).text_direction == "rtl"
        self._unparsed: dict[str, str] = {}
        self._report = report
        self.ids: set[str] = set()
        for path in sorted(folder.glob("*.ftl")):
            self._read(path)
        if not self.ids:
            self._report(f"There are no texts in {folder.name}")

    def format(self, message_id: str, arguments: Mapping[str, object]) -> tuple[str, list[str]]:
        """Render a message; returns the text, and what was wrong with it (normally nothing)."""
        if message_id not in self.ids:
            raise TextError(f"There is no text {message_id}")
        if message_id in self._unparsed:
            self._parse(message_id)
        if not self._bundle.has_message(message_id):
            raise TextError(f"The text {message_id} does not parse")
        pattern = self._bundle.get_message(message_id).value
        if pattern is None:
            raise TextError(f"The text {message_id} has no value")
        text, errors = self._bundle.format_pattern(pattern, dict(arguments))
        return str(text), [f"{message_id}: {error}" for error in errors]

    def parse_all(self) -> None:
        """Parse what was not said yet, so that every fault is reported."""
        for message_id in tuple(self._unparsed):
            self._parse(message_id)

    def _read(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        before, *messages = _BEFORE_A_MESSAGE.split(text)
        self._add(path.name, before)
        for message in messages:
            message_id = message.partition("=")[0].rstrip()
            if message_id in self.ids:
                self._report(f"{path.name} gives {message_id} a second time")
            self.ids.add(message_id)
            self._unparsed.setdefault(message_id, message)

    def _parse(self, message_id: str) -> None:
        self._add(message_id, self._unparsed.pop(message_id))

    def _add(self, place: str, text: str) -> None:
        # Without spans: nobody asks where a message stood, and they are half of its memory.
        resource = FluentParser(with_spans=False).parse(text)
        for entry in resource.body:
            if isinstance(entry, ast.Junk):
                self._report(f"{place} does not parse near: {str(entry.content)[:60]!r}")
        if self._right_to_left:
            _LatinIsolated().visit(resource)
        self._bundle.add_resource(resource)
