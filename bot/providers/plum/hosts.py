"""Which account an address leads to: at Plum the host decides, not the token."""

from typing import Final
from urllib.parse import urlsplit

from bot.domain.catalog import Account, Environment
from bot.providers.decoding import first

NAME: Final = "plum"
TITLE: Final = "Xoxoday Plum"

SANDBOXES: Final = frozenset(
    {"stagingstores.xoxoday.com", "canvas.xoxoday.com", "stagingaccount.xoxoday.com"}
)
"""The sandbox under its names of today, of the test pages, and of the older documentation."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def account_at(address: str) -> Account:
    """Tell the account of an address: the sandbox by its hosts (or this machine), else production.

    An address that nobody knows is production: what is bought there may cost money.
    """
    host = first(urlsplit(address).hostname).casefold().rstrip(".")
    is_sandbox = host in SANDBOXES or host in _LOOPBACK
    environment = Environment.SANDBOX if is_sandbox else Environment.PRODUCTION
    return Account(provider=NAME, environment=environment)
