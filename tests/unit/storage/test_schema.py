import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Column, Table
from sqlalchemy.dialects import sqlite

from bot.errors import StoreError
from storage import schema
from storage.store import SqlStore
from storage.tables import METADATA
from tests.fakes.vault import MemoryVault

KEY_ID = MemoryVault().key_id


async def test_migrating_is_told_and_done_once(path: Path) -> None:
    """A new database lacks every revision, then none; migrating again changes nothing."""
    async with SqlStore(path, key_id=KEY_ID) as store:
        assert await store.pending() == schema.revisions()
        with pytest.raises(StoreError, match="no such table"):
            async with store.begin() as work:
                await work.marks.set("a", "b")
        assert await store.migrate() == schema.revisions()
        assert await store.pending() == ()
        assert await store.migrate() == ()
    async with SqlStore(path, key_id=KEY_ID) as store:
        assert await store.pending() == ()


async def test_the_file_says_what_it_is(store: SqlStore) -> None:
    """The header of the file names the program and the revision."""
    with closing(sqlite3.connect(store.path)) as bare:
        (mark,) = bare.execute("PRAGMA application_id").fetchone()
        (version,) = bare.execute("PRAGMA user_version").fetchone()
        (revision,) = bare.execute("SELECT version_num FROM alembic_version").fetchone()
    assert (mark, version) == (schema.APPLICATION_ID, int(schema.revisions()[-1]))
    assert revision == schema.revisions()[-1]


def test_revisions_are_one_numbered_line() -> None:
    """The revisions that the files name are those that Alembic walks, in the same order."""
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(reversed([one.revision for one in walked])) == schema.revisions()
    assert schema.revisions() == tuple(f"{n:04}" for n in range(1, len(schema.revisions()) + 1))


@pytest.mark.parametrize("old", schema.revisions())
async def test_every_old_database_upgrades_with_its_data(path: Path, old: str) -> None:
    """A database of any revision, with data in it, reaches the newest and keeps its data."""
    async with SqlStore(path, key_id=KEY_ID) as store:
        async with store._writer.transaction() as session:
            await session.call(lambda connection: schema.migrate(connection, to=old))
        with closing(sqlite3.connect(path, isolation_level=None)) as bare:
            bare.execute("INSERT INTO mark (name, value) VALUES ('pause', 'rain')")
        await store.migrate()
        assert await store.pending() == ()
        async with store.read() as view:
            assert await view.marks.find("pause") == "rain"


# --- The tables are what the statements think they are --------------------------------------------


def columns(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    """Give each column's name, type, whether it may be NULL, and its place in the key."""
    found = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [(name, kind, not required, key > 0) for _, name, kind, required, _, key in found]


def expected(table: Table) -> list[tuple[object, ...]]:
    return [
        (one.name, kind(one), bool(one.nullable), bool(one.primary_key)) for one in table.columns
    ]


def kind(column: Column[object]) -> str:
    """Name a column's type as STRICT tables know it."""
    if isinstance(column.type, Boolean):
        return "INTEGER"
    return str(column.type.compile(sqlite.dialect()))


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: table.name)
def test_tables_are_as_migrated(raw: sqlite3.Connection, table: Table) -> None:
    """The statements know each table with its columns, types and NULLs as the revisions made it."""
    assert columns(raw, table.name) == expected(table)


def test_no_table_is_forgotten(raw: sqlite3.Connection) -> None:
    """Every table of the database is known, and is STRICT."""
    tables = {
        name: strict
        for _, name, _, _, _, strict in raw.execute("PRAGMA table_list").fetchall()
        if not name.startswith("sqlite_")
    }
    assert tables.keys() == METADATA.tables.keys() | {"alembic_version", "order_step"}
    assert [name for name, strict in tables.items() if not strict] == ["alembic_version"]
