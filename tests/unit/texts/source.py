"""The .ftl files as they are written, for tests that hold them to their rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.texts.translator import FOLDER

PLACE = "\ufffc"
"""Stands for an argument where only the words around it matter."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A selection in a message: the argument it looks at, and its variants' names."""

    variable: str
    variants: frozenset[str]


class _Reader(Visitor):
    """Collect what a message holds."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.choices: list[Choice] = []
        self.patterns: list[str] = []

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 # named by Fluent
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802 # named by Fluent
        raise AssertionError(f"a message is parsed alone and finds no other: {node.id.name}")

    def visit_TermReference(self, node: ast.TermReference) -> None:  # noqa: N802 # named by Fluent
        raise AssertionError(f"a message is parsed alone and finds no term: {node.id.name}")

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802 # named by Fluent
        assert isinstance(node.selector, ast.VariableReference), "a text chooses by an argument"
        names = frozenset(
            variant.key.name if isinstance(variant.key, ast.Identifier) else variant.key.value
            for variant in node.variants
        )
        self.choices.append(Choice(node.selector.id.name, names))
        self.generic_visit(node)

    def visit_Pattern(self, node: ast.Pattern) -> None:  # noqa: N802 # named by Fluent
        self.patterns.append(
            "".join(
                element.value if isinstance(element, ast.TextElement) else PLACE
                for element in node.elements
            )
        )
        self.generic_visit(node)


@dataclass(frozen=True, slots=True)
class Written:
    """One message of one language, as its file has it.

    `patterns`: its text, and the text of each variant, with `PLACE` for every argument.
    """

    language: str
    file: str
    id: str
    variables: frozenset[str]
    choices: tuple[Choice, ...]
    patterns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.language}:{self.id}"


@cache
def written(language: str) -> dict[str, Written]:
    """Read the messages of `language` by their ids."""
    return {message.id: message for message in _written(language)}


def _written(language: str) -> Iterator[Written]:
    for path in sorted((FOLDER / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            if isinstance(entry, ast.Message):
                yield _read(language, path, entry)


def _read(language: str, path: Path, entry: ast.Message) -> Written:
    reader = _Reader()
    reader.visit(entry)
    return Written(
        language=language,
        file=path.name,
        id=entry.id.name,
        variables=frozenset(reader.variables),
        choices=tuple(reader.choices),
        patterns=tuple(reader.patterns),
    )
