"""The audit export: a fresh SQLite file, filled by an allow-list of columns, all of one moment."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.audit import GENESIS
from bot.domain.instants import from_ms
from bot.domain.rates import MILLION
from bot.errors import SchemaMismatch
from bot.ports.world import Clock
from storage import schema
from storage.backup import revision_of
from storage.export_tables import TABLES
from storage.export_views import VIEWS
from storage.files import fresh_file, naming_faults, read_only

EXPORT_ID = 0x57616B78
"""Marks the file as an export of Wakil ("Wakx") in its header."""

FORMAT = 2
"""The version of the tables and columns, in the file's `user_version`."""

MANIFEST = "CREATE TABLE manifest (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


class SqlExporter:
    """Exports one database, with local times of `timezone`."""

    def __init__(self, database: Path, *, timezone: ZoneInfo, clock: Clock) -> None:
        self._database = database
        self._timezone = timezone
        self._clock = clock

    async def export(self, path: Path) -> None:
        made_at = self._clock.now()
        await export(self._database, path, timezone=self._timezone, made_at=made_at)


async def export(database: Path, to: Path, *, timezone: ZoneInfo, made_at: datetime) -> None:
    """Write what an auditor needs of `database` into the fresh file `to`.

    Raises `StoreError`, or `SchemaMismatch` for a file of another version, and leaves nothing.
    """
    await asyncio.to_thread(_export, database, to, timezone, made_at)


def _export(database: Path, to: Path, timezone: ZoneInfo, made_at: datetime) -> None:
    _require_current(database)
    with (
        fresh_file(to) as partial,
        naming_faults(database),
        closing(
            sqlite3.connect(partial.absolute().as_uri(), uri=True, isolation_level=None)
        ) as file,
    ):
        _offer_functions(file, timezone)
        file.execute("ATTACH ? AS source", (read_only(database),))
        with _all_at_once(file):
            for table in TABLES:
                for statement in (*table.ddl, table.copy):
                    file.execute(statement)
            for view in VIEWS:
                file.execute(view)
            _write_manifest(file, timezone, made_at)
        file.execute("DETACH source")
        file.execute(f"PRAGMA application_id = {EXPORT_ID}")
        file.execute(f"PRAGMA user_version = {FORMAT}")


def _require_current(database: Path) -> None:
    revision, newest = revision_of(database), len(schema.revisions())
    if revision != newest:
        raise SchemaMismatch(
            f"{database} is at revision {revision:04}, not {newest:04}: "
            "bring it up to date by `python run.py migrate` first."
        )


@contextmanager
def _all_at_once(file: sqlite3.Connection) -> Iterator[None]:
    """Read the source in one transaction: sales go on, and none is half in."""
    file.execute("BEGIN")
    yield
    file.execute("COMMIT")


def _offer_functions(file: sqlite3.Connection, timezone: ZoneInfo) -> None:
    def local(milliseconds: int | None) -> str | None:
        if milliseconds is None:
            return None
        return from_ms(milliseconds).astimezone(timezone).strftime("%Y-%m-%d %H:%M:%S")

    file.create_function("utc", 1, utc_text, deterministic=True)
    file.create_function("local", 1, local, deterministic=True)
    file.create_function("rate", 1, _rate_text, deterministic=True)


def utc_text(milliseconds: int | None) -> str | None:
    """Write an instant as `2026-03-10T12:00:00.000Z`, exact to the millisecond."""
    if milliseconds is None:
        return None
    return from_ms(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rate_text(millionths: int | None) -> str | None:
    """Write a rate as a decimal with the digits it has, such as `249.75`."""
    return None if millionths is None else format(Decimal(millionths) / MILLION, "f")


def _write_manifest(file: sqlite3.Connection, timezone: ZoneInfo, made_at: datetime) -> None:
    head = file.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    facts = {
        "program": "wakil",
        "format": str(FORMAT),
        "schema_revision": schema.revisions()[-1],
        "made_at_utc": made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "timezone": timezone.key,
        "journal_head": head[0] if head else GENESIS.hex(),
        **sums(file),
    }
    file.execute(MANIFEST)
    file.executemany("INSERT INTO manifest VALUES (?, ?)", facts.items())


def sums(file: sqlite3.Connection) -> dict[str, str]:
    """Count and hash every table of an export, and add up its ledger.

    A hash is SHA-256 over the rows in the order of their key, each as a JSON array of its
    columns and a line feed: anybody can make it again.
    """
    found = {}
    for table in TABLES:
        rows, digest = 0, hashlib.sha256()
        for row in file.execute(f"SELECT * FROM {table.name} ORDER BY {table.key}"):  # noqa: S608 # ours
            rows += 1
            digest.update(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
            digest.update(b"\n")
        found[f"rows.{table.name}"] = str(rows)
        found[f"sha256.{table.name}"] = digest.hexdigest()
    for currency, debits, credits_ in file.execute(
        "SELECT currency, sum(debit_minor), sum(credit_minor) FROM ledger GROUP BY currency"
    ):
        found[f"ledger.debits_minor.{currency}"] = str(debits)
        found[f"ledger.credits_minor.{currency}"] = str(credits_)
    return found
