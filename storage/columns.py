"""How a value of the domain lies in a column: instants and durations as whole milliseconds."""

# ruff: noqa: ARG002 -- SQLAlchemy tells every value its dialect

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from bot.domain.audit import Detail, canonical
from bot.domain.instants import from_ms, in_ms, to_ms


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as milliseconds since 1970 UTC."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Cut to whole milliseconds."""
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give it back in UTC."""
        return None if value is None else from_ms(value)


class Duration(TypeDecorator[timedelta]):
    """A length of time, kept as whole milliseconds."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Cut to whole milliseconds."""
        return None if value is None else in_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Give it back."""
        return None if value is None else timedelta(milliseconds=value)


class Word(TypeDecorator[StrEnum]):
    """One of the words of an enumeration, kept as it is written."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Write the bare word."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Give back the member of the enumeration."""
        return None if value is None else self.words(value)


class Facts(TypeDecorator[Mapping[str, Detail]]):
    """Plain named values, kept as the JSON that the journal hashes."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[str, Detail] | None, dialect: Dialect
    ) -> str | None:
        """Write them the one canonical way; no column of facts is ever NULL."""
        return canonical(value or {})

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> Mapping[str, Detail] | None:
        """Read them back."""
        facts: dict[str, Detail] = json.loads(value or "{}")
        return facts
