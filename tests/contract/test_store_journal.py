import asyncio

from bot.domain.audit import GENESIS, chain
from bot.ports.store import Store
from tests.contract.store_samples import event


async def test_events_are_chained(store: Store) -> None:
    """Each event carries the hash of the one before it, and the first that of nothing."""
    async with store.begin() as work:
        assert await work.journal.last() is None
        first = await work.journal.append(event())
        second = await work.journal.append(event("order.sent"))
        assert await work.journal.last() == second
    assert (first.seq, first.previous) == (1, GENESIS)
    assert (second.seq, second.previous) == (2, first.hash)
    assert second.hash == chain(2, event("order.sent"), first.hash)
    async with store.read() as view:
        assert await view.journal.list_after(0, limit=9) == (first, second)


async def test_events_are_listed_in_order(store: Store) -> None:
    """The journal is read by subject or from a place on, oldest first, in pieces."""
    async with store.begin() as work:
        rows = [await work.journal.append(event(subject=f"order:{n % 2}")) for n in range(6)]
        assert await work.journal.list_of("order:1") == tuple(rows[1::2])
        assert await work.journal.list_of("order:1", limit=2) == tuple(rows[1::2])[:2]
        assert await work.journal.list_of("order:9") == ()
        assert await work.journal.list_after(4, limit=9) == tuple(rows[4:])
        assert await work.journal.list_after(1, limit=2) == tuple(rows[1:3])
        assert await work.journal.list_after(6, limit=2) == ()


async def test_writers_at_once_make_one_chain(store: Store) -> None:
    """Fifty writers lengthen one chain, without a gap or a fork."""

    async def write(n: int) -> None:
        async with store.begin() as work:
            await work.journal.append(event(subject=f"order:{n}"))

    await asyncio.gather(*(write(n) for n in range(50)))
    async with store.read() as view:
        rows = await view.journal.list_after(0, limit=99)
    assert [row.seq for row in rows] == list(range(1, 51))
    previous = GENESIS
    for row in rows:
        assert row.previous == previous
        assert row.hash == chain(row.seq, row.event, previous)
        previous = row.hash
