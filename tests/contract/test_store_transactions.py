import asyncio

import pytest

from bot.errors import Conflict, StoreError
from bot.ports.store import Store
from tests.contract.store_samples import AMINA, delivery, event, open_shop, person, quote


async def test_what_was_written_is_there_afterwards(store: Store) -> None:
    """A block that ends is kept."""
    async with store.begin() as work:
        await work.marks.set("pause", "rain")
    async with store.read() as view:
        assert await view.marks.find("pause") == "rain"


async def test_a_block_that_raises_leaves_no_trace(store: Store) -> None:
    """A transaction that fails half-way is as if it had never begun."""

    async def rain() -> None:
        async with store.begin() as work:
            await open_shop(work)
            await work.marks.set("pause", "rain")
            await work.journal.append(event())
            await work.outbox.add(delivery("x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await rain()
    async with store.read() as view:
        assert await view.people.count_agents() == 0
        assert await view.people.find_person(AMINA) is None
        assert await view.marks.find("pause") is None
        assert await view.journal.last() is None
        assert await view.outbox.next_due_at() is None


async def test_a_refused_write_undoes_what_came_before_it(store: Store) -> None:
    """When a guard refuses, the whole block is undone."""
    async with store.begin() as work:
        agent = await open_shop(work)

    async def promise_twice() -> None:
        async with store.begin() as work:
            await work.marks.set("pause", "rain")
            await work.orders.add_quote(quote(agent))
            await work.orders.add_quote(quote(agent))

    with pytest.raises(Conflict):
        await promise_twice()
    async with store.read() as view:
        assert await view.marks.find("pause") is None


async def test_a_block_reads_its_own_writes(store: Store) -> None:
    """What a transaction wrote, it sees."""
    async with store.begin() as work:
        await work.people.save_person(person())
        assert await work.people.find_person(AMINA) == person()


async def test_a_view_cannot_be_written_to(store: Store) -> None:
    """A write in a view is refused."""
    async with store.read() as view:
        with pytest.raises(StoreError):
            await view.marks.set("pause", "rain")
        with pytest.raises(StoreError):
            await view.people.save_person(person())
        with pytest.raises(StoreError):
            await view.people.add_agent("Shop", credit_limit=None, currency="DZD", at=event().at)


async def test_a_view_does_not_see_what_is_not_committed(store: Store) -> None:
    """A view opened beside a transaction shows the old value, at once."""
    async with store.begin() as work:
        await work.marks.set("pause", "rain")
        async with asyncio.timeout(10), store.read() as view:
            assert await view.marks.find("pause") is None
        await work.marks.set("pause", "hail")


async def test_a_view_shows_one_moment(store: Store) -> None:
    """What is committed while a view is open does not show in it."""
    async with store.read() as view:
        async with store.begin() as work:
            await work.marks.set("pause", "rain")
        assert await view.marks.find("pause") is None
    async with store.read() as view:
        assert await view.marks.find("pause") == "rain"


async def test_writers_take_turns(store: Store) -> None:
    """Fifty transactions that read and then write lose none of their writes."""

    async def count_up() -> None:
        async with store.begin() as work:
            count = int(await work.marks.find("count") or 0)
            await asyncio.sleep(0)
            await work.marks.set("count", str(count + 1))

    await asyncio.gather(*(count_up() for _ in range(50)))
    async with store.read() as view:
        assert await view.marks.find("count") == "50"


async def test_many_views_at_once(store: Store) -> None:
    """More views than there are readers wait for their turn, and each is served."""

    async def look() -> str | None:
        async with store.read() as view:
            await asyncio.sleep(0)
            return await view.marks.find("pause")

    assert await asyncio.gather(*(look() for _ in range(20))) == [None] * 20


async def test_a_transaction_inside_a_transaction_is_a_mistake(store: Store) -> None:
    """It would wait for itself for ever, so it is refused, and the outer one goes on."""
    async with store.begin() as work:
        await work.marks.set("pause", "rain")
        with pytest.raises(StoreError):
            async with store.begin():
                pass
    async with store.read() as view:
        assert await view.marks.find("pause") == "rain"


async def test_work_ends_with_its_block(store: Store) -> None:
    """Nothing can be read or written through a transaction that is over."""
    async with store.begin() as work:
        pass
    with pytest.raises(StoreError):
        await work.marks.find("pause")
    with pytest.raises(StoreError):
        await work.marks.set("pause", "rain")


async def test_who_waits_for_a_turn_can_be_cancelled(store: Store) -> None:
    """A cancelled waiter leaves the queue, and the next one gets its turn."""

    async def write(value: str) -> None:
        async with store.begin() as work:
            await work.marks.set("last", value)

    async with store.begin():
        first = asyncio.create_task(write("first"))
        second = asyncio.create_task(write("second"))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait({first})
    await second
    async with store.read() as view:
        assert await view.marks.find("last") == "second"


async def test_a_refusal_tells_no_value(store: Store) -> None:
    """The message of a conflict names the guard, never what was to be written."""
    async with store.begin() as work:
        agent = await open_shop(work)
        await work.orders.add_quote(quote(agent, "very-secret"))
    with pytest.raises(Conflict) as caught:
        async with store.begin() as work:
            await work.orders.add_quote(quote(agent, "very-secret"))
    cause = caught.value.__cause__
    assert "very-secret" not in f"{caught.value} {cause}"
