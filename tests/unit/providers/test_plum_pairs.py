"""Plum's tokens are understood in every spelling of their end."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ProviderContractBroken
from bot.providers.plum.pairs import Pair, read_pair, read_record, renewal_of

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def data(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()


IN_15_DAYS = NOON + timedelta(days=15)


@pytest.mark.parametrize(
    ("fields", "renewed_after"),
    [
        ({}, timedelta(days=7)),
        ({"expires_in": 1296000}, timedelta(days=7)),
        ({"expires_in": "1296000"}, timedelta(days=7)),
        ({"access_token_expiry": str(int(IN_15_DAYS.timestamp() * 1000))}, timedelta(days=7)),
        ({"expires_in": int(IN_15_DAYS.timestamp())}, timedelta(days=7)),
        ({"expires_in": 3 * 86400}, timedelta(days=2)),
        ({"expires_in": -5}, timedelta(days=7)),
        ({"expires_in": 1e15}, timedelta(days=7)),
    ],
    ids=repr,
)
def test_a_pair_is_renewed_after_a_week_or_a_day_before_its_end(
    fields: dict[str, object], renewed_after: timedelta
) -> None:
    """An end is told in seconds, as a time, or not at all: then it is the documented one."""
    shown = data({"access_token": "a", "refresh_token": "r"} | fields)

    pair = read_pair(shown, used="old", at=NOON)

    assert pair == Pair(access="a", refresh="r", renew_at=NOON + renewed_after)


def test_a_pair_without_a_refresh_token_keeps_the_one_it_was_made_with() -> None:
    """What OAuth does not say anew stays as it was; without an access token there is no pair."""
    pair = read_pair(data({"access_token": "a"}), used="old", at=NOON)

    assert pair is not None
    assert pair.refresh == "old"
    assert read_pair(data({"refresh_token": "r"}), used="old", at=NOON) is None
    assert read_pair(b"<html>", used="old", at=NOON) is None


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "é"])
def test_what_cannot_stand_in_a_header_is_no_token(token: str) -> None:
    """A token with other signs than a header can hold is refused before it is kept."""
    with pytest.raises(ProviderContractBroken):
        read_pair(data({"access_token": token, "refresh_token": "r"}), used="old", at=NOON)


@pytest.mark.parametrize(
    ("left_days", "renewed_in"), [(15, 7), (10, 2), (9, 1), (1, -7), (0.5, -7.5)]
)
def test_a_token_from_the_settings_is_renewed_by_what_is_left(
    left_days: float, renewed_in: float
) -> None:
    """The settings do not say how old a token is; what is left of its fifteen days does."""
    shown = data({"access_token": "a", "expires_in": left_days * 86400})

    assert renewal_of(shown, at=NOON) == NOON + timedelta(days=renewed_in)
    assert renewal_of(b"{}", at=NOON) is None


def test_what_is_no_record_is_none() -> None:
    """A value that this version did not write begins anew from the settings."""
    assert read_record(b"{}") is None
    assert read_record(b"\xff") is None
