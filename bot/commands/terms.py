"""From the settings to what the services and the ports take."""

from bot.commands.opening import Opened, looking_into
from bot.domain.agents import PersonId
from bot.domain.matching import Horizons
from bot.errors import BotError
from bot.ports.provider import Provider
from bot.ports.tokens import TokenKeep
from bot.ports.world import Clock
from bot.providers import plum
from bot.providers.oneclickdz import OneClickDZProvider
from bot.providers.oneclickdz.client import LONGEST_ANSWER
from bot.services.terms import Terms
from bot.services.tokens import KeptTokens, LentTokens, open_tokens
from bot.settings import ONECLICKDZ, PLUM, OneClickDZSettings, PlumSettings, Settings
from bot.vault import KeyRingVault

LEAST_CALLS = 10
"""A minute's calls are not cut down to less: a look at an account takes some of them."""

SHARE = 2
"""Half of an account's calls are left to the bot that may be serving."""


def terms_of(settings: Settings) -> Terms:
    """The shop's terms."""
    return Terms(
        currency=settings.currency,
        price_step=settings.price_step,
        default_margin_bp=settings.default_margin_bp,
        default_credit_limit=settings.default_credit_limit,
        admin_ids=tuple(PersonId(admin_id) for admin_id in settings.admin_ids),
        timezone=settings.timezone,
        track_every=settings.track_every,
        horizons=_horizons(settings),
    )


def _horizons(settings: Settings) -> dict[str, Horizons]:
    accounts = {ONECLICKDZ: settings.oneclickdz, PLUM: settings.plum}
    return {name: account.horizons for name, account in accounts.items() if account}


def providers_of(settings: Settings, clock: Clock, opened: Opened) -> dict[str, Provider]:
    """The provider accounts of a bot that serves, by provider, in the order of configuration."""
    found: list[Provider] = []
    if settings.oneclickdz:
        found.append(_oneclickdz(settings.oneclickdz, clock, share=1))
    if settings.plum:
        keep = KeptTokens(
            store=opened.store,
            vault=opened.vault,
            clock=clock,
            account=plum.account_at(settings.plum.api_url),
        )
        found.append(_plum(settings.plum, clock, keep, serves=True))
    return {provider.account.provider: provider for provider in found}


async def providers_beside(settings: Settings, clock: Clock) -> dict[str, Provider]:
    """The same accounts for a command that asks beside a bot, which may be serving.

    Half of the calls are left to the bot, and its tokens are used as they are, never renewed.
    """
    found: list[Provider] = []
    if settings.oneclickdz:
        found.append(_oneclickdz(settings.oneclickdz, clock, share=SHARE))
    if settings.plum:
        keep = LentTokens(await _tokens_now(settings, settings.plum))
        found.append(_plum(settings.plum, clock, keep, serves=False))
    return {provider.account.provider: provider for provider in found}


def _oneclickdz(account: OneClickDZSettings, clock: Clock, *, share: int) -> Provider:
    calls = account.calls_per_minute
    return OneClickDZProvider(
        address=account.api_url,
        key=account.api_key.reveal(),
        environment=account.environment,
        clock=clock,
        calls_per_minute=min(calls, max(LEAST_CALLS, calls // share)),
        longest_answer=min(LONGEST_ANSWER, account.horizons.least),
    )


def _plum(account: PlumSettings, clock: Clock, keep: TokenKeep, *, serves: bool) -> Provider:
    return plum.PlumProvider(
        address=account.api_url,
        key=plum.PlumKey(
            client_id=account.client_id.reveal(),
            client_secret=account.client_secret.reveal(),
            refresh_token=account.refresh_token.reveal(),
            access_token=account.access_token.reveal() if account.access_token else "",
        ),
        keep=keep,
        clock=clock,
        may_refresh=serves,
        delayed=account.delayed,
        countries=account.countries,
        share=1 if serves else SHARE,
        longest_answer=min(plum.LONGEST_ANSWER, account.horizons.least),
    )


async def _tokens_now(settings: Settings, account: PlumSettings) -> bytes | None:
    """Read the tokens that the serving bot uses; None where there are none, or none to be read."""
    if not settings.database.exists():
        return None
    vault = KeyRingVault(settings.card_keys)
    try:
        async with looking_into(settings.database) as work:
            return await open_tokens(work, vault, plum.account_at(account.api_url))
    except (BotError, ValueError):  # told where the database and its keys are looked at
        return None
