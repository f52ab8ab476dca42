"""What stands in the chats of an order that is over: nobody is left guessing."""

from collections.abc import Iterable

from bot.domain.orders import Order, OrderId, OrderState
from bot.ports.messenger import Outcome, Receipt
from tests.simulation.telegram import FarMessenger


def untold(messenger: FarMessenger, orders: Iterable[Order]) -> list[str]:
    """Name the orders whose end cannot be read in the chat of the one who confirmed them."""
    told = set(messenger.offers)  # an offer that was accepted shows the next order
    told |= {
        (person_id, *end)
        for person_id, chat in messenger.chats.items()
        for message in chat.values()
        if (end := _end(message)) is not None
    }
    return [
        f"the end of order {order.id} was told to nobody"
        for order in orders
        if order.is_final and (order.person_id, order.id, order.state) not in told
    ]


def _end(message: object) -> tuple[OrderId, OrderState] | None:
    match message:
        case Outcome(order=order) if not order.cards:
            return order.id, order.state
        case Receipt(order=order, is_last=True):
            return order.id, order.state
        case _:
            return None
