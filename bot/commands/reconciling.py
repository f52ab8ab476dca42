"""Holding our books against a provider account: what it lists, what it charged, what it has left.

Few calls, none of which changes anything: the list since the first event (at most two days), the
balance, and the account's movements when the balance does not agree at once.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands.balancing import Balancing
from bot.commands.reconciled import Reconciled, told
from bot.domain.matching import SKEW
from bot.domain.orders import Order, OrderState, Window
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.domain.verifying import Check, Finding
from bot.errors import ProviderError
from bot.ports.provider import Priority, Provider, ProviderOrder
from bot.ports.store import Work
from bot.ports.world import Clock
from bot.services import marks
from bot.services.listing import Listing, read_list

Reading = Callable[[], AbstractAsyncContextManager[Work]]

FARTHEST = timedelta(hours=48)
"""The sweep looks no further back either."""

SWEPT_AFTER = timedelta(minutes=15)
"""A provider order that is younger may not have been seen by the sweep, nor listed."""

MOST_ASKED = 5
"""So many orders at most are asked for by themselves: ours that it lacks, and lines of nobody's."""

_UNDER_WAY = (OrderState.SENDING, OrderState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A listed provider order, and who has it here."""

    theirs: ProviderOrder
    order: Order | None
    unowned: UnownedOrder | None

    @property
    def is_nobodys(self) -> bool:
        """Tell whether nothing here knows it."""
        return self.order is None and self.unowned is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciling:
    """Asks one account; `reading` opens a view of our side that is of that moment."""

    reading: Reading
    provider: Provider
    clock: Clock

    async def reconcile(self) -> Reconciled:
        """Make the three checks; one that could not be made says why, and is no fault."""
        done = Reconciled()
        try:
            await self._reconcile(done)
        except ProviderError as error:
            done.leave(f"{self.provider.title} was not reached: {error}")
        return done

    async def _reconcile(self, done: Reconciled) -> None:
        window = await self._window()
        if window is None:
            done.leave("nothing has happened here yet")
            return
        listing = await read_list(
            self.provider, window, priority=Priority.SWEEPING, clock=self.clock
        )
        count = len(listing.orders)
        done.notes.append(f"{count} orders are listed since {window.since:%Y-%m-%d %H:%M} UTC")
        async with self.reading() as work:
            owned = [await self._owner(work, theirs) for theirs in listing.orders]
            under_way = await work.orders.list_in(*_UNDER_WAY)
            ahead = await marks.find_ahead(work, self.provider.account)
        strangers = self._explain(done, owned, under_way, now=listing.begun_at + ahead)
        done.findings += _owned_twice(owned)
        done.findings += _misbooked(owned)
        async for finding in self._missing(done, listing, since=window.since - ahead):
            done.findings.append(finding)
        done.made |= {Check.PROVIDER_ORDERS, Check.PROVIDER_COSTS}
        balancing = Balancing(reading=self.reading, provider=self.provider, clock=self.clock)
        shown = [await self._whole(one.theirs) for one in strangers[:MOST_ASKED]]
        shown += [one.theirs for one in strangers[MOST_ASKED:]]
        done.add(await balancing.judge(shown))

    async def _whole(self, theirs: ProviderOrder) -> ProviderOrder:
        """Read what an order came to where the list does not tell."""
        if theirs.whole:
            return theirs
        its_id = theirs.provider_order_id
        return await self.provider.order(its_id, priority=Priority.SWEEPING) or theirs

    async def _window(self) -> Window | None:
        async with self.reading() as work:
            first = await work.journal.list_after(0, limit=1)
            ahead = await marks.find_ahead(work, self.provider.account)
        if not first:
            return None
        now = self.clock.now()
        since = max(now - FARTHEST, first[0].event.at)
        return Window(since=since + ahead, until=now + ahead + SKEW)

    async def _owner(self, work: Work, theirs: ProviderOrder) -> Owned:
        account, its_id = self.provider.account, theirs.provider_order_id
        return Owned(
            theirs=theirs,
            order=await work.orders.find_by_provider_order(account, its_id),
            unowned=await work.shelf.find(account, its_id),
        )

    def _explain(
        self, done: Reconciled, owned: list[Owned], under_way: Sequence[Order], *, now: datetime
    ) -> list[Owned]:
        """Take what an order under way explains from what is nobody's; the rest is found."""
        left = Counter(self._explains(order) for order in under_way)
        strangers = []
        for one in owned:
            if not one.is_nobodys:
                continue
            explained = self._explained(one.theirs)
            if left[explained] > 0:
                left[explained] -= 1
                its_id = one.theirs.provider_order_id
                done.notes.append(f"{its_id} may be an order of ours that is under way")
            else:
                strangers.append(one)
                done.findings.append(_strange(one.theirs, now))
        return strangers

    def _explains(self, order: Order) -> object:
        """Give what an order of ours is known by at the provider: its reference, or its bucket."""
        finds = self.provider.capabilities.finds_by_reference
        return order.reference if finds else order.bucket

    def _explained(self, theirs: ProviderOrder) -> object:
        finds = self.provider.capabilities.finds_by_reference
        return theirs.reference if finds else theirs.bucket_at(self.provider.account)

    async def _missing(
        self, done: Reconciled, listing: Listing, *, since: datetime
    ) -> AsyncIterator[Finding]:
        """Find orders of ours that the provider neither lists nor knows by their id."""
        if not listing.complete:
            done.notes.append("the list moved while it was read: nothing is said of what it lacks")
            return
        listed = {one.provider_order_id for one in listing.orders}
        async with self.reading() as work:
            sent = await work.orders.list_sent_between(
                self.provider.account, since, listing.begun_at - SWEPT_AFTER
            )
        lacking = [one for one in sent if one.provider_order_id not in {None, *listed}]
        for order in lacking[:MOST_ASKED]:
            its_id = str(order.provider_order_id)
            if await self.provider.order(its_id, priority=Priority.SWEEPING) is None:
                says = f"has the provider order {its_id}, which the provider does not know"
                yield _of_order(Check.PROVIDER_ORDERS, order, says)


def _strange(theirs: ProviderOrder, now: datetime) -> Finding:
    is_young = now - theirs.created_at < SWEPT_AFTER
    return Finding(
        check=Check.PROVIDER_ORDERS,
        table="provider",
        row=theirs.provider_order_id,
        says="is nobody's yet: the next sweep tells whose" if is_young else "is nobody's here",
        is_warning=is_young,
    )


def _owned_twice(owned: list[Owned]) -> list[Finding]:
    return [
        _of_order(
            Check.PROVIDER_ORDERS,
            one.order,
            f"has the provider order {one.theirs.provider_order_id}, which is also"
            f" {one.unowned.state}",
        )
        for one in owned
        if one.order and one.unowned and one.unowned.state is not UnownedState.ADOPTED
    ]


def _misbooked(owned: list[Owned]) -> list[Finding]:
    """Compare what was booked with what the provider says, wherever both are final."""
    found = []
    for one in owned:
        took = one.theirs.amount
        if took is None:
            continue
        if one.order is not None and one.order.is_final and one.order.cost != took:
            booked = told(one.order.cost) if one.order.cost else "nothing"
            says = f"cost {booked}, but the provider took {told(took)}"
            found.append(_of_order(Check.PROVIDER_COSTS, one.order, says))
        elif one.order is None and one.unowned and one.unowned.amount not in {None, took}:
            found.append(
                Finding(
                    check=Check.PROVIDER_COSTS,
                    table="unowned_order",
                    row=one.theirs.provider_order_id,
                    says=f"was booked otherwise, but the provider took {told(took)}",
                )
            )
    return found


def _of_order(check: Check, order: Order, says: str) -> Finding:
    return Finding(check=check, table="orders", row=str(order.id), says=says)
