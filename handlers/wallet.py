"""`/wallet`: what the agent has."""

from telegram import Update

from handlers.context import Context
from handlers.guards import Who
from handlers.messages.wallet import statement
from handlers.replying import say
from handlers.routes import Routes, command


async def show(update: Update, context: Context) -> None:
    """Show the wallet of the person's agent."""
    shown = await context.counter.wallets.statement(context.agent.id)
    await say(update, context, statement(shown, context.voice))


HANDLERS: Routes = (command("wallet", show, Who.MEMBERS),)
