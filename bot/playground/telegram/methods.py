"""Every method the double knows, by its own spelling."""

from collections.abc import Callable
from functools import partial

from bot.playground.telegram import answering, profile, sending
from bot.playground.telegram.answers import Json
from bot.playground.telegram.params import Params
from bot.playground.telegram.world import World

GET_UPDATES = "getUpdates"
"""The one method that waits; the endpoint answers it itself."""

METHODS: dict[str, Callable[[World, Params], Json]] = {
    "getMe": profile.get_me,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "editMessageText": sending.edit_message_text,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "deleteMessages": sending.delete_messages,
    "answerCallbackQuery": answering.answer_callback_query,
    "getChat": answering.get_chat,
    "sendChatAction": answering.send_chat_action,
    "getFile": answering.get_file,
    "deleteWebhook": answering.delete_webhook,
    "getWebhookInfo": answering.get_webhook_info,
    "setMyCommands": profile.set_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "getMyCommands": profile.get_my_commands,
    "setMyName": partial(profile.set_text, kind="name"),
    "getMyName": partial(profile.get_text, kind="name"),
    "setMyDescription": partial(profile.set_text, kind="description"),
    "getMyDescription": partial(profile.get_text, kind="description"),
    "setMyShortDescription": partial(profile.set_text, kind="short_description"),
    "getMyShortDescription": partial(profile.get_text, kind="short_description"),
}
_NAMES = {name.lower(): name for name in (*METHODS, GET_UPDATES)}


def find_method(name: str) -> str | None:
    """Return a method's own spelling: Telegram does not mind capitals."""
    return _NAMES.get(name.lower())
