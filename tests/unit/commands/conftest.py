"""A shop's folder: its `.env`, and a database in which everything has happened."""

import asyncio
import base64
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from storage import schema
from tests.unit.storage.busy_shop import make_busy_shop

KEYS = f"k2:{base64.b64encode(bytes(range(32))).decode()}"
OLD_KEY = f"k1:{base64.b64encode(bytes(32)).decode()}"

NOWHERE = "http://127.0.0.1:9"
"""Nobody answers there."""


@dataclass(slots=True)
class Folder:
    """Where run.py would stand, and what its environment sets."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {
            "TELEGRAM_BOT_TOKEN": "700000001:AAE-a-token-that-opens-nothing",
            "TELEGRAM_API_URL": NOWHERE,
            "ADMIN_IDS": "1",
            "CARD_KEYS": KEYS,
            "ONECLICKDZ_API_KEY": "a-key-of-nobody",
            "ONECLICKDZ_API_URL": NOWHERE,
        }
    )

    @property
    def database(self) -> Path:
        """The database that the settings name."""
        return self.root / "wakil.db"

    def names(self) -> set[str]:
        """List the folder."""
        return {path.name for path in self.root.iterdir()}


def make_older(database: Path) -> None:
    """Make a database say that its newest revision was not applied yet."""
    with closing(sqlite3.connect(database)) as file:
        file.execute(f"PRAGMA user_version = {len(schema.revisions()) - 1}")


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one database in which everything has happened; each test works on a copy."""
    path = tmp_path_factory.mktemp("busy") / "wakil.db"
    asyncio.run(make_busy_shop(path))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Make a folder without a database."""
    (tmp_path / "shop").mkdir()
    return Folder(tmp_path / "shop")


@pytest.fixture
def shop(folder: Folder, busy: Path) -> Folder:
    """Make a folder with the busy database."""
    shutil.copy(busy, folder.database)
    return folder
