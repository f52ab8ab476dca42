import asyncio
from dataclasses import replace

import pytest

from bot.domain import ledger
from bot.domain.agents import AgentId
from bot.domain.ledger import Entry, credit, debit, held_of, wallet_of
from bot.domain.money import Money
from bot.domain.orders import OrderId
from bot.errors import Conflict, DomainError
from bot.ports.store import Posted, Store, Work
from tests.contract.store_samples import AMINA, BILAL, HERE, after, confirm, dzd, open_shop, quote
from tests.fakes.world import NOON


def top_up(agent: int, minor: int, key: str) -> Entry:
    return ledger.top_up(AgentId(agent), dzd(minor), key=key, at=NOON, actor="admin:1", memo="cash")


def reserve(agent: int, minor: int, key: str) -> Entry:
    """Hold money as an order would."""
    id_ = AgentId(agent)
    return Entry(
        key=key,
        at=NOON,
        actor="member:7",
        guarded=True,
        postings=(debit(wallet_of(id_), dzd(minor)), credit(held_of(id_), dzd(minor))),
    )


async def money(work: Work, agent: int = 1) -> tuple[int, int]:
    wallet = await work.ledger.wallet(AgentId(agent))
    return wallet.balance.minor, wallet.held.minor


async def test_a_top_up_is_in_the_wallet(store: Store) -> None:
    """Cash handed over is free to spend at once."""
    async with store.begin() as work:
        await open_shop(work)
        assert await work.ledger.post(top_up(1, 1000, "t1")) is Posted.POSTED
        assert await money(work) == (1000, 0)


async def test_a_key_is_posted_once(store: Store) -> None:
    """Posting a key again changes nothing, whatever the entry says."""
    async with store.begin() as work:
        await open_shop(work)
        await work.ledger.post(top_up(1, 1000, "t1"))
    async with store.begin() as work:
        assert await work.ledger.post(top_up(1, 9999, "t1")) is Posted.ALREADY
        assert await money(work) == (1000, 0)
        assert len(await work.ledger.list_entries()) == 1


async def test_an_order_holds_captures_and_releases(store: Store) -> None:
    """The hold leaves the wallet; what was delivered is taken and the rest comes back."""
    async with store.begin() as work:
        agent = await open_shop(work)
        await work.ledger.post(top_up(1, 300_000, "t1"))
        order = await confirm(work, quote(agent))
        assert await work.ledger.post(ledger.hold(order, at=NOON)) is Posted.POSTED
        assert await money(work) == (10_000, 290_000)
        await work.ledger.post(ledger.capture(order, cards=1, at=NOON))
        assert await money(work) == (10_000, 145_000)
        await work.ledger.post(ledger.release(order, cards=1, at=NOON))
        assert await money(work) == (155_000, 0)
        assert await work.ledger.balance(ledger.SALES, "DZD") == dzd(-145_000)


async def test_a_hold_is_posted_once(store: Store) -> None:
    """A hold that is asked for again takes nothing more, and is not refused for want of money."""
    async with store.begin() as work:
        await open_shop(work)
        await work.ledger.post(top_up(1, 100, "t1"))
        assert await work.ledger.post(reserve(1, 100, "h1")) is Posted.POSTED
        assert await work.ledger.post(reserve(1, 100, "h1")) is Posted.ALREADY
        assert await money(work) == (0, 100)


async def test_an_overdraft_writes_nothing(store: Store) -> None:
    """A hold that the wallet does not cover leaves no entry and no change."""
    async with store.begin() as work:
        await open_shop(work)
        await work.ledger.post(top_up(1, 99, "t1"))
        assert await work.ledger.post(reserve(1, 100, "h1")) is Posted.OVERDRAWN
        assert await money(work) == (99, 0)
        assert await work.ledger.find_entry("h1") is None
        assert await work.ledger.post(reserve(1, 99, "h1")) is Posted.POSTED
        assert await money(work) == (0, 99)


async def test_credit_covers_down_to_its_limit(store: Store) -> None:
    """A limit lets a wallet fall so far below zero, and not a centime further."""
    async with store.begin() as work:
        await open_shop(work, limit=dzd(100))
        assert await work.ledger.post(reserve(1, 101, "h1")) is Posted.OVERDRAWN
        assert await work.ledger.post(reserve(1, 100, "h2")) is Posted.POSTED
        assert await work.ledger.post(reserve(1, 1, "h3")) is Posted.OVERDRAWN
        assert await money(work) == (-100, 100)


async def test_no_limit_covers_everything(store: Store) -> None:
    """An agent without limit (the distributor's own counter) is never refused."""
    async with store.begin() as work:
        await open_shop(work)
        await work.ledger.set_credit_limit(AgentId(1), None)
        assert await work.ledger.post(reserve(1, 10**12, "h1")) is Posted.POSTED
        assert await money(work) == (-(10**12), 10**12)


async def test_a_limit_is_changed(store: Store) -> None:
    """A new limit holds from the next hold on; a lower one does not touch what was held."""
    async with store.begin() as work:
        await open_shop(work)
        await work.ledger.set_credit_limit(AgentId(1), dzd(100))
        assert (await work.ledger.wallet(AgentId(1))).credit_limit == dzd(100)
        await work.ledger.post(reserve(1, 100, "h1"))
        await work.ledger.set_credit_limit(AgentId(1), dzd(0))
        assert await work.ledger.post(reserve(1, 1, "h2")) is Posted.OVERDRAWN
        with pytest.raises(KeyError):
            await work.ledger.set_credit_limit(AgentId(2), dzd(0))
        with pytest.raises(Conflict):
            await work.ledger.set_credit_limit(AgentId(1), Money(minor=1, currency="EUR"))
        with pytest.raises(Conflict):
            await work.ledger.set_credit_limit(AgentId(1), dzd(-1))


async def test_what_is_not_guarded_may_overdraw(store: Store) -> None:
    """An admin may take back a mistaken top-up that was already spent."""
    async with store.begin() as work:
        await open_shop(work)
        entry = top_up(1, 1000, "t1")
        await work.ledger.post(entry)
        await work.ledger.post(reserve(1, 1000, "h1"))
        undo = ledger.undo(entry, at=after(1), actor="admin:1")
        assert await work.ledger.post(undo) is Posted.POSTED
        assert await money(work) == (-1000, 1000)


async def test_more_than_the_hold_is_never_taken(store: Store) -> None:
    """A capture beyond what is held is refused by the books themselves."""
    async with store.begin() as work:
        agent = await open_shop(work)
        await work.ledger.post(top_up(1, 290_000, "t1"))
        order = await confirm(work, quote(agent))
        await work.ledger.post(ledger.hold(order, at=NOON))
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.ledger.post(ledger.capture(order, cards=3, at=NOON))
    async with store.read() as view:
        assert await money(view) == (0, 290_000)


async def test_an_entry_needs_its_wallet(store: Store) -> None:
    """Money is not moved to or from an agent that is not there, guarded or not."""
    async with store.begin() as work:
        with pytest.raises(KeyError):
            await work.ledger.wallet(AgentId(1))
    for entry in (top_up(1, 1, "t1"), reserve(1, 1, "h1")):
        with pytest.raises(Conflict):
            async with store.begin() as work:
                await work.ledger.post(entry)


async def test_a_wallet_has_one_currency(store: Store) -> None:
    """Dinars do not go into a wallet of euros."""
    async with store.begin() as work:
        await work.people.add_agent("Shop", credit_limit=None, currency="EUR", at=NOON)
    for entry in (top_up(1, 1, "t1"), reserve(1, 1, "h1")):
        with pytest.raises(Conflict):
            async with store.begin() as work:
                await work.ledger.post(entry)


async def test_an_entry_names_an_order_that_exists(store: Store) -> None:
    """Money is never held for an order that is not there."""
    async with store.begin() as work:
        await open_shop(work)
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.ledger.post(replace(top_up(1, 1, "t1"), order_id=OrderId(99)))


async def test_a_guarded_entry_debits_one_wallet(store: Store) -> None:
    """An entry that two wallets would have to cover is a bug."""
    async with store.begin() as work:
        await open_shop(work)
        await open_shop(work, member=BILAL)
        entry = Entry(
            key="two",
            at=NOON,
            actor="admin:1",
            guarded=True,
            postings=(
                debit(wallet_of(AgentId(1)), dzd(1)),
                debit(wallet_of(AgentId(2)), dzd(1)),
                credit(ledger.CASH, dzd(2)),
            ),
        )
        with pytest.raises(DomainError):
            await work.ledger.post(entry)


async def test_an_agent_can_pay_another(store: Store) -> None:
    """A guarded entry moves the other wallets that it names, too."""
    async with store.begin() as work:
        await open_shop(work)
        await open_shop(work, member=BILAL)
        await work.ledger.post(top_up(1, 10, "t1"))
        give = Entry(
            key="give",
            at=NOON,
            actor="admin:1",
            guarded=True,
            postings=(
                debit(wallet_of(AgentId(1)), dzd(4)),
                debit(wallet_of(AgentId(1)), dzd(3)),
                credit(wallet_of(AgentId(2)), dzd(7)),
            ),
        )
        assert await work.ledger.post(give) is Posted.POSTED
        assert (await money(work, 1), await money(work, 2)) == ((3, 0), (7, 0))


async def test_entries_come_back_as_they_were_posted(store: Store) -> None:
    """An entry is found by its key with its lines in order, its memo, its actor and its order."""
    async with store.begin() as work:
        agent = await open_shop(work, limit=dzd(10**6))
        order = await confirm(work, quote(agent))
        hold = ledger.hold(order, at=NOON)
        await work.ledger.post(hold)
        await work.ledger.post(top_up(1, 5, "t1"))
        found = await work.ledger.find_entry(hold.key)
        assert found is not None
        assert found.entry == hold
        topped = await work.ledger.find_entry("t1")
        assert topped is not None
        assert topped.entry == top_up(1, 5, "t1")
        assert topped.id > found.id
        assert await work.ledger.find_entry("t2") is None


async def test_entries_are_listed_newest_first_in_pages(store: Store) -> None:
    """A wallet's statement shows its own entries, the newest on top."""
    async with store.begin() as work:
        await open_shop(work)
        await open_shop(work, member=BILAL)
        for key in ("a", "b", "c"):
            await work.ledger.post(top_up(1, 1, key))
        await work.ledger.post(top_up(2, 1, "d"))
        every = await work.ledger.list_entries()
        assert [posted.entry.key for posted in every] == ["d", "c", "b", "a"]
        mine = await work.ledger.list_entries(wallet_of(AgentId(1)))
        assert mine == every[1:]
        assert await work.ledger.list_entries(wallet_of(AgentId(1)), offset=1, limit=1) == mine[1:2]
        assert await work.ledger.list_entries(wallet_of(AgentId(3))) == ()


async def test_a_balance_is_by_currency(store: Store) -> None:
    """Cash in euros and cash in dinars are never added up."""
    async with store.begin() as work:
        await open_shop(work)
        await work.ledger.post(top_up(1, 5, "t1"))
        euros = Money(minor=7, currency="EUR")
        moved = ledger.provider_movement(HERE, euros, key="deposit", at=NOON)
        await work.ledger.post(moved)
        assert await work.ledger.balance(ledger.CASH, "DZD") == dzd(5)
        assert await work.ledger.balance(ledger.CASH, "EUR") == -euros
        assert await work.ledger.balance(ledger.SALES, "DZD") == dzd(0)


async def test_fifty_taps_never_overdraw(store: Store) -> None:
    """Of fifty holds at once, exactly those that the wallet covers are posted."""
    async with store.begin() as work:
        await open_shop(work, limit=dzd(50))
        await work.ledger.post(top_up(1, 1000, "t1"))

    async def tap(n: int) -> Posted:
        async with store.begin() as work:
            return await work.ledger.post(reserve(1, 100, f"h{n}"))

    answers = await asyncio.gather(*(tap(n) for n in range(50)))
    assert answers.count(Posted.POSTED) == 10
    assert answers.count(Posted.OVERDRAWN) == 40
    async with store.read() as view:
        assert await money(view) == (0, 1000)


async def test_a_member_is_named_as_the_actor(store: Store) -> None:
    """The books say who confirmed."""
    async with store.begin() as work:
        agent = await open_shop(work, limit=dzd(10**6))
        order = await confirm(work, quote(agent))
        await work.ledger.post(ledger.hold(order, at=NOON))
        found = await work.ledger.find_entry("order:1:hold")
        assert found is not None
        assert found.entry.actor == f"member:{AMINA}"
