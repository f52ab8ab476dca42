"""From the settings to what the services and the ports take."""

from bot.domain.agents import PersonId
from bot.domain.matching import Horizons
from bot.ports.provider import Provider
from bot.ports.world import Clock
from bot.providers.oneclickdz import OneClickDZProvider
from bot.providers.oneclickdz.client import LONGEST_ANSWER
from bot.services.terms import Terms
from bot.settings import ONECLICKDZ, PLUM, OneClickDZSettings, Settings

LEAST_CALLS = 10
"""A minute's calls are not cut down to less: a look at an account takes some of them."""


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


def providers_of(settings: Settings, clock: Clock, *, share: int = 1) -> dict[str, Provider]:
    """The provider accounts that the settings name, by provider; the first is preferred.

    A `share` of 2 takes half of the calls, and leaves the others to a bot that is serving.
    """
    found: list[Provider] = []
    if settings.oneclickdz:
        found.append(_oneclickdz(settings.oneclickdz, clock, share=share))
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
