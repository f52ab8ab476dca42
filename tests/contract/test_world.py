"""What every clock and every source of secrets promises, the tests' own included."""

import re
from datetime import UTC, timedelta

import pytest

from bot.commands.system import SystemClock, SystemSecrets
from bot.domain.instants import whole_ms
from bot.ports.world import Clock, Secrets
from tests.fakes.world import FakeClock, FakeSecrets


@pytest.mark.parametrize("clock", [SystemClock(), FakeClock()], ids=["system", "fake"])
def test_a_clock_tells_what_can_be_stored(clock: Clock) -> None:
    """An instant is aware, in UTC and in whole milliseconds."""
    now = clock.now()
    assert now.tzinfo is UTC
    assert now == whole_ms(now)


@pytest.mark.parametrize("secrets", [SystemSecrets(), FakeSecrets()], ids=["system", "fake"])
def test_a_token_fits_a_button_and_comes_once(secrets: Secrets) -> None:
    """Twenty-two characters that a button's data can carry, each time others."""
    tokens = {secrets.token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", token) for token in tokens)


def test_a_fake_clock_never_runs_backwards() -> None:
    """Time passes by asking for it, and only forwards."""
    clock = FakeClock()
    before = clock.now()
    assert clock.advance(timedelta(seconds=1)) - before == timedelta(seconds=1)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))
