from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cards import Card
from bot.domain.outbox import (
    CARD_OVERHEAD,
    CARDS_PER_MESSAGE,
    CHARACTERS_PER_MESSAGE,
    LAST_DAY,
    PIN_OVERHEAD,
    length_of,
    parts,
    retry_delay,
)


def cost_of(lengths: tuple[int, ...]) -> int:
    """Count the characters of a part."""
    return sum(length + CARD_OVERHEAD for length in lengths)


@given(st.lists(st.integers(0, 4000), max_size=60).map(tuple), st.integers(1, 40))
def test_every_card_is_in_one_message_that_telegram_takes(
    lengths: tuple[int, ...], first: int
) -> None:
    """Parts cover all slots once, in order; none is empty, and none too full or too long."""
    cuts = parts(lengths, first=first)
    covered = [slot for start, end in cuts for slot in range(start, end + 1)]
    assert covered == list(range(first, first + len(lengths)))
    for start, end in cuts:
        shown = lengths[start - first : end - first + 1]
        assert 1 <= len(shown) <= CARDS_PER_MESSAGE
        assert len(shown) == 1 or cost_of(shown) <= CHARACTERS_PER_MESSAGE


@given(st.lists(st.integers(0, 4000), min_size=2, max_size=60).map(tuple))
def test_no_message_more_than_needed(lengths: tuple[int, ...]) -> None:
    """A new message begins only where its first card did not fit into the one before."""
    for (start, end), (after, _) in pairwise(parts(lengths, first=1)):
        grown = lengths[start - 1 : after]
        assert end - start + 1 == CARDS_PER_MESSAGE or cost_of(grown) > CHARACTERS_PER_MESSAGE


def test_a_card_takes_the_room_of_all_its_lines() -> None:
    """A PIN and a last day have lines of their own; a card without them has none of that length."""
    card = Card(code="C" * 10, serial="S" * 5)
    assert length_of(card) == 15
    assert length_of(replace(card, pin="1234")) == 15 + 4 + PIN_OVERHEAD
    assert length_of(replace(card, valid_until="2027-11-30")) == 15 + LAST_DAY


def test_a_usual_order_is_one_message() -> None:
    """Twenty cards with code and serial come in one message, twenty-one in two."""
    assert parts((35,) * 20, first=1) == ((1, 20),)
    assert parts((35,) * 21, first=1) == ((1, 20), (21, 21))
    assert parts((), first=1) == ()


def test_a_message_is_filled_to_its_last_character() -> None:
    """Two cards that fill a message exactly stay together; a character more parts them."""
    half = CHARACTERS_PER_MESSAGE // 2 - CARD_OVERHEAD
    assert parts((half, half), first=1) == ((1, 2),)
    assert parts((half, half + 1), first=1) == ((1, 1), (2, 2))


def test_a_delivery_is_tried_again_ever_more_slowly() -> None:
    """One second, then twice as long each time, and never longer than five minutes."""
    waits = [retry_delay(attempts) / timedelta(seconds=1) for attempts in range(1, 12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert retry_delay(10**9) == timedelta(minutes=5)
