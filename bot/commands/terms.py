"""From the settings to what the services and the ports take."""

from bot.domain.agents import PersonId
from bot.errors import SettingsError
from bot.ports.provider import Provider
from bot.ports.world import Clock
from bot.providers.oneclickdz import OneClickDZProvider
from bot.providers.oneclickdz.client import LONGEST_ANSWER
from bot.services.terms import Terms
from bot.settings import Settings


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


def providers_of(settings: Settings, clock: Clock) -> dict[str, Provider]:
    """The provider accounts that the settings name, by provider.

    Raises `SettingsError` for a currency that the provider does not trade in.
    """
    account = settings.oneclickdz
    provider = OneClickDZProvider(
        address=account.api_url,
        key=account.api_key.reveal(),
        environment=account.environment,
        clock=clock,
        calls_per_minute=account.calls_per_minute,
        longest_answer=min(LONGEST_ANSWER, account.horizons.least),
    )
    if provider.currency != settings.currency:
        raise SettingsError(f"CURRENCY must be {provider.currency}: the provider trades in it")
    return {provider.account.provider: provider}
