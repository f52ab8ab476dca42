"""Provider orders that no local order owns: explained as stock, or reported as foreign."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from bot.domain import ledger
from bot.domain.alerts import AlertKind
from bot.domain.audit import Detail
from bot.domain.cards import Card, digest_of, shelf_owner
from bot.domain.catalog import Account
from bot.domain.matching import send_window
from bot.domain.money import Money
from bot.domain.orders import Order, OrderState, Reason
from bot.domain.settlement import final_state
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.log import hiding
from bot.ports.provider import Provider, ProviderOrder
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.alerts import alert_once
from bot.services.bells import Bells
from bot.services.keeping import Keeper
from bot.services.terms import Terms

_OURS = frozenset({UnownedState.EXPECTED, UnownedState.SHELF, UnownedState.SOLD})


class _Claim(Enum):
    """What an order of ours has to do with a provider order that none owns yet."""

    OPEN = auto()
    """One that is being sent or unknown may be it: that is for settling to find out."""

    OPEN_BY_NAME = auto()
    """One that is still open is it, by its own reference: settling will find it."""

    PAID = auto()
    """One that ended without it had it made: its cards are stock."""

    NONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelving:
    """Takes readings of provider orders that are nobody's."""

    store: Store
    keeper: Keeper
    clock: Clock
    bells: Bells
    terms: Terms

    async def take(self, provider: Provider, reading: ProviderOrder) -> None:
        """Classify a provider order, or follow one that was; an owned one changes nothing."""
        with hiding(*reading.secrets):
            async with self.store.begin() as work:
                await self._take(work, provider, reading)
        self.bells.delivery.ring()

    async def _take(self, work: Work, provider: Provider, reading: ProviderOrder) -> None:
        account = provider.account
        if await work.orders.find_by_provider_order(account, reading.provider_order_id):
            return
        known = await work.shelf.find(account, reading.provider_order_id)
        if known is None:
            known = await self._classify(work, provider, reading)
        if known is not None:
            await self._follow(work, provider, known, reading)

    async def waits_for(self, account: Account, line: ProviderOrder) -> bool:
        """Tell whether a line says something new of which the rest has to be read."""
        async with self.store.read() as work:
            if await work.shelf.find(account, line.provider_order_id):
                return False  # it is followed by its id
            claim = await _claim_by_name(work, account, line.reference)
            return claim is not _Claim.OPEN_BY_NAME

    async def _classify(
        self, work: Work, provider: Provider, reading: ProviderOrder
    ) -> UnownedOrder | None:
        unowned = _unowned(provider.account, reading, seen_at=self.clock.now())
        opening = await marks.find_opening(work, provider.account)
        is_older = opening is not None and opening.holds_order(
            unowned.provider_order_id, unowned.created_at
        )
        claim = await self._claim(work, provider, unowned, reading.reference)
        if is_older:  # what it cost is in the opening balance
            unowned = replace(unowned, amount=Money.zero(provider.currency))
        elif await work.marks.find(marks.RESTORED) and claim is not _Claim.OPEN_BY_NAME:
            return await self._report(work, unowned)
        if claim in (_Claim.OPEN, _Claim.OPEN_BY_NAME):
            return None
        if claim is _Claim.PAID:
            expected = replace(unowned, state=UnownedState.EXPECTED)
            await work.shelf.save(expected)
            await _note(work, "shelf.expected", expected, at=self.clock.now())
            return expected
        if is_older:
            await work.shelf.save(replace(unowned, state=UnownedState.ADOPTED))
            return None
        return await self._report(work, unowned)

    async def _claim(
        self, work: Work, provider: Provider, unowned: UnownedOrder, reference: str | None
    ) -> _Claim:
        if provider.capabilities.finds_by_reference:
            return await _claim_by_name(work, provider.account, reference)
        if await self._may_be_open(work, provider, unowned):
            return _Claim.OPEN
        is_ours = await self._is_ours(work, provider, unowned)
        return _Claim.PAID if is_ours else _Claim.NONE

    async def _may_be_open(self, work: Work, provider: Provider, unowned: UnownedOrder) -> bool:
        """Tell whether settling may still find it to be an order that is being sent or unknown."""
        bucket = unowned.bucket
        if await work.orders.list_in_bucket(bucket, OrderState.SENDING):
            return True
        unknown = await work.orders.list_in_bucket(bucket, OrderState.UNKNOWN)
        return bool(await self._whose(work, provider, unowned, unknown))

    async def _is_ours(self, work: Work, provider: Provider, unowned: UnownedOrder) -> bool:
        """Tell whether an order that was refused for absence explains it, and no other yet."""
        refused = await work.orders.list_in_bucket(unowned.bucket, OrderState.REFUSED)
        absent = [order for order in refused if order.reason is Reason.ABSENT]
        ours = await self._whose(work, provider, unowned, tuple(absent))
        taken = [
            one
            for one in await work.shelf.list_in(*_OURS)
            if one.bucket == unowned.bucket and await self._whose(work, provider, one, ours)
        ]
        return len(ours) > len(taken)

    async def _whose(
        self, work: Work, provider: Provider, unowned: UnownedOrder, orders: tuple[Order, ...]
    ) -> tuple[Order, ...]:
        ahead = await marks.find_ahead(work, provider.account)
        longest = provider.capabilities.longest_answer
        return tuple(
            order
            for order in orders
            if send_window(order, longest_answer=longest, ahead=ahead).holds(unowned.created_at)
        )

    async def _report(self, work: Work, unowned: UnownedOrder) -> UnownedOrder:
        await work.shelf.save(unowned)
        at = self.clock.now()
        subject = f"provider-order:{unowned.provider_order_id}"
        await _note(work, "foreign.seen", unowned, at=at)
        await tell_of_foreign(work, self.terms, unowned, key=subject, at=at)
        return unowned

    async def _follow(
        self, work: Work, provider: Provider, known: UnownedOrder, reading: ProviderOrder
    ) -> None:
        if not reading.whole or final_state(reading.status) is None:
            return
        if known.amount is None:
            amount = reading.amount or Money.zero(provider.currency)
            known = await self._book(work, known, reading, amount)
        if known.state is UnownedState.EXPECTED:
            await self._shelve(work, known, reading)

    async def _book(
        self, work: Work, known: UnownedOrder, reading: ProviderOrder, amount: Money
    ) -> UnownedOrder:
        at = self.clock.now()
        if amount:
            entry = ledger.unowned(known.account, known.provider_order_id, amount, at=at)
            await work.ledger.post(entry)
        booked = replace(known, amount=amount, status=reading.status, cards=len(reading.cards))
        await work.shelf.save(booked)
        return booked

    async def _shelve(self, work: Work, known: UnownedOrder, reading: ProviderOrder) -> None:
        """Put the cards of a paid order on the shelf; one without cards is only explained."""
        cards = _distinct(reading.cards)
        at = self.clock.now()
        subject = f"provider-order:{known.provider_order_id}"
        if not cards:
            await work.shelf.save(replace(known, state=UnownedState.ADOPTED, cards=0))
            await audit.note(work, "shelf.empty", subject, at=at)
            return
        owner = _owner(known)
        if not await work.cards.list(owner):  # there already, when an admin shelved it again
            sealed = [self.keeper.seal(owner, n, card) for n, card in enumerate(cards, 1)]
            await work.cards.add(sealed)
        if known.amount:
            shelved = ledger.shelve(known.account, known.provider_order_id, known.amount, at=at)
            await work.ledger.post(shelved)
        shelf = replace(known, state=UnownedState.SHELF, cards=len(cards))
        await work.shelf.save(shelf)
        await self._tell(work, shelf, at=at)

    async def _tell(self, work: Work, shelf: UnownedOrder, *, at: datetime) -> None:
        subject = f"provider-order:{shelf.provider_order_id}"
        kept = digest_of(await work.cards.list(_owner(shelf)))
        await _note(work, "shelf.stocked", shelf, at=at, cards=shelf.cards, kept=kept)
        await alert_once(
            work,
            self.terms,
            AlertKind.SHELF_ORDER,
            subject,
            key=f"{subject}:shelf",
            at=at,
            provider=shelf.account.provider,
            cards=shelf.cards,
        )


async def _note(
    work: Work, action: str, unowned: UnownedOrder, *, at: datetime, **details: Detail
) -> None:
    """Journal what became of a provider order, and whose cards it has: a sale may take them."""
    await audit.note(
        work,
        action,
        f"provider-order:{unowned.provider_order_id}",
        at=at,
        actor=audit.BOT,
        provider=unowned.account.provider,
        environment=str(unowned.account.environment),
        product=unowned.product_key,
        type=unowned.type_key,
        quantity=unowned.quantity,
        **details,
    )


def _owner(unowned: UnownedOrder) -> str:
    return shelf_owner(unowned.account.provider, unowned.provider_order_id)


async def _claim_by_name(work: Work, account: Account, reference: str | None) -> _Claim:
    """Tell whose a provider order is by the reference that it was placed with: no guess is made.

    An order that ended without it, or has another one, does not want its cards any more.
    """
    order = await work.orders.find_by_reference(account, reference) if reference else None
    if order is None or order.provider_order_id is not None:
        return _Claim.NONE
    return _Claim.PAID if order.is_final else _Claim.OPEN_BY_NAME


async def tell_of_foreign(
    work: Work,
    terms: Terms,
    unowned: UnownedOrder,
    *,
    key: str,
    at: datetime,
    **facts: Detail,
) -> None:
    """Ask the admins, once for a `key`, what a provider order is that nothing explains."""
    await alert_once(
        work,
        terms,
        AlertKind.FOREIGN_ORDER,
        f"provider-order:{unowned.provider_order_id}",
        key=key,
        at=at,
        provider=unowned.account.provider,
        product=unowned.product_key,
        type=unowned.type_key,
        quantity=unowned.quantity,
        **facts,
    )


def _unowned(account: Account, reading: ProviderOrder, *, seen_at: datetime) -> UnownedOrder:
    return UnownedOrder(
        account=account,
        provider_order_id=reading.provider_order_id,
        product_key=reading.product_key,
        type_key=reading.type_key,
        quantity=reading.quantity,
        state=UnownedState.FOREIGN,
        status=reading.status,
        amount=None,
        cards=len(reading.cards),
        created_at=reading.created_at,
        seen_at=seen_at,
    )


def _distinct(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    return tuple({card.identity: card for card in cards}.values())
