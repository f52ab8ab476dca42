"""What doctor asks of others: Telegram about token and admins, the provider about its key."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import assert_never

from bot.commands.examining import Result, fail, ok, warn
from bot.commands.lockout import is_locked_out
from bot.commands.system import SystemClock
from bot.commands.terms import providers_beside
from bot.domain.money import Money
from bot.errors import BotError, ProviderError, ProviderUnauthorized
from bot.ports.provider import Priority, Provider
from bot.services.recovery import misfit, rejected
from bot.settings import PLUM, Settings
from handlers.checking import BotFound, TelegramAway, TokenRejected, look_at_telegram

WRONG_BY = timedelta(seconds=30)
"""A clock that is further off than this is wrong: send windows are compared with the provider's."""


async def ask_telegram(settings: Settings) -> AsyncIterator[Result]:
    """Check the token, and that each admin can be written to."""
    found = await look_at_telegram(
        settings.telegram_bot_token,
        api_url=settings.telegram_api_url,
        admin_ids=settings.admin_ids,
    )
    match found:
        case TokenRejected():
            yield fail("Telegram", "TELEGRAM_BOT_TOKEN was rejected: copy it from @BotFather.")
        case TelegramAway(reason=reason):
            yield fail("Telegram", f"not reached ({reason}): check the network and try again.")
        case BotFound():
            yield ok("Telegram", f"the token is @{found.username}'s.")
            for admin_id in settings.admin_ids:
                if admin_id in found.unreachable:
                    says = f"{admin_id} cannot be written to: press /start at @{found.username}."
                    yield warn("admin", says)
                else:
                    yield ok("admin", f"{admin_id} can be written to.")
        case _:
            assert_never(found)


async def ask_providers(settings: Settings) -> AsyncIterator[Result]:
    """Check each provider's key, balance and clock; a key that was rejected is not tried again."""
    try:
        providers = await providers_beside(settings, SystemClock())
    except BotError as error:
        yield fail("provider", str(error))
        return
    for provider in providers.values():
        try:
            async for result in _ask(provider, settings):
                yield result
        finally:
            await provider.close()


async def _ask(provider: Provider, settings: Settings) -> AsyncIterator[Result]:
    name = provider.title
    if await is_locked_out(provider, settings):
        says = "this key was rejected minutes ago: trying it again would lock this address out."
        yield fail(name, says)
        return
    try:
        fault = misfit(provider, await provider.validate())
        if fault:
            yield fail(name, fault)
            return
        yield ok(name, f"the key is taken, for {provider.account.environment}.")
        balance = await provider.balance()
        yield _judge_balance(name, balance)
        if balance.currency != settings.currency:
            says = f"it trades in {balance.currency}, so it sells at the rate that /rate sets."
            yield warn(name, says)
        yield await _compare_clocks(provider)
    except ProviderUnauthorized as error:
        yield _rejected(provider, error)
    except ProviderError as error:
        yield fail(name, f"not reached ({error}): check the network and try again.")


def _rejected(provider: Provider, error: ProviderUnauthorized) -> Result:
    if provider.account.provider == PLUM:
        # Tokens are renewed once, and by who serves: doctor cannot tell whether that will do.
        says = "no access token is let in now: the serving bot renews it, or says why it cannot."
        return warn(provider.title, says)
    return fail(provider.title, rejected(provider, error))


def _judge_balance(name: str, balance: Money) -> Result:
    says = f"the balance is {balance.amount:,.2f} {balance.currency}"
    if balance.minor > 0:
        return ok(name, says + ".")
    return warn(name, says + ": nothing can be bought before it is filled.")


async def _compare_clocks(provider: Provider) -> Result:
    now = SystemClock().now()
    page = await provider.orders(now - WRONG_BY, now, priority=Priority.CHECKING)
    ahead = page.provider_ahead or timedelta()
    if abs(ahead) <= WRONG_BY:
        return ok("clock", f"within {WRONG_BY.seconds} seconds of {provider.title}'s.")
    seconds = round(abs(ahead).total_seconds())
    which = "behind" if ahead > timedelta() else "ahead of"
    return warn("clock", f"{seconds} seconds {which} {provider.title}'s: set the time (NTP).")
