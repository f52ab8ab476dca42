"""Running every check over one view of a file, and gathering what they find."""

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from bot.domain.instants import to_ms
from bot.domain.money import MINOR_DIGITS, Money
from bot.domain.verifying import Chain, Check, Finding, Unchecked
from bot.errors import SchemaMismatch
from bot.ports.vault import Vault
from storage import schema
from storage.backup import revision_in
from storage.export import EXPORT_ID, FORMAT
from storage.files import inspecting
from storage.verify import (
    books,
    codes,
    database,
    exported,
    file,
    journal,
    lives,
    machine,
    orders,
    stuck,
)
from storage.verify.report import IN_NO_EXPORT, Means, Report, sealed_shut
from storage.verify.seals import Opening, key_ids
from storage.verify.sources import SOURCES, Kind, Source


async def verify(path: Path, means: Means | None = None) -> Report:
    """Check a database, a backup or an export, read-only, all at one moment.

    Whoever serves it is not kept waiting, and no file is made or changed. Raises `StoreError` for
    a file that cannot be read, `SchemaMismatch` for one that is none of the three, or of another
    version.
    """
    return await asyncio.to_thread(_verify, path, means or Means())


def _verify(path: Path, means: Means) -> Report:
    with inspecting(path) as connection:
        kind = _kind(connection, path)
        _offer_functions(connection)
        connection.execute("BEGIN")
        for view in SOURCES[kind].views:
            connection.execute(view)
        links = Chain()
        unchecked = IN_NO_EXPORT if kind is Kind.EXPORT else _unopened(connection, means)
        findings = tuple(
            chain(
                file.check_file(connection),
                machine.check_machine(path, in_use=means.in_use_at is not None),
                (file.check_guards, exported.check_manifest)[kind is Kind.EXPORT](connection),
                _check_sealed(connection, means.vault) if means.vault and not unchecked else (),
                lives.check_chain(connection, links),
                lives.check_paths(connection, SOURCES[kind]),
                _check_rows(connection, kind),
                stuck.check_unknown(connection, SOURCES[kind], means),
            )
        )
        return Report(
            kind=kind,
            entries=_count(connection, "SELECT count(DISTINCT entry_id) FROM the_lines"),
            orders=_count(connection, "SELECT count(*) FROM the_orders"),
            events=_count(connection, "SELECT count(*) FROM the_journal"),
            head=links.head.hex(),
            findings=tuple(dict.fromkeys(findings)),
            unchecked=unchecked,
        )


def _kind(connection: sqlite3.Connection, path: Path) -> Kind:
    if _count(connection, "PRAGMA application_id") == EXPORT_ID:
        version = _count(connection, "PRAGMA user_version")
        if version != FORMAT:
            raise SchemaMismatch(
                f"{path} is an export of another version: its format is {version}."
            )
        return Kind.EXPORT
    revision, newest = revision_in(connection, path), len(schema.revisions())
    if revision != newest:
        raise SchemaMismatch(
            f"{path} is at revision {revision:04}: this version verifies {newest:04}."
        )
    return Kind.DATABASE


def _unopened(connection: sqlite3.Connection, means: Means) -> tuple[Unchecked, ...]:
    """Say why nothing sealed can be opened, if so; another shop's keys are no fault of a copy's."""
    if means.vault is None:
        return sealed_shut("there are no CARD_KEYS to open cards with")
    used = key_ids(connection)
    if means.in_use_at is None and used and not used & means.vault.key_ids:
        return sealed_shut(f"CARD_KEYS holds none of {', '.join(sorted(used))}")
    return ()


def _check_sealed(connection: sqlite3.Connection, vault: Vault) -> Iterator[Finding]:
    opening = Opening(vault)
    opening.open_all(connection)
    yield from opening.findings
    yield from codes.check_texts(connection, frozenset(opening.clear))


def _check_rows(connection: sqlite3.Connection, kind: Kind) -> Iterator[Finding]:
    own = database.CHECKS if kind is Kind.DATABASE else exported.CHECKS
    for check, query in (
        *books.CHECKS,
        *orders.CHECKS,
        *journal.CHECKS,
        *stuck.CHECKS,
        *own,
    ):
        yield from _found(connection, check, query, SOURCES[kind])
    warnings = (*books.WARNINGS, *(database.WARNINGS if kind is Kind.DATABASE else ()))
    for check, query in warnings:
        for finding in _found(connection, check, query, SOURCES[kind]):
            yield replace(finding, is_warning=True)


def _found(
    connection: sqlite3.Connection, check: Check, query: str, source: Source
) -> Iterator[Finding]:
    for what, row, says in connection.execute(query):
        table = source.names.get(what, what)
        yield Finding(check=check, table=table, row=str(row), says=str(says))


def _offer_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("amount", 1, _amount, deterministic=True)
    connection.create_function("ms", 1, _ms, deterministic=True)


def _amount(minor: object) -> str:
    if not isinstance(minor, int):
        return "nothing"
    return format(Money(minor=minor, currency="").amount, f".{MINOR_DIGITS}f")


def _ms(written: object) -> int | None:
    try:
        return to_ms(datetime.fromisoformat(str(written)).replace(tzinfo=UTC))
    except ValueError:
        return None


def _count(connection: sqlite3.Connection, question: str) -> int:
    return int(connection.execute(question).fetchone()[0])
