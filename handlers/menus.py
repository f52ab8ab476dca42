"""Command menus and the bot's own page in Telegram: per language, and longer for admins.

A menu is a convenience: every command works without it, so what Telegram refuses here is logged
and the bot goes on. What stands there already is not set again.
"""

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot.domain.agents import Person, PersonId
from bot.texts import LANGUAGES, Voice
from handlers.speech import Speech

log = structlog.get_logger(__name__)

AGENT_COMMANDS = ("buy", "orders", "wallet", "language", "help", "cancel", "start")

ADMIN_COMMANDS = (
    *("agents", "agent", "topup", "adjust", "limit", "margin", "rate"),
    *("suspend", "reinstate"),
    *("sales", "order", "resolve", "adopt", "provider", "pause", "resume", "health", "export"),
)


async def set_up(bot: Bot, speech: Speech, admin_ids: tuple[PersonId, ...]) -> None:
    """Set every menu and description in every language; groups get no menu at all.

    Without a language code a text is for all whose language is none of ours.
    """
    default = speech.translator.voice(speech.default_language)
    voices = {language: speech.translator.voice(language) for language in LANGUAGES}
    for code, voice in {"": default, **voices}.items():
        everyone = BotCommandScopeAllPrivateChats()
        await _set_commands(bot, _menu(voice, AGENT_COMMANDS), everyone, code)
        await _set_descriptions(bot, voice, code)
        for admin_id in admin_ids:
            menu = _menu(voice, AGENT_COMMANDS + ADMIN_COMMANDS)
            await _set_commands(bot, menu, BotCommandScopeChat(admin_id), code)


async def speak(bot: Bot, person: Person, voice: Voice, *, is_admin: bool) -> None:
    """Show one person's menu in the language they chose, whatever their app speaks."""
    names = AGENT_COMMANDS + ADMIN_COMMANDS if is_admin else AGENT_COMMANDS
    scope = BotCommandScopeChat(person.id)
    for code in ("", *LANGUAGES) if is_admin else ("",):
        await _set_commands(bot, _menu(voice, names), scope, code)


def _menu(voice: Voice, names: tuple[str, ...]) -> tuple[BotCommand, ...]:
    return tuple(BotCommand(name, voice.label(f"command-{name}")) for name in names)


async def _set_commands(
    bot: Bot, menu: tuple[BotCommand, ...], scope: BotCommandScope, code: str
) -> None:
    try:
        if await bot.get_my_commands(scope=scope, language_code=code) != menu:
            await bot.set_my_commands(menu, scope=scope, language_code=code)
    except TelegramError as error:
        log.warning("menu not set", scope=scope.type, language=code, reason=str(error))


async def _set_descriptions(bot: Bot, voice: Voice, code: str) -> None:
    long, short = voice.label("bot-description"), voice.label("bot-short-description")
    try:
        if (await bot.get_my_description(language_code=code)).description != long:
            await bot.set_my_description(long, language_code=code)
        if (await bot.get_my_short_description(language_code=code)).short_description != short:
            await bot.set_my_short_description(short, language_code=code)
    except TelegramError as error:
        log.warning("description not set", language=code, reason=str(error))
