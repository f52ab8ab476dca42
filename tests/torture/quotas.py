"""What a campaign has to have been through: trouble that never came proves nothing."""

import re
from collections.abc import Mapping
from pathlib import Path

TRACEBACK = "Traceback (most recent call last)"

_CAUSED = ("of the following exception:", "another exception occurred:")

_ERROR = re.compile(r"^[\w.]+(?:Error|Exception|Warning|Refusal|Conflict|Group)\b.*", re.MULTILINE)


def shortfalls(least: Mapping[str, int], had: Mapping[str, int]) -> list[str]:
    """Name what there was too little of."""
    return [f"only {had[what]} of {n} {what}" for what, n in least.items() if had[what] < n]


def tracebacks(log: Path, *expected: str) -> list[str]:
    """Name the errors that the bot did not expect, save those that say one of these words.

    An error is its line of the log, its traceback, and those of its causes.
    """
    return [
        f"traceback: {_error(block)}"
        for block in _blocks(log.read_text("utf-8"))
        if not any(words in block for words in expected)
    ]


def _blocks(text: str) -> list[str]:
    before, *parts = text.split(TRACEBACK)
    blocks: list[str] = []
    for part in parts:
        if blocks and before.rstrip().endswith(_CAUSED):
            blocks[-1] += part
        else:
            blocks.append("".join(before.splitlines()[-1:]) + part)
        before = part
    return blocks


def _error(block: str) -> str:
    found = _ERROR.search(block)
    return found.group()[:200] if found else block[-200:]
