import asyncio
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.agents import AgentId
from bot.errors import SchemaMismatch, StoreError
from storage import driver, engine
from storage.engine import Connect, Side
from storage.store import SqlStore
from tests.contract.store_samples import quote
from tests.fakes import inline_sqlite
from tests.fakes.vault import MemoryVault

KEY_ID = MemoryVault().key_id


async def pragmas(store: SqlStore, side: str, *names: str) -> list[object]:
    async with getattr(store, side).transaction() as session:
        return [(await session.run(text(f"PRAGMA {name}"))).scalar_one() for name in names]


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


@contextmanager
def no_thread_left() -> Iterator[None]:
    """Check that every thread that was started has ended, or is about to."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert set(threading.enumerate()) <= before


async def test_the_writer_keeps_what_it_promised(store: SqlStore) -> None:
    """Commits survive a power cut, and references are checked."""
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
    assert await pragmas(store, "_writer", *names) == ["wal", 2, 1, 1]
    more = ("trusted_schema", "mmap_size", "busy_timeout", "cell_size_check", "query_only")
    assert await pragmas(store, "_writer", *more) == [0, 0, 5000, 1, 0]


async def test_a_statement_is_compiled_once_in_a_process(store: SqlStore, migrated: Path) -> None:
    """A second file, and both sides of it, begin with all that was compiled for the first."""
    statement = text("SELECT 'compiled once'")
    async with SqlStore(migrated, key_id=KEY_ID) as another:
        sides = (store._writer, store._reader, another._writer, another._reader)
        known = []
        for side in sides:
            async with side.transaction() as session:
                await session.run(statement)
            known.append(len(engine._COMPILED))
    assert set(known) == {known[0]}
    assert known[0] > 0


async def test_readers_only_read(store: SqlStore) -> None:
    """A reader is barred from writing twice: by its connection and by the file's mode."""
    names = ("query_only", "trusted_schema", "mmap_size", "busy_timeout")
    assert await pragmas(store, "_reader", *names) == [1, 0, 0, 5000]
    async with store._reader.transaction() as session:
        await session.run(text("PRAGMA query_only = OFF"))
        with pytest.raises(StoreError, match="readonly"):
            await session.run(text("INSERT INTO mark VALUES ('a', 'b')"))


async def test_the_files_are_their_owners_alone(store: SqlStore, path: Path) -> None:
    """Nobody else on the machine reads the database, nor what SQLite keeps beside it."""
    async with store.begin() as work:
        await work.marks.set("a", "b")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"wakil.db": 0o600, "wakil.db-wal": 0o600, "wakil.db-shm": 0o600}


async def test_files_that_others_could_read_are_closed_to_them(path: Path) -> None:
    """A database copied here with a wide mode is narrowed when it is opened."""
    beside = path.with_name("wakil.db-wal")
    for file in (path, beside):
        file.touch(0o644)
        file.chmod(0o644)
    async with SqlStore(path, key_id=KEY_ID):
        assert [stat.S_IMODE(file.stat().st_mode) for file in (path, beside)] == [0o600] * 2


@pytest.mark.parametrize("name", ["a b", "what?.db", "100%.db", "#1.db", "وكيل.db"])
async def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    """A database may be called whatever the file system allows."""
    async with SqlStore(tmp_path / name, key_id=KEY_ID) as store:
        await store.migrate()
        async with store.read() as view:
            assert await view.marks.find("a") is None
    assert names(tmp_path) == [name]


async def test_closing_leaves_one_file_and_no_thread(path: Path) -> None:
    """After closing, the log is folded into the database and nothing runs on."""
    with no_thread_left():
        async with SqlStore(path, key_id=KEY_ID) as store:
            await store.migrate()
            async with store.begin() as work, store.read() as view:
                await work.marks.set("a", "b")
                await view.marks.find("a")
    assert names(path.parent) == ["wakil.db"]


@pytest.mark.parametrize("name", ["missing/wakil.db", "."])
async def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, name: str) -> None:
    """A folder that is not there, or is no file, is one sentence."""
    with pytest.raises(StoreError, match="cannot be opened"):
        await SqlStore(tmp_path / name, key_id=KEY_ID).open()


@pytest.fixture
def diary(path: Path) -> Iterator[Path]:
    """Keep a diary where the database should be, and look whether it was spared."""
    text = "Dear diary, today I opened a shop. " * 99
    path.write_text(text)
    yield path
    assert path.read_text() == text


async def test_a_file_that_is_no_database_is_told(diary: Path) -> None:
    """Some other file is left as it is, and nothing stays open."""
    with no_thread_left(), pytest.raises(SchemaMismatch, match="not a database"):
        await SqlStore(diary, key_id=KEY_ID).open()
    assert names(diary.parent) == ["wakil.db"]


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE diary (day)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"],
)
async def test_another_programs_database_is_refused(path: Path, statement: str) -> None:
    """A database that is not ours is never migrated."""
    with closing(sqlite3.connect(path)) as other:
        other.execute(statement)
    with pytest.raises(SchemaMismatch, match="not one of Wakil"):
        await SqlStore(path, key_id=KEY_ID).open()


async def test_a_newer_versions_database_is_refused(store: SqlStore, path: Path) -> None:
    """An older program never touches what a newer one has written."""
    await store.close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 9999")
    with pytest.raises(SchemaMismatch, match="newer version: its revision is 9999"):
        await SqlStore(path, key_id=KEY_ID).open()


async def test_what_a_power_cut_would_undo_is_refused(path: Path) -> None:
    """A file system without a write-ahead log is no place for money."""

    async def connect(_uri: str) -> inline_sqlite.Connection:
        return await inline_sqlite.connect(":memory:")

    with pytest.raises(StoreError, match="power cut"):
        await SqlStore(path, key_id=KEY_ID, connect=connect).open()


class Counting:
    """Opens connections, and counts them."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self.opened: list[str] = []

    async def __call__(self, uri: str) -> object:
        self.opened.append(uri)
        return await self._connect(uri)


@pytest.mark.parametrize(("connect", "stride"), [(driver.connect, 3), (inline_sqlite.connect, 1)])
async def test_a_cancelled_task_does_not_cost_the_connection(
    path: Path, connect: Connect, stride: int
) -> None:
    """Wherever a task is cancelled, its transaction is whole or nothing, and the next one works."""
    counting = Counting(connect)

    async def write(store: SqlStore, value: str) -> None:
        async with store.begin() as work:
            await work.marks.set("left", value)
            await work.marks.set("right", value)

    async with SqlStore(path, key_id=KEY_ID, connect=counting) as store:
        await store.migrate()
        cancelled = 0
        for patience in range(50):
            task = asyncio.create_task(write(store, str(patience)))
            for _ in range(patience * stride):
                await asyncio.sleep(0)
            task.cancel()
            task.cancel()
            await asyncio.wait({task})
            cancelled += task.cancelled()
            async with store.read() as view:
                assert await view.marks.find("left") == await view.marks.find("right")
        assert cancelled > 5
        await write(store, "last")
    assert sorted(uri.partition("=")[2] for uri in counting.opened) == ["ro", "rw"]


async def test_a_cancelled_reading_gives_its_turn_back(path: Path) -> None:
    """Views whose tasks were cancelled do not use the readers up."""
    counting = Counting(driver.connect)

    async def look(store: SqlStore) -> None:
        async with store.read() as view:
            await view.marks.find("a")

    async with SqlStore(path, key_id=KEY_ID, connect=counting) as store:
        await store.migrate()
        for patience in range(20):
            task = asyncio.create_task(look(store))
            for _ in range(patience):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait({task})
        async with asyncio.timeout(10):
            await asyncio.gather(*(look(store) for _ in range(9)))
    assert len(counting.opened) <= 5


@pytest.mark.parametrize("pause", range(8))
async def test_a_reader_who_comes_between_costs_nobody_a_view(store: SqlStore, pause: int) -> None:
    """Whoever opens a connection has one, also when another takes it at that very moment."""
    readers = Side(store.path, writes=False, connect=inline_sqlite.connect)

    async def look(after: int) -> None:
        for _ in range(after):
            await asyncio.sleep(0)
        async with readers.transaction() as session:
            await session.find(text("SELECT 1"))

    try:
        async with asyncio.timeout(10):
            await asyncio.gather(look(0), look(pause), look(pause))
    finally:
        await readers.close()


async def test_a_refusal_in_a_cancelled_task_is_not_left_lying(shop: SqlStore) -> None:
    """When a task is cancelled during a statement that is refused, the cancelling wins."""
    reached = asyncio.Event()

    async def promise_twice() -> None:
        async with shop.begin() as work:
            await work.marks.set("a", "b")
            reached.set()
            await work.orders.add_quote(quote(AgentId(1)))

    task = asyncio.create_task(promise_twice())
    async with asyncio.timeout(10):
        await reached.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    async with shop.read() as view:
        assert await view.marks.find("a") is None


async def test_a_commit_that_is_refused_leaves_no_trace(shop: SqlStore) -> None:
    """What only shows at the commit undoes the block, and the next one works."""
    unbalanced = text("INSERT INTO entry VALUES (9, 'x', 0, 'admin:1', NULL, '', 0, 'DZD', 2, 0)")
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        async with shop._writer.transaction() as session:
            await session.run(unbalanced)
    async with shop.begin() as work:
        assert await work.ledger.find_entry("x") is None
        await work.marks.set("a", "b")
