"""What nothing else took: groups, unknown commands, old buttons, pictures."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters
from telegram.helpers import create_deep_linked_url

from bot.texts import link
from handlers.context import Context
from handlers.guards import Who, guarded
from handlers.rendered import Rendered
from handlers.replying import answer, mention, say
from handlers.routes import PRIVATE, Routes


async def in_group(update: Update, context: Context) -> None:
    """Answer a command in a group with one line and a link to the private chat."""
    writer = update.effective_user
    voice = context.speech.voice_of(None, writer.language_code if writer else None)
    address = create_deep_linked_url(context.bot.username)
    here = link(address, f"@{context.bot.username}")
    await mention(update, context, Rendered(html=voice.say("private-chat-only", link=here)))


async def unknown_command(update: Update, context: Context) -> None:
    """Answer a command that nobody knows."""
    await _tell(update, context, "unknown-command")


async def old_button(update: Update, context: Context) -> None:
    """Answer a button that no version of this bot makes any more, or never made."""
    await answer(update, context, context.voice.label("toast-old-button"), alert=True)


async def not_understood(update: Update, context: Context) -> None:
    """Answer a picture, a sticker, a voice message."""
    await _tell(update, context, "not-understood")


async def _tell(update: Update, context: Context, text: str) -> None:
    """Answer whoever belongs here, and a stranger who has not been told a lot just now."""
    who, rendered = context.who, Rendered(html=context.voice.say(text))
    tell = say if who.agent or who.is_admin else mention
    await tell(update, context, rendered)


GROUPS: Routes = (
    MessageHandler(
        filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & filters.COMMAND, in_group
    ),
)
"""First: no other handler ever sees a group."""

HANDLERS: Routes = (
    MessageHandler(PRIVATE & filters.COMMAND, guarded(unknown_command, Who.ANYONE)),
    CallbackQueryHandler(guarded(old_button, Who.ANYONE)),
    MessageHandler(
        PRIVATE & ~filters.StatusUpdate.ALL,
        guarded(not_understood, Who.ANYONE, keeps_question=True),
    ),
)
"""Last: whatever came through."""
