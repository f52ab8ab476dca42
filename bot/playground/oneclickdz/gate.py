"""Who may call: the key and its rights, the lockout after bad keys, calls per minute."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.playground.minute import Minute
from bot.playground.oneclickdz.account import Decline

BAD_ATTEMPTS = 5
"""Wrong keys until the address is blocked (OneClickDZ, "Validate token")."""
BLOCKED_FOR = timedelta(minutes=15)
"""How long it stays blocked (OneClickDZ, "Validate token")."""


@dataclass(slots=True, kw_only=True)
class Key:
    """An API key and what it may do; change it to disable it, or to make it read-only."""

    value: str = field(repr=False)
    environment: str = "SANDBOX"
    enabled: bool = True
    scope: str = "READ-WRITE"
    allowed_addresses: list[str] = field(default_factory=list)


class Gate:
    """Lets a call in, or says why not."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.calls_per_minute: int | None = None
        self._minute = Minute()
        self._attempts_left = BAD_ATTEMPTS
        self._blocked_until: datetime | None = None

    def check(self, token: str | None, address: str, now: datetime) -> Decline | None:
        """None when the call may go on; a wrong key costs one of the five attempts."""
        if self._blocked_until is not None and now < self._blocked_until:
            return Decline(status=403, code="IP_BLOCKED", message="Too many failed attempts")
        if token is None:
            return Decline(status=401, code="MISSING_ACCESS_TOKEN", message="No access token")
        if token != self.key.value:
            return self._wrong_key(now)
        self._attempts_left, self._blocked_until = BAD_ATTEMPTS, None
        return self._without_right(address) or self._too_many(now)

    def check_order(self) -> Decline | None:
        """None when the key may spend money."""
        if self.key.scope == "READ-WRITE":
            return None
        return Decline(status=403, code="FORBIDDEN", message="This key is read-only")

    def unblock(self) -> None:
        """Forget the wrong keys."""
        self._attempts_left, self._blocked_until = BAD_ATTEMPTS, None

    def _wrong_key(self, now: datetime) -> Decline:
        self._attempts_left -= 1
        if self._attempts_left == 0:
            self._attempts_left, self._blocked_until = BAD_ATTEMPTS, now + BLOCKED_FOR
            return Decline(status=403, code="IP_BLOCKED", message="Too many failed attempts")
        return Decline(
            status=401,
            code="INVALID_ACCESS_TOKEN",
            message="The access token is invalid",
            details={"attemptsLeft": self._attempts_left},
        )

    def _without_right(self, address: str) -> Decline | None:
        if not self.key.enabled:
            return Decline(status=403, code="API_DISABLED", message="API access is disabled")
        if self.key.allowed_addresses and address not in self.key.allowed_addresses:
            return Decline(status=403, code="IP_NOT_ALLOWED", message="Address not whitelisted")
        return None

    def _too_many(self, now: datetime) -> Decline | None:
        wait = self._minute.admit(self.calls_per_minute, now)
        if wait is None:
            return None
        return Decline(
            status=429,
            code="RATE_LIMIT_EXCEEDED",
            message="Too many requests",
            retry_after_seconds=-(-wait // timedelta(seconds=1)),
        )
