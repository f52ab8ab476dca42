"""Saying something to whoever wrote or pressed: a new message, an edit, a pop-up."""

from typing import Final

from telegram import LinkPreviewOptions, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from handlers.callbacks import Verb
from handlers.context import Context
from handlers.keyboards import keyboard, press
from handlers.pacing import Pacing
from handlers.rendered import Rendered

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

LONGEST_TOAST = 200
"""Characters of a pop-up (Bot API, answerCallbackQuery)."""

_NOT_MODIFIED = "message is not modified"
_TOO_LATE = ("query is too old", "query id is invalid")
_NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
)


def is_not_modified(error: BadRequest) -> bool:
    """Tell whether an edit changed nothing because the message stood there exactly so."""
    return error.message.lower().startswith(_NOT_MODIFIED)


def is_not_editable(error: BadRequest) -> bool:
    """Tell whether the message to edit is gone, or can no longer be edited."""
    return error.message.lower().startswith(_NOT_EDITABLE)


def is_too_late(error: BadRequest) -> bool:
    """Tell whether a press waited longer for its answer than Telegram does."""
    return any(words in error.message.lower() for words in _TOO_LATE)


async def answer(update: Update, context: Context, text: str = "", *, alert: bool = False) -> None:
    """Answer a press, with a pop-up where there is something to say; only the first time."""
    if update.callback_query is None or context.answered:
        return
    context.answered = True
    try:
        await update.callback_query.answer(text[:LONGEST_TOAST] or None, show_alert=alert)
    except BadRequest as error:
        if not is_too_late(error):
            raise


async def say(update: Update, context: Context, rendered: Rendered) -> int:
    """Send a new message to the chat; gives its id."""
    if update.effective_chat is None:
        return 0
    message: Message = await update.effective_chat.send_message(
        rendered.html,
        parse_mode=ParseMode.HTML,
        reply_markup=rendered.keyboard,
        link_preview_options=NO_PREVIEW,
        protect_content=context.speech.protect_cards and rendered.has_cards,
    )
    return message.message_id


async def mention(update: Update, context: Context, rendered: Rendered) -> None:
    """Say what nobody waits for: nothing at all to a chat that has been told a lot just now."""
    chat, pacing = update.effective_chat, context.bot.rate_limiter
    if chat and isinstance(pacing, Pacing) and pacing.is_busy(chat.id):
        return
    await say(update, context, rendered)


async def show(update: Update, context: Context, rendered: Rendered) -> None:
    """Put `rendered` in the place of the message whose button was pressed.

    Where there is none, or it is gone, or shows cards, a new message is sent. The press is
    answered first.
    """
    await answer(update, context)
    query = update.callback_query
    if query is None or not isinstance(query.message, Message) or _has_cards(query.message):
        await say(update, context, rendered)
        return
    try:
        await query.edit_message_text(
            rendered.html,
            parse_mode=ParseMode.HTML,
            reply_markup=rendered.keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if is_not_editable(error):
            await say(update, context, rendered)
        elif not is_not_modified(error):
            raise


def _has_cards(message: Message) -> bool:
    """Tell whether a message has buttons that copy a code.

    Telegram shows it as it is now, and knows of cards that a restored database has lost.
    """
    shown = message.reply_markup
    return shown is not None and any(one.copy_text for row in shown.inline_keyboard for one in row)


async def menu(update: Update, context: Context, rendered: Rendered) -> None:
    """Put a menu in the place of the pressed one, unless an order is shown there by now."""
    if context.who.on_order:
        await say(update, context, rendered)
    else:
        await show(update, context, rendered)


async def refuse(update: Update, context: Context, refusal: Refusal) -> None:
    """Say why not: above the button while its press is unanswered, else in the chat.

    A stranger is not told at every message: many of them would use up what Telegram lets a bot
    write, and members would wait.
    """
    if update.callback_query is not None and not context.answered:
        await answer(update, context, context.voice.refusal_toast(refusal), alert=True)
    elif refusal.reason == RefusalReason.NOT_A_MEMBER:
        await mention(update, context, _refusal(context, refusal))
    else:
        await say(update, context, _refusal(context, refusal))


def _refusal(context: Context, refusal: Refusal) -> Rendered:
    """Say why not, with the one button that helps a stranger."""
    voice = context.voice
    offers = refusal.reason == RefusalReason.NOT_A_MEMBER and not context.who.asked
    buttons = [press(voice.label("button-access"), Verb.ACCESS)] if offers else []
    return Rendered(html=voice.refusal(refusal), keyboard=keyboard(voice, buttons))
