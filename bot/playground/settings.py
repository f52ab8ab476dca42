"""Settings for a bot that works against doubles on this machine."""

import base64
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.playground.plum import (
    DEMO_ACCESS_TOKEN,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REFRESH_TOKEN,
)


def playground_settings(
    *,
    telegram_url: str,
    telegram_token: str,
    provider_url: str,
    provider_key: str,
    database: Path,
    admin_ids: Sequence[int],
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Give everything that `.env` would hold, with a fresh card key and short waits."""
    key = base64.b64encode(os.urandom(32)).decode()
    return {
        "TELEGRAM_BOT_TOKEN": telegram_token,
        "TELEGRAM_API_URL": telegram_url,
        "ADMIN_IDS": ",".join(str(admin_id) for admin_id in admin_ids),
        "SUPPORT_CONTACT": "@wakil_support",
        "DATABASE_URL": f"sqlite:///{database}",
        "CARD_KEYS": f"playground:{key}",
        "ONECLICKDZ_API_KEY": provider_key,
        "ONECLICKDZ_API_URL": provider_url,
        "ONECLICKDZ_ENVIRONMENT": "sandbox",
        "ONECLICKDZ_CALLS_PER_MINUTE": "600",
        "ONECLICKDZ_HORIZON_SECONDS": "3",
        "TRACK_SECONDS": "0.5",
        **(more or {}),
    }


def plum_settings(provider_url: str) -> dict[str, str]:
    """Give what makes a fresh Plum double a provider beside the first one, with short waits.

    `provider_url` is what its `serve` yields.
    """
    return {
        "PLUM_API_URL": provider_url,
        "PLUM_CLIENT_ID": DEMO_CLIENT_ID,
        "PLUM_CLIENT_SECRET": DEMO_CLIENT_SECRET,
        "PLUM_ACCESS_TOKEN": DEMO_ACCESS_TOKEN,
        "PLUM_REFRESH_TOKEN": DEMO_REFRESH_TOKEN,
        "PLUM_HORIZON_SECONDS": "3",
    }
