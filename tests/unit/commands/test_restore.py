import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import backup, restore, verify
from bot.domain.alerts import AlertKind
from bot.domain.instants import from_ms
from bot.domain.orders import OrderState
from bot.errors import AlreadyRunning, SchemaMismatch, StoreError
from bot.services import marks
from storage.lock import only_process
from storage.schema import revisions
from storage.store import SqlStore
from tests.engine import AMINA
from tests.unit.commands.conftest import Folder, make_older
from tests.unit.storage.busy_shop import VAULT, BusyShop


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    """Ask a database something."""
    with closing(sqlite3.connect(path)) as file:
        return file.execute(question).fetchall()


async def backed_up(shop: Folder, to: Path) -> Path:
    """Back the shop up."""
    await backup.run(to, environment={}, root=shop.root)
    return to


async def test_a_backup_comes_back_in_restore_mode(
    shop: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The counter never sees the old copy without the mark that stops selling."""
    copy = await backed_up(shop, tmp_path / "copy.db")
    with closing(sqlite3.connect(shop.database)) as file:
        file.execute("INSERT INTO mark VALUES ('since', 'then')")
        file.commit()
    assert await restore.run(copy, environment={}, root=shop.root) == 0
    values = dict(ask(shop.database, "SELECT name, value FROM mark"))  # type: ignore[arg-type,var-annotated] # pairs
    assert "since" not in values
    assert values[marks.RESTORED]
    ((newest,),) = ask(copy, "SELECT max(at) FROM journal")
    assert values[marks.BACKED_UP] == str(newest)
    ((last,),) = ask(shop.database, "SELECT action FROM journal ORDER BY seq DESC LIMIT 1")
    assert last in {"restore.entered", "order.unknown"}
    said = capsys.readouterr().out
    assert f"its newest event is of {from_ms(int(str(newest))):%Y-%m-%d %H:%M:%S} UTC." in said
    assert "/resume" in said
    assert await verify.run(None, environment={}, root=shop.root) == 0
    assert shop.database.stat().st_mode & 0o777 == 0o600


async def test_what_was_there_is_kept_aside(
    shop: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The replaced database stays beside the new one, write-ahead log included."""
    copy = await backed_up(shop, tmp_path / "copy.db")
    with closing(sqlite3.connect(shop.database)) as reader:
        # A reader keeps the log from being folded in, as a crash does.
        reader.execute("SELECT count(*) FROM mark").fetchall()
        with closing(sqlite3.connect(shop.database)) as file:
            file.execute("INSERT INTO mark VALUES ('since', 'then')")
            file.commit()
        assert await restore.run(copy, environment={}, root=shop.root) == 0
    (aside,) = [
        name
        for name in shop.names()
        if name.startswith("wakil.db.replaced.") and not name.endswith(("-wal", "-shm"))
    ]
    assert ask(shop.root / aside, "SELECT value FROM mark WHERE name = 'since'") == [("then",)]
    assert f"Kept the database that was here as {shop.root / aside}." in capsys.readouterr().out
    assert ask(shop.database, "SELECT value FROM mark WHERE name = 'since'") == []
    assert not [name for name in shop.names() if "restoring" in name]


async def opened(store: SqlStore) -> BusyShop:
    """Open a shop that has sold once."""
    await store.migrate()
    engine = BusyShop(store=store)
    engine.clock.advance(timedelta(seconds=1))
    await engine.open()
    await engine.let_in(AMINA, "Amina")
    await engine.sell()
    await engine.works.deliveries.idle()
    return engine


async def test_orders_that_may_have_left_since_count_as_sent(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An order that was confirmed in the copy may have been placed by the process that is lost."""
    async with SqlStore(folder.database, key_id=VAULT.key_id) as store:
        engine = await opened(store)
        order = await engine.confirm(AMINA)
    copy = await backed_up(folder, tmp_path / "copy.db")
    capsys.readouterr()
    assert await restore.run(copy, environment={}, root=folder.root) == 0
    ((state,),) = ask(folder.database, f"SELECT state FROM orders WHERE id = {order.id}")
    assert state == OrderState.UNKNOWN
    assert "Orders that may have been placed since: 1;" in capsys.readouterr().out
    assert await verify.run(None, environment={}, root=folder.root) == 0


async def test_three_sales_after_the_backup_are_not_made_again(
    folder: Folder, tmp_path: Path
) -> None:
    """Nothing is placed or delivered twice; the admins are shown what to decide."""
    async with SqlStore(folder.database, key_id=VAULT.key_id) as store:
        engine = await opened(store)
        copy = await backed_up(folder, tmp_path / "copy.db")
        for _ in range(3):
            await engine.sell()
        await engine.works.deliveries.idle()
    placed, shown = engine.places(), engine.codes()
    assert await restore.run(copy, environment={}, root=folder.root) == 0
    async with SqlStore(folder.database, key_id=VAULT.key_id) as store:
        engine.store = store
        await engine.start()
        for _ in range(3):
            await engine.rest()
            await engine.sweep()
        assert AlertKind.RESTORED in await engine.kinds()
        assert (await engine.kinds()).count(AlertKind.FOREIGN_ORDER) >= 3
        await engine.works.deliveries.idle()
    assert (engine.places(), engine.codes()) == (placed, shown)
    assert await verify.run(None, environment={}, root=folder.root) == 0


async def test_a_running_bot_is_not_robbed_of_its_database(shop: Folder, tmp_path: Path) -> None:
    """Restoring is refused, and changes nothing, while the bot runs."""
    copy = await backed_up(shop, tmp_path / "copy.db")
    before = shop.database.read_bytes()
    with only_process(shop.database), pytest.raises(AlreadyRunning):
        await restore.run(copy, environment={}, root=shop.root)
    assert shop.database.read_bytes() == before


async def test_only_a_database_of_ours_is_restored(shop: Folder, tmp_path: Path) -> None:
    """A text, an empty file, a newer version's, a missing one: the database stays as it is."""
    before = shop.database.read_bytes()
    (tmp_path / "empty.db").touch()
    (tmp_path / "text").write_text("no database at all" * 100)
    newer = await backed_up(shop, tmp_path / "newer.db")
    with closing(sqlite3.connect(newer)) as file:
        file.execute("PRAGMA user_version = 99")
    for name, kind, says in (
        ("empty.db", SchemaMismatch, "is empty: it is no backup"),
        ("text", SchemaMismatch, "is not a database"),
        ("newer.db", SchemaMismatch, "is of a newer version"),
        ("missing.db", StoreError, "is not there"),
    ):
        with pytest.raises(kind, match=says):
            await restore.run(tmp_path / name, environment={}, root=shop.root)
    assert shop.database.read_bytes() == before
    assert shop.names() <= {"wakil.db", "wakil.db-shm", "wakil.db-wal", "wakil.db.lock"}


async def test_an_older_backup_is_brought_up_to_date(shop: Folder, tmp_path: Path) -> None:
    """The backup itself stays as it was."""
    copy = await backed_up(shop, tmp_path / "copy.db")
    make_older(copy)
    assert await restore.run(copy, environment={}, root=shop.root) == 0
    assert ask(shop.database, "PRAGMA user_version") == [(len(revisions()),)]
    assert ask(copy, "PRAGMA user_version") == [(len(revisions()) - 1,)]


async def test_a_new_machine_has_nothing_to_keep(
    shop: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no database was, the backup simply becomes it."""
    copy = await backed_up(shop, tmp_path / "copy.db")
    (tmp_path / "new").mkdir()
    assert await restore.run(copy, environment={}, root=tmp_path / "new") == 0
    assert "Kept" not in capsys.readouterr().out
    assert await verify.run(None, environment={}, root=tmp_path / "new") == 0


async def test_a_first_days_backup(folder: Folder, tmp_path: Path) -> None:
    """A copy in which nothing happened yet is as old as this moment."""
    async with SqlStore(tmp_path / "first.db", key_id=VAULT.key_id) as store:
        await store.migrate()
    assert await restore.run(tmp_path / "first.db", environment={}, root=folder.root) == 0
    backed = ask(folder.database, "SELECT value FROM mark WHERE name = 'backed-up'")
    restored = ask(folder.database, "SELECT value FROM mark WHERE name = 'restored'")
    assert backed == restored


async def test_a_link_stays_a_link(shop: Folder, tmp_path: Path) -> None:
    """Where DATABASE_URL leads through a link, the file behind it is restored."""
    copy = await backed_up(shop, tmp_path / "copy.db")
    moved = shop.database.rename(tmp_path / "elsewhere.db")
    shop.database.symlink_to(moved)
    assert await restore.run(copy, environment={}, root=shop.root) == 0
    assert shop.database.is_symlink()
    assert ask(moved, "SELECT 1 FROM mark WHERE name = 'restored'") == [(1,)]
