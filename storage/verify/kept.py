"""The check of what stands beside sealed cards: no seal binds it, so the journal keeps its sum."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from bot.domain.cards import SealedCard, digest_of
from bot.domain.verifying import Check, Finding

# An order's cards are summed up when it ends, a shelf's when they come there; then they stay so.
SUMS = """
    SELECT owner, json_extract(details, '$.kept'), max(seq) FROM (
        SELECT subject AS owner, details, seq FROM the_events WHERE order_id IS NOT NULL
        UNION ALL
        SELECT 'shelf:' || provider || ':' || provider_order_id, details, seq
        FROM the_events JOIN main.unowned_order
            ON subject = 'provider-order:' || provider_order_id
            AND json_extract(details, '$.provider') = provider
        WHERE state = 'shelf'
    )
    WHERE json_extract(details, '$.kept') IS NOT NULL GROUP BY owner
"""

CARDS = """
    SELECT owner, slot, sealed_serial, sealed_pin, valid_until FROM main.card ORDER BY owner
"""


def check_beside(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Sum up each owner's cards again: which have a serial and a PIN, and their last days."""
    cards = map(_card, connection.execute(CARDS))
    kept = {owner: digest_of(theirs) for owner, theirs in groupby(cards, lambda card: card.owner)}
    for owner, told, _ in connection.execute(SUMS):
        if kept.get(owner, digest_of(())) != told:
            says = "has other serials, PINs or last days than it came with"
            yield Finding(check=Check.KEPT_CARDS, table="card", row=str(owner), says=says)


def _card(row: tuple[str, int, bytes | None, bytes | None, str]) -> SealedCard:
    owner, slot, serial, pin, valid_until = row
    return SealedCard(
        owner=owner,
        slot=slot,
        index=b"",
        sealed_code=b"",
        sealed_serial=serial,
        sealed_pin=pin,
        valid_until=valid_until,
    )
