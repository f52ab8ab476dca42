"""The texts that the program asks for exist, take what they are given, and are all asked for."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.refusals import RefusalReason
from bot.texts import LANGUAGES
from tests.unit.texts.source import written

ROOT = Path(__file__).resolve().parents[3]
SPEAKERS = ("handlers", "bot/texts", "bot/services", "bot/domain", "bot/commands")
"""Where ids of texts may stand: said, or given as the reason of a refusal, or in a table."""

SAYING = {"say", "label"}
FAMILY = re.compile(r"[a-z][a-z-]*-")


@dataclass
class Usage:
    """What the code says: every literal, the families, and each call with its arguments."""

    literals: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    calls: list[tuple[str, str, frozenset[str] | None]] = field(default_factory=list)


def usage() -> Usage:
    """Read the whole program."""
    found = Usage()
    for folder in SPEAKERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                _note(node, f"{path.relative_to(ROOT)}", found)
    return found


def _note(node: ast.AST, file: str, found: Usage) -> None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found.literals.add(node.value)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        start = str(node.values[0].value)
        if FAMILY.fullmatch(start):
            found.families.add(start)
    elif isinstance(node, ast.Call) and _name(node) in SAYING:
        given = _given(node)
        found.calls.extend((f"{file}:{node.lineno}", text, given) for text in _ids(node))
    elif isinstance(node, ast.Call) and _name(node) == "Refusal":
        found.calls.extend(
            (f"{file}:{node.lineno}", f"refusal-{RefusalReason[reason.attr]}", _facts(node))
            for reason in node.args[:1]
            if isinstance(reason, ast.Attribute) and _is_reason(reason)
        )


def _is_reason(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == RefusalReason.__name__


def _facts(refusal: ast.Call) -> frozenset[str] | None:
    """Name the facts of a refusal; None when they are not all written there."""
    match refusal.args[1:]:
        case []:
            return frozenset()
        case [ast.Dict(keys=keys)]:
            return frozenset(str(k.value) for k in keys if isinstance(k, ast.Constant))
        case _:
            return None


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _ids(call: ast.Call) -> list[str]:
    """List the ids that a call may ask for: one, or those of a conditional expression."""
    branches: list[ast.expr] = call.args[:2]
    ids = []
    while branches:
        branch = branches.pop()
        if isinstance(branch, ast.IfExp):
            branches += [branch.body, branch.orelse]
        elif (
            isinstance(branch, ast.Constant)
            and isinstance(branch.value, str)
            and branch.value not in LANGUAGES
        ):
            ids.append(branch.value)
    return ids


def _given(call: ast.Call) -> frozenset[str] | None:
    """Name the arguments of a call; None when they are not all written there."""
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


@pytest.fixture(scope="module")
def used() -> Usage:
    """Read the program once."""
    return usage()


def test_no_text_is_missing(used: Usage) -> None:
    """Whatever is said exists."""
    assert [(where, text) for where, text, _ in used.calls if text not in written("en")] == []


def test_every_text_is_given_its_arguments(used: Usage) -> None:
    """No sentence is said with a hole in it."""
    lacking = [
        (where, text, sorted(missing))
        for where, text, given in used.calls
        if given is not None
        and text in written("en")
        and (missing := written("en")[text].variables - given)
    ]
    assert lacking == []


def test_no_text_is_left_over(used: Usage) -> None:
    """Translators are not asked to translate what nobody reads."""
    if not any(where.startswith("handlers/") for where, _, _ in used.calls):
        pytest.skip("the conversation is not there yet")
    families = tuple(used.families)
    assert {i for i in written("en") if i not in used.literals and not i.startswith(families)} == (
        set()
    )
