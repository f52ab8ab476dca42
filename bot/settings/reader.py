"""Reads settings one by one, and says everything that is wrong with them at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from bot.errors import SettingsError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Generic[T]):
    """One setting: `parse` raises ValueError for a malformed one, `mend` says what to write.

    Without a default it must be set. `mend` ends the sentence "NAME is missing: …".
    """

    name: str
    parse: Callable[[str], T]
    mend: str
    default: str | None = None


class Reader:
    """Reads fields from `values` and collects what is wrong; `finish` raises it."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[str] = []

    def has(self, field: Field[T]) -> bool:
        """Tell whether a setting was set, well or not."""
        return field.name in self._values

    def find(self, field: Field[T]) -> T | None:
        """Read a setting that may be absent."""
        return self.read(field) if self.has(field) else None

    def read(self, field: Field[T]) -> T:
        """Read a setting or its default.

        What could not be read is noted; its default, or None, stands in until `finish` raises.
        """
        text = self._values.get(field.name, field.default)
        if text is None:
            self._problems.append(f"{field.name} is missing: {field.mend}.")
            return cast("T", None)
        try:
            return field.parse(text)
        except (ValueError, ArithmeticError):
            self._problems.append(f"{field.name} is malformed: {field.mend}.")
            return cast("T", field.parse(field.default) if field.default else None)

    def finish(self) -> None:
        """Raise `SettingsError` with a sentence a line, or do nothing when all is well."""
        if self._problems:
            raise SettingsError("\n".join(self._problems))
