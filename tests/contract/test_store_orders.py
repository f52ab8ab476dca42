from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.domain.agents import AgentId, PersonId
from bot.domain.catalog import CardTypeId
from bot.domain.orders import NEXT, Order, OrderId, OrderState, QuoteId, Reason
from bot.errors import Conflict
from bot.ports.store import Store
from tests.contract.store_samples import (
    AMINA,
    BILAL,
    ELSEWHERE,
    HERE,
    RATE,
    SECOND,
    after,
    confirm,
    dollars,
    dzd,
    finish,
    new_order,
    open_shop,
    quote,
    walk,
)
from tests.fakes.world import NOON

S = OrderState


async def test_a_quote_is_kept_as_it_was_promised(store: Store) -> None:
    """A quote comes back whole, and only under its own id."""
    async with store.begin() as work:
        promised = quote(await open_shop(work))
        await work.orders.add_quote(promised)
        assert await work.orders.find_quote(QuoteId("q1")) == promised
        assert await work.orders.find_quote(QuoteId("q2")) is None
        with pytest.raises(Conflict):
            await work.orders.add_quote(promised)


@pytest.mark.parametrize("wrong", [{"agent_id": AgentId(9)}, {"person_id": BILAL}, {"quantity": 0}])
async def test_a_quote_is_for_someone_and_something(store: Store, wrong: dict[str, object]) -> None:
    """A quote is promised to a known person of a known agent, for one card or more."""
    async with store.begin() as work:
        agent = await open_shop(work)
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.orders.add_quote(quote(agent, "q1", **wrong))


async def test_expired_quotes_are_forgotten(store: Store) -> None:
    """A quote that expired goes, unless an order was made of it."""
    async with store.begin() as work:
        agent = await open_shop(work)
        await confirm(work, quote(agent, "spent", expires_at=after(1)))
        await work.orders.add_quote(quote(agent, "expired", expires_at=after(1)))
        await work.orders.add_quote(quote(agent, "fresh", expires_at=after(2)))
        await work.orders.forget_quotes(after(2))
        found = [await work.orders.find_quote(QuoteId(q)) for q in ("spent", "expired", "fresh")]
        assert [one and one.id for one in found] == ["spent", None, "fresh"]


async def test_a_quote_keeps_the_rate_it_was_made_with(store: Store) -> None:
    """A price made of a cost in another currency comes back with its rate, its order too."""
    async with store.begin() as work:
        promised = quote(await open_shop(work), unit_cost=dollars(550), rate=RATE)
        order = await confirm(work, promised)
        assert await work.orders.find_quote(promised.id) == promised
        assert (order.rate, order.unit_cost) == (RATE, dollars(550))
    dearer = replace(RATE, millionths=RATE.millionths + 1)
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.orders.save(replace(order, rate=dearer))


async def test_an_order_repeats_its_quote(store: Store) -> None:
    """An order begins confirmed, at version 1, for what its quote promised."""
    async with store.begin() as work:
        promised = quote(await open_shop(work))
        order = await confirm(work, promised, confirmed_at=after(3))
        assert await work.orders.get(order.id) == order
        assert await work.orders.find(order.id) == order
        assert await work.orders.find_by_quote(promised.id) == order
    shared = {one.name for one in fields(promised)} & {one.name for one in fields(order)} - {"id"}
    assert {name: getattr(order, name) for name in shared} == {
        name: getattr(promised, name) for name in shared
    }
    assert (order.version, order.state, order.cards) == (1, S.CONFIRMED, 0)
    assert (order.epoch, order.message_id, order.confirmed_at) == (1, 51, after(3))
    assert order.reference == "reference of q1"


async def test_a_missing_order_is_told(store: Store) -> None:
    """Getting raises where finding gives nothing."""
    async with store.read() as view:
        with pytest.raises(KeyError):
            await view.orders.get(OrderId(1))
        assert await view.orders.find(OrderId(1)) is None
        assert await view.orders.find_by_quote(QuoteId("q1")) is None
        assert await view.orders.find_by_provider_order(HERE, "x") is None


async def test_a_quote_makes_one_order(store: Store) -> None:
    """A second tap on a confirmed quote is refused, whatever else it says."""
    async with store.begin() as work:
        promised = quote(await open_shop(work))
        await confirm(work, promised)
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.orders.add(replace(new_order(promised), reference="another"))


async def test_a_reference_is_never_made_again(store: Store) -> None:
    """Two orders never share what a provider finds them by."""
    async with store.begin() as work:
        agent = await open_shop(work)
        first = await confirm(work, quote(agent))
        await work.orders.add_quote(quote(agent, "q2"))
    again = replace(new_order(quote(agent, "q2")), reference=first.reference)
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.orders.add(again)


async def test_an_order_needs_its_quote(store: Store) -> None:
    """Nothing is ordered that was not promised."""
    async with store.begin() as work:
        agent = await open_shop(work)
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.orders.add(new_order(quote(agent)))


async def test_an_order_comes_back_as_it_was_saved(store: Store) -> None:
    """Every field that an order may gain is kept."""
    async with store.begin() as work:
        abroad = quote(await open_shop(work), unit_cost=dollars(1380), rate=RATE)
        order = await confirm(work, abroad)
        order = await walk(work, order, S.SENDING, S.HANDLING)
        full = replace(
            order,
            state=S.PARTIALLY_FILLED,
            unit_cost=dollars(1390),
            epoch=2,
            message_id=None,
            sending_at=after(1),
            sent_until=after(2.5),
            provider_ahead=-SECOND * 3,
            not_before=after(4),
            handling_at=after(5),
            final_at=after(6),
            provider_order_id="68fc",
            provider_status="PARTIALLY_FILLED",
            cards=1,
            cost=dollars(1380),
            reason=Reason.PRICE_ROSE,
            provider_message="No stock left",
            listed_lag=timedelta(milliseconds=1500),
            absent_at=after(7),
            looked_at=after(8),
        )
        saved = await work.orders.save(full)
        assert saved == replace(full, version=full.version + 1)
        assert await work.orders.get(order.id) == saved
        assert all(
            getattr(saved, one.name) is not None
            for one in fields(Order)
            if one.name != "message_id"
        )


async def test_an_order_is_saved_once_for_each_reading(store: Store) -> None:
    """Who saves what somebody else has saved meanwhile is refused."""
    async with store.begin() as work:
        order = await confirm(work, quote(await open_shop(work)))
        first = await work.orders.save(replace(order, message_id=52))
        assert first.version == 2
        with pytest.raises(Conflict):
            await work.orders.save(replace(order, message_id=53))
        with pytest.raises(Conflict):
            await work.orders.save(replace(first, id=OrderId(99)))
        assert (await work.orders.get(order.id)).message_id == 52


ROUTES = {
    S.CONFIRMED: (),
    S.SENDING: (S.SENDING,),
    S.UNKNOWN: (S.UNKNOWN,),
    S.HANDLING: (S.SENDING, S.HANDLING),
    S.FULFILLED: (S.FULFILLED,),
    S.PARTIALLY_FILLED: (S.SENDING, S.HANDLING, S.PARTIALLY_FILLED),
    S.REFUNDED: (S.SENDING, S.HANDLING, S.REFUNDED),
    S.REFUSED: (S.SENDING, S.REFUSED),
    S.WITHDRAWN: (S.WITHDRAWN,),
}


@pytest.mark.parametrize("start", OrderState)
async def test_an_order_takes_the_steps_of_its_life_only(store: Store, start: S) -> None:
    """From each state, the store lets an order go where the domain says, and nowhere else."""
    allowed = set()
    async with store.begin() as work:
        agent = await open_shop(work)
        for target in OrderState:
            order = await confirm(work, quote(agent, f"to {target}"))
            for state in ROUTES[start]:
                order = await work.orders.save(order.to(state))
            try:
                await work.orders.save(replace(order, state=target))
            except Conflict:
                continue
            allowed.add(target)
    assert allowed == NEXT[start] | {start}


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "another"},
        {"account": ELSEWHERE},
        {"quantity": 3},
        {"unit_price": dzd(1)},
        {"product_key": "xbox"},
        {"type_key": "20-usd"},
        {"confirmed_at": after(9)},
    ],
)
async def test_what_was_confirmed_is_never_changed(store: Store, change: dict[str, object]) -> None:
    """The price and the goods that a member agreed to stand for ever."""
    async with store.begin() as work:
        order = await confirm(work, quote(await open_shop(work)))
        with pytest.raises(Conflict):
            await work.orders.save(replace(order, **change))  # type: ignore[arg-type] # untyped


async def test_an_order_that_bought_nothing_has_no_cards(store: Store) -> None:
    """A withdrawn order cannot have cards, and no order has fewer than none."""
    async with store.begin() as work:
        order = await confirm(work, quote(await open_shop(work)))
        with pytest.raises(Conflict):
            await work.orders.save(order.to(S.WITHDRAWN, cards=1))
        with pytest.raises(Conflict):
            await work.orders.save(replace(order, cards=-1))


async def test_a_provider_order_has_one_owner(store: Store) -> None:
    """Two orders never adopt one provider order; the same id elsewhere is another order."""
    async with store.begin() as work:
        agent = await open_shop(work)
        owner = await confirm(work, quote(agent))
        owner = await walk(work, owner, S.SENDING, S.HANDLING, provider_order_id="68fc")
        other = await confirm(work, quote(agent, "q2"))
        other = await walk(work, other, S.SENDING)
        with pytest.raises(Conflict):
            await work.orders.save(other.to(S.HANDLING, provider_order_id="68fc"))
        far = await confirm(work, quote(agent, "q3", account=ELSEWHERE))
        far = await walk(work, far, S.SENDING, S.HANDLING, provider_order_id="68fc")
        assert await work.orders.find_by_provider_order(HERE, "68fc") == owner
        assert await work.orders.find_by_provider_order(ELSEWHERE, "68fc") == far
        assert await work.orders.find_by_provider_order(HERE, "68fd") is None


async def test_an_order_is_found_by_its_reference(store: Store) -> None:
    """A reference that a provider gives back leads to its order, at the account it was sent to."""
    async with store.begin() as work:
        agent = await open_shop(work)
        await confirm(work, quote(agent, "1"))
        second = await confirm(work, quote(agent, "2"))
        assert await work.orders.find_by_reference(HERE, second.reference) == second
        assert await work.orders.find_by_reference(ELSEWHERE, second.reference) is None
        assert await work.orders.find_by_reference(HERE, "never sent") is None


async def test_an_order_is_found_by_its_message(store: Store) -> None:
    """A button on a progress message leads to the newest order that the message shows."""
    async with store.begin() as work:
        agent = await open_shop(work)
        await confirm(work, quote(agent, "1"))
        second = await confirm(work, quote(agent, "2"))
        third = await confirm(work, quote(agent, "3"))
        moved = await work.orders.save(replace(third, message_id=52))
        assert await work.orders.find_by_message(AMINA, 51) == second
        assert await work.orders.find_by_message(AMINA, 52) == moved
        assert await work.orders.find_by_message(BILAL, 51) is None


async def test_orders_are_listed_by_state(store: Store) -> None:
    """The workers find what is open, oldest first, and each bucket by itself."""
    async with store.begin() as work:
        agent = await open_shop(work)
        first = await confirm(work, quote(agent, "1"))
        second = await walk(work, await confirm(work, quote(agent, "2")), S.SENDING)
        third = await confirm(work, quote(agent, "3", quantity=3))
        await walk(work, await confirm(work, quote(agent, "4")), S.WITHDRAWN)
        fifth = await confirm(work, quote(agent, "5", account=ELSEWHERE))
        orders = work.orders
        assert await orders.list_in(S.CONFIRMED, S.SENDING) == (first, second, third, fifth)
        assert await orders.list_in(S.HANDLING) == ()
        assert await orders.list_in() == ()
        assert await orders.list_in_bucket(first.bucket, S.CONFIRMED) == (first,)
        assert await orders.list_in_bucket(first.bucket, S.SENDING, S.UNKNOWN) == (second,)
        assert await orders.list_in_bucket(fifth.bucket, *S) == (fifth,)


async def test_an_agents_orders_are_listed_newest_first(store: Store) -> None:
    """A shop pages through its own orders, the newest on top."""
    async with store.begin() as work:
        agent = await open_shop(work)
        other = await open_shop(work, member=BILAL)
        mine = [await confirm(work, quote(agent, f"{n}")) for n in range(4)]
        await confirm(work, quote(other, "other"))
        newest = tuple(reversed(mine))
        assert await work.orders.list_of_agent(agent.id) == newest
        assert await work.orders.list_of_agent(agent.id, offset=1, limit=2) == newest[1:3]
        assert await work.orders.count_of_agent(agent.id) == 4
        assert await work.orders.count_of_agent(AgentId(99)) == 0


async def test_a_repeat_is_noticed(store: Store) -> None:
    """The newest order alike is found, unless it bought nothing or is too old."""
    async with store.begin() as work:
        agent = await open_shop(work)
        card_type = CardTypeId(3)
        old = await confirm(work, quote(agent, "old"), confirmed_at=after(0))
        new = await confirm(work, quote(agent, "new"), confirmed_at=after(60))
        await confirm(work, quote(agent, "more", quantity=3), confirmed_at=after(60))
        await confirm(work, quote(agent, "else", card_type_id=CardTypeId(4)))
        for name, states in (
            ("withdrawn", (S.WITHDRAWN,)),
            ("refused", (S.SENDING, S.REFUSED)),
            ("refunded", (S.SENDING, S.HANDLING, S.REFUNDED)),
        ):
            nothing = await confirm(work, quote(agent, name), confirmed_at=after(90))
            await walk(work, nothing, *states)
        last_like = work.orders.find_last_like
        assert await last_like(agent.id, card_type, 2, since=after(0)) == new
        assert await last_like(agent.id, card_type, 2, since=after(60)) == new
        assert await last_like(agent.id, card_type, 2, since=after(61)) is None
        assert await last_like(AgentId(99), card_type, 2, since=after(0)) is None
        await walk(work, new, S.WITHDRAWN)
        assert await last_like(agent.id, card_type, 2, since=after(0)) == old


async def test_sent_orders_are_listed_by_their_sending(store: Store) -> None:
    """A stretch holds its beginning and not its end; what was never sent is passed over."""
    async with store.begin() as work:
        agent = await open_shop(work)
        sent = []
        for seconds in (30, 10, 20):
            order = await confirm(work, quote(agent, f"{seconds}"))
            sent.append(await walk(work, order, S.SENDING, sending_at=after(seconds)))
        at_30, at_10, at_20 = sent
        await confirm(work, quote(agent, "never"))
        far = await confirm(work, quote(agent, "far", account=ELSEWHERE))
        await walk(work, far, S.SENDING, sending_at=after(20))
        at_20 = await walk(work, at_20, S.HANDLING, provider_order_id="68fc")
        between = work.orders.list_sent_between
        assert await between(HERE, NOON, after(99)) == (at_10, at_20, at_30)
        assert await between(HERE, after(10), after(30)) == (at_10, at_20)


async def test_lags_are_listed_newest_first(store: Store) -> None:
    """The horizon looks at how late the provider's list showed the newest orders."""
    async with store.begin() as work:
        agent = await open_shop(work)
        for seconds in (1, 2, 3):
            order = await confirm(work, quote(agent, f"{seconds}"))
            await walk(work, order, S.SENDING, listed_lag=SECOND * seconds)
        await confirm(work, quote(agent, "not shown"))
        far = await confirm(work, quote(agent, "far", account=ELSEWHERE))
        await walk(work, far, S.SENDING, listed_lag=SECOND * 9)
        assert await work.orders.list_lags(HERE) == (SECOND * 3, SECOND * 2, SECOND)
        assert await work.orders.list_lags(HERE, limit=2) == (SECOND * 3, SECOND * 2)


async def test_favourites_are_bought_most_often(store: Store) -> None:
    """Favourites count orders with cards, and among equals the newest comes first."""
    async with store.begin() as work:
        agent = await open_shop(work)
        for n, card_type in enumerate((1, 2, 2, 3, 3, 4)):
            order = await confirm(work, quote(agent, f"{n}", card_type_id=CardTypeId(card_type)))
            await finish(work, order, cards=2)
        for n in range(3):
            order = await confirm(work, quote(agent, f"no {n}", card_type_id=CardTypeId(5)))
            await walk(work, order, S.WITHDRAWN)
        assert await work.orders.list_favourites(agent.id, limit=9) == (3, 2, 4, 1)
        assert await work.orders.list_favourites(agent.id, limit=2) == (3, 2)
        assert await work.orders.list_favourites(AgentId(99), limit=2) == ()


async def test_favourites_are_of_late(store: Store) -> None:
    """What was bought before the last fifty orders is no favourite any more."""
    async with store.begin() as work:
        agent = await open_shop(work)
        for n in range(51):
            card_type = CardTypeId(1 if n == 0 else 2)
            order = await confirm(work, quote(agent, f"{n}", card_type_id=card_type))
            await work.orders.save(order.to(S.FULFILLED, cards=2, final_at=NOON))
        assert await work.orders.list_favourites(agent.id, limit=9) == (2,)


async def test_sales_add_up(store: Store) -> None:
    """Sales count the orders with cards that ended in the stretch, of one agent or of all."""
    async with store.begin() as work:
        agent = await open_shop(work)
        other = await open_shop(work, member=PersonId(9))
        for n, seconds in enumerate((9, 10, 19, 20)):
            order = await confirm(work, quote(agent, f"{n}"))
            await finish(work, order, cards=1, at=after(seconds))
        order = await confirm(work, quote(other, "other"))
        await finish(work, order, cards=2, at=after(15))
        euros = replace(dzd(5), currency="EUR")
        foreign = await confirm(work, quote(other, "foreign", unit_price=euros))
        await finish(work, foreign, cards=2, at=after(15))
        nothing = await confirm(work, quote(agent, "nothing"))
        await walk(work, nothing, S.WITHDRAWN, final_at=after(15))
        unpriced = await confirm(work, quote(agent, "no cost yet"))
        await walk(work, unpriced, S.FULFILLED, cards=2, final_at=after(16))
        sold = await work.orders.sold(after(10), after(20), currency="DZD")
        mine = await work.orders.sold(after(10), after(20), currency="DZD", agent_id=agent.id)
        none = await work.orders.sold(after(30), after(40), currency="DZD")
    assert (sold.orders, sold.cards) == (4, 6)
    assert (sold.charged, sold.cost) == (dzd(145_000 * 6), dzd(138_000 * 4))
    assert (mine.orders, mine.cards, mine.cost) == (3, 4, dzd(138_000 * 2))
    assert (none.orders, none.cards, none.charged, none.cost) == (0, 0, dzd(0), dzd(0))
