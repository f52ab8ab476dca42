"""OAuth at the Plum double: pairs of tokens, how one follows another, and who may call.

Sources: Xoxoday Plum, "Refresh Token", "Validate Token", "Token Management"; they disagree about
what becomes of the old pair.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from itertools import count

ACCESS_LIFE = timedelta(days=15)
REFRESH_LIFE = timedelta(days=30)
GRACE = timedelta(hours=6)
MOST_PAIRS = 10
"""How many pairs live at once; the oldest dies for the next ("Token Management")."""


class Rotation(Enum):
    """What a refresh does to the pair it replaces; each stands on a page of the provider."""

    AT_ONCE = "the refresh token dies, the access token lives out its days"
    GRACE = "the refresh token lives six hours more, the access token lives out its days"
    ONE_PAIR = "both die"


@dataclass(slots=True, kw_only=True)
class Pair:
    """An access token and its refresh token, and until when each works."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_until: datetime
    refresh_until: datetime

    def is_live(self, now: datetime) -> bool:
        """Whether either still works."""
        return now < max(self.access_until, self.refresh_until)


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """Why OAuth says no."""

    status: int
    error: str
    description: str


_INVALID_TOKEN = Unauthorized(401, "invalid_token", "invalid/expired token")


class Tokens:
    """Issues pairs, and knows which are live; every secret is compared in constant time."""

    def __init__(
        self, *, client_id: str, client_secret: str, clock: Callable[[], datetime], seed: str
    ) -> None:
        self.rotation = Rotation.AT_ONCE
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._seed = seed
        self._numbers = count(1)
        self._pairs: list[Pair] = []

    def issue(self, access_token: str | None = None, refresh_token: str | None = None) -> Pair:
        """A new pair, with made-up tokens unless they are given."""
        now, number = self._clock(), next(self._numbers)
        pair = Pair(
            access_token=access_token or self._made_up("access", number),
            refresh_token=refresh_token or self._made_up("refresh", number),
            access_until=now + ACCESS_LIFE,
            refresh_until=now + REFRESH_LIFE,
        )
        self._pairs = [*self.live(), pair][-MOST_PAIRS:]
        return pair

    def live(self) -> list[Pair]:
        """The pairs of which a token still works, oldest first."""
        now = self._clock()
        return [each for each in self._pairs if each.is_live(now)]

    def expire_access(self) -> None:
        """Let every access token end now."""
        for pair in self._pairs:
            pair.access_until = self._clock()

    def expire_refresh(self) -> None:
        """Let every refresh token end now."""
        for pair in self._pairs:
            pair.refresh_until = self._clock()

    def find(self, authorization: str | None) -> Pair | Unauthorized:
        """The pair whose access token the header carries, or why it opens nothing."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return Unauthorized(401, "invalid_request", "missing/invalid authorization header")
        now = self._clock()
        for pair in self._pairs:
            if _same(pair.access_token, token) and now < pair.access_until:
                return pair
        return _INVALID_TOKEN

    def refresh(self, body: Mapping[str, object]) -> Pair | Unauthorized:
        """A new pair for a refresh token that works, and what rotation does to its own pair."""
        wanted = ("grant_type", "refresh_token", "client_id", "client_secret")
        if not all(isinstance(body.get(name), str) for name in wanted):
            return Unauthorized(400, "invalid_request", "missing/invalid parameters")
        if body["grant_type"] != "refresh_token":
            return Unauthorized(400, "unsupported_grant_type", "grant_type must be refresh_token")
        if not self._knows(str(body["client_id"]), str(body["client_secret"])):
            return Unauthorized(401, "unauthorized_client", "client is not known")
        old = self._refreshable(str(body["refresh_token"]))
        if old is None:
            return _INVALID_TOKEN
        self._retire(old)
        return self.issue()

    def _knows(self, client_id: str, client_secret: str) -> bool:
        known, proven = _same(self._client_id, client_id), _same(self._client_secret, client_secret)
        return known and proven

    def _refreshable(self, token: str) -> Pair | None:
        now = self._clock()
        for pair in self._pairs:
            if _same(pair.refresh_token, token) and now < pair.refresh_until:
                return pair
        return None

    def _retire(self, pair: Pair) -> None:
        now = self._clock()
        grace = GRACE if self.rotation is Rotation.GRACE else timedelta(0)
        pair.refresh_until = min(pair.refresh_until, now + grace)
        if self.rotation is Rotation.ONE_PAIR:
            pair.access_until = now

    def _made_up(self, kind: str, number: int) -> str:
        return sha256(f"{self._seed}:{kind}:{number}".encode()).hexdigest()


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode())
