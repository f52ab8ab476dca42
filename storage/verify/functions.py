"""What the checks' SQL may call: amounts as written, instants, and sums that do not overflow."""

import sqlite3
from datetime import UTC, datetime

from bot.domain.instants import to_ms
from bot.domain.money import MINOR_DIGITS, Money

_LARGEST = 2**63 - 1


def offer_functions(connection: sqlite3.Connection) -> None:
    """Offer `amount` and `ms`, and a `sum` in the place of SQLite's."""
    connection.create_function("amount", 1, _amount, deterministic=True)
    connection.create_function("ms", 1, _ms, deterministic=True)
    connection.create_window_function("sum", 1, _Sum)


class _Sum:
    """Adds up as SQLite does; what no column can hold is given as text, which equals no number.

    SQLite's own breaks off with "integer overflow", and does not say over which row.
    """

    def __init__(self) -> None:
        self._total = 0
        self._count = 0

    def step(self, value: int | None) -> None:
        if value is not None:
            self._total += value
            self._count += 1

    def inverse(self, value: int | None) -> None:
        if value is not None:
            self._total -= value
            self._count -= 1

    def value(self) -> int | str | None:
        if not self._count:
            return None
        fits = -_LARGEST <= self._total <= _LARGEST
        return self._total if fits else str(self._total)

    def finalize(self) -> int | str | None:
        return self.value()


def _amount(minor: float | str) -> str:
    try:
        return format(Money(minor=int(minor), currency="").amount, f".{MINOR_DIGITS}f")
    except (ValueError, TypeError, OverflowError):
        return "nothing"


def _ms(written: object) -> int | None:
    try:
        return to_ms(datetime.fromisoformat(str(written)).replace(tzinfo=UTC))
    except ValueError:
        return None
