"""What the bot says about itself: its name, its descriptions, its menus of commands."""

import re

from bot.playground.telegram.answers import Json, bad_request
from bot.playground.telegram.menus import MenuKey
from bot.playground.telegram.params import Params
from bot.playground.telegram.wire import account_json
from bot.playground.telegram.world import World

_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_DESCRIPTION_CHARACTERS = 256
_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_SCOPES_OF_CHATS = {"chat", "chat_administrators"}
_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, params: Params) -> Json:  # noqa: ARG001  # as every method
    """Say who the bot is."""
    return {
        **account_json(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(world: World, params: Params) -> Json:
    """Set the menu of one scope and language."""
    commands = params.json("commands", called="commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > _COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.profile.menus[_key(world, params)] = tuple(_command(raw) for raw in commands)
    return True


def delete_my_commands(world: World, params: Params) -> Json:
    """Remove the menu of one scope and language."""
    world.profile.menus.pop(_key(world, params), None)
    return True


def get_my_commands(world: World, params: Params) -> Json:
    """Return exactly the menu of one scope and language."""
    menu = world.profile.menus.get(_key(world, params), ())
    return [{"command": name, "description": description} for name, description in menu]


def set_text(world: World, params: Params, *, kind: str) -> Json:
    """Set the bot's `name`, `description` or `short_description` in one language or for all."""
    text, language = params.get(kind, ""), _language(params)
    if len(text) > _LIMITS[kind]:
        raise bad_request(f"bot {kind.replace('_', ' ')} is too long")
    world.profile.texts[kind, language] = text
    return True


def get_text(world: World, params: Params, *, kind: str) -> Json:
    """Return the bot's `name`, `description` or `short_description`."""
    text = world.profile.text_in(kind, language=_language(params))
    return {kind: text or (world.bot.first_name if kind == "name" else "")}


def _command(raw: Json) -> tuple[str, str]:
    name, description = (
        (raw.get("command"), raw.get("description")) if isinstance(raw, dict) else (None, None)
    )
    if not isinstance(name, str) or not _COMMAND.fullmatch(name.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not description:
        raise bad_request("command description must be non-empty")
    if len(description) > _DESCRIPTION_CHARACTERS:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return name.removeprefix("/"), description


def _key(world: World, params: Params) -> MenuKey:
    scope = params.json("scope", called="BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope: expected an Object")
    kind, number = scope.get("type"), scope.get("chat_id")
    language = _language(params)
    if kind in _SCOPES:
        return MenuKey(scope=str(kind), language=language)
    if kind not in _SCOPES_OF_CHATS:
        raise bad_request("can't parse BotCommandScope: type of the command scope is invalid")
    chat = world.chat(number if isinstance(number, int) else None)
    if not chat.open:  # a person the bot has never met is no chat to it
        raise bad_request("chat not found")
    return MenuKey(scope=str(kind), chat_id=chat.id, language=language)


def _language(params: Params) -> str:
    language = params.get("language_code", "")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language
