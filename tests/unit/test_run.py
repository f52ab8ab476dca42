import ast
import subprocess
import sys
from pathlib import Path

import pytest

from run import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Call run.py as a person does, in an environment that sets nothing."""
    return subprocess.run(
        [sys.executable, ROOT / "run.py", *arguments],
        env={"PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help() -> None:
    """`--help` names every command."""
    answer = run("--help")
    assert answer.returncode == 0
    assert [name for name in COMMANDS if name not in answer.stdout] == []


@pytest.mark.parametrize(
    "arguments", [["nope"], ["export"], ["demo", "FILE"], ["--nope"]], ids=" ".join
)
def test_wrong_usage(arguments: list[str]) -> None:
    """Wrong usage is told from failure by its exit code, and says what is right."""
    answer = run(*arguments)
    assert answer.returncode == 2
    assert answer.stderr.startswith("usage: run.py")
    assert "Traceback" not in answer.stderr


def test_every_command_is_there() -> None:
    """Each command of the table is a module with one asynchronous `run`."""
    for name in COMMANDS:
        path = ROOT / "bot" / "commands" / (name.replace("-", "_") + ".py")
        made = ast.parse(path.read_text("utf-8")).body
        assert "run" in [node.name for node in made if isinstance(node, ast.AsyncFunctionDef)]
