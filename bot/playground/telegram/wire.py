"""The shapes in which the Bot API writes what it knows."""

from datetime import datetime

from bot.playground.telegram.answers import Json
from bot.playground.telegram.entities import Entity
from bot.playground.telegram.keyboard import keyboard_json
from bot.playground.telegram.model import Account, Chat, Document, Message, Query


def account_json(account: Account) -> dict[str, Json]:
    """Write a `User`."""
    written: dict[str, Json] = {
        "id": account.id,
        "is_bot": account.is_bot,
        "first_name": account.first_name,
    }
    if account.username:
        written["username"] = account.username
    if account.language_code:
        written["language_code"] = account.language_code
    return written


def chat_json(chat: Chat) -> dict[str, Json]:
    """Write a `Chat`."""
    if not chat.is_private:
        return {"id": chat.id, "type": "group", "title": chat.title}
    written = account_json(chat.members[0])
    return {
        "id": chat.id,
        "type": "private",
        **{name: written[name] for name in ("first_name", "username") if name in written},
    }


def full_chat_json(chat: Chat) -> dict[str, Json]:
    """Write a `ChatFullInfo`."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return {
        **chat_json(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            **dict.fromkeys(gifts, False),
            "gifts_from_channels": False,
        },
    }


def message_json(message: Message, chat: Chat, *, shallow: bool = False) -> dict[str, Json]:
    """Write a `Message`; a shallow one does not carry the message it answers."""
    written: dict[str, Json] = {
        "message_id": message.id,
        "from": account_json(message.sender),
        "chat": chat_json(chat),
        "date": _instant(message.sent_at),
        **_content(message),
    }
    if message.edited_at:
        written["edit_date"] = _instant(message.edited_at)
    if message.protected:
        written["has_protected_content"] = True
    if message.keyboard:
        written["reply_markup"] = keyboard_json(message.keyboard)
    if not message.link_preview:
        written["link_preview_options"] = {"is_disabled": True}
    answered = None if shallow or message.reply_to is None else chat.find(message.reply_to)
    if answered:
        written["reply_to_message"] = message_json(answered, chat, shallow=True)
    return written


def document_json(document: Document) -> dict[str, Json]:
    """Write a `Document`."""
    return {
        "file_id": document.file_id,
        "file_unique_id": f"unique{document.file_id}",
        "file_name": document.name,
        "mime_type": document.mime,
        "file_size": len(document.content),
    }


def query_json(query: Query, chat: Chat) -> dict[str, Json]:
    """Write a `CallbackQuery`; a message that is gone is an `InaccessibleMessage`."""
    message = chat.find(query.message_id)
    gone: dict[str, Json] = {"chat": chat_json(chat), "message_id": query.message_id, "date": 0}
    return {
        "id": query.id,
        "from": account_json(query.sender),
        "message": message_json(message, chat) if message else gone,
        "chat_instance": f"{chat.id}",
        "data": query.data,
    }


def membership_json(
    chat: Chat, bot: Account, *, by: Account, change: tuple[str, str], at: datetime
) -> dict[str, Json]:
    """Write a `ChatMemberUpdated` about the bot, whose status changed from and to `change`."""
    old, new = (_member(bot, status) for status in change)
    return {
        "chat": chat_json(chat),
        "from": account_json(by),
        "date": _instant(at),
        "old_chat_member": old,
        "new_chat_member": new,
    }


def _member(bot: Account, status: str) -> dict[str, Json]:
    banned: dict[str, Json] = {"until_date": 0} if status == "kicked" else {}
    return {"user": account_json(bot), "status": status, **banned}


def _content(message: Message) -> dict[str, Json]:
    text, entities = ("caption", "caption_entities") if message.document else ("text", "entities")
    written: dict[str, Json] = {}
    if message.document:
        written["document"] = document_json(message.document)
    if message.text:
        written[text] = message.text
    if message.entities:
        written[entities] = [_entity(entity) for entity in message.entities]
    return written


def _entity(entity: Entity) -> dict[str, Json]:
    written: dict[str, Json] = {
        "type": entity.kind,
        "offset": entity.offset,
        "length": entity.length,
    }
    if entity.url:
        written["url"] = entity.url
    if entity.language and entity.kind == "pre":
        written["language"] = entity.language
    return written


def _instant(at: datetime) -> int:
    return int(at.timestamp())
