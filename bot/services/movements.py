"""The provider account's own movements: a second witness, and deposits to book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import ledger
from bot.domain.catalog import Account
from bot.domain.ledger import Entry
from bot.domain.matching import SKEW
from bot.domain.movements import ORDER, ORDER_KINDS, Opening
from bot.domain.orders import Order, OrderState, Window
from bot.domain.shelf import UnownedState
from bot.ports.provider import Priority, Provider, ProviderTransaction
from bot.ports.store import Posted, Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.funds import Funds
from bot.services.listing import Listing

MOST_PAGES = 50

AROUND = timedelta(days=1)
"""Two clocks are not as far apart as this."""

OVERLAP = timedelta(hours=1)
"""Movements are read again from so long before the last reading: a repeat books nothing."""


async def read_transactions(
    provider: Provider, window: Window, priority: Priority
) -> tuple[ProviderTransaction, ...]:
    """Read every movement of a window; raises `ProviderError`."""
    found: dict[str, ProviderTransaction] = {}
    for number in range(1, MOST_PAGES + 1):
        page = await provider.transactions(
            window.since, window.until, page=number, priority=priority
        )
        found.update({one.id: one for one in page.transactions})
        if page.complete:
            break
    return tuple(found.values())


async def charged_without_order(
    provider: Provider, store: Store, order: Order, *, window: Window, listing: Listing
) -> bool:
    """Tell whether the account was charged in an order's window for something unexplained.

    Explained is what a local order owns, and what the list shows as an order of another
    bucket. A foreign order of the same bucket in the window may be this one: only an admin
    can say.
    """
    movements = await read_transactions(provider, window, Priority.SETTLING)
    other_buckets = {
        one.provider_order_id
        for one in listing.orders
        if one.bucket_at(order.account) != order.bucket
    }
    async with store.read() as work:
        for movement in movements:
            took = movement.kind == ORDER and movement.provider_order_id not in other_buckets
            if took and not await _is_explained(work, order, movement):
                return True
    return False


async def _is_explained(work: Work, order: Order, movement: ProviderTransaction) -> bool:
    its_id = movement.provider_order_id
    if its_id is None:
        # It names no order: only another amount shows that it is not this one.
        return -movement.amount != order.unit_cost * order.quantity
    if await work.orders.find_by_provider_order(order.account, its_id):
        return True
    unowned = await work.shelf.find(order.account, its_id)
    return unowned is not None and unowned.state is not UnownedState.FOREIGN


@dataclass(frozen=True, slots=True, kw_only=True)
class Movements:
    """Books what comes to and leaves the provider accounts other than by orders."""

    store: Store
    funds: Funds
    clock: Clock

    async def open_books(self, provider: Provider) -> None:
        """Book the opening balance of an account as soon as it can be read; later do nothing.

        What was sold before that is in the books already.
        """
        async with self.store.read() as work:
            if await _since(work, provider.account) is not None:
                return
        before = await self._around_now(provider)
        reading = await self.funds.read(provider)
        at = reading.began_at
        if await self._around_now(provider) != before:
            return  # what moved may or may not be in the balance: another time
        async with self.store.begin() as work:
            if await _any_in_flight(work, provider.account, at):
                return  # its cost may or may not be in the balance: another time
            booked = await work.ledger.balance(
                ledger.provider_account(provider.account), reading.balance.currency
            )
            entry = None
            if opening := reading.balance - booked:
                entry = ledger.provider_movement(provider.account, opening, key="opening", at=at)
                await work.ledger.post(entry)
            opened = await _opening(work, provider, before, at=at)
            await marks.set_instant(work, reading_mark(provider.account), opened.newest)
            await marks.set_opening(work, provider.account, opened)
            subject = f"provider:{provider.account.provider}"
            await audit.note(
                work,
                "provider.opened",
                subject,
                at=at,
                entry=entry.key if entry else None,
                amount_minor=opening.minor,
                balance_minor=reading.balance.minor,
                currency=reading.balance.currency,
            )

    async def _around_now(self, provider: Provider) -> tuple[ProviderTransaction, ...]:
        """Read what moved lately, whatever the clocks say; only newer movements are booked."""
        now = self.clock.now()
        since = now - AROUND - provider.capabilities.movement_grain
        window = Window(since=since, until=now + AROUND)
        return await read_transactions(provider, window, Priority.SWEEPING)

    async def book(self, provider: Provider) -> None:
        """Book deposits and withdrawals since the last time; raises `ProviderError`."""
        async with self.store.read() as work:
            since = await _since(work, provider.account)
            opening = await marks.find_opening(work, provider.account)
            ahead = await marks.find_ahead(work, provider.account)
        if since is None:
            return
        now, grain = self.clock.now(), provider.capabilities.movement_grain
        window = unread_window(since, opening, now=now + ahead, grain=grain)
        movements = await read_transactions(provider, window, Priority.SWEEPING)
        await self._book(provider.account, movements, since=window.since, read_at=now, ahead=ahead)

    async def _book(
        self,
        account: Account,
        movements: tuple[ProviderTransaction, ...],
        *,
        since: datetime,
        read_at: datetime,
        ahead: timedelta,
    ) -> None:
        async with self.store.begin() as work:
            for movement in await own_movements(work, account, movements, since=since):
                entry = movement_entry(account, movement)
                if await work.ledger.post(entry) is Posted.POSTED:
                    await _note(work, account, movement, entry=entry.key, at=read_at)
            await marks.set_instant(work, reading_mark(account), read_at + ahead)


async def _opening(
    work: Work, provider: Provider, known: Sequence[ProviderTransaction], *, at: datetime
) -> Opening:
    """Tell what was in a balance that was read at `at`, when just these movements were known."""
    grain = provider.capabilities.movement_grain
    newest = max((one.at for one in known), default=at - AROUND - grain)
    last = [one for one in known if one.at >= newest]
    theirs = at + await marks.find_ahead(work, provider.account)
    # Where they name no order, an order's own time has to do, as exactly as the clocks agree.
    nameless = grain and any(one.kind == ORDER and not one.provider_order_id for one in last)
    return Opening(
        newest=newest,
        movements=frozenset(one.id for one in last),
        orders_until=theirs if nameless else max(newest, theirs - AROUND),
        orders=frozenset(one.provider_order_id for one in last if one.provider_order_id),
    )


def unread_window(
    read_at: datetime, opening: Opening | None, *, now: datetime, grain: timedelta
) -> Window:
    """What to read of the movements after they were last read, all by the provider's clock.

    One that happened a moment ago may be told `grain` earlier.
    """
    start = min(read_at, now) - OVERLAP - grain
    return Window(since=max(start, opening.newest if opening else read_at), until=now + SKEW)


def movement_entry(account: Account, movement: ProviderTransaction) -> Entry:
    """Make the entry that books a movement, whose key makes a repeat harmless."""
    return ledger.provider_movement(account, movement.amount, key=movement.id, at=movement.at)


async def own_movements(
    work: Work, account: Account, movements: Sequence[ProviderTransaction], *, since: datetime
) -> tuple[ProviderTransaction, ...]:
    """Leave of the movements from `since` on those that are booked for themselves.

    What orders took and gave back is booked with them, unless they are older than our books; what
    the books were opened with is in them.
    """
    opening = await marks.find_opening(work, account)
    older = await _older_orders(work, account, opening)
    return tuple(
        one
        for one in movements
        if one.amount
        and one.at >= since
        and not (opening and opening.holds(one.id, one.at))
        and (one.kind not in ORDER_KINDS or one.provider_order_id in older)
    )


async def _older_orders(work: Work, account: Account, opening: Opening | None) -> frozenset[str]:
    """Name the provider orders that were made before our books were opened."""
    if opening is None:
        return frozenset()
    unowned = await work.shelf.list_in(*UnownedState)
    return frozenset(
        one.provider_order_id
        for one in unowned
        if one.account == account and opening.holds_order(one.provider_order_id, one.created_at)
    )


async def _any_in_flight(work: Work, account: Account, since: datetime) -> bool:
    states = (OrderState.SENDING, OrderState.UNKNOWN, OrderState.HANDLING)
    if any(order.account == account for order in await work.orders.list_in(*states)):
        return True
    return bool(await work.orders.list_sent_between(account, since, since + timedelta(days=1)))


async def _note(
    work: Work, account: Account, movement: ProviderTransaction, *, entry: str, at: datetime
) -> None:
    await audit.note(
        work,
        "provider.moved",
        f"provider:{account.provider}",
        at=at,
        entry=entry,
        kind=movement.kind,
        amount_minor=movement.amount.minor,
        currency=movement.amount.currency,
    )


def reading_mark(account: Account) -> str:
    """Name the mark of when the movements were last read, by the provider's clock."""
    return marks.account_mark("movements-read", account)


async def _since(work: Work, account: Account) -> datetime | None:
    return await marks.find_instant(work, reading_mark(account))
