import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.telegram.people import Person
from storage.store import SqlStore
from tests.conversation.stage import Stage, staged
from tests.fakes import inline_sqlite
from tests.fakes.vault import MemoryVault

AMINA, BILAL = 7, 8


@pytest.fixture
async def stage(migrated: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """Open a shop and run its bot."""
    path = shutil.copy(migrated, tmp_path / "wakil.db")
    key_id = MemoryVault().key_id
    async with (
        SqlStore(Path(path), key_id=key_id, connect=inline_sqlite.connect) as store,
        staged(store) as opened,
    ):
        yield opened


@pytest.fixture
async def amina(stage: Stage) -> Person:
    """Bring in a member who speaks English and has 10 000 DA."""
    return await stage.member(AMINA)
