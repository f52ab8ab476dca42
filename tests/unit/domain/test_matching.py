from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import (
    LAG_FACTOR,
    PROOFS,
    SKEW,
    UNPROVEN_HORIZON,
    Candidate,
    Horizons,
    candidates,
    horizon,
    send_window,
    since_sent,
)
from bot.domain.orders import OrderState, Window
from tests.fakes.world import NOON
from tests.unit.samples import ORDER

SECOND = timedelta(seconds=1)
SENT = replace(
    ORDER,
    state=OrderState.UNKNOWN,
    sending_at=NOON + 3 * SECOND,
    sent_until=NOON + 8 * SECOND,
    provider_ahead=timedelta(),
)
NONE = timedelta()


def seconds(*values: float) -> list[timedelta]:
    return [timedelta(seconds=value) for value in values]


# --- The horizon ----------------------------------------------------------------------------------


@given(
    least=st.integers(0, 3600),
    lags=st.lists(st.integers(0, 600), max_size=2 * PROOFS),
    explicit=st.booleans(),
)
def test_absence_is_never_believed_early(*, least: int, lags: list[int], explicit: bool) -> None:
    """The horizon is at least the setting and ten times the longest lag; unproven, 15 minutes."""
    settings = Horizons(least=timedelta(seconds=least), explicit=explicit)
    believed = horizon(settings, seconds(*lags))
    proven = max(settings.least, LAG_FACTOR * timedelta(seconds=max(lags, default=0)))
    unproven = len(lags) < PROOFS and not explicit
    assert believed == (max(proven, UNPROVEN_HORIZON) if unproven else proven)


@pytest.mark.parametrize(
    ("explicit", "lags", "believed"),
    [
        (False, seconds(), timedelta(minutes=15)),
        (True, seconds(), timedelta(minutes=2)),
        (False, seconds(*[3] * 9), timedelta(minutes=15)),
        (False, seconds(*[3] * 10), timedelta(minutes=2)),
        (False, seconds(*[30] * 10), timedelta(minutes=5)),
        (True, seconds(30), timedelta(minutes=5)),
        (False, seconds(120), timedelta(minutes=20)),
    ],
)
def test_the_horizon_follows_the_lag_that_was_seen(
    *, explicit: bool, lags: list[timedelta], believed: timedelta
) -> None:
    """Ten placings prove the list; a setting that is explicit is taken at its word."""
    assert horizon(Horizons(least=timedelta(minutes=2), explicit=explicit), lags) == believed


# --- The window -----------------------------------------------------------------------------------


def test_the_window_is_the_call_on_the_providers_clock() -> None:
    """An order of ours was created while we were asking, give or take two clocks."""
    window = send_window(SENT, longest_answer=SECOND, ahead=NONE)
    assert window.since == NOON + 3 * SECOND - SKEW - SECOND
    assert window.until == NOON + 8 * SECOND + SKEW


def test_what_we_gave_up_on_may_still_be_created() -> None:
    """A call that we ended early can become an order until the provider's longest answer."""
    window = send_window(SENT, longest_answer=120 * SECOND, ahead=NONE)
    assert window.until == NOON + 123 * SECOND + SKEW


@given(ahead=st.integers(-3600, 3600))
def test_the_window_moves_with_the_providers_clock(ahead: int) -> None:
    """A provider whose clock is an hour off still finds the order in its own time."""
    offset = timedelta(seconds=ahead)
    told = send_window(replace(SENT, provider_ahead=offset), longest_answer=NONE, ahead=offset)
    guessed = send_window(replace(SENT, provider_ahead=None), longest_answer=NONE, ahead=offset)
    here = send_window(SENT, longest_answer=NONE, ahead=NONE)
    assert told == guessed
    assert (told.since, told.until) == (here.since + offset, here.until + offset)


@given(known=st.integers(-900, 900), now=st.integers(-900, 900), created=st.integers(0, 120))
def test_a_clock_that_was_set_since_hides_no_order(known: int, now: int, created: int) -> None:
    """Whichever of the two offsets was true when the order was created, the window holds it."""
    sent = replace(SENT, provider_ahead=timedelta(seconds=known))
    longest = timedelta(seconds=120)
    window = send_window(sent, longest_answer=longest, ahead=timedelta(seconds=now))
    for offset in (known, now):
        assert window.holds(NOON + timedelta(seconds=3 + created + offset))


@given(step=st.integers(-900, 900), before=st.integers(5, 900), after=st.integers(0, 900))
def test_a_clock_that_was_set_makes_nothing_older(step: int, before: int, after: int) -> None:
    """However our clock was set, an order never seems to be sent longer ago than it was."""
    set_at = NOON + timedelta(seconds=3 + before + step)
    instant = set_at + timedelta(seconds=after)
    sent = replace(SENT, sent_until=None)
    assert since_sent(sent, instant, set_at=set_at) <= timedelta(seconds=before + after)
    assert since_sent(sent, instant, set_at=None) == instant - (NOON + timedelta(seconds=3))


def test_a_call_without_an_end_may_have_been_answered_until_the_longest_wait() -> None:
    """The process died in the call: the provider may have worked on it for two minutes."""
    died = replace(SENT, sent_until=None)
    window = send_window(died, longest_answer=120 * SECOND, ahead=NONE)
    assert window.until == NOON + 123 * SECOND + SKEW


def test_an_order_of_a_backup_may_have_been_sent_from_its_confirmation_on() -> None:
    """After a restore nobody knows when sending began, only that it was not before confirming."""
    lost = replace(SENT, sending_at=None, sent_until=None)
    window = send_window(lost, longest_answer=120 * SECOND, ahead=NONE)
    assert window.since == NOON - SKEW - SECOND


def test_the_ends_belong_to_a_window() -> None:
    """What happened in the very second of an end is inside."""
    window = Window(since=NOON, until=NOON + SECOND)
    inside = [window.holds(NOON + n * SECOND / 2) for n in range(-1, 4)]
    assert inside == [False, True, True, True, False]


# --- The candidates -------------------------------------------------------------------------------

WINDOW = Window(since=NOON, until=NOON + 10 * SECOND)


def listed(number: int = 1, *, at: datetime = NOON, **changes: str | int) -> Candidate:
    alike = Candidate(
        provider_order_id=f"order-{number}",
        product_key=ORDER.product_key,
        type_key=ORDER.type_key,
        quantity=ORDER.quantity,
        created_at=at,
    )
    return replace(alike, **changes)  # type: ignore[arg-type] # replace is untyped


def test_what_is_alike_in_its_window_and_nobodys_may_be_ours() -> None:
    """Cards of one bucket are alike, so every unowned order of it in the window is a candidate."""
    one, two = listed(1), listed(2, at=WINDOW.until)
    assert candidates(SENT, WINDOW, [one, two], frozenset()) == (one, two)
    assert candidates(SENT, WINDOW, [one, two], frozenset({"order-1"})) == (two,)
    assert candidates(SENT, WINDOW, [], frozenset()) == ()


@pytest.mark.parametrize(
    "other",
    [
        listed(product_key="steam"),
        listed(type_key="psn-20"),
        listed(quantity=1),
        listed(at=WINDOW.since - SECOND),
        listed(at=WINDOW.until + SECOND),
    ],
)
def test_what_differs_or_was_created_elsewhen_is_not_ours(other: Candidate) -> None:
    """Another product, type, quantity or moment is another order."""
    assert candidates(SENT, WINDOW, [other], frozenset()) == ()
