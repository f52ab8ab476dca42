"""Write `.env`, with a fresh card key and the answers of whoever sits at the terminal."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from getpass import getpass
from pathlib import Path
from typing import Any

from bot.errors import SettingsError
from bot.settings import ROOT, fields
from bot.settings.reader import Field
from bot.vault import new_key_line
from storage.files import sync

Ask = Callable[[str], str]

Question = tuple[Field[Any], str, bool]
"""What is asked for, in which words, and whether it is hidden while it is typed."""

SHOP: tuple[Question, ...] = (
    (fields.TELEGRAM_BOT_TOKEN, "The token that @BotFather gave you", True),
    (fields.ADMIN_IDS, "Your Telegram id, which @userinfobot tells (several: with commas)", False),
)
ONECLICKDZ: tuple[Question, ...] = (
    (fields.ONECLICKDZ_API_KEY, "The key from OneClickDZ's dashboard, Settings, API", True),
    (fields.ONECLICKDZ_ENVIRONMENT, "Is that key for sandbox or production", False),
)
PLUM: tuple[Question, ...] = (
    (fields.PLUM_CLIENT_ID, "The client id from Xoxoday Plum's dashboard, Settings, API", True),
    (fields.PLUM_CLIENT_SECRET, "Its secret id", True),
    (fields.PLUM_REFRESH_TOKEN, "The refresh token that was generated there", True),
)
"""The providers: one is enough, so the second is asked for when the first was left out."""


async def run(
    _file: Path | None,
    *,
    environment: Mapping[str, str] = os.environ,  # noqa: ARG001 # what is set there is not written
    root: Path = ROOT,
    ask: Ask | None = None,
    ask_hidden: Ask = getpass,
) -> int:
    """Make `.env` from `.env.example`; one that is there is never touched.

    Where nobody sits at a terminal nothing is asked: what is missing is filled in by hand.
    """
    target = root / ".env"
    if target.exists():
        raise SettingsError(f"{target} exists already: nothing was changed.")
    answers = {"CARD_KEYS": new_key_line()}
    if ask is None and sys.stdin.isatty():
        ask = input
    if ask is not None:
        print("Enter leaves an answer for later.")
        answers |= _answers(ask, ask_hidden)
    _write(target, _filled(_example(root), answers))
    print(f"Wrote {target}, readable by you alone, with a fresh card key.")
    print("Keep a copy of CARD_KEYS apart from the database's backups: without it no card opens.")
    missing = _missing(answers)
    if missing:
        print(f"Fill in {', '.join(missing)}.")
    print("Then: python run.py doctor")
    return 0


def _answers(ask: Ask, ask_hidden: Ask) -> dict[str, str]:
    def answered(questions: tuple[Question, ...]) -> dict[str, str]:
        said = (
            (field.name, _answer(field, question, ask_hidden if hidden else ask))
            for field, question, hidden in questions
        )
        return {name: answer for name, answer in said if answer}

    answers = answered(SHOP + ONECLICKDZ)
    if fields.ONECLICKDZ_API_KEY.name not in answers:
        answers |= answered(PLUM)
    return answers


def _answer(field: Field[Any], question: str, ask: Ask) -> str:
    while answer := ask(f"{question}: ").strip():
        try:
            field.parse(answer)
        except (ValueError, ArithmeticError):
            print(f"{field.name}: {field.mend}.")
        else:
            break
    return answer


def _example(root: Path) -> str:
    path = root / ".env.example"
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from error


def _filled(example: str, answers: Mapping[str, str]) -> str:
    """Put answers into the lines of the example that wait for them."""
    for name, answer in answers.items():
        line = f"{name}={answer}"
        example = re.sub(rf"(?m)^{name}=.*$", lambda _, line=line: line, example)  # type: ignore[misc] # the default binds it
    return example


def _missing(answers: Mapping[str, str]) -> list[str]:
    """Name what must be set still; a provider that was begun with is the one that is meant."""
    provider = PLUM if any(field.name in answers for field, _, _ in PLUM) else ONECLICKDZ
    return [
        field.name
        for field, _, _ in SHOP + provider
        if field.name not in answers and field.default is None
    ]


def _write(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    # Cards may be sealed before the system writes it down by itself, and nothing else opens them.
    sync(path)
    sync(path.parent)
