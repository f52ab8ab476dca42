import ast
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.line import COMMANDS

CARD_KEYS = "tests:ZXZlcnkgdGVzdCBzZWFscyBpdHMgY2FyZHMgd2l0aCA="
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


HEAVY = ("alembic", "rich", "sqlalchemy.ext.asyncio", "sqlalchemy.orm", "starlette", "uvicorn")


def said_by(code: str) -> str:
    """Run `code` in a fresh interpreter and give what it prints."""
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return answer.stdout.strip()


def test_serving_imports_nothing_that_it_does_not_need() -> None:
    """What an ordinary start loads is paid by every start, and stays in memory."""
    asked = f"import sys, bot.commands.serve; print([m for m in {HEAVY} if m in sys.modules])"
    assert said_by(asked) == "[]"


def test_what_was_imported_is_no_garbage() -> None:
    """Garbage is looked for again once a command is imported, but not in what came with it."""
    asked = "import gc; from bot.commands import imported; imported('rotate-keys').run"
    asked += "; print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    assert said_by(asked) == "True True"


def test_a_command_logs_to_standard_error(tmp_path: Path) -> None:
    """Standard output holds what was asked for and nothing else: programs read it."""
    code = "import sys, run, structlog; sys.argv = ['run.py', 'migrate']; run.main();"
    code += (
        "structlog.get_logger('bot').warning('a warning'); structlog.get_logger('bot').info('i')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"DATABASE_URL": f"sqlite:///{tmp_path}/wakil.db", "CARD_KEYS": CARD_KEYS},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "a warning" in answer.stderr
    assert "warning" not in answer.stdout
    assert "[info" not in answer.stderr
