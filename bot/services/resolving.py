"""Resolving by a person: what an admin decides about an order or a provider order."""

from dataclasses import dataclass, replace

from bot.domain import ledger
from bot.domain.agents import PersonId
from bot.domain.alerts import AlertKind
from bot.domain.cards import shelf_owner
from bot.domain.matching import same_goods
from bot.domain.orders import Order, OrderId, OrderState, Reason
from bot.domain.refusals import RefusalReason
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.errors import ProviderError, Refusal
from bot.ports.provider import Priority, Providers, find_provider
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit
from bot.services.alerts import settle_alerts
from bot.services.answering import adopt
from bot.services.bells import Bells
from bot.services.checkout import end_unpaid
from bot.services.owing import owe_outcome
from bot.services.receiving import Receiving
from bot.services.settling import candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What may be decided about an order, and what the provider has that may be it.

    `foreign` orders of its bucket belong to nobody; `candidates` are the provider order ids that
    fitted it when it was last looked for.
    """

    state: OrderState
    foreign: tuple[UnownedOrder, ...]
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolving:
    """Carries out `/resolve` and `/adopt`; every decision is journaled with its admin."""

    store: Store
    providers: Providers
    receiving: Receiving
    clock: Clock
    bells: Bells

    async def settle(self, order_id: OrderId, admin_id: PersonId) -> Order:
        """Close an order whose counts disagree at the cards received (`/resolve N settle`)."""
        async with self.store.begin() as work:
            order = await _in_state(work, order_id, OrderState.HANDLING)
            closed = await self.receiving.close(work, order, audit.admin(admin_id))
            await self._settled(work, f"order:{order_id}", admin_id, "settle")
        self._ring()
        return closed

    async def absent(self, order_id: OrderId, admin_id: PersonId) -> Order:
        """Close an unknown order as never placed: its hold is released (`/resolve N absent`)."""
        async with self.store.begin() as work:
            order = await _in_state(work, order_id, OrderState.UNKNOWN)
            at = self.clock.now()
            ended = order.to(OrderState.REFUSED, reason=Reason.ABSENT, final_at=at)
            saved = await end_unpaid(work, ended, at=at, actor=audit.admin(admin_id))
            await owe_outcome(work, saved, at=at)
            await self._settled(work, f"order:{order_id}", admin_id, "absent")
        self._ring()
        return saved

    async def adopt(self, order_id: OrderId, provider_order_id: str, admin_id: PersonId) -> Order:
        """Bind an unknown order to a provider order that nobody owns (`/resolve N ID`).

        The provider is asked first: an id that was mistyped, or other cards, are refused.
        """
        async with self.store.read() as work:
            order = await _in_state(work, order_id, OrderState.UNKNOWN)
        await self._check_theirs(order, provider_order_id)
        async with self.store.begin() as work:
            order = await _in_state(work, order_id, OrderState.UNKNOWN)
            owner = await work.orders.find_by_provider_order(order.account, provider_order_id)
            unowned = await work.shelf.find(order.account, provider_order_id)
            if owner is not None or (unowned and unowned.state is UnownedState.SOLD):
                raise Refusal(RefusalReason.ALREADY_DONE)
            at, actor = self.clock.now(), audit.admin(admin_id)
            if unowned is not None:
                await self._unbook(work, unowned, actor)
            saved = await adopt(work, order, provider_order_id, None, at=at, actor=actor)
            await self._settled(work, f"order:{order_id}", admin_id, "adopt")
            await self._settled(work, f"provider-order:{provider_order_id}", admin_id, "adopt")
        self._ring()
        return saved

    async def shelve(self, provider_order_id: str, admin_id: PersonId) -> UnownedOrder:
        """Take a foreign order's cards as stock for the next sale (`/adopt ID`)."""
        async with self.store.begin() as work:
            foreign = await work.shelf.list_in(UnownedState.FOREIGN)
            found = [one for one in foreign if one.provider_order_id == provider_order_id]
            if not found:
                raise Refusal(RefusalReason.PROVIDER_ORDER_UNKNOWN, {"id": provider_order_id})
            at = self.clock.now()
            taken = replace(found[0], state=UnownedState.EXPECTED)
            await work.shelf.save(taken)
            subject = f"provider-order:{provider_order_id}"
            actor = audit.admin(admin_id)
            await audit.note(work, "shelf.adopted", subject, at=at, actor=actor)
            await self._settled(work, subject, admin_id, "adopt")
        self.bells.sweeping.ring()
        self._ring()
        return taken

    async def evidence(self, order_id: OrderId) -> Evidence:
        """Tell what an order's fate can be decided by (`/resolve N`)."""
        async with self.store.read() as work:
            order = await work.orders.find(order_id)
            if order is None:
                raise Refusal(RefusalReason.ORDER_UNKNOWN)
            foreign = await work.shelf.list_in(UnownedState.FOREIGN)
            alerts = await work.alerts.list_open()
        return Evidence(
            state=order.state,
            foreign=tuple(one for one in foreign if one.bucket == order.bucket),
            candidates=tuple(
                name
                for alert in alerts
                if alert.kind is AlertKind.ORDER_AMBIGUOUS and alert.subject == f"order:{order_id}"
                for name in str(alert.facts["candidates"]).split()
            ),
        )

    async def _check_theirs(self, order: Order, provider_order_id: str) -> None:
        """Refuse a provider order that does not exist, or holds other cards than were paid for."""
        provider = find_provider(self.providers, order.account)
        if provider is None:
            raise Refusal(RefusalReason.NOT_POSSIBLE_NOW)
        try:
            theirs = await provider.order(provider_order_id, priority=Priority.SETTLING)
        except ProviderError as error:
            raise Refusal(RefusalReason.NOT_POSSIBLE_NOW) from error
        if theirs is None or not same_goods(order, candidate(theirs)):
            raise Refusal(RefusalReason.PROVIDER_ORDER_UNKNOWN, {"id": provider_order_id})

    async def _unbook(self, work: Work, unowned: UnownedOrder, actor: str) -> None:
        """Take an unowned order off the books of the unexplained: its cost becomes the order's."""
        at = self.clock.now()
        place = f"{unowned.account.name}:{unowned.provider_order_id}"
        for key in (f"shelf:{place}", f"unowned:{place}"):
            posted = await work.ledger.find_entry(key)
            if posted is not None:
                await work.ledger.post(ledger.undo(posted.entry, at=at, actor=actor))
        owner = shelf_owner(unowned.account.provider, unowned.provider_order_id)
        await work.cards.move(owner, ())
        await work.shelf.save(replace(unowned, state=UnownedState.ADOPTED))

    async def _settled(self, work: Work, subject: str, admin_id: PersonId, action: str) -> None:
        await settle_alerts(work, subject, admin_id, action, at=self.clock.now())

    def _ring(self) -> None:
        self.bells.tracking.ring()
        self.bells.delivery.ring()
        self.bells.placing.ring()


async def _in_state(work: Work, order_id: OrderId, state: OrderState) -> Order:
    order = await work.orders.find(order_id)
    if order is None:
        raise Refusal(RefusalReason.ORDER_UNKNOWN)
    if order.state is not state:
        raise Refusal(RefusalReason.NOT_POSSIBLE_NOW, {"state": str(order.state)})
    return order
