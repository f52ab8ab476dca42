"""Ports that kill their process at one named point of an order's life.

A point is `before ACTION` or `after ACTION`. An action is what the journal calls it
(`order.confirmed`): before and after the commit of the transaction that says so. Or it is a call
to the world: `place`, `edit receipt`, `send receipt`.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, fields
from typing import cast

from bot.domain.agents import Person
from bot.domain.audit import Event, JournalRow
from bot.ports.messenger import Answer, Message, Messenger, Receipt
from bot.ports.provider import Line, Placement, Provider
from bot.ports.store import (
    Alerts,
    Calls,
    Cards,
    CatalogCache,
    ExpectedInputs,
    Journal,
    Ledger,
    Marks,
    Orders,
    Outbox,
    People,
    Recipients,
    Shelf,
    Store,
    Work,
)

ACTIONS = (
    "order.confirmed",
    "order.sending",
    "place",
    "order.handling",
    "order.unknown",
    "order.absent-once",
    "order.fulfilled",
    "order.partially_filled",
    "order.refunded",
    "order.refused",
    "order.withdrawn",
    "edit receipt",
    "send receipt",
    "cards.shown",
    "provider.tokens-renewed",
)
POINTS = tuple(f"{when} {action}" for action in ACTIONS for when in ("before", "after"))


class Knife:
    """Ends the process as a power cut would, when its point is reached."""

    def __init__(self, point: str) -> None:
        self._point = point

    def reach(self, point: str) -> None:
        if point == self._point:
            os.kill(os.getpid(), signal.SIGKILL)


class NotingJournal:
    """Remembers which actions a transaction journals."""

    def __init__(self, inner: Journal) -> None:
        self._inner = inner
        self.actions: list[str] = []

    async def append(self, event: Event) -> JournalRow:
        self.actions.append(event.action)
        return await self._inner.append(event)

    async def last(self) -> JournalRow | None:
        return await self._inner.last()

    async def list_of(self, subject: str, *, limit: int = 1000) -> tuple[JournalRow, ...]:
        return await self._inner.list_of(subject, limit=limit)

    async def list_after(self, seq: int, *, limit: int) -> tuple[JournalRow, ...]:
        return await self._inner.list_after(seq, limit=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedWork:
    """A transaction whose journal is noted; everything else is the transaction's own."""

    people: People
    ledger: Ledger
    orders: Orders
    cards: Cards
    recipients: Recipients
    shelf: Shelf
    outbox: Outbox
    catalog: CatalogCache
    journal: Journal
    calls: Calls
    alerts: Alerts
    marks: Marks
    inputs: ExpectedInputs


class KillingStore:
    """A store that kills around the commits of what is journalled."""

    def __init__(self, inner: Store, knife: Knife) -> None:
        self._inner = inner
        self._knife = knife

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Work]:
        async with self._inner.begin() as work:
            journal = NotingJournal(work.journal)
            parts = {part.name: getattr(work, part.name) for part in fields(NotedWork)}
            yield NotedWork(**{**parts, "journal": journal})
            for action in journal.actions:
                self._knife.reach(f"before {action}")
        for action in journal.actions:
            self._knife.reach(f"after {action}")

    def read(self) -> AbstractAsyncContextManager[Work]:
        return self._inner.read()


class KillingProvider:
    """A provider that kills before a placing leaves, or when its answer has come."""

    def __init__(self, inner: Provider, knife: Knife) -> None:
        self._inner = inner
        self._knife = knife

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)  # the reads are the provider's own

    async def place(self, line: Line, *, reference: str) -> Placement:
        self._knife.reach("before place")
        placement = await self._inner.place(line, reference=reference)
        self._knife.reach("after place")
        return placement


def killing(provider: Provider, knife: Knife) -> Provider:
    """Put the knife into a provider."""
    return cast(Provider, KillingProvider(provider, knife))


class KillingMessenger:
    """A messenger that kills around the writing of cards."""

    def __init__(self, inner: Messenger, knife: Knife) -> None:
        self._inner = inner
        self._knife = knife

    async def send(self, to: Person, message: Message) -> Answer:
        if not isinstance(message, Receipt):
            return await self._inner.send(to, message)
        self._knife.reach("before send receipt")
        answer = await self._inner.send(to, message)
        self._knife.reach("after send receipt")
        return answer

    async def edit(self, to: Person, message_id: int, message: Message) -> Answer:
        if not isinstance(message, Receipt):
            return await self._inner.edit(to, message_id, message)
        self._knife.reach("before edit receipt")
        answer = await self._inner.edit(to, message_id, message)
        self._knife.reach("after edit receipt")
        return answer
