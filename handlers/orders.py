"""`/orders`: what was ordered, and its cards again."""

from telegram import Update

from bot.domain.orders import OrderId
from bot.log import hiding
from handlers.callbacks import Verb
from handlers.context import Context
from handlers.guards import Who
from handlers.messages import orders as messages
from handlers.replying import answer, say, show
from handlers.routes import Routes, button, command


async def newest(update: Update, context: Context) -> None:
    """Send the first page of orders."""
    page = await context.counter.orders.page(context.who.person.id)
    await say(update, context, messages.listed(page, context.voice))


async def turn(update: Update, context: Context) -> None:
    """Turn to a page, or back to the first."""
    number = context.number(2) if len(context.found) > 2 else 1
    page = await context.counter.orders.page(context.who.person.id, number)
    await show(update, context, messages.listed(page, context.voice))


async def details(update: Update, context: Context) -> None:
    """Show one order."""
    order = await context.counter.orders.get(context.who.person.id, OrderId(context.number()))
    await show(update, context, messages.details(order, context.voice))


async def reveal(update: Update, context: Context) -> None:
    """Send an order's cards again, in new messages that say that they are copies."""
    order_id = OrderId(context.number())
    receipts = await context.counter.orders.reveal(context.who.person.id, order_id)
    await answer(update, context)
    for receipt in receipts:
        with hiding(*messages.secrets(receipt)):
            await say(update, context, messages.receipt(receipt, context.voice))


HANDLERS: Routes = (
    command("orders", newest, Who.MEMBERS),
    button(Verb.PAGE, turn, Who.MEMBERS, place=messages.ORDERS),
    button(Verb.BACK, turn, Who.MEMBERS, place=messages.ORDERS),
    button(Verb.ORDER, details, Who.MEMBERS),
    button(Verb.REVEAL, reveal, Who.MEMBERS),
)
