"""Putting messages in the outbox, inside the transaction that makes them true."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.agents import AgentId, PersonId
from bot.domain.audit import Detail
from bot.domain.orders import Order
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, DeliveryState
from bot.ports.store import Work


async def owe(
    work: Work,
    kind: DeliveryKind,
    person_id: PersonId,
    key: str,
    *,
    at: datetime,
    facts: Mapping[str, Detail] | None = None,
    order: Order | None = None,
    slots: tuple[int, int] = (0, 0),
    copy: bool = False,
) -> None:
    """Owe a message to a person; owing the same key twice owes it once."""
    delivery = Delivery(
        id=DeliveryId(0),
        key=key,
        person_id=person_id,
        kind=kind,
        state=DeliveryState.DUE,
        due_at=at,
        created_at=at,
        order_id=order.id if order else None,
        first_slot=slots[0],
        last_slot=slots[1],
        facts=facts or {},
        copy=copy,
    )
    await work.outbox.add(delivery)


async def owe_outcome(work: Work, order: Order, *, at: datetime) -> None:
    """Owe the member the end of an order that brought no card."""
    key = f"order:{order.id}:outcome"
    await owe(work, DeliveryKind.OUTCOME, order.person_id, key, at=at, order=order)


async def owe_receipt(
    work: Work, order: Order, slots: tuple[int, int], *, at: datetime, copy: bool
) -> None:
    """Owe the member the cards in these slots."""
    key, kind = f"order:{order.id}:receipt:{slots[0]}", DeliveryKind.RECEIPT
    await owe(work, kind, order.person_id, key, at=at, order=order, slots=slots, copy=copy)


async def owe_ending(work: Work, order: Order, *, at: datetime) -> None:
    """Owe the member how an order with cards ended, unless a receipt will still say it.

    Receipts of an open order say nothing of money, so the last one is said again.
    """
    receipts = [
        one
        for one in await work.outbox.list_of_order(order.id)
        if one.kind is DeliveryKind.RECEIPT and one.last_slot == order.cards
    ]
    if any(one.state is DeliveryState.DUE for one in receipts):
        return
    for last in receipts:
        await owe(
            work,
            DeliveryKind.RECEIPT,
            order.person_id,
            f"order:{order.id}:ending",
            at=at,
            order=order,
            slots=(last.first_slot, last.last_slot),
            copy=True,
        )


async def owe_members(
    work: Work,
    agent_id: AgentId,
    kind: DeliveryKind,
    key: str,
    *,
    at: datetime,
    facts: Mapping[str, Detail],
) -> None:
    """Owe every member of an agent the same news."""
    for member in await work.people.list_members(agent_id):
        member_key = f"{key}:{member.person_id}"
        await owe(work, kind, member.person_id, member_key, at=at, facts=facts)
