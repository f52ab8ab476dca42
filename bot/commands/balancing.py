"""The balance equation: what the provider has left is what our books say, less what is in flight.

An order is booked when it ends, and charged when it is placed. So until it ends the provider may
have as much less as it costs.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from bot.commands.reconciled import Reconciled, told
from bot.domain import ledger
from bot.domain.money import Money, total
from bot.domain.movements import Opening
from bot.domain.orders import OrderId, OrderState
from bot.domain.shelf import UnownedState
from bot.domain.verifying import Check, Finding, Unchecked
from bot.ports.provider import Priority, Provider, ProviderOrder
from bot.ports.store import Work
from bot.ports.world import Clock
from bot.services import marks
from bot.services.movements import (
    movement_entry,
    own_movements,
    read_transactions,
    reading_mark,
    unread_window,
)

TRIES = 2
"""A shop that sells between two looks is looked at again."""

_CHARGED = (OrderState.SENDING, OrderState.UNKNOWN, OrderState.HANDLING)
_UNBOOKED = (UnownedState.EXPECTED, UnownedState.FOREIGN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Our side at one moment; `in_flight` is what each open order may have cost so far unbooked."""

    balance: Money
    in_flight: dict[OrderId, Money]
    unpriced: tuple[str, ...]
    read_at: datetime | None
    opening: Opening | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balancing:
    """Reads the balance between two looks at our books."""

    reading: Callable[[], AbstractAsyncContextManager[Work]]
    provider: Provider
    clock: Clock

    async def judge(self, strangers: Sequence[ProviderOrder]) -> Reconciled:
        """Compare; `strangers` are provider orders that nothing here knows, or `ProviderError`."""
        judged = Reconciled()
        for _ in range(TRIES):
            books = await self._books()
            theirs = await self.provider.balance(priority=Priority.CHECKING)
            if books == await self._books():
                break
        else:
            judged.unchecked.append(_left("the shop was selling meanwhile: try again"))
            return judged
        open_amounts = [one.amount for one in strangers]
        if books.opening is None:
            judged.unchecked.append(_left("the books of this account are not opened yet"))
        elif books.unpriced or None in open_amounts:
            judged.unchecked.append(_left("an order that is nobody's has no price yet"))
        else:
            foreign = total((one for one in open_amounts if one), theirs.currency)
            await self._compare(judged, books, theirs + foreign)
        return judged

    async def _compare(self, judged: Reconciled, books: Books, theirs: Money) -> None:
        may_lack = total(books.in_flight.values(), theirs.currency)
        more = theirs - books.balance
        if not _fits(more, may_lack):
            unbooked = await self._unbooked(books)
            if unbooked:
                judged.notes.append(f"{told(unbooked)} came and is booked by the next sweep")
            more -= unbooked
        if not _fits(more, may_lack):
            judged.findings.append(_unequal(books, theirs, may_lack))
        elif more:
            count = len(books.in_flight)
            judged.notes.append(
                f"the provider has {told(-more)} less than our books: "
                f"{count} orders in flight, which may cost {told(may_lack)}, explain it"
            )
        else:
            judged.notes.append(f"balance and books agree: {told(books.balance)}")

    async def _books(self) -> Books:
        account = self.provider.account
        async with self.reading() as work:
            in_flight = await work.orders.list_in(*_CHARGED)
            unowned = await work.shelf.list_in(*_UNBOOKED)
            return Books(
                balance=await work.ledger.balance(
                    ledger.provider_account(account), self.provider.currency
                ),
                in_flight={
                    one.id: one.unit_cost * one.quantity
                    - (one.cost or Money.zero(one.unit_cost.currency))
                    for one in in_flight
                    if one.account == account
                },
                unpriced=tuple(
                    one.provider_order_id
                    for one in unowned
                    if one.account == account and one.amount is None
                ),
                read_at=await marks.find_instant(work, reading_mark(account)),
                opening=await marks.find_opening(work, account),
            )

    async def _unbooked(self, books: Books) -> Money:
        """Add up what came to the account, or left it, since the sweep booked such movements."""
        account = self.provider.account
        async with self.reading() as work:
            ahead = await marks.find_ahead(work, account)
        now, grain = self.clock.now() + ahead, self.provider.capabilities.movement_grain
        window = unread_window(books.read_at or now, books.opening, now=now, grain=grain)
        movements = await read_transactions(self.provider, window, Priority.CHECKING)
        async with self.reading() as work:
            unbooked = [
                one.amount
                for one in await own_movements(work, account, movements, since=window.since)
                if not await work.ledger.find_entry(movement_entry(account, one).key)
            ]
        return total(unbooked, self.provider.currency)


def _fits(more: Money, may_lack: Money) -> bool:
    """Tell whether what the provider has more than our books is explained by what is in flight."""
    return -may_lack.minor <= more.minor <= 0


def _unequal(books: Books, theirs: Money, may_lack: Money) -> Finding:
    in_flight = f", of which {told(may_lack)} may be in flight" if may_lack else ""
    return Finding(
        check=Check.PROVIDER_BALANCE,
        table="provider",
        row="balance",
        says=f"is {told(theirs)}, but our books say {told(books.balance)}{in_flight}",
    )


def _left(why: str) -> Unchecked:
    return Unchecked(check=Check.PROVIDER_BALANCE, why=why)
