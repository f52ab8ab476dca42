"""Remembering the newest of many things, within bounds: what is forgotten was long ago."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 10_000


class Recent(Generic[K, V]):
    """A value for each of the newest keys; the one kept longest ago is forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: dict[K, V] = {}

    def find(self, key: K) -> V | None:
        """Give what is remembered of `key`; None when nothing is."""
        return self._kept.get(key)

    def keep(self, key: K, value: V) -> None:
        """Remember `value`, in the place of what was remembered of `key` before."""
        self._kept.pop(key, None)
        self._kept[key] = value
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
