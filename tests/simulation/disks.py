"""Where a simulated bot keeps its books: in dictionaries, or in the real store on a real file."""

import shutil
from pathlib import Path
from typing import Protocol

from bot.domain.secret import Secret
from bot.ports.store import Store
from bot.ports.vault import Vault
from bot.vault import KeyRingVault
from storage.store import SqlStore
from tests.fakes.inline_sqlite import connect
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault


class Disk(Protocol):
    """What outlives a process."""

    vault: Vault

    async def open(self) -> Store:
        """Open the store for the next process."""
        ...

    async def close(self) -> None:
        """Be as after the end of the process that had it open."""
        ...


class MemoryDisk:
    """The store's twin: what was committed stays, a draft is gone with its process."""

    def __init__(self) -> None:
        self.vault: Vault = MemoryVault()
        self._store = MemoryStore(key_id=self.vault.key_id)

    async def open(self) -> Store:
        return self._store

    async def close(self) -> None:
        """Nothing is open."""


SIMULATED = KeyRingVault([("simulated", Secret(b"a key for simulated cards only.."))])


async def make_template(path: Path) -> None:
    """Make the empty database that each run on the real store begins with."""
    async with SqlStore(path, key_id=SIMULATED.key_id) as store:
        await store.migrate()


class SqlDisk:
    """The real store and the real vault, over connections that take no thread."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.path = folder / "wakil.db"
        self.vault: Vault = SIMULATED
        shutil.copy(template, self.path)
        self._store: SqlStore | None = None

    async def open(self) -> Store:
        self._store = SqlStore(self.path, key_id=self.vault.key_id, connect=connect)
        await self._store.open()
        return self._store

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()
            self._store = None
