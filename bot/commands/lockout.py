"""Whether a provider's key was rejected so lately that asking again would do harm."""

from bot.commands.opening import looking_into
from bot.commands.system import SystemClock
from bot.errors import BotError
from bot.ports.provider import Provider
from bot.services import marks
from bot.services.recovery import LOCKOUT
from bot.settings import Settings


async def is_locked_out(provider: Provider, settings: Settings) -> bool:
    """Tell whether this key was rejected minutes ago, so that a call would do harm."""
    if not settings.database.exists():
        return False
    try:
        async with looking_into(settings.database) as work:
            frozen = await marks.find_frozen(work, provider.account)
    except BotError:  # told where the database is looked at
        return False
    if frozen is None or frozen.key_hash != provider.key_hash:
        return False
    return SystemClock().now() - frozen.since < LOCKOUT
