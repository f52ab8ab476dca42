"""Taking the answer to a placing into the books: accepted, refused, not sent, unknown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from bot.domain.alerts import AlertKind
from bot.domain.cards import order_owner
from bot.domain.instants import in_ms, to_ms
from bot.domain.orders import Order, OrderId, OrderState, Reason
from bot.ports.provider import (
    Accepted,
    Exchange,
    NotSent,
    Placement,
    Provider,
    Providers,
    RefusalKind,
    Refused,
    Unknown,
)
from bot.ports.store import ProviderCall, Store, Work
from bot.ports.vault import Vault
from bot.ports.world import Clock
from bot.services import audit, gates, marks
from bot.services.alerts import alert_once
from bot.services.bells import Bells
from bot.services.checkout import end_unpaid, withdraw
from bot.services.delivery import Deliveries
from bot.services.keeping import exchange_slot
from bot.services.requoting import Requoting
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

_REASONS = {
    RefusalKind.OUT_OF_STOCK: Reason.OUT_OF_STOCK,
    RefusalKind.BALANCE: Reason.PROVIDER_BALANCE,
    RefusalKind.PRODUCT: Reason.NOT_AVAILABLE,
}

LEAST_WAIT = timedelta(seconds=1)
"""Even a provider that says "again at once" is given a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Writes down what a placing came to, together with the sealed exchange."""

    store: Store
    vault: Vault
    providers: Providers
    deliveries: Deliveries
    requoting: Requoting
    clock: Clock
    bells: Bells
    terms: Terms

    async def take(self, order_id: OrderId, placement: Placement) -> None:
        """Move an order on from `sending`; called by the task that made the call, once."""
        async with self.store.begin() as work:
            order = await work.orders.get(order_id)
            provider = self.providers[order.account.provider]
            await self._keep_call(work, order, placement)
            ahead, at = placement.exchange.provider_ahead, self.clock.now()
            await marks.learn_ahead(work, order.account, ahead, at=at)
            await self._move(work, order, provider, placement)
        self._ring(placement)
        if isinstance(placement, Unknown):
            self.deliveries.progress(order)

    async def _move(
        self, work: Work, order: Order, provider: Provider, placement: Placement
    ) -> None:
        at = self.clock.now()
        match placement:
            case Accepted(provider_order_id=provider_order_id):
                await adopt(work, order, provider_order_id, placement.exchange, at=at)
            case Refused():
                await self._refused(work, order, provider, placement, at=at)
            case NotSent(reason=reason, retry_after=retry_after):
                wait = max(retry_after, LEAST_WAIT)
                back = order.to(OrderState.CONFIRMED, sending_at=None, not_before=at + wait)
                await work.orders.save(back)
                subject = f"order:{order.id}"
                await audit.note(work, "order.not-sent", subject, at=at, reason=reason)
            case Unknown(reason=reason):
                await make_unknown(work, order, reason, placement.exchange, at=at)
                if placement.alarming:
                    await self._tell_of_trouble(work, order, reason, at=at)
            case _:
                assert_never(placement)

    async def _tell_of_trouble(
        self, work: Work, order: Order, reason: str, *, at: datetime
    ) -> None:
        subject, kind = f"order:{order.id}", AlertKind.MONEY_TROUBLE
        await alert_once(work, self.terms, kind, subject, key=subject, at=at, reason=reason)

    async def _refused(
        self, work: Work, order: Order, provider: Provider, refused: Refused, *, at: datetime
    ) -> None:
        if refused.freezes:
            reason = ": ".join(filter(None, (refused.code, refused.message)))
            await gates.freeze(work, self.terms, provider, reason, at=at)
            await withdraw(work, order, Reason.FROZEN, at=at)
            return
        if refused.kind is RefusalKind.BALANCE:
            await self._tell_balance(work, order, at=at)
        ended = order.to(
            OrderState.REFUSED,
            reason=_REASONS.get(refused.kind, Reason.REFUSED),
            provider_message=refused.message or refused.code,
            sent_until=refused.exchange.ended_at,
            provider_ahead=refused.exchange.provider_ahead,
            final_at=at,
        )
        saved = await end_unpaid(work, ended, at=at)
        await self.requoting.owe_end(work, saved, None)

    async def _tell_balance(self, work: Work, order: Order, *, at: datetime) -> None:
        await gates.tell_balance_low(
            work, self.terms, order.account, needed=order.unit_cost * order.quantity, at=at
        )

    async def _keep_call(self, work: Work, order: Order, placement: Placement) -> None:
        exchange = placement.exchange
        attempt = len(await work.calls.list_of(order.id)) + 1
        slot = exchange_slot(order_owner(order.id), attempt)
        clear = exchange.request + b"\n\n" + exchange.answer
        await work.calls.add(
            ProviderCall(
                order_id=order.id,
                account=order.account,
                attempt=attempt,
                started_at=exchange.started_at,
                ended_at=exchange.ended_at,
                outcome=_outcome(placement),
                code=_code(placement),
                http_status=exchange.http_status,
                request_id=exchange.request_id,
                sealed_exchange=self.vault.seal(clear, slot),
            )
        )

    def _ring(self, placement: Placement) -> None:
        match placement:
            case Accepted():
                self.bells.tracking.ring()
            case Unknown():
                self.bells.settling.ring()
                self.bells.delivery.ring()  # the admins may have been told of trouble
            case Refused():
                self.bells.delivery.ring()
            case NotSent():
                pass  # it waits for its time
            case _:
                assert_never(placement)


async def adopt(
    work: Work,
    order: Order,
    provider_order_id: str,
    exchange: Exchange | None,
    *,
    at: datetime,
    actor: str = audit.BOT,
) -> Order:
    """Bind an order to the provider order that it is."""
    changes: dict[str, object] = {"provider_order_id": provider_order_id, "handling_at": at}
    if exchange is not None:
        changes |= {"sent_until": exchange.ended_at, "provider_ahead": exchange.provider_ahead}
    saved = await work.orders.save(order.to(OrderState.HANDLING, absent_at=None, **changes))
    subject = f"order:{order.id}"
    await audit.note(
        work, "order.handling", subject, at=at, actor=actor, provider_order=provider_order_id
    )
    return saved


async def make_unknown(
    work: Work, order: Order, reason: str, exchange: Exchange | None, *, at: datetime
) -> Order:
    """Record that nobody knows whether an order was placed; its money stays held."""
    ended_at = exchange.ended_at if exchange else order.sent_until
    ahead = exchange.provider_ahead if exchange else None
    unknown = order.to(
        OrderState.UNKNOWN,
        sending_at=order.sending_at or order.confirmed_at,
        sent_until=ended_at,
        provider_ahead=order.provider_ahead if ahead is None else ahead,
    )
    saved = await work.orders.save(unknown)
    # Where it is looked for follows from these: nobody may move the window unseen.
    await audit.note(
        work,
        "order.unknown",
        f"order:{order.id}",
        at=at,
        reason=reason,
        sent_until_ms=None if saved.sent_until is None else to_ms(saved.sent_until),
        ahead_ms=None if saved.provider_ahead is None else in_ms(saved.provider_ahead),
    )
    log.warning("order unknown", order=order.id, reason=reason)
    return saved


def _outcome(placement: Placement) -> str:
    match placement:
        case Accepted():
            return "accepted"
        case Refused():
            return "refused"
        case NotSent():
            return "not-sent"
        case Unknown():
            return "unknown"
        case _:
            assert_never(placement)


def _code(placement: Placement) -> str:
    match placement:
        case Accepted():
            return ""
        case Refused(code=code):
            return code
        case NotSent(reason=reason) | Unknown(reason=reason):
            return reason
        case _:
            assert_never(placement)
