"""Leaving tokens out of what is kept: answers repeat them, and errors may."""

import re
from collections.abc import Iterable

from bot.domain.secret import MASK

_SHORTEST = 8
"""Anything shorter is no token, and would be found in the middle of a card."""


def masked(body: bytes, secrets: Iterable[str]) -> bytes:
    """Put a mask where a secret stands, also with the slashes escaped that JSON may escape."""
    spellings = {
        re.escape(secret.encode()).replace(b"/", rb"\\?/")
        for secret in secrets
        if len(secret) >= _SHORTEST
    }
    if not body or not spellings:
        return body
    longest_first = sorted(spellings, key=len, reverse=True)
    return re.sub(b"|".join(longest_first), MASK.encode(), body, flags=re.IGNORECASE)
