"""Checks of the journal by itself: it is one chain, and what it tells of each order can be."""

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from bot.domain.audit import Event, JournalRow, canonical
from bot.domain.instants import from_ms
from bot.domain.verifying import Chain, Check, Finding, path_fault
from storage.verify.sources import Source


def check_chain(connection: sqlite3.Connection, links: Chain) -> Iterator[Finding]:
    """Follow the chain of the journal; `links` then bears its head."""
    for values in connection.execute("SELECT * FROM the_journal ORDER BY seq"):
        row = _journal_row(values)
        if row is None:
            links.pass_over(values[0])
        fault = "cannot be read as an event" if row is None else links.follow(row)
        if fault:
            yield Finding(check=Check.CHAIN, table="journal", row=str(values[0]), says=fault)


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
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def check_paths(connection: sqlite3.Connection, source: Source) -> Iterator[Finding]:
    """Follow each order's life, as its events tell it."""
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
            table = source.names[table]
            yield Finding(check=Check.LIVES, table=table, row=str(row), says=says)
