"""Methods that answer presses, and those that only look."""

from bot.playground.telegram.answers import Json, bad_request
from bot.playground.telegram.model import Answer
from bot.playground.telegram.params import Params
from bot.playground.telegram.transcript import Kind
from bot.playground.telegram.wire import full_chat_json
from bot.playground.telegram.world import World

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_ANSWER_CHARACTERS = 200
_ACTIONS = {
    "typing",
    "upload_document",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def answer_callback_query(world: World, params: Params) -> Json:
    """Answer a press: once, and before it is too old."""
    query = world.queries.get(params.get("callback_query_id", ""))
    if query is None or query.answer is not None:
        raise bad_request(_TOO_OLD)
    if world.elapsed().total_seconds() - query.at_seconds > world.query_lifetime.total_seconds():
        raise bad_request(_TOO_OLD)
    text, url = params.get("text", ""), params.get("url", "")
    if url and not url.removeprefix("https://").startswith(f"t.me/{world.bot.username}?start="):
        raise bad_request("URL_INVALID")
    if len(text) > _ANSWER_CHARACTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = Answer(text=text, url=url, alert=params.flag("show_alert"))
    world.record(Kind.ANSWERED, world.chat(query.chat_id), who=query.sender.first_name, text=text)
    return True


def get_chat(world: World, params: Params) -> Json:
    """Describe a chat, also one the bot may not write to."""
    return full_chat_json(world.chat(params.chat_id))


def send_chat_action(world: World, params: Params) -> Json:
    """Show that the bot is at work; leaves no trace."""
    if params.get("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.writable(params.chat_id)
    return True


def get_file(world: World, params: Params) -> Json:
    """Say where a document can be downloaded."""
    document = world.documents.get(params.get("file_id", ""))
    if document is None:
        raise bad_request("invalid file_id")
    return {
        "file_id": document.file_id,
        "file_unique_id": f"unique{document.file_id}",
        "file_size": len(document.content),
        "file_path": f"documents/{document.file_id}",
    }


def delete_webhook(world: World, params: Params) -> Json:
    """Have no webhook, as before."""
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def get_webhook_info(world: World, params: Params) -> Json:  # noqa: ARG001  # as every method
    """Say that there is no webhook and how much waits."""
    return {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": world.updates.pending,
    }
