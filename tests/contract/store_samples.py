"""What the store's tests are made of: a shop, its quotes and orders, and the rest."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.agents import Agent, AgentId, Language, Member, Person, PersonId
from bot.domain.audit import Event
from bot.domain.cards import SealedCard
from bot.domain.catalog import Account, CardTypeId, Environment
from bot.domain.money import Money
from bot.domain.orders import Order, OrderId, OrderState, Quote, QuoteId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, DeliveryState
from bot.domain.rates import Rate
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.ports.store import NewOrder, ProviderCall, Work
from tests.fakes.world import NOON

HERE = Account(provider="sample", environment=Environment.PRODUCTION)
ELSEWHERE = Account(provider="sample", environment=Environment.SANDBOX)
AMINA, BILAL = PersonId(7), PersonId(8)
SECOND = timedelta(seconds=1)


def dzd(minor: int) -> Money:
    """Some centimes."""
    return Money(minor=minor, currency="DZD")


def dollars(minor: int) -> Money:
    """Some cents."""
    return Money(minor=minor, currency="USD")


RATE = Rate(source="USD", target="DZD", millionths=249_750_000)


def after(seconds: float) -> datetime:
    """The instant so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def person(person_id: PersonId = AMINA, name: str = "Amina") -> Person:
    """Someone who wrote to the bot."""
    return Person(id=person_id, name=name, username=None, language=Language.ARABIC)


async def open_shop(
    work: Work, *, member: PersonId = AMINA, limit: Money | None = None, name: str = "Shop"
) -> Agent:
    """Open an agent with one member, prepaid unless told otherwise."""
    await work.people.save_person(person(member))
    agent = await work.people.add_agent(name, credit_limit=limit or dzd(0), currency="DZD", at=NOON)
    await work.people.add_member(Member(person_id=member, agent_id=agent.id, joined_at=NOON))
    return agent


def quote(agent: Agent | AgentId, name: str = "q1", **changes: object) -> Quote:
    """Quote two cards at 1450 DZD."""
    sample = Quote(
        id=QuoteId(name),
        person_id=AMINA,
        agent_id=agent.id if isinstance(agent, Agent) else agent,
        account=HERE,
        card_type_id=CardTypeId(3),
        product_key="psn",
        type_key="10-usd",
        product_title="PlayStation",
        type_name="10 USD",
        quantity=2,
        unit_price=dzd(145_000),
        unit_cost=dzd(138_000),
        created_at=NOON,
        expires_at=after(600),
    )
    return replace(sample, **changes)  # type: ignore[arg-type] # replace is untyped


def new_order(quoted: Quote, *, confirmed_at: datetime = NOON) -> NewOrder:
    """Confirm a quote."""
    return NewOrder(
        quote=quoted,
        reference=f"reference of {quoted.id}",
        epoch=1,
        confirmed_at=confirmed_at,
        message_id=51,
    )


async def confirm(work: Work, quoted: Quote, *, confirmed_at: datetime = NOON) -> Order:
    """Keep a quote and make its order."""
    await work.orders.add_quote(quoted)
    return await work.orders.add(new_order(quoted, confirmed_at=confirmed_at))


async def walk(work: Work, order: Order, *states: OrderState, **changes: object) -> Order:
    """Save an order through some steps of its life, with the changes in the last."""
    for state in states[:-1]:
        order = await work.orders.save(order.to(state))
    return await work.orders.save(order.to(states[-1], **changes))


async def finish(work: Work, order: Order, *, cards: int, at: datetime = NOON) -> Order:
    """Take an order to its end with all its cards."""
    steps = (OrderState.SENDING, OrderState.HANDLING, OrderState.FULFILLED)
    cost = order.unit_cost * cards
    return await walk(work, order, *steps, cards=cards, final_at=at, cost=cost)


def card(owner: str = "order:1", slot: int = 1, **changes: object) -> SealedCard:
    """Make a sealed card whose serial is not known yet."""
    sample = SealedCard(
        owner=owner,
        slot=slot,
        index=f"index {slot}".encode(),
        sealed_code=b"k1:10",
        sealed_serial=None,
    )
    return replace(sample, **changes)  # type: ignore[arg-type] # replace is untyped


def delivery(key: str, **changes: object) -> Delivery:
    """Owe Amina something, due at noon."""
    sample = Delivery(
        id=DeliveryId(0),
        key=key,
        person_id=AMINA,
        kind=DeliveryKind.OUTCOME,
        state=DeliveryState.DUE,
        due_at=NOON,
        created_at=NOON,
    )
    return replace(sample, **changes)  # type: ignore[arg-type] # replace is untyped


def unowned(provider_order_id: str, **changes: object) -> UnownedOrder:
    """Two cards on the shelf."""
    sample = UnownedOrder(
        account=HERE,
        provider_order_id=provider_order_id,
        product_key="psn",
        type_key="10-usd",
        quantity=2,
        state=UnownedState.SHELF,
        status="FULFILLED",
        amount=dzd(276_000),
        cards=2,
        created_at=NOON,
        seen_at=NOON,
    )
    return replace(sample, **changes)  # type: ignore[arg-type] # replace is untyped


def call(order_id: OrderId, attempt: int = 1, sealed: bytes = b"k1:20") -> ProviderCall:
    """A call whose answer was lost."""
    return ProviderCall(
        order_id=order_id,
        account=HERE,
        attempt=attempt,
        started_at=NOON,
        ended_at=after(1),
        outcome="unknown",
        code="ReadTimeout",
        http_status=None,
        request_id=None,
        sealed_exchange=sealed,
    )


def event(action: str = "order.confirmed", subject: str = "order:1") -> Event:
    """Something that happened."""
    return Event(at=NOON, actor="member:7", action=action, subject=subject, details={"cards": 2})
