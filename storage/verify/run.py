"""Running every check over one view of a file, and gathering what they find."""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain, starmap
from pathlib import Path

from bot.domain.verifying import Chain, Check, Finding, Unchecked
from bot.errors import SchemaMismatch
from bot.ports.vault import Vault
from storage import schema
from storage.backup import has_tables, revision_in
from storage.export import EXPORT_ID, FORMAT
from storage.files import in_words, inspecting
from storage.verify import (
    books,
    calls,
    codes,
    database,
    exported,
    file,
    journal,
    kept,
    limits,
    lives,
    machine,
    orders,
    stuck,
)
from storage.verify.functions import offer_functions
from storage.verify.report import IN_NO_EXPORT, Means, Report, sealed_shut
from storage.verify.seals import Opening, key_ids
from storage.verify.sources import SOURCES, Kind, Source
from storage.verify.texts import read_text

_Made = tuple[Check, Iterable[Finding]]
"""A check, and what it finds as it goes."""


async def verify(path: Path, means: Means | None = None) -> Report:
    """Check a database, a backup or an export, read-only, all at one moment.

    Whoever serves it is not kept waiting, and no file is made or changed. A damaged one is read
    as far as it goes, and what cannot be read is found. Raises `StoreError` where there is nothing
    to begin with, `SchemaMismatch` for a file that is none of the three, or of another version.
    """
    return await asyncio.to_thread(_verify, path, means or Means())


def _verify(path: Path, means: Means) -> Report:
    with inspecting(path) as connection:
        connection.text_factory = read_text
        offer_functions(connection)
        kind, broken = _recognised(connection, path)
        _begin(connection, SOURCES[kind])
        links = Chain()
        unchecked = IN_NO_EXPORT if kind is Kind.EXPORT else _unopened(connection, means)
        made = chain(
            ((Check.FILE, file.check_file(connection)),),
            ((Check.FILE, machine.check_machine(path, in_use=means.in_use_at is not None)),),
            _guarded(connection, kind),
            _sealed(connection, means.vault) if means.vault and not unchecked else (),
            ((Check.CHAIN, lives.check_chain(connection, links)),),
            ((Check.LIVES, lives.check_paths(connection, SOURCES[kind])),),
            _rows(connection, kind),
            _beside(connection, kind),
            ((Check.STUCK, stuck.check_unknown(connection, SOURCES[kind], means)),),
        )
        findings = (*broken, *chain.from_iterable(starmap(to_the_end, made)))
        return Report(
            kind=kind,
            entries=_count(connection, "SELECT count(DISTINCT entry_id) FROM the_lines"),
            orders=_count(connection, "SELECT count(*) FROM the_orders"),
            events=_count(connection, "SELECT count(*) FROM the_journal"),
            head=links.head.hex(),
            findings=tuple(dict.fromkeys(findings)),
            unchecked=unchecked,
            accounts=_accounts(connection),
        )


def _accounts(connection: sqlite3.Connection) -> tuple[str, ...]:
    try:
        rows = connection.execute(
            "SELECT DISTINCT substr(account, 10) FROM the_lines"
            " WHERE account LIKE 'provider:%' ORDER BY account"
        ).fetchall()
    except sqlite3.Error:  # told by the checks that read the same
        return ()
    return tuple(str(name) for (name,) in rows)


def _recognised(connection: sqlite3.Connection, path: Path) -> tuple[Kind, tuple[Finding, ...]]:
    """Tell what a file is; one that SQLite would not begin with is read as far as it goes."""
    try:
        kind = _kind(connection, path)
        connection.execute("SELECT 1 FROM main.sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_CORRUPT"):
            raise
        # A truncated file, or a table whose own words make no sense, is not turned away then.
        connection.execute("PRAGMA writable_schema = ON")
        return _kind(connection, path), (file.damage(in_words(error)),)
    return kind, ()


def _begin(connection: sqlite3.Connection, source: Source) -> None:
    """Begin a transaction, so that all is read at one moment, with the views of the source.

    Where a table cannot be filled, every one is a view, and who reads it is told why. SQLite
    makes none in a transaction that has met a fault.
    """
    try:
        connection.execute("BEGIN")
        for statement in source.views:
            connection.execute(statement)
    except sqlite3.Error:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        for statement in source.views:
            if "CREATE INDEX" not in statement:
                connection.execute(statement.replace("TEMP TABLE", "TEMP VIEW", 1))
        connection.execute("BEGIN")


def to_the_end(check: Check, found: Iterable[Finding]) -> Iterator[Finding]:
    """Make a check whatever stands in the file: what it stumbles over is a finding of its own."""
    try:
        yield from found
    except sqlite3.Error as error:
        says = f"cannot be looked through for {check}: {in_words(error)}"
        yield Finding(check=check, table="file", row="", says=says)
    except Exception as error:  # noqa: BLE001 # a file made by hand holds what nobody thinks of
        says = f"holds what cannot be read for {check} ({type(error).__name__})"
        yield Finding(check=check, table="file", row="", says=says)


def _kind(connection: sqlite3.Connection, path: Path) -> Kind:
    if _pragma(connection, "application_id") == EXPORT_ID:
        version = _pragma(connection, "user_version")
        if version != FORMAT:
            raise SchemaMismatch(
                f"{path} is an export of another version: its format is {version}."
            )
        return Kind.EXPORT
    revision, newest = revision_in(connection, path), len(schema.revisions())
    if not revision and not has_tables(connection):
        raise SchemaMismatch(f"{path} is empty: no shop was ever kept in it.")
    if revision != newest:
        raise SchemaMismatch(
            f"{path} is at revision {revision:04}: this version verifies {newest:04}."
        )
    return Kind.DATABASE


def _unopened(connection: sqlite3.Connection, means: Means) -> tuple[Unchecked, ...]:
    """Say why nothing sealed can be opened, if so; another shop's keys are no fault of a copy's."""
    if means.vault is None:
        return sealed_shut("there are no CARD_KEYS to open cards with")
    try:
        used = key_ids(connection)
    except sqlite3.Error:  # told by the checks that read the same
        return ()
    if means.in_use_at is None and used and not used & means.vault.key_ids:
        return sealed_shut(f"CARD_KEYS holds none of {', '.join(sorted(used))}")
    return ()


def _guarded(connection: sqlite3.Connection, kind: Kind) -> Iterator[_Made]:
    if kind is Kind.EXPORT:
        yield Check.MANIFEST, exported.check_manifest(connection)
    else:
        yield Check.GUARDS, file.check_guards(connection)


def _sealed(connection: sqlite3.Connection, vault: Vault) -> Iterator[_Made]:
    opening = Opening(vault)
    yield Check.SEALS, _opened(connection, opening)
    yield Check.CODES, codes.check_texts(connection, frozenset(opening.clear))


def _opened(connection: sqlite3.Connection, opening: Opening) -> Iterator[Finding]:
    try:
        opening.open_all(connection)
    finally:
        yield from opening.findings


def _beside(connection: sqlite3.Connection, kind: Kind) -> Iterator[_Made]:
    if kind is Kind.DATABASE:
        yield Check.KEPT_CARDS, kept.check_beside(connection)


def _rows(connection: sqlite3.Connection, kind: Kind) -> Iterator[_Made]:
    own = database.CHECKS if kind is Kind.DATABASE else exported.CHECKS
    for check, query in (
        *books.CHECKS,
        *limits.CHECKS,
        *orders.CHECKS,
        *journal.CHECKS,
        *calls.CHECKS,
        *stuck.CHECKS,
        *own,
    ):
        yield check, _found(connection, check, query, SOURCES[kind])
    warnings = (*books.WARNINGS, *(database.WARNINGS if kind is Kind.DATABASE else ()))
    for check, query in warnings:
        found = _found(connection, check, query, SOURCES[kind])
        yield check, (replace(finding, is_warning=True) for finding in found)


def _found(
    connection: sqlite3.Connection, check: Check, query: str, source: Source
) -> Iterator[Finding]:
    for what, row, says in connection.execute(query):
        table = source.names.get(what, what)
        yield Finding(check=check, table=table, row=str(row), says=str(says))


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _count(connection: sqlite3.Connection, question: str) -> int | None:
    try:
        return int(connection.execute(question).fetchone()[0])
    except sqlite3.Error:
        return None
