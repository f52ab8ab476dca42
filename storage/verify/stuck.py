"""Checks of time: orders that are being sent by nobody, or of which nobody has known for long."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from bot.domain.instants import to_ms
from bot.domain.matching import horizon
from bot.domain.verifying import Check, Finding
from storage.verify.report import UNTOLD, Means
from storage.verify.sources import Source

SENDING = """
    SELECT 'order', id, 'is being sent by a process that is gone: the bot was started since'
    FROM the_orders
    WHERE state = 'sending' AND (
        SELECT max(seq) FROM the_events WHERE order_id = the_orders.id AND action = 'order.sending'
    ) < (SELECT max(seq) FROM the_events WHERE action = 'bot.started')
"""

CHECKS = ((Check.STUCK, SENDING),)

LATE = 2
"""An order that is unknown for longer than so many horizons is odd."""

LAGS = 100
"""The newest orders that show how long the provider's list takes."""

LONGEST = timedelta(days=1)
"""No list takes longer to show an order."""

MILLISECOND = timedelta(milliseconds=1)


def check_unknown(
    connection: sqlite3.Connection, source: Source, means: Means
) -> Iterator[Finding]:
    """Warn of orders that are unknown for twice the horizon: now, or when a copy was made."""
    # Instants may have been changed by hand to what is none: they stay numbers.
    now_ms = to_ms(means.in_use_at) if means.in_use_at else _last_event_ms(connection)
    for order_id, provider, environment, sent_ms in connection.execute(
        "SELECT id, provider, environment, coalesce(sent_until, sending_at, confirmed_at)"
        " FROM the_orders WHERE state = 'unknown'"
    ).fetchall():
        told = means.horizons.get(provider, UNTOLD)
        longest = LATE * horizon(told, _lags(connection, provider, environment))
        if now_ms - sent_ms > longest // MILLISECOND:
            minutes = (now_ms - sent_ms) // 60_000
            yield Finding(
                check=Check.STUCK,
                table=source.names["order"],
                row=str(order_id),
                says=f"is unknown for {minutes} minutes: settle it by /resolve {order_id}",
                is_warning=True,
            )


def _last_event_ms(connection: sqlite3.Connection) -> int:
    (last,) = connection.execute("SELECT max(at) FROM the_journal").fetchone()
    return int(last or 0)


def _lags(connection: sqlite3.Connection, provider: str, environment: str) -> tuple[timedelta, ...]:
    rows = connection.execute(
        "SELECT listed_lag FROM the_orders WHERE provider = ? AND environment = ?"
        " AND listed_lag IS NOT NULL ORDER BY id DESC LIMIT ?",
        (provider, environment, LAGS),
    )
    return tuple(min(lag, LONGEST // MILLISECOND) * MILLISECOND for (lag,) in rows)
