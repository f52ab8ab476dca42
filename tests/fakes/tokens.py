"""Where a provider's tokens are kept, in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.errors import StoreError


@dataclass
class MemoryKeep:
    """Keeps the last value; `saved` are all of them, and `broken` is a disk that takes no more.

    `on_save` is called before a value is kept.
    """

    saved: list[bytes] = field(default_factory=list)
    broken: bool = False
    on_save: Callable[[], None] | None = None

    async def load(self) -> bytes | None:
        """Give what was last saved."""
        if self.broken:
            raise StoreError("the disk is broken")
        return self.saved[-1] if self.saved else None

    async def save(self, value: bytes) -> None:
        """Keep a value."""
        if self.on_save is not None:
            self.on_save()
        if self.broken:
            raise StoreError("the disk is broken")
        self.saved.append(value)
