"""The settings: read once, from the environment over `.env`, and checked before anything is opened.

No message here ever shows a value: the wrong one may have been put where a key belongs.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.agents import Language
from bot.domain.catalog import Environment
from bot.domain.matching import Horizons
from bot.domain.money import Money
from bot.domain.secret import Secret
from bot.settings import fields
from bot.settings.parse import CardKeys, LogFormat
from bot.settings.reader import Reader
from bot.settings.sources import ROOT, merged

__all__ = [
    "ROOT",
    "CardKeys",
    "LogFormat",
    "OneClickDZSettings",
    "Settings",
    "StoreSettings",
    "load",
    "load_card_keys",
    "load_database",
    "load_horizons",
    "load_store",
    "load_timezone",
]

CALLS_PER_MINUTE = {Environment.SANDBOX: 60, Environment.PRODUCTION: 120}
"""What an account may ask when nothing is set: the provider's own limit for each kind of key."""

HORIZON = timedelta(seconds=120)
"""How long after sending an absence is never believed, when nothing is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneClickDZSettings:
    """One account at OneClickDZ."""

    api_key: Secret[str]
    api_url: str
    environment: Environment
    calls_per_minute: int
    horizons: Horizons


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where the database is and what opens it; `card_keys` are (id, 32 bytes), newest first."""

    database: Path
    card_keys: CardKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(StoreSettings):
    """Everything that a distributor may decide, checked.

    URLs have no slash at the end. A margin is in basis points of the cost. A credit limit of None
    is no limit.
    """

    telegram_bot_token: Secret[str]
    telegram_api_url: str
    admin_ids: tuple[int, ...]
    support_contact: str | None
    oneclickdz: OneClickDZSettings
    track_every: timedelta
    currency: str
    price_step: Money
    timezone: ZoneInfo
    default_language: Language
    default_margin_bp: int
    default_credit_limit: Money | None
    protect_cards: bool
    log_format: LogFormat
    log_level: str

    def secrets(self) -> tuple[str | bytes, ...]:
        """Reveal what no log may hold: the token, the provider's key, the card keys."""
        keys = (key.reveal() for _, key in self.card_keys)
        return (self.telegram_bot_token.reveal(), self.oneclickdz.api_key.reveal(), *keys)


def load(environment: Mapping[str, str], root: Path = ROOT) -> Settings:
    """Read and check every setting; unknown names are ignored.

    Raises `SettingsError` with one sentence a line, one for each setting that is missing or
    malformed: its name, and how to mend it.
    """
    reader = Reader(merged(environment, root))
    settings = _settings(reader, root)
    reader.finish()
    return settings


def load_database(environment: Mapping[str, str], root: Path = ROOT) -> Path:
    """Read DATABASE_URL alone, for commands that need neither Telegram nor a provider."""
    reader = Reader(merged(environment, root))
    database = _database(reader, root)
    reader.finish()
    return database


def load_store(environment: Mapping[str, str], root: Path = ROOT) -> StoreSettings:
    """Read DATABASE_URL and CARD_KEYS alone, for who rotates keys and calls nobody."""
    reader = Reader(merged(environment, root))
    settings = StoreSettings(
        database=_database(reader, root), card_keys=reader.read(fields.CARD_KEYS)
    )
    reader.finish()
    return settings


def load_timezone(environment: Mapping[str, str], root: Path = ROOT) -> ZoneInfo:
    """Read TIMEZONE alone, for the export."""
    reader = Reader(merged(environment, root))
    timezone = reader.read(fields.TIMEZONE)
    reader.finish()
    return timezone


def load_card_keys(environment: Mapping[str, str], root: Path = ROOT) -> CardKeys | None:
    """Read CARD_KEYS alone, where it is set."""
    reader = Reader(merged(environment, root))
    card_keys = reader.find(fields.CARD_KEYS)
    reader.finish()
    return card_keys


def load_horizons(environment: Mapping[str, str], root: Path = ROOT) -> Horizons:
    """Read how long an absence is not believed, alone."""
    reader = Reader(merged(environment, root))
    horizons = _horizons(reader)
    reader.finish()
    return horizons


def _horizons(reader: Reader) -> Horizons:
    horizon = reader.find(fields.ONECLICKDZ_HORIZON_SECONDS)
    return Horizons(least=horizon or HORIZON, explicit=horizon is not None)


def _database(reader: Reader, root: Path) -> Path:
    """Name the file itself: a restore replaces what it is told, and must not replace a link."""
    return Path(os.path.realpath(root / reader.read(fields.DATABASE_URL)))


def _settings(reader: Reader, root: Path) -> Settings:
    currency = reader.read(fields.CURRENCY)
    limit = reader.read(fields.DEFAULT_CREDIT_LIMIT)
    return Settings(
        telegram_bot_token=reader.read(fields.TELEGRAM_BOT_TOKEN),
        telegram_api_url=reader.read(fields.TELEGRAM_API_URL),
        admin_ids=reader.read(fields.ADMIN_IDS),
        support_contact=reader.find(fields.SUPPORT_CONTACT),
        database=_database(reader, root),
        card_keys=reader.read(fields.CARD_KEYS),
        oneclickdz=_oneclickdz(reader),
        track_every=reader.read(fields.TRACK_SECONDS),
        currency=currency,
        price_step=Money.of(reader.read(fields.PRICE_STEP), currency),
        timezone=reader.read(fields.TIMEZONE),
        default_language=reader.read(fields.DEFAULT_LANGUAGE),
        default_margin_bp=reader.read(fields.DEFAULT_MARGIN_PERCENT),
        default_credit_limit=None if limit is None else Money.of(limit, currency),
        protect_cards=reader.read(fields.PROTECT_CARDS),
        log_format=reader.read(fields.LOG_FORMAT),
        log_level=reader.read(fields.LOG_LEVEL),
    )


def _oneclickdz(reader: Reader) -> OneClickDZSettings:
    environment = reader.read(fields.ONECLICKDZ_ENVIRONMENT)
    calls = reader.find(fields.ONECLICKDZ_CALLS_PER_MINUTE)
    return OneClickDZSettings(
        api_key=reader.read(fields.ONECLICKDZ_API_KEY),
        api_url=reader.read(fields.ONECLICKDZ_API_URL),
        environment=environment,
        calls_per_minute=calls or CALLS_PER_MINUTE[environment],
        horizons=_horizons(reader),
    )
