"""Running every check over one view of a file, and gathering what they find."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

from bot.domain.audit import Event, JournalRow, canonical
from bot.domain.instants import from_ms, to_ms
from bot.domain.money import MINOR_DIGITS, Money
from bot.domain.verifying import Chain, Finding, path_fault
from bot.errors import SchemaMismatch
from storage import schema
from storage.backup import revision_of
from storage.export import EXPORT_ID, FORMAT, sums
from storage.files import looking_at
from storage.verify import books, database, exported, file, journal, orders
from storage.verify.sources import SOURCES, Kind, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at, and what was found; `head` is the hash of the journal's last row.

    A warning is odd, and may well be right; anything else should not be.
    """

    kind: Kind
    entries: int
    orders: int
    events: int
    head: str
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Tell whether there is nothing worse than a warning."""
        return all(finding.is_warning for finding in self.findings)


async def verify(path: Path) -> Report:
    """Check a database, a backup or an export, read-only, all at one moment.

    Whoever serves it is not kept waiting. Raises `StoreError` for a file that cannot be read,
    `SchemaMismatch` for one that is none of the three, or of another version.
    """
    return await asyncio.to_thread(_verify, path)


def _verify(path: Path) -> Report:
    kind = _kind(path)
    with looking_at(path) as connection:
        _offer_functions(connection)
        connection.execute("BEGIN")
        for view in SOURCES[kind].views:
            connection.execute(view)
        links = Chain()
        own = (file.check_guards, _check_manifest)[kind is Kind.EXPORT]
        findings = tuple(
            chain(
                file.check_file(connection),
                own(connection),
                _check_chain(connection, links),
                _check_paths(connection, SOURCES[kind]),
                _check_rows(connection, kind),
            )
        )
        return Report(
            kind=kind,
            entries=_count(connection, "SELECT count(DISTINCT entry_id) FROM the_lines"),
            orders=_count(connection, "SELECT count(*) FROM the_orders"),
            events=_count(connection, "SELECT count(*) FROM the_journal"),
            head=links.head.hex(),
            findings=tuple(dict.fromkeys(findings)),
        )


def _kind(path: Path) -> Kind:
    with looking_at(path) as connection:
        mark, version = (
            _count(connection, f"PRAGMA {name}") for name in ("application_id", "user_version")
        )
    if mark == EXPORT_ID:
        if version != FORMAT:
            raise SchemaMismatch(
                f"{path} is an export of another version: its format is {version}."
            )
        return Kind.EXPORT
    revision, newest = revision_of(path), len(schema.revisions())
    if revision != newest:
        raise SchemaMismatch(
            f"{path} is at revision {revision:04}: this version verifies {newest:04}."
        )
    return Kind.DATABASE


def _check_rows(connection: sqlite3.Connection, kind: Kind) -> Iterator[Finding]:
    own = database.CHECKS if kind is Kind.DATABASE else exported.CHECKS
    for check in (*books.CHECKS, *orders.CHECKS, *journal.CHECKS, *own):
        yield from _found(connection, check, SOURCES[kind])
    warnings = (*books.WARNINGS, *(database.WARNINGS if kind is Kind.DATABASE else ()))
    for check in warnings:
        yield from _found(connection, check, SOURCES[kind], is_warning=True)


def _found(
    connection: sqlite3.Connection, check: str, source: Source, *, is_warning: bool = False
) -> Iterator[Finding]:
    for what, row, says in connection.execute(check):
        table = source.names.get(what, what)
        yield Finding(table=table, row=str(row), says=str(says), is_warning=is_warning)


def _check_chain(connection: sqlite3.Connection, links: Chain) -> Iterator[Finding]:
    for values in connection.execute("SELECT * FROM the_journal ORDER BY seq"):
        row = _journal_row(values)
        if row is None:
            links.pass_over(values[0])
        fault = "cannot be read as an event" if row is None else links.follow(row)
        if fault:
            yield Finding(table="journal", row=str(values[0]), says=fault)


def _journal_row(values: tuple[int, int, str, str, str, str, str, str]) -> JournalRow | None:
    seq, at, actor, action, subject, details, previous, own = values
    try:
        facts = json.loads(details)
        if canonical(facts) != details:
            return None
        event = Event(at=from_ms(at), actor=actor, action=action, subject=subject, details=facts)
        return JournalRow(
            seq=seq, event=event, previous=bytes.fromhex(previous), hash=bytes.fromhex(own)
        )
    except (ValueError, TypeError, OverflowError):
        return None


def _check_paths(connection: sqlite3.Connection, source: Source) -> Iterator[Finding]:
    states = dict(connection.execute("SELECT id, state FROM the_orders").fetchall())
    events = connection.execute(
        "SELECT order_id, seq, action FROM the_events WHERE order_id IS NOT NULL"
        " ORDER BY order_id, seq"
    )
    lives = {order_id: tuple(rows) for order_id, rows in groupby(events, itemgetter(0))}
    for order_id, state in states.items():
        actions = [(seq, action) for _, seq, action in lives.get(order_id, ())]
        fault = path_fault(actions, state)
        if fault is not None:
            seq, says = fault
            table, row = ("order", order_id) if seq is None else ("event", seq)
            yield Finding(table=source.names[table], row=str(row), says=says)


def _check_manifest(connection: sqlite3.Connection) -> Iterator[Finding]:
    says = dict(connection.execute("SELECT name, value FROM manifest").fetchall())
    head = connection.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    true = sums(connection) | ({"journal_head": head[0]} if head else {})
    for name in sorted(true):
        if says.get(name) != true[name]:
            was = says.get(name, "nothing")
            yield Finding(table="manifest", row=name, says=f"says {was}, but it is {true[name]}")


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
