"""Who sent what: each placing that reaches the provider, held against the journal at that moment.

Nothing of ours travels with an order, so the witness looks into the bot's database when a call
arrives: exactly one order of that bucket must stand there as sent, before a byte has left.
"""

import asyncio
import sqlite3
import time
from collections import Counter
from contextlib import closing
from contextvars import ContextVar
from pathlib import Path

from bot.playground.faults import Params
from bot.playground.oneclickdz import Call, OneClickDZ, faults

CLOSING_SECONDS = 2.0
"""SQLite takes its files away one by one: for a moment nobody can open what is left of them."""

FOR_EVER = 1_000_000_000

_NOTHING = faults.cut()
"""What a witness would do, if it ever struck."""

SENT = """
    SELECT reference FROM orders
    WHERE product_key = ? AND type_key = ? AND quantity = ? AND state IN ('sending', 'unknown')
"""


def ask(database: Path, question: str, *facts: object) -> list[tuple[object, ...]]:
    """Read a database that a bot may be serving, or may be closing at this very moment."""
    last = time.monotonic() + CLOSING_SECONDS
    while True:
        try:
            return _ask(database, question, facts)
        except sqlite3.OperationalError:
            if time.monotonic() > last:
                raise


def _ask(database: Path, question: str, facts: tuple[object, ...]) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(question, facts).fetchall()


CALLER: ContextVar[Path | None] = ContextVar("caller", default=None)
"""Whose call it is, where two bots order at one provider: the database that must hold it."""


class Witness:
    """Stands at the provider's door; `placed` says of which of our orders each of its orders is."""

    def __init__(self, provider: OneClickDZ, database: Path) -> None:
        self.placed: dict[str, str] = {}
        self.unjournalled: list[str] = []
        self.arrivals = 0
        self._provider = provider
        self._database = database
        self._under_way: dict[asyncio.Task[object] | None, str] = {}
        self._known = 0
        for look, after in ((self._arrives, False), (self._is_carried_out, True)):
            provider.fault(Call.PLACE_ORDER, _NOTHING, after=after, times=FOR_EVER, matching=look)

    def doubled(self) -> list[str]:
        """Name the confirmations that became more than one order at the provider."""
        return [f"{who} x {n}" for who, n in Counter(self.placed.values()).items() if n > 1]

    def is_under_way(self, reference: str) -> bool:
        """Tell whether a call for an order has arrived and may still be carried out."""
        self._forget_the_dead()
        return reference in self._under_way.values()

    def _arrives(self, params: Params) -> bool:
        bucket = (params["productId"], params["typeId"], params["quantity"])
        found = ask(CALLER.get() or self._database, SENT, *bucket)
        self.arrivals += 1
        if len(found) != 1:
            self.unjournalled.append(f"{len(found)} orders stood as sent for {bucket}")
        self._under_way[asyncio.current_task()] = str(found[0][0]) if found else "nobody"
        return False

    def _is_carried_out(self, _: Params) -> bool:
        reference = self._under_way.pop(asyncio.current_task(), "nobody")
        orders = self._provider.orders
        for order in orders[self._known :]:
            if not order.by_dashboard:
                self.placed[order.id] = reference
        self._known = len(orders)
        return False

    def _forget_the_dead(self) -> None:
        self._under_way = {
            task: what for task, what in self._under_way.items() if task and not task.done()
        }
