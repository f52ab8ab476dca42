"""Who sent what: each placing that reaches a provider, held against the journal at that moment.

The witness looks into the bot's database when a call arrives: exactly one order must stand there
as sent, before a byte has left. At a provider where nothing of ours travels with an order it is
one of that bucket; where our reference does, it is the one of that reference, with the very goods
that are asked for, and the journal tells of as many sendings as have arrived.
"""

import asyncio
import sqlite3
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from contextvars import ContextVar
from pathlib import Path
from weakref import WeakKeyDictionary

from bot.playground.faults import Params, cut
from bot.settings import PLUM
from tests.e2e.sides import Side

CLOSING_SECONDS = 2.0
"""SQLite takes its files away one by one: for a moment nobody can open what is left of them."""

FOR_EVER = 1_000_000_000

_NOTHING = cut()
"""What a witness would do, if it ever struck."""

SENT = """
    SELECT reference FROM orders
    WHERE provider = ? AND product_key = ? AND type_key = ? AND quantity = ?
    AND state IN ('sending', 'unknown')
"""

CONFIRMATION = "SELECT person_id, message_id, quote_id FROM orders WHERE reference = ?"

SENDINGS = """
    SELECT count(*) FROM journal WHERE action = 'order.sending'
    AND subject = (SELECT 'order:' || id FROM orders WHERE reference = ?)
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
    """Stands at every provider's door; `placed` says whose order each of theirs is.

    It names our reference by the provider's order id.
    """

    def __init__(self, sides: Iterable[Side], database: Path) -> None:
        self.placed: dict[str, str] = {}
        self.unjournalled: list[str] = []
        self.arrivals: Counter[str] = Counter()
        self._confirmations: dict[str, str] = {}
        self._calls: WeakKeyDictionary[asyncio.Task[object], str] = WeakKeyDictionary()
        self._struck: set[str] = set()
        self._in_vain: Counter[str] = Counter()
        self._database = database
        self._under_way: dict[asyncio.Task[object] | None, str] = {}
        for side in sides:
            _door(self, side)

    def doubled(self) -> list[str]:
        """Name the confirmations that became more than one order at a provider.

        A reference that was sent twice is one, and so are two references of one confirm message:
        an old copy of the books knows nothing of what became of it.
        """
        counted = Counter(self.placed.values())
        pressed = Counter(self._confirmations[who] for who in counted if who in self._confirmations)
        return [f"{what} x {n}" for what, n in (*counted.items(), *pressed.items()) if n > 1]

    def is_under_way(self, reference: str) -> bool:
        """Tell whether a call for an order has arrived and may still be carried out."""
        self._forget_the_dead()
        return reference in self._under_way.values()

    def look(self, question: str, *facts: object) -> list[tuple[object, ...]]:
        """Read the database of whoever is calling."""
        return ask(self._asked(), question, *facts)

    def _asked(self) -> Path:
        return CALLER.get() or self._database

    def arrives(self, reference: str) -> None:
        """Note that a call for an order has come."""
        self.arrivals[reference] += 1
        for person, message, quote in self.look(CONFIRMATION, reference):
            where = f"message {message}" if message else f"quote {quote}"
            self._confirmations[reference] = f"{self._asked().stem}: {where} of {person}"
        task = asyncio.current_task()
        self._under_way[task] = reference
        if task is not None:
            self._calls[task] = reference

    def is_carried_out(self) -> str:
        """Note that the call of this moment has had its effect; gives whose it was."""
        return self._under_way.pop(asyncio.current_task(), "nobody")

    def was_struck(self) -> None:
        """Note that trouble spoils the answer to the placing of this moment."""
        task = asyncio.current_task()
        if task is not None:
            self._struck.add(self._calls[task])

    def is_struck(self, reference: str) -> bool:
        """Tell whether any answer to the placings of an order was spoilt."""
        return reference in self._struck

    def was_in_vain(self, reference: str) -> None:
        """Note that nothing of a call ran, so that it may come again."""
        self._in_vain[reference] += 1

    def may_have_run(self, reference: str) -> int:
        """Count the calls for an order of which something may have run."""
        return self.arrivals[reference] - self._in_vain[reference]

    def _forget_the_dead(self) -> None:
        self._under_way = {
            task: what for task, what in self._under_way.items() if task and not task.done()
        }


class _Door(ABC):
    """What the witness looks at where one provider's orders come in."""

    def __init__(self, witness: Witness, side: Side) -> None:
        self._witness = witness
        self._side = side
        self._known = 0
        for look, after in ((self._arrives, False), (self._is_carried_out, True)):
            side.double.fault(side.placing, _NOTHING, after=after, times=FOR_EVER, matching=look)

    @abstractmethod
    def _arrives(self, params: Params) -> bool:
        """Hold a call against the journal."""

    def _is_carried_out(self, _: Params) -> bool:
        reference = self._witness.is_carried_out()
        orders = self._side.double.orders
        new = [one for one in orders[self._known :] if not one.by_dashboard]
        for order in new:
            self._witness.placed[str(order.id)] = reference
        self._known = len(orders)
        if not new:
            self._witness.was_in_vain(reference)
        return False

    def _stand_as_sent(self, product: object, card_type: object, quantity: object) -> list[str]:
        bucket = (self._side.account.provider, str(product), str(card_type), quantity)
        return [str(row[0]) for row in self._witness.look(SENT, *bucket)]

    def _expect_one(self, found: list[str], what: object) -> None:
        if len(found) != 1:
            self._witness.unjournalled.append(f"{len(found)} orders stood as sent for {what}")


class _OfBuckets(_Door):
    """Where nothing of ours travels with an order."""

    def _arrives(self, params: Params) -> bool:
        bucket = (params["productId"], params["typeId"], params["quantity"])
        found = self._stand_as_sent(*bucket)
        self._expect_one(found, bucket)
        self._witness.arrives(found[0] if found else "nobody")
        return False


class _OfReferences(_Door):
    """Where our reference does."""

    def _arrives(self, params: Params) -> bool:
        bucket = (params["productId"], params["denomination"], params["quantity"])
        reference = str(params["poNumber"])
        mine = [one for one in self._stand_as_sent(*bucket) if one == reference]
        self._expect_one(mine, (*bucket, reference))
        self._witness.arrives(reference)
        ((sendings,),) = self._witness.look(SENDINGS, reference)
        if self._witness.may_have_run(reference) > int(str(sendings)):
            self._witness.unjournalled.append(f"{reference} was sent again")
        return False


def _door(witness: Witness, side: Side) -> _Door:
    by_reference = side.account.provider == PLUM
    return _OfReferences(witness, side) if by_reference else _OfBuckets(witness, side)
