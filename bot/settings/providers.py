"""The provider accounts among the settings: each may be left out, but not all of them."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.catalog import Environment
from bot.domain.matching import Horizons
from bot.domain.secret import Secret
from bot.settings import fields
from bot.settings.reader import Field, Reader

CALLS_PER_MINUTE = {Environment.SANDBOX: 60, Environment.PRODUCTION: 120}
"""What an account may ask when nothing is set: the provider's own limit for each kind of key."""

HORIZON = timedelta(seconds=120)
"""How long after sending an absence is never believed, when nothing is set."""

PLUM_CREDENTIALS = (
    fields.PLUM_CLIENT_ID,
    fields.PLUM_CLIENT_SECRET,
    fields.PLUM_ACCESS_TOKEN,
    fields.PLUM_REFRESH_TOKEN,
)
"""Who sets one of them means to sell from Plum, so the others are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneClickDZSettings:
    """One account at OneClickDZ."""

    api_key: Secret[str]
    api_url: str
    environment: Environment
    calls_per_minute: int
    horizons: Horizons

    def secrets(self) -> tuple[str, ...]:
        """Reveal what no log may hold."""
        return (self.api_key.reveal(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlumSettings:
    """One account at Xoxoday Plum; its address tells sandbox from production.

    `delayed`: products whose cards come after days are sold too. `countries`: the ISO codes of
    those whose products are sold; empty for all.
    """

    api_url: str
    client_id: Secret[str]
    client_secret: Secret[str]
    access_token: Secret[str] | None
    refresh_token: Secret[str]
    horizons: Horizons
    delayed: bool
    countries: tuple[str, ...]

    def secrets(self) -> tuple[str, ...]:
        """Reveal what no log may hold."""
        kept = (self.client_id, self.client_secret, self.access_token, self.refresh_token)
        return tuple(one.reveal() for one in kept if one is not None)


def read_oneclickdz(reader: Reader) -> OneClickDZSettings | None:
    """Read the account at OneClickDZ; the only provider, unless Plum's is there, must be set."""
    # Read in any case: what is malformed is said, whoever it is for.
    environment = reader.read(fields.ONECLICKDZ_ENVIRONMENT)
    calls = reader.find(fields.ONECLICKDZ_CALLS_PER_MINUTE)
    url = reader.read(fields.ONECLICKDZ_API_URL)
    found = horizons(reader, fields.ONECLICKDZ_HORIZON_SECONDS)
    if has_plum(reader) and not reader.has(fields.ONECLICKDZ_API_KEY):
        return None
    return OneClickDZSettings(
        api_key=reader.read(fields.ONECLICKDZ_API_KEY),
        api_url=url,
        environment=environment,
        calls_per_minute=calls or CALLS_PER_MINUTE[environment],
        horizons=found,
    )


def read_plum(reader: Reader) -> PlumSettings | None:
    """Read the account at Plum; one that is configured by halves asks for what is missing."""
    url = reader.read(fields.PLUM_API_URL)
    delayed = reader.read(fields.PLUM_DELAYED)
    countries = reader.find(fields.PLUM_COUNTRIES)
    found = horizons(reader, fields.PLUM_HORIZON_SECONDS)
    if not has_plum(reader):
        return None
    return PlumSettings(
        api_url=url,
        client_id=reader.read(fields.PLUM_CLIENT_ID),
        client_secret=reader.read(fields.PLUM_CLIENT_SECRET),
        access_token=reader.find(fields.PLUM_ACCESS_TOKEN),
        refresh_token=reader.read(fields.PLUM_REFRESH_TOKEN),
        horizons=found,
        delayed=delayed,
        countries=countries or (),
    )


def has_plum(reader: Reader) -> bool:
    """Tell whether somebody means to sell from Plum."""
    return any(reader.has(field) for field in PLUM_CREDENTIALS)


def horizons(reader: Reader, field: Field[timedelta]) -> Horizons:
    """Read how long an absence is not believed."""
    horizon = reader.find(field)
    return Horizons(least=horizon or HORIZON, explicit=horizon is not None)
