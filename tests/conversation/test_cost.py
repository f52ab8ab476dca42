from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from shutil import copy
from typing import Any, Self

import pytest

from storage.store import SqlStore
from tests.conversation.stage import Stage, staged
from tests.fakes import inline_sqlite
from tests.fakes.vault import MemoryVault

STATEMENTS, READINGS, WRITINGS = 120, 23, 11
"""What one sale asks of the database. A number that grows is paid by every sale: see 0006."""


Tally = Counter[str]
"""Statements, and transactions by how they begin."""


class CountingCursor(inline_sqlite.Cursor):
    """Counts what it executes."""

    tally: Tally

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        self.tally["statement"] += 1
        return await super().execute(sql, parameters)

    async def executemany(self, sql: str, rows: Iterable[Iterable[Any]]) -> Self:
        self.tally["statement"] += 1
        return await super().executemany(sql, rows)


class Counted(inline_sqlite.Connection):
    """Counts transactions, by how they begin, and the statements in them."""

    def __init__(self, uri: str, tally: Tally) -> None:
        super().__init__(uri)
        self._tally = tally

    def cursor(self) -> CountingCursor:
        cursor = CountingCursor(self._conn.cursor())
        cursor.tally = self._tally
        return cursor

    async def run(self, *statements: str) -> None:
        self._tally[statements[0]] += 1
        await super().run(*statements)


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
async def stage(migrated: Path, tmp_path: Path, tally: Tally) -> AsyncIterator[Stage]:
    """Open a shop whose database counts."""

    async def connect(uri: str) -> Counted:
        return Counted(uri, tally)

    path = Path(copy(migrated, tmp_path / "wakil.db"))
    key_id = MemoryVault().key_id
    async with SqlStore(path, key_id=key_id, connect=connect) as store, staged(store) as opened:
        yield opened


async def test_a_sale_asks_little_of_the_database(stage: Stage, tally: Tally) -> None:
    """A sale from /buy to the cards keeps to its budget of statements and transactions."""
    amina = await stage.member(7)
    await stage.buys(amina)
    tally.clear()
    asked = len(stage.provider.calls)
    since = stage.telegram.mark()
    await stage.buys(amina)
    assert tally["statement"] <= STATEMENTS
    assert tally["BEGIN"] <= READINGS
    assert tally["BEGIN IMMEDIATE"] <= WRITINGS
    assert stage.telegram.count(since).total() <= 12
    assert len(stage.provider.calls) - asked <= 2
