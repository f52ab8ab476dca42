"""Turning a delivery's facts into the message they mean at this moment."""

from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain.agents import AgentId, Person, PersonId, RequestId
from bot.domain.alerts import Alert, AlertId
from bot.domain.cards import order_owner
from bot.domain.catalog import Product
from bot.domain.money import Money
from bot.domain.orders import Order, OrderId, Quote, QuoteId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind
from bot.ports.messenger import (
    AccessAsked,
    AccessDecided,
    AlertRaised,
    Message,
    Notes,
    NumberedCard,
    Outcome,
    Receipt,
    Requote,
    Standing,
    WalletMoved,
)
from bot.ports.provider import Providers, title_of
from bot.ports.store import Work
from bot.services.keeping import Keeper
from bot.services.recipients import find_recipient

ORDER_SUBJECT = "order:"
PROVIDER_SUBJECT = "provider:"


def int_fact(delivery: Delivery, name: str) -> int | None:
    """Read a number from a delivery's facts."""
    value = delivery.facts.get(name)
    return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Reads what a delivery is about; None when there is nothing to say any more."""

    keeper: Keeper
    providers: Providers

    async def compose(self, work: Work, delivery: Delivery) -> Message | None:  # noqa: PLR0911 # a kind a line
        """Build the message of a delivery from the present state."""
        match delivery.kind:
            case DeliveryKind.RECEIPT:
                return await self.receipt(work, delivery)
            case DeliveryKind.OUTCOME | DeliveryKind.REQUOTE:
                return await self._about_order(work, delivery)
            case DeliveryKind.ACCESS_ASKED:
                return await _access_asked(work, delivery)
            case DeliveryKind.ALERT:
                return await self._alert(work, delivery)
            case DeliveryKind.ACCESS_DECIDED:
                return AccessDecided(approved=bool(delivery.facts["approved"]))
            case DeliveryKind.STANDING:
                return Standing(suspended=bool(delivery.facts["suspended"]))
            case DeliveryKind.WALLET_MOVED:
                return await _wallet_moved(work, delivery)
            case _:
                assert_never(delivery.kind)

    async def receipt(self, work: Work, delivery: Delivery) -> Receipt | None:
        """Open the cards of a receipt's slots."""
        if delivery.order_id is None:
            return None
        order = await work.orders.get(delivery.order_id)
        cards = await self.cards(work, order)
        shown = [c for c in cards if delivery.first_slot <= c.number <= delivery.last_slot]
        return Receipt(
            order=order,
            cards=tuple(shown),
            copy=delivery.copy,
            is_last=order.is_final and delivery.last_slot >= order.cards,
            wallet=await work.ledger.wallet(order.agent_id),
            notes=await self.notes(work, order),
        )

    def title(self, provider: str) -> str:
        """What people call a provider."""
        return title_of(self.providers, provider)

    async def notes(self, work: Work, order: Order) -> Notes:
        """Read what the provider tells of an order's cards, as last read.

        A reading between two edits may change it, as the balance beside it may change: an edit is
        repeatable because it shows the same cards in the same message, whatever stands below them.
        """
        product = await find_product_of(work, order)
        return Notes(
            redemption=product.redemption if product else None,
            validity=product.validity if product else None,
        )

    async def cards(self, work: Work, order: Order) -> tuple[NumberedCard, ...]:
        """Open the cards that an order's agent paid for."""
        sealed = await work.cards.list(order_owner(order.id))
        paid = [card for card in sealed if card.slot <= order.cards]
        return tuple(NumberedCard(number=c.slot, card=self.keeper.open(c)) for c in paid)

    async def _about_order(self, work: Work, delivery: Delivery) -> Message | None:
        if delivery.order_id is None:
            return None
        order = await work.orders.get(delivery.order_id)
        quote_id = delivery.facts.get("quote")
        quote = await work.orders.find_quote(QuoteId(str(quote_id))) if quote_id else None
        if quote is None:
            return Outcome(order=order, wallet=await work.ledger.wallet(order.agent_id))
        product = await find_product_of(work, quote)
        return Requote(
            order=order,
            quote=quote,
            phone=await find_recipient(work, self.keeper, quote.id),
            delayed=product is not None and product.delayed,
        )

    async def _alert(self, work: Work, delivery: Delivery) -> Message | None:
        alert = await work.alerts.find(AlertId(int_fact(delivery, "alert") or 0))
        if alert is None:
            return None
        kind, _, name = alert.subject.partition(":")
        told = name if kind + ":" == PROVIDER_SUBJECT else alert.facts.get("provider")
        title = None if told is None else self.title(str(told))
        return replace(await alert_raised(work, alert), provider=title)


async def find_product_of(work: Work, bought: Order | Quote) -> Product | None:
    """Find the product of an order or of a quote, as last read."""
    listed = await work.catalog.find_listed(bought.card_type_id)
    return None if listed is None else listed[1]


async def find_maybe(work: Work, person_id: PersonId | None) -> Person | None:
    """Find a person who may be nobody."""
    return None if person_id is None else await work.people.find_person(person_id)


async def _access_asked(work: Work, delivery: Delivery) -> Message | None:
    request = await work.people.find_request(RequestId(int_fact(delivery, "request") or 0))
    person = await find_maybe(work, request.person_id if request else None)
    if request is None or person is None:
        return None
    decided_by = await find_maybe(work, request.decided_by)
    return AccessAsked(request=request, person=person, decided_by=decided_by)


async def alert_raised(work: Work, alert: Alert) -> AlertRaised:
    """Read what an alert is about, as the admins are told it."""
    order = await _order_of(work, alert.subject)
    return AlertRaised(
        alert=alert,
        order=order,
        agent=await work.people.get_agent(order.agent_id) if order else None,
        acted_by=await find_maybe(work, alert.acted_by),
    )


async def _order_of(work: Work, subject: str) -> Order | None:
    kind, _, number = subject.partition(":")
    if kind + ":" != ORDER_SUBJECT or not number.isdigit():
        return None
    return await work.orders.find(OrderId(int(number)))


async def _wallet_moved(work: Work, delivery: Delivery) -> Message | None:
    wallet = await work.ledger.wallet(AgentId(int_fact(delivery, "agent") or 0))
    minor = int_fact(delivery, "amount_minor") or 0
    return WalletMoved(amount=Money(minor=minor, currency=wallet.balance.currency), wallet=wallet)


def target(delivery: Delivery) -> DeliveryId | None:
    """The earlier delivery whose message this one replaces, if any."""
    earlier = int_fact(delivery, "delivery")
    return None if earlier is None else DeliveryId(earlier)
