"""The exporter: writes what an auditor needs."""

from pathlib import Path
from typing import Protocol


class Exporter(Protocol):
    """Writes the audit file."""

    async def export(self, path: Path) -> None:
        """Write the books, the journal and the orders to a fresh SQLite file at `path`.

        It holds no card code and no key. `path` must not exist yet; `StoreError` when it cannot
        be written.
        """
        ...
