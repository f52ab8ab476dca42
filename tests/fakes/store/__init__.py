"""The store in memory: the same promises as the one on SQLite, and no file."""

from tests.fakes.store.memory import MemoryStore, MemoryWork

__all__ = ["MemoryStore", "MemoryWork"]
