"""What a campaign has to have been through: trouble that never came proves nothing."""

import re
from collections.abc import Mapping
from pathlib import Path

TRACEBACK = "Traceback (most recent call last)"

_ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\dT|Traceback)", re.MULTILINE)
"""Where an entry of the log begins; its traceback is indented, with those of its causes."""

_ERROR = re.compile(
    r"^ *([\w.]+(?:Error|Exception|Warning|Refusal|Conflict|Group)\b.*)", re.MULTILINE
)


def shortfalls(least: Mapping[str, int], had: Mapping[str, int]) -> list[str]:
    """Name what there was too little of."""
    return [f"only {had[what]} of {n} {what}" for what, n in least.items() if had[what] < n]


def tracebacks(log: Path, *expected: str) -> list[str]:
    """Name the errors that the bot did not expect, save those that say one of these words.

    An error is an entry of the log: its line, its traceback, and those of its causes.
    """
    return [
        f"traceback: {_error(entry)}"
        for entry in _ENTRY.split(log.read_text("utf-8"))
        if TRACEBACK in entry and not any(words in entry for words in expected)
    ]


def _error(entry: str) -> str:
    found = _ERROR.search(entry)
    return found[1][:200] if found else entry[-200:]
