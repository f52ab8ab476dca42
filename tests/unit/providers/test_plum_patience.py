"""How long an order is waited for is remembered, and not for ever."""

from datetime import timedelta

from bot.providers.plum.patience import MOST, Patience
from tests.fakes.world import NOON

MINUTE = timedelta(minutes=1)


def test_waiting_begins_with_the_first_question() -> None:
    """What is waited for has been waited for since it was first asked, until it came."""
    patience = Patience()
    assert patience.waited("1", now=NOON) == timedelta()
    assert patience.waited("1", now=NOON + MINUTE) == MINUTE
    patience.is_over("1")
    assert patience.waited("1", now=NOON + MINUTE) == timedelta()


def test_the_oldest_is_forgotten() -> None:
    """Orders that never came take up no memory for ever; the newer ones are still known."""
    patience = Patience()
    for number in range(MOST + 1):
        patience.waited(str(number), now=NOON)
    assert patience.waited("1", now=NOON + MINUTE) == MINUTE
    assert patience.waited("0", now=NOON + MINUTE) == timedelta()
