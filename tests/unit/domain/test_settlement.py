import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.orders import FINAL, OrderState
from bot.domain.settlement import Agreement, Counts, closing_state, final_state, judge

OPEN, SETTLED, MISMATCH = Agreement.OPEN, Agreement.SETTLED, Agreement.MISMATCH


def counts(status: str, ordered: int, fulfilled: int | None, cards: int) -> Counts:
    return Counts(status=status, ordered=ordered, fulfilled=fulfilled, cards=cards)


@pytest.mark.parametrize(
    ("status", "ordered", "fulfilled", "cards", "agreement"),
    [
        # Everything agrees.
        ("FULFILLED", 2, 2, 2, SETTLED),
        ("FULFILLED", 1, None, 1, SETTLED),
        ("PARTIALLY_FILLED", 3, 2, 2, SETTLED),
        ("PARTIALLY_FILLED", 3, None, 1, SETTLED),
        ("REFUNDED", 2, 0, 0, SETTLED),
        ("REFUNDED", 2, None, 0, SETTLED),
        # A final word with cards that do not match it.
        ("FULFILLED", 2, 2, 0, MISMATCH),
        ("FULFILLED", 2, None, 0, MISMATCH),
        ("FULFILLED", 2, 2, 1, MISMATCH),
        ("FULFILLED", 2, None, 1, MISMATCH),
        ("FULFILLED", 2, 1, 1, MISMATCH),
        ("FULFILLED", 2, 3, 3, MISMATCH),
        ("FULFILLED", 2, 2, 3, MISMATCH),
        ("FULFILLED", 2, 0, 2, MISMATCH),
        ("PARTIALLY_FILLED", 2, 2, 2, MISMATCH),
        ("PARTIALLY_FILLED", 2, 0, 0, MISMATCH),
        ("PARTIALLY_FILLED", 3, 1, 2, MISMATCH),
        ("REFUNDED", 2, 1, 0, MISMATCH),
        ("REFUNDED", 2, 0, 1, MISMATCH),
        ("REFUNDED", 2, 1, 1, MISMATCH),
        # Still open, whatever is counted.
        ("HANDLING", 2, None, 0, OPEN),
        ("HANDLING", 2, 1, 1, OPEN),
        ("PENDING", 2, 2, 2, OPEN),
        ("UNKNOWN_ERROR", 2, 0, 0, OPEN),
        ("QUEUED", 2, 9, 9, OPEN),
        ("", 2, None, 0, OPEN),
        # As it is spelt elsewhere.
        ("fulfilled", 2, 2, 2, SETTLED),
        (" Partially_Filled ", 2, 1, 1, SETTLED),
        ("refunded", 2, 0, 0, SETTLED),
    ],
)
def test_an_order_settles_only_when_everything_agrees(
    status: str, ordered: int, fulfilled: int | None, cards: int, agreement: Agreement
) -> None:
    """Status, counted quantity and distinct cards must say the same; an unknown word means open."""
    assert judge(counts(status, ordered, fulfilled, cards)) is agreement


@given(st.text(max_size=20), st.integers(1, 5), st.none() | st.integers(0, 6), st.integers(0, 6))
def test_no_word_of_a_provider_settles_by_accident(
    status: str, ordered: int, fulfilled: int | None, cards: int
) -> None:
    """A status that is not one of the three final words leaves the order open."""
    judged = judge(counts(status, ordered, fulfilled, cards))
    assert (judged is OPEN) == (final_state(status) is None)


@given(
    st.sampled_from(["FULFILLED", "PARTIALLY_FILLED", "REFUNDED"]),
    st.integers(1, 5),
    st.none() | st.integers(0, 6),
    st.integers(0, 6),
)
def test_what_settles_is_what_a_person_would_close_it_at(
    status: str, ordered: int, fulfilled: int | None, cards: int
) -> None:
    """A settled order ends in the state that its cards alone would give it."""
    settles = judge(counts(status, ordered, fulfilled, cards)) is SETTLED
    same = closing_state(cards=cards, ordered=ordered) is final_state(status)
    assert settles == (same and fulfilled in {None, cards} and cards <= ordered)


@pytest.mark.parametrize(
    ("cards", "state"),
    [
        (0, OrderState.REFUNDED),
        (1, OrderState.PARTIALLY_FILLED),
        (2, OrderState.FULFILLED),
        (3, OrderState.FULFILLED),
    ],
)
def test_a_person_closes_an_order_at_the_cards_received(cards: int, state: OrderState) -> None:
    """None is a refund, some are a part, all or more are the whole."""
    assert closing_state(cards=cards, ordered=2) is state


@pytest.mark.parametrize("status", ["FULFILLED", "PARTIALLY_FILLED", "REFUNDED"])
def test_final_words_name_final_states(status: str) -> None:
    """What ends an order at the provider ends it here."""
    assert final_state(status) in FINAL
