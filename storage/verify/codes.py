"""The check that no code stands in clear: every text of every table is looked through."""

import re
import sqlite3
from collections.abc import Iterator

from bot.domain.verifying import Check, Finding
from storage.verify.texts import places

SHORTEST = 8
"""What is shorter could be any number, and is not looked for."""


def check_texts(connection: sqlite3.Connection, clear: frozenset[str]) -> Iterator[Finding]:
    """Look for what must stand nowhere in clear in every text; no finding shows it."""
    codes = frozenset(code for code in clear if len(code) >= SHORTEST)
    if not codes:
        return
    for place in places(connection, _Codes(codes).are_in):
        says = f"holds a code, PIN, serial, phone number or token in clear, in {place.column}"
        yield Finding(check=Check.CODES, table=place.table, row=place.row, says=says)


class _Codes:
    """Finds any of many codes in a text: only runs of their own characters are looked at."""

    def __init__(self, codes: frozenset[str]) -> None:
        self._codes = codes
        self._lengths = sorted({len(code) for code in codes})
        letters = "".join(re.escape(letter) for letter in sorted(set().union(*codes)))
        self._runs = re.compile(f"[{letters}]{{{self._lengths[0]},}}")

    def are_in(self, text: str) -> bool:
        """Tell whether a text holds a code, alone or among other words."""
        return any(self._is_in(run) for run in self._runs.findall(text))

    def _is_in(self, run: str) -> bool:
        return any(
            run[start : start + length] in self._codes
            for length in self._lengths
            for start in range(len(run) - length + 1)
        )
