"""From the text of a setting to its value; ValueError (or ArithmeticError) when it is malformed."""

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.secret import Secret

CARD_KEY_BYTES = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

LogFormat = Literal["console", "json"]
CardKeys = tuple[tuple[str, Secret[bytes]], ...]


def matching(pattern: str) -> Callable[[str], str]:
    """Take a text that matches as a whole."""

    def parse(text: str) -> str:
        _require(holds=re.fullmatch(pattern, text) is not None)
        return text

    return parse


def secret(pattern: str) -> Callable[[str], Secret[str]]:
    """Take a text that matches as a whole, and hide it."""
    take = matching(pattern)
    return lambda text: Secret(take(text))


def url(text: str) -> str:
    """Take `https://host[:port][/path]`, without the slash at its end.

    Keys and card codes travel there, so `http://` leads no further than this machine.
    """
    parts = urlsplit(text)
    host = parts.hostname or ""
    _require(holds=bool(host) and (parts.scheme == "https" or _is_here(parts.scheme, host)))
    _require(holds=parts.username is None and not parts.query and not parts.fragment)
    _require(holds=parts.port is None or parts.port > 0)
    return text.rstrip("/")


def _is_here(scheme: str, host: str) -> bool:
    """Tell whether it is plain HTTP that never leaves this machine."""
    return scheme == "http" and (host == "localhost" or ip_address(host).is_loopback)


def telegram_ids(text: str) -> tuple[int, ...]:
    """Take one or more ids of people, between commas; a repeated one counts once."""
    ids = tuple(dict.fromkeys(int(part) for part in text.split(",") if part.strip()))
    _require(holds=bool(ids) and min(ids) > 0)
    return ids


def countries(text: str) -> tuple[str, ...]:
    """Take two-letter ISO codes, in any case, between commas; a repeated one counts once."""
    codes = tuple(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))
    _require(holds=bool(codes) and all(re.fullmatch(r"[A-Z]{2}", code) for code in codes))
    return codes


def port(text: str) -> int:
    """Take a port that can be listened at."""
    number = positive(text)
    _require(holds=number < 65536)
    return number


def sqlite_file(text: str) -> Path:
    """Take `sqlite:///FILE`; FILE may be relative, or absolute (`sqlite:////srv/wakil.db`)."""
    path = text.removeprefix("sqlite:///")
    _require(holds=path != text and path not in {"", ":memory:"} and not set("?#") & set(path))
    return Path(path)


def card_keys(text: str) -> CardKeys:
    """Take `id:base64,…`, each of 32 bytes; ids are distinct and the first is the newest."""
    keys = tuple(_card_key(part.strip()) for part in text.split(","))
    _require(holds=len({name for name, _ in keys}) == len(keys))
    return keys


def _card_key(text: str) -> tuple[str, Secret[bytes]]:
    name, _, encoded = text.partition(":")
    _require(holds=re.fullmatch(r"[A-Za-z0-9_-]{1,32}", name) is not None)
    standard = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    _require(holds=len(key) == CARD_KEY_BYTES)
    return name, Secret(key)


def positive(text: str) -> int:
    """Take a whole number above zero."""
    number = int(text)
    _require(holds=number > 0)
    return number


def seconds(text: str) -> timedelta:
    """Take a number of seconds above zero; it may have decimals."""
    duration = timedelta(seconds=float(text))
    _require(holds=duration > timedelta())
    return duration


def amount(text: str) -> Decimal:
    """Take an amount in whole currency units: not negative, at most two decimals."""
    _require(holds=re.fullmatch(r"\d{1,12}(\.\d{1,2})?", text, re.ASCII) is not None)
    return Decimal(text)


def step(text: str) -> Decimal:
    """Take an amount above zero."""
    value = amount(text)
    _require(holds=value > 0)
    return value


def limit(text: str) -> Decimal | None:
    """Take an amount, or `none` for no limit."""
    return None if text.lower() == "none" else amount(text)


def basis_points(text: str) -> int:
    """Take a percentage from 0 to 1000 with at most two decimals, as hundredths of a percent."""
    points = int(amount(text) * 100)
    _require(holds=points <= 100_000)
    return points


def timezone(text: str) -> ZoneInfo:
    """Take a name of the IANA time zone database."""
    try:
        return ZoneInfo(text)
    except (OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError; a folder an OSError
        raise ValueError(text) from error


def yes_or_no(text: str) -> bool:
    """Take yes, true, 1, no, false or 0."""
    _require(holds=text.lower() in WORDS)
    return WORDS[text.lower()]


def log_format(text: str) -> LogFormat:
    """Take console or json."""
    if text.lower() == "console":
        return "console"
    _require(holds=text.lower() == "json")
    return "json"


def log_level(text: str) -> str:
    """Take one of logging's levels, in any case."""
    _require(holds=text.upper() in LOG_LEVELS)
    return text.upper()


def _require(*, holds: bool) -> None:
    if not holds:
        raise ValueError
