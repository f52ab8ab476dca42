"""From the settings to what the services and the ports take."""

from bot.domain.agents import PersonId
from bot.errors import SettingsError
from bot.ports.provider import Provider
from bot.ports.world import Clock
from bot.providers.oneclickdz import OneClickDZProvider
from bot.providers.oneclickdz.client import LONGEST_ANSWER
from bot.services.terms import Terms
from bot.settings import Settings

LEAST_CALLS = 10
"""A minute's calls are not cut down to less: a look at an account takes some of them."""


def terms_of(settings: Settings, providers: dict[str, Provider]) -> Terms:
    """The shop's terms."""
    return Terms(
        currency=settings.currency,
        price_step=settings.price_step,
        default_margin_bp=settings.default_margin_bp,
        default_credit_limit=settings.default_credit_limit,
        admin_ids=tuple(PersonId(admin_id) for admin_id in settings.admin_ids),
        timezone=settings.timezone,
        track_every=settings.track_every,
        horizons=dict.fromkeys(providers, settings.oneclickdz.horizons),
    )


def providers_of(settings: Settings, clock: Clock, *, share: int = 1) -> dict[str, Provider]:
    """The provider accounts that the settings name, by provider.

    A `share` of 2 takes half of the calls, and leaves the others to a bot that is serving.
    Raises `SettingsError` for a currency that the provider does not trade in.
    """
    account = settings.oneclickdz
    calls = account.calls_per_minute
    provider = OneClickDZProvider(
        address=account.api_url,
        key=account.api_key.reveal(),
        environment=account.environment,
        clock=clock,
        calls_per_minute=min(calls, max(LEAST_CALLS, calls // share)),
        longest_answer=min(LONGEST_ANSWER, account.horizons.least),
    )
    if provider.currency != settings.currency:
        raise SettingsError(f"CURRENCY must be {provider.currency}: the provider trades in it")
    return {provider.account.provider: provider}
