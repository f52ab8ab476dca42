"""Methods that write to chats: send, edit, delete."""

from dataclasses import replace

from bot.playground.telegram.answers import Json, Refused, bad_request, not_in_the_double
from bot.playground.telegram.formatting import Formatted, formatted_caption, formatted_text
from bot.playground.telegram.keyboard import keyboard_of
from bot.playground.telegram.model import Chat, Document, Message
from bot.playground.telegram.params import Params, Upload
from bot.playground.telegram.transcript import Kind
from bot.playground.telegram.wire import message_json
from bot.playground.telegram.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
_DELETED_AT_ONCE = 100
_NO_OPTIONS: dict[str, Json] = {}


def send_message(world: World, params: Params) -> Json:
    """Send a text."""
    chat = world.writable(_chat_id(params))
    message = _new(world, chat, params, content=formatted_text(params))
    return _shown(world, chat, message, Kind.SENT)


def send_document(world: World, params: Params) -> Json:
    """Send a file that came with the call, or one sent before, by its id."""
    chat = world.writable(_chat_id(params))
    content = formatted_caption(params)
    document = _document(world, params)
    message = replace(_new(world, chat, params, content=content), document=document)
    return _shown(world, chat, message, Kind.SENT)


def edit_message_text(world: World, params: Params) -> Json:
    """Put a new text and keyboard in place of the old; without a keyboard there is none."""
    content = formatted_text(params)
    chat, message = _own(world, params)
    if message.document:
        raise bad_request("there is no text in the message to edit")
    return _edited(
        world,
        chat,
        message,
        replace(
            message,
            text=content.text,
            entities=content.entities,
            keyboard=keyboard_of(params),
            link_preview=_link_preview(params),
        ),
    )


def edit_message_caption(world: World, params: Params) -> Json:
    """Put a new caption and keyboard on a document."""
    content = formatted_caption(params)
    chat, message = _own(world, params)
    if not message.document:
        raise bad_request("there is no caption in the message to edit")
    return _edited(
        world,
        chat,
        message,
        replace(
            message,
            text=content.text,
            entities=content.entities,
            keyboard=keyboard_of(params),
        ),
    )


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Change the keyboard alone."""
    keyboard = keyboard_of(params)
    chat, message = _own(world, params)
    return _edited(world, chat, message, replace(message, keyboard=keyboard))


def delete_message(world: World, params: Params) -> Json:
    """Delete one message."""
    chat = world.chat(_chat_id(params))
    message = chat.find(_message_id(params))
    if message is None:
        raise bad_request("message to delete not found")
    _delete(world, message)
    return True


def delete_messages(world: World, params: Params) -> Json:
    """Delete up to 100 messages; those that are not there are passed over."""
    chat = world.chat(_chat_id(params))
    numbers = params.json("message_ids", called="message identifiers")
    if not isinstance(numbers, list) or not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > _DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    for number in numbers:
        message = chat.find(number) if isinstance(number, int) else None
        if message:
            _delete(world, message)
    return True


def _chat_id(params: Params) -> int | None:
    if not params.get("chat_id"):
        raise bad_request("chat_id is empty")
    return params.chat_id


def _message_id(params: Params) -> int:
    if "inline_message_id" in params:
        raise not_in_the_double("inline messages")
    number = params.whole("message_id")
    if number <= 0:
        raise bad_request("message identifier is not specified")
    return number


def _new(world: World, chat: Chat, params: Params, *, content: Formatted) -> Message:
    return Message(
        id=0,
        chat_id=chat.id,
        sender=world.bot,
        text=content.text,
        entities=content.entities,
        keyboard=keyboard_of(params),
        protected=params.flag("protect_content"),
        silent=params.flag("disable_notification"),
        link_preview=_link_preview(params),
        reply_to=_reply_to(chat, params),
        sent_at=world.now(),
        changed=0,
    )


def _shown(world: World, chat: Chat, message: Message, kind: Kind) -> Json:
    numbered = replace(message, id=message.id or world.next_message_id())
    return message_json(world.keep(numbered, kind), chat)


def _own(world: World, params: Params) -> tuple[Chat, Message]:
    """Return the bot's own message; a chat it may not write to is refused for edits as well."""
    chat = world.writable(_chat_id(params))
    message = chat.find(_message_id(params))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return chat, message


def _edited(world: World, chat: Chat, old: Message, new: Message) -> Json:
    if new == old:
        raise bad_request(NOT_MODIFIED)
    before = replace(old, earlier=())
    now_edited = replace(new, edited_at=world.now(), earlier=(*old.earlier, before))
    return _shown(world, chat, now_edited, Kind.EDITED)


def _delete(world: World, message: Message) -> None:
    world.keep(replace(message, deleted=True), Kind.DELETED)


def _link_preview(params: Params) -> bool:
    options = params.json("link_preview_options", called="link preview options") or _NO_OPTIONS
    disabled = isinstance(options, dict) and options.get("is_disabled") is True
    return not disabled


def _reply_to(chat: Chat, params: Params) -> int | None:
    reply = params.json("reply_parameters", called="reply parameters")
    if not isinstance(reply, dict):
        return None
    number = reply.get("message_id")
    if isinstance(number, int) and chat.find(number):
        return number
    if reply.get("allow_sending_without_reply") is True:
        return None
    raise bad_request("message to be replied not found")


def _document(world: World, params: Params) -> Document:
    given = params.get("document", "")
    upload = params.uploads.get(given.removeprefix("attach://") or "document")
    if upload:
        return _stored(world, upload)
    if given in world.documents:
        return world.documents[given]
    raise _no_document(given)


def _no_document(given: str) -> Refused:
    if not given:
        return bad_request("there is no document in the request")
    return bad_request("wrong file identifier/HTTP URL specified")


def _stored(world: World, upload: Upload) -> Document:
    if not upload.content:
        raise bad_request("file must be non-empty")
    document = Document(
        file_id=f"file{world.next_serial()}",
        name=upload.name,
        mime=upload.mime,
        content=upload.content,
    )
    world.documents[document.file_id] = document
    return document
