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
from bot.domain.matching import Horizons
from bot.domain.money import Money
from bot.domain.secret import Secret
from bot.settings import fields
from bot.settings.parse import CardKeys, LogFormat
from bot.settings.providers import (
    OneClickDZSettings,
    PlumSettings,
    horizons,
    read_oneclickdz,
    read_plum,
)
from bot.settings.reader import Reader
from bot.settings.sources import ROOT, merged

__all__ = [
    "ONECLICKDZ",
    "PLUM",
    "ROOT",
    "CardKeys",
    "LogFormat",
    "OneClickDZSettings",
    "PlumSettings",
    "Settings",
    "StoreSettings",
    "WebhookSettings",
    "load",
    "load_card_keys",
    "load_database",
    "load_horizons",
    "load_store",
    "load_timezone",
]

ONECLICKDZ, PLUM = "oneclickdz", "plum"
"""The providers' names, as accounts and orders bear them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where a provider may knock, and the key that it shows."""

    key: Secret[str]
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where the database is and what opens it; `card_keys` are (id, 32 bytes), newest first."""

    database: Path
    card_keys: CardKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(StoreSettings):
    """Everything that a distributor may decide, checked.

    URLs have no slash at the end. A margin is in basis points of the cost. A credit limit of None
    is no limit. There is at least one provider; without a webhook nobody may knock.
    """

    telegram_bot_token: Secret[str]
    telegram_api_url: str
    admin_ids: tuple[int, ...]
    support_contact: str | None
    oneclickdz: OneClickDZSettings | None
    plum: PlumSettings | None
    webhook: WebhookSettings | None
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
        """Reveal what no log may hold: tokens, the providers' keys, the card keys."""
        return (
            self.telegram_bot_token.reveal(),
            *(self.oneclickdz.secrets() if self.oneclickdz else ()),
            *(self.plum.secrets() if self.plum else ()),
            *([self.webhook.key.reveal()] if self.webhook else []),
            *(key.reveal() for _, key in self.card_keys),
        )


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


def load_horizons(environment: Mapping[str, str], root: Path = ROOT) -> dict[str, Horizons]:
    """Read how long an absence is not believed, alone: by provider, configured or not."""
    reader = Reader(merged(environment, root))
    found = {
        ONECLICKDZ: horizons(reader, fields.ONECLICKDZ_HORIZON_SECONDS),
        PLUM: horizons(reader, fields.PLUM_HORIZON_SECONDS),
    }
    reader.finish()
    return found


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
        oneclickdz=read_oneclickdz(reader),
        plum=read_plum(reader),
        webhook=_webhook(reader),
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


def _webhook(reader: Reader) -> WebhookSettings | None:
    key = reader.find(fields.WEBHOOK_KEY)
    host, port = reader.read(fields.WEBHOOK_HOST), reader.read(fields.WEBHOOK_PORT)
    return WebhookSettings(key=key, host=host, port=port) if key else None
