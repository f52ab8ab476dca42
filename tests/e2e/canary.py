"""Planted secrets, and the search for them in everything that was written."""

import base64
import os
import secrets
from pathlib import Path

from bot.playground.plum import (
    DEMO_ACCESS_TOKEN,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REFRESH_TOKEN,
    Plum,
)
from tests.e2e.shop import Shop

TOKEN = "700000009:AAE-canary-" + secrets.token_urlsafe(18)
API_KEY = "ca9a27ee-1111-4222-8333-" + secrets.token_hex(6)
CARD_KEY = os.urandom(32)
CANARIES = {
    "CARD_KEYS": "canary:" + base64.b64encode(CARD_KEY).decode(),
    "LOG_LEVEL": "DEBUG",
}
WRONG_TOKEN = "700000009:AAE-wrong-" + secrets.token_urlsafe(18)
WRONG_KEY = "ca9a27ee-9999-4999-8999-" + secrets.token_hex(6)


PLUM_SECRETS = {DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN}
"""What a fresh double of the second provider lets in."""


def live_tokens(double: Plum) -> set[str]:
    """Give the tokens that work now, and the other halves of their pairs."""
    return {token for one in double.live_pairs for token in (one.access_token, one.refresh_token)}


def spelled(stand: Shop) -> set[str]:
    """Give every code, serial and PIN that the providers sold."""
    return {text for one in stand.sides for text in one.secrets()}


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file that the processes of a shop wrote."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def leaks(written: dict[str, bytes], planted: list[str]) -> list[str]:
    """Name the files that hold a secret, in clear or written in another way."""
    values = [secret.encode() for secret in planted] + [CARD_KEY]
    return sorted(
        f"{name}: {value!r} as {shape!r}"
        for value in values
        for shape in shapes(value)
        for name, content in written.items()
        if shape in content
    )


def shapes(value: bytes) -> set[bytes]:
    """Write a value as it is, in hexadecimal, and in base64 wherever it may begin in it."""
    found = {value, value.hex().encode(), value.hex().upper().encode()}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + value)
        # The first and last characters also hold bits of what stands beside it.
        inner = whole[-(-before * 4 // 3) : (before + len(value)) * 8 // 6]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found
