"""export, verify, backup, migrate: each by its `run`, as run.py calls it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands import backup, export, migrate, verify
from bot.errors import AlreadyRunning, BotError, SettingsError, StoreError
from storage.lock import only_process
from tests.unit.commands.conftest import Folder, make_older
from tests.unit.storage.tampering import unguarded


async def test_export_writes_what_verify_accepts(
    shop: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An auditor's file is made while the bot runs, and can be checked by anybody."""
    audit = tmp_path / "audit.db"
    with only_process(shop.database):
        assert await export.run(audit, environment=shop.environment, root=shop.root) == 0
    assert f"python run.py verify {audit}" in capsys.readouterr().out
    assert await verify.run(audit, environment={}, root=tmp_path) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Verified the export {audit}, read-only.\nOrders: 12. ")
    assert said.endswith("\nAll of it agrees.\n")


async def test_export_needs_neither_token_nor_key(shop: Folder, tmp_path: Path) -> None:
    """The database's place and the time zone are enough; a malformed one is told by its name."""
    assert await export.run(tmp_path / "audit.db", environment={}, root=shop.root) == 0
    with pytest.raises(SettingsError, match="TIMEZONE is malformed"):
        await export.run(tmp_path / "b.db", environment={"TIMEZONE": "Moon"}, root=shop.root)


async def test_verify_names_the_row_and_leaves_with_one(
    shop: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state that was changed by hand is a FAIL with its table and id."""
    with closing(unguarded(shop.database)) as file:
        file.execute("UPDATE orders SET state = 'refunded' WHERE id = 1")
    assert await verify.run(None, environment={}, root=shop.root) == 1
    said = capsys.readouterr().out
    assert "FAIL orders 1 is refunded, but the journal ends with fulfilled\n" in said
    assert said.endswith("these rows do not agree with the rest.\n")


async def test_verify_leaves_with_nought_for_a_warning(
    shop: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is odd is told, and is no failure."""
    with closing(sqlite3.connect(shop.database)) as file:
        file.execute("DELETE FROM mark WHERE name = 'keys-in-use'")
        file.commit()
    assert await verify.run(shop.database, environment={}, root=shop.root) == 0
    said = capsys.readouterr().out
    assert "WARN mark keys-in-use does not name k2, which seals cards\n" in said
    assert said.endswith("All of it agrees, 1 warnings.\n")


@pytest.mark.parametrize("flags", [{}, {"json": True}], ids=str)
async def test_verify_of_nothing_is_one_sentence(
    folder: Folder, capsys: pytest.CaptureFixture[str], flags: dict[str, bool]
) -> None:
    """Before the first start there is nothing to verify, and no file is made by looking."""
    assert await verify.run(None, environment={}, root=folder.root, **flags) == 2
    said = capsys.readouterr()
    assert said.err.endswith("wakil.db is not there.\n")
    assert bool(said.out) is bool(flags)
    assert "is not there" in json.loads(said.out or '{"error": "is not there"}')["error"]
    assert folder.names() == set()


async def test_backup_beside_a_serving_bot(
    shop: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It needs no lock and no key, and says that the keys are kept elsewhere."""
    with only_process(shop.database):
        assert await backup.run(tmp_path / "copy.db", environment={}, root=shop.root) == 0
    said = capsys.readouterr().out
    assert "read it back" in said
    assert "CARD_KEYS" in said
    assert await verify.run(tmp_path / "copy.db", environment={}, root=tmp_path) == 0


@pytest.mark.parametrize("command", [backup, export])
async def test_a_file_that_is_there_is_not_overwritten(shop: Folder, command: object) -> None:
    """The second call with one name is refused in one sentence."""
    run = backup.run if command is backup else export.run
    with pytest.raises(StoreError, match="exists already: choose another name"):
        await run(shop.database, environment={}, root=shop.root)
    with pytest.raises(BotError, match="Name a FILE"):
        await run(None, environment={}, root=shop.root)


async def test_migrate_makes_a_database(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A new one gets every revision; the second call finds nothing to do."""
    assert await migrate.run(None, environment={}, root=folder.root) == 0
    assert capsys.readouterr().out.startswith(f"Brought {folder.database} up to date: revision 00")
    assert await migrate.run(None, environment={}, root=folder.root) == 0
    assert capsys.readouterr().out == f"{folder.database} is up to date.\n"


async def test_migrate_backs_up_first(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """What was there before is kept, and the person is told where."""
    make_older(shop.database)
    assert await verify.run(None, environment={}, root=shop.root) == 2
    assert "this version verifies" in capsys.readouterr().err
    assert await migrate.run(None, environment={}, root=shop.root) == 0
    said = capsys.readouterr().out
    (kept,) = [name for name in shop.names() if ".before-" in name]
    assert f"Kept {shop.database} as it was in {shop.root / kept}." in said


async def test_migrate_waits_for_nobody(shop: Folder) -> None:
    """While a bot serves the database, it is not migrated under its feet."""
    with only_process(shop.database), pytest.raises(AlreadyRunning):
        await migrate.run(None, environment={}, root=shop.root)
