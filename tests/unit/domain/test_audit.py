import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit import GENESIS, Detail, Event, canonical, chain
from tests.fakes.world import NOON

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
DETAILS: st.SearchStrategy[Detail] = st.none() | st.booleans() | st.integers() | WORDS
EVENTS = st.builds(
    Event,
    at=st.integers(0, 10**9).map(lambda ms: NOON + timedelta(milliseconds=ms)),
    actor=WORDS,
    action=WORDS,
    subject=WORDS,
    details=st.dictionaries(WORDS, DETAILS, max_size=3),
)
EVENT = Event(
    at=NOON, actor="member:7", action="order.confirmed", subject="order:17", details={"cards": 2}
)


def linked(events: list[Event]) -> list[bytes]:
    """Chain events from the first one on."""
    hashes = [GENESIS]
    for seq, event in enumerate(events, 1):
        hashes.append(chain(seq, event, hashes[-1]))
    return hashes[1:]


def test_an_event_hashes_to_what_it_hashed_to_yesterday() -> None:
    """The chain of an old file is checked by today's code: its hash may never change."""
    assert chain(1, EVENT, GENESIS).hex() == (
        "3468ae999d86bace7c3fd12b7aafb9724540b901ace2d806a92e907043a3f2c1"
    )
    assert canonical({"b": None, "a": "سعر", "c": True}) == '{"a":"سعر","b":null,"c":true}'


@given(EVENTS, EVENTS)
def test_two_events_that_differ_hash_differently(one: Event, other: Event) -> None:
    """Not one character of an event can be changed unseen, nor moved from a field to the next."""
    said = [(e.at, e.actor, e.action, e.subject, canonical(e.details)) for e in (one, other)]
    assert (chain(1, one, GENESIS) == chain(1, other, GENESIS)) == (said[0] == said[1])


@given(st.lists(EVENTS, min_size=2, max_size=6), st.data())
def test_a_changed_event_breaks_the_chain_from_there_on(
    events: list[Event], data: st.DataObject
) -> None:
    """Whoever rewrites an event has to rewrite everything after it."""
    place = data.draw(st.integers(0, len(events) - 1))
    forged = list(events)
    forged[place] = replace(events[place], subject=events[place].subject + "!")
    honest, other = linked(events), linked(forged)
    assert honest[:place] == other[:place]
    assert all(a != b for a, b in zip(honest[place:], other[place:], strict=True))


@given(EVENTS, st.integers(1, 10**6), st.binary(min_size=32, max_size=32))
def test_place_and_past_are_part_of_an_events_hash(event: Event, seq: int, past: bytes) -> None:
    """An event cannot be moved, and any changed byte of the hash before it shows."""
    here = chain(seq, event, past)
    assert len(here) == 32
    assert here != chain(seq + 1, event, past)
    for place in range(32):
        changed = past[:place] + bytes([past[place] ^ 1]) + past[place + 1 :]
        assert here != chain(seq, event, changed)


def test_a_detail_is_hashed_with_its_kind() -> None:
    """One, true and "1" are three things to an auditor; the order of details is none."""
    kinds: list[Detail] = [1, True, "1", None, "null"]
    hashes = {chain(1, replace(EVENT, details={"x": kind}), GENESIS) for kind in kinds}
    assert len(hashes) == len(kinds)
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
    assert re.fullmatch(r"\S+", canonical({"a": 1, "b": 2}))
