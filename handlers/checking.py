"""Looking at Telegram before serving: is the token taken, can each admin be written to."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.domain.secret import Secret
from handlers.app import make_bot
from handlers.bot import CounterBot


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRejected:
    """Telegram knows no bot by this token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramAway:
    """Telegram could not be asked; `reason` names the kind of error, never an address."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BotFound:
    """The token's bot; the `unreachable` never wrote to it, or blocked it."""

    username: str
    unreachable: tuple[int, ...]


async def look_at_telegram(
    token: Secret[str], *, api_url: str, admin_ids: Sequence[int]
) -> BotFound | TokenRejected | TelegramAway:
    """Ask Telegram what doctor wants to know; nobody sees more than a short "typing"."""
    bot = make_bot(token, api_url=api_url)
    try:
        async with bot:
            unreachable = [
                admin_id for admin_id in admin_ids if not await _can_write(bot, admin_id)
            ]
            return BotFound(username=bot.username, unreachable=tuple(unreachable))
    except InvalidToken:
        return TokenRejected()
    except TelegramError as error:
        return TelegramAway(reason=type(error).__name__)


async def _can_write(bot: CounterBot, person_id: int) -> bool:
    try:
        await bot.send_chat_action(person_id, ChatAction.TYPING)
    except (BadRequest, Forbidden):  # it never wrote to the bot, or blocked it
        return False
    return True
