from pathlib import Path

import pytest

from bot.commands.opening import (
    bring_up_to_date,
    claimed_store,
    looking_into,
    named,
    open_store,
)
from bot.errors import AlreadyRunning, BotError, StoreError, VaultError
from bot.settings import load
from storage import schema
from storage.lock import only_process
from tests.contract.store_samples import card
from tests.unit.commands.conftest import Folder, make_older


async def test_a_first_start_makes_the_database(folder: Folder) -> None:
    """An empty folder is enough: the file is made, ours alone, with nothing to back up."""
    async with open_store(load(folder.environment, folder.root)) as opened:
        assert opened.store.path == folder.database
        assert opened.vault.newest_key_id == "k2"
        assert await opened.store.pending() == ()
        with pytest.raises(AlreadyRunning), only_process(folder.database):
            pass
    assert folder.names() == {"wakil.db", "wakil.db.lock"}
    assert folder.database.stat().st_mode & 0o777 == 0o600


async def test_the_lock_comes_before_anything_is_opened(shop: Folder) -> None:
    """While another process serves the database, it is not even looked at."""
    with only_process(shop.database), pytest.raises(AlreadyRunning):
        async with claimed_store(shop.database):
            pass


async def test_an_older_database_is_backed_up_before_it_is_changed(shop: Folder) -> None:
    """The copy stands beside the database and says which revision it is from before."""
    make_older(shop.database)
    async with claimed_store(shop.database) as store:
        done = await bring_up_to_date(store)
        assert (await bring_up_to_date(store)).revisions == ()
    assert done.revisions == (schema.revisions()[-1],)
    assert done.kept is not None
    assert done.kept.name.startswith(f"wakil.db.before-{schema.revisions()[-1]}.")
    assert done.kept.stat().st_size > 100_000


async def test_a_database_is_read_while_a_bot_serves_it(shop: Folder) -> None:
    """Looking takes no lock and writes nothing, not even by mistake."""
    with only_process(shop.database):
        async with looking_into(shop.database) as work:
            assert await work.marks.find("epoch") == "1"
            with pytest.raises(StoreError):
                await work.marks.set("epoch", "2")


async def test_a_command_without_a_vault_stores_no_card(shop: Folder) -> None:
    """What cannot be sealed is not kept."""
    async with claimed_store(shop.database) as store:
        with pytest.raises(VaultError, match="seals nothing"):
            async with store.begin() as work:
                await work.cards.add([card("order:1", 9)])


def test_a_file_must_be_named() -> None:
    """A command that writes a file writes none of its own choice."""
    assert named(Path("audit.db")) == Path("audit.db")
    with pytest.raises(BotError, match="Name a FILE"):
        named(None)
