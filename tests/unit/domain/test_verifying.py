from dataclasses import replace

import pytest

from bot.domain.audit import GENESIS, Event, JournalRow, chain
from bot.domain.verifying import Chain, path_fault
from tests.fakes.world import NOON


def journal(rows: int) -> list[JournalRow]:
    """Write some events, each chained to the one before."""
    written: list[JournalRow] = []
    for seq in range(1, rows + 1):
        event = Event(at=NOON, actor="wakil", action="bot.started", subject="shop")
        previous = written[-1].hash if written else GENESIS
        own = chain(seq, event, previous)
        written.append(JournalRow(seq=seq, event=event, previous=previous, hash=own))
    return written


def faults(rows: list[JournalRow]) -> dict[int, str]:
    """Follow a journal, and give what is wrong with which row."""
    links = Chain()
    return {row.seq: fault for row in rows if (fault := links.follow(row))}


def test_a_whole_journal_has_no_fault() -> None:
    """The chain begins at the first row, and its head is the hash of the last."""
    rows = journal(3)
    links = Chain()
    assert links.head == GENESIS
    assert [links.follow(row) for row in rows] == [None, None, None]
    assert links.head == rows[-1].hash


def test_a_changed_event_is_one_fault() -> None:
    """Only the changed row is named, not every row after it."""
    rows = journal(4)
    rows[1] = replace(rows[1], event=replace(rows[1].event, actor="admin:1"))
    assert faults(rows) == {2: "is not what was written: its hash is another"}


def test_a_changed_hash_breaks_the_link() -> None:
    """A row whose own hash was written anew no longer fits the row after it."""
    rows = journal(3)
    event = replace(rows[1].event, actor="admin:1")
    rows[1] = replace(rows[1], event=event, hash=chain(2, event, rows[1].previous))
    assert faults(rows) == {3: "is not chained to row 2: one of the two was changed"}


def test_a_missing_row_is_told_by_the_next() -> None:
    """A row that was taken out leaves a gap."""
    rows = journal(4)
    del rows[1]
    assert faults(rows) == {3: "does not follow row 1: rows are missing, or out of order"}
    assert faults(rows[1:]) != {}


def test_a_row_that_cannot_be_read_is_passed_over() -> None:
    """The row after it is taken at its word, and the chain goes on from there."""
    rows = journal(4)
    links = Chain()
    assert links.follow(rows[0]) is None
    links.pass_over(2)
    assert links.follow(rows[2]) is None
    assert links.follow(replace(rows[3], previous=GENESIS)) is not None


@pytest.mark.parametrize(
    ("actions", "state", "fault"),
    [
        (("confirmed", "sending", "handling", "fulfilled"), "fulfilled", None),
        (("confirmed", "sending", "not-sent", "withdrawn"), "withdrawn", None),
        (("confirmed", "from-shelf", "fulfilled"), "fulfilled", None),
        (("confirmed", "sending", "unknown", "absent-once", "refused"), "refused", None),
        ((), "confirmed", (None, "has no event in the journal")),
        (("from-shelf",), "confirmed", (None, "has no event in the journal")),
        (("sending",), "sending", (1, "begins sending, not confirmed")),
        (("confirmed", "refunded"), "refunded", (2, "goes from confirmed to refunded")),
        (
            ("confirmed", "sending"),
            "handling",
            (None, "is handling, but the journal ends with sending"),
        ),
        (("confirmed",), "lost", (None, "is lost, but the journal ends with confirmed")),
    ],
    ids=str,
)
def test_an_order_lives_as_the_journal_tells(
    actions: tuple[str, ...], state: str, fault: tuple[int | None, str] | None
) -> None:
    """An order's events are a path that an order may take, and end where it stands."""
    events = [(seq, f"order.{action}") for seq, action in enumerate(actions, 1)]
    assert path_fault(events, state) == fault
