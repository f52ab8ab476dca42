"""The files that run the bot elsewhere than here."""

import re
from pathlib import Path

import pytest

from bot.providers import http
from bot.providers.budget import PATIENCE
from bot.providers.plum import client as plum
from handlers.polling import LAST_TURNS

ROOT = Path(__file__).parents[2]

LONGEST_PLACING = max(http.PLACING.whole, plum.PLACING.whole)
LONGEST_ORDER = PATIENCE + http.READING.whole + LONGEST_PLACING
"""An order under way waits for its turn, may need new tokens, and then for its answer."""


@pytest.mark.parametrize(
    ("file", "setting"),
    [("deploy/wakil.service", r"^TimeoutStopSec=(\d+)$"), ("Dockerfile", r"--stop-timeout (\d+) ")],
)
def test_a_stop_may_take_as_long_as_an_order(file: str, setting: str) -> None:
    """What stops the bot waits for the longest answer to an order, and for the last turns."""
    (allowed,) = re.findall(setting, (ROOT / file).read_text(), re.MULTILINE)
    assert int(allowed) > max(LONGEST_ORDER, 2 * LAST_TURNS).total_seconds()
