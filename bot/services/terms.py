"""The shop's own terms, as the settings give them to the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.agents import PersonId
from bot.domain.matching import Horizons
from bot.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the distributor decided once, in his settings.

    `default_margin_bp` holds until `/margin` sets another. `horizons` by provider name.
    """

    currency: str
    price_step: Money
    default_margin_bp: int
    default_credit_limit: Money | None
    admin_ids: tuple[PersonId, ...]
    timezone: ZoneInfo
    track_every: timedelta
    horizons: Mapping[str, Horizons]
