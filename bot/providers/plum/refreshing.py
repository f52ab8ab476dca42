"""One call for a new pair of tokens, and what its answer means."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

import msgspec

from bot.errors import (
    ProviderBusy,
    ProviderContractBroken,
    ProviderUnauthorized,
    ProviderUnreachable,
)
from bot.ports.world import Clock
from bot.providers.http import Http, NoReply, Reply
from bot.providers.masking import masked
from bot.providers.plum.envelope import Envelope, Shape, open_envelope
from bot.providers.plum.operations import REFRESH_PATH, Operation
from bot.providers.plum.pairs import Pair, PlumKey, read_pair
from bot.providers.plum.refusals import TURNED_AWAY

AFTER_TOO_MANY: Final = timedelta(hours=1)
"""When to ask again after "too many", when no time is named: "unusual numbers" of refreshes cost
the tokens ("Refresh token")."""

RENEW_BY_HAND: Final = (
    "the refresh token was rejected, and new tokens are made in the provider's dashboard only"
)

CHECK_THE_CLIENT: Final = (
    "PLUM_CLIENT_ID or PLUM_CLIENT_SECRET was rejected: copy both from the provider's dashboard"
)

_UNKNOWN_CLIENT = frozenset({"unauthorized_client", "invalid_client"})


class TokensLost(ProviderUnauthorized):
    """There is no token that is let in, and only a person can make one."""


async def refresh(http: Http, key: PlumKey, refresh_token: str, *, clock: Clock) -> Pair | None:
    """Ask once for a new pair; None when the refresh token was rejected.

    Raises `TokensLost` when it is not the token that is rejected, `ProviderBusy`,
    `ProviderUnreachable` and `ProviderContractBroken`; after these nobody knows whether the
    token was used up.
    """
    body = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": key.client_id,
        "client_secret": key.client_secret,
    }
    answer = await http.post_alone(REFRESH_PATH, msgspec.json.encode(body))
    secrets = (refresh_token, key.refresh_token, key.client_id, key.client_secret)
    envelope = open_envelope(masked(answer.body, secrets), Operation.VALIDATE)
    what = f"refresh: HTTP {answer.status}"
    if isinstance(answer, NoReply) or answer.status >= 500 or envelope is None:
        raise ProviderUnreachable(what)
    if _is_rejected(answer, envelope, what):
        return None
    pair = read_pair(answer.body, used=refresh_token, at=clock.now())
    if pair is None:
        raise ProviderContractBroken(f"{what} without a token")
    return pair


def _is_rejected(answer: Reply, envelope: Envelope, what: str) -> bool:
    if envelope.shape is Shape.LIMIT or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = envelope.penalty or AFTER_TOO_MANY
        raise ProviderBusy(what, retry_after_seconds=wait.total_seconds())
    if envelope.shape is Shape.APPLICATION:
        raise TokensLost(f"{what} {envelope.code}")
    if envelope.shape is Shape.OAUTH and envelope.code in _UNKNOWN_CLIENT:
        raise TokensLost(CHECK_THE_CLIENT)
    if envelope.shape in (Shape.OAUTH, Shape.SESSION) or answer.status in TURNED_AWAY:
        return True
    if answer.status >= 400:
        raise ProviderUnreachable(what)
    return False
