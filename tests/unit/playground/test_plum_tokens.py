"""Tokens of the Plum double live, follow each other and die as the provider's pages say."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from bot.playground.plum import (
    DEMO_ACCESS_TOKEN,
    DEMO_REFRESH_TOKEN,
    Call,
    Rotation,
    faults,
)
from bot.playground.settings import plum_settings
from tests.unit.playground.clock import NOON
from tests.unit.playground.plum_desk import API, VALIDATE, Desk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a provider."""
    async with open_desk() as opened:
        yield opened


def instant(milliseconds: str) -> timedelta:
    """How long after noon an instant in milliseconds is."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, NOON.tzinfo) - NOON


async def test_a_refresh_gives_a_pair_with_its_days(desk: Desk) -> None:
    """A new access token works for 15 days, its refresh token for 30; instants are strings."""
    pair = (await desk.refresh()).json()

    assert (pair["token_type"], pair["expires_in"]) == ("bearer", 1_296_000)
    assert instant(pair["access_token_expiry"]) == timedelta(days=15)
    assert instant(pair["refresh_token_expiry"]) == timedelta(days=30)
    assert await desk.says(pair["access_token"]) == 200
    assert [each.access_token for each in desk.provider.live_pairs][-1] == pair["access_token"]


async def test_a_token_can_be_validated(desk: Desk) -> None:
    """Validating tells how many seconds are left, and refuses a token that ended."""
    desk.clock.forward(days=14)
    early = await desk.http.get(VALIDATE)
    desk.clock.forward(days=1)
    late = await desk.http.get(VALIDATE)

    assert early.json() == {
        "access_token": DEMO_ACCESS_TOKEN,
        "token_type": "bearer",
        "expires_in": 86_400,
    }
    assert (late.status_code, late.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("rotation", "at_once", "after_six_hours", "access"),
    [
        (Rotation.AT_ONCE, 401, 401, 200),
        (Rotation.GRACE, 200, 401, 200),
        (Rotation.ONE_PAIR, 401, 401, 401),
    ],
)
async def test_each_page_has_its_own_rotation(
    desk: Desk, rotation: Rotation, at_once: int, after_six_hours: int, access: int
) -> None:
    """The old refresh token dies at once or works six hours more; the old access token varies."""
    desk.provider.rotate(rotation)
    await desk.refresh()

    again = await desk.refresh()
    old_access = await desk.says(DEMO_ACCESS_TOKEN)
    desk.clock.forward(hours=6)

    assert (again.status_code, old_access) == (at_once, access)
    assert (await desk.refresh()).status_code == after_six_hours


async def test_the_eleventh_pair_kills_the_first(desk: Desk) -> None:
    """No more than ten pairs live."""
    desk.provider.rotate(Rotation.GRACE)
    for _ in range(10):
        await desk.refresh()

    assert len(desk.provider.live_pairs) == 10
    assert await desk.says(DEMO_ACCESS_TOKEN) == 401


async def test_a_refresh_whose_answer_is_lost_was_carried_out(desk: Desk) -> None:
    """The caller has nothing, the old token is dead, and only the dashboard helps."""
    desk.provider.fault(Call.REFRESH, faults.cut(), after=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await desk.refresh()

    again = await desk.refresh()
    pair = desk.provider.issue_at_dashboard()

    assert again.status_code == 401
    assert await desk.says(pair.access_token) == 200
    assert await desk.says(DEMO_ACCESS_TOKEN) == 401
    assert desk.provider.live_pairs == [pair]


async def test_tokens_end_when_a_test_says_so(desk: Desk) -> None:
    """An expired access token can be refreshed; a revoked refresh token cannot."""
    desk.provider.expire_access()
    expired = await desk.ask("getBalance")
    pair = (await desk.refresh()).json()
    desk.provider.revoke_refresh()
    revoked = await desk.refresh(pair["refresh_token"])

    assert (expired.status_code, expired.json()["error"]) == (401, "invalid_token")
    assert await desk.says(pair["access_token"]) == 200
    assert (revoked.status_code, revoked.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("spoiled", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "unauthorized_client"),
        ({"client_id": "wrong"}, 401, "unauthorized_client"),
        ({"token": "wrong"}, 401, "invalid_token"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_refresh_changes_nothing(
    desk: Desk, spoiled: dict[str, str], status: int, error: str
) -> None:
    """Whoever does not know every secret gets no token, and kills none."""
    refused = await desk.refresh(**spoiled)

    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert (await desk.refresh(DEMO_REFRESH_TOKEN)).status_code == 200


async def test_a_refresh_without_its_parameters_is_refused(desk: Desk) -> None:
    """All four parameters are required."""
    response = await desk.http.post("/v1/oauth/token/user", json={"grant_type": "refresh_token"})

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_an_operation_wants_a_bearer(desk: Desk) -> None:
    """Without a token nothing is done, whatever is asked."""
    del desk.http.headers["Authorization"]

    response = await desk.http.post(API, json={})

    assert (response.status_code, response.json()["error"]) == (401, "invalid_request")
    assert desk.provider.violations == []


async def test_the_playgrounds_settings_open_a_fresh_double(desk: Desk) -> None:
    """A bot that is given them can call at once, and can refresh its tokens."""
    given = plum_settings(str(desk.http.base_url))

    refreshed = await desk.refresh(
        given["PLUM_REFRESH_TOKEN"],
        client_id=given["PLUM_CLIENT_ID"],
        client_secret=given["PLUM_CLIENT_SECRET"],
    )

    assert given["PLUM_API_URL"].rstrip("/").endswith("/chef")
    assert await desk.says(given["PLUM_ACCESS_TOKEN"]) == 200
    assert refreshed.status_code == 200
