"""A value that must never be read by chance: not in a log, an error, a repr or a copy of one."""

from typing import Generic, NoReturn, TypeVar

Value = TypeVar("Value", str, bytes)

MASK = "•••"


class Secret(Generic[Value]):
    """Keeps a token or a key; every way of showing it shows a mask, only `reveal` gives it.

    Two secrets are equal when their values are. It cannot be pickled: a pickle would be in clear.
    """

    __slots__ = ("_value",)

    def __init__(self, value: Value) -> None:
        self._value: Value = value

    def reveal(self) -> Value:
        """Give the value itself; the caller passes it on to its one place of use at once."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")
