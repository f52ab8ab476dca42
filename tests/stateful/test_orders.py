"""The whole engine against chance: every order of events that may happen, and what must hold."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.domain.cards import order_owner
from bot.domain.orders import NEXT, OPEN, Order, OrderId, OrderState, QuoteId
from bot.domain.shelf import UnownedState
from bot.errors import Refusal
from bot.ports.messenger import Later, Receipt
from bot.ports.provider import Line, RefusalKind
from bot.services.keeping import Keeper
from tests.engine import ADMIN, AMINA, BILAL, PSN_10, PSN_20, Engine, check_books
from tests.fakes.messenger import Lost as LostWrite
from tests.fakes.provider import FINDS, LISTS, Lost, MemoryProvider, Unsent
from tests.fakes.provider_account import Declined, MemoryOrder, dinars
from tests.fakes.world import FakeClock

T = TypeVar("T")

Answer = Lost | Unsent | Declined

MEMBERS = (AMINA, BILAL)
KEYS = (PSN_10, PSN_20)
WORKERS = ("place", "track", "settle", "sweep", "deliver")

members = st.sampled_from(MEMBERS)
keys = st.sampled_from(KEYS)
quantities = st.integers(min_value=1, max_value=3)
answers = st.sampled_from(
    (
        Lost(committed=True),
        Lost(committed=True),
        Lost(committed=False),
        Unsent(retry_after=timedelta(seconds=2)),
        Declined(kind=RefusalKind.OUT_OF_STOCK),
        Declined(kind=RefusalKind.OTHER),
    )
)
writes = st.sampled_from(
    (LostWrite(arrived=True), LostWrite(arrived=False), Later(after=timedelta(seconds=3)))
)
spans = st.sampled_from([timedelta(seconds=n) for n in (1, 5, 20, 60, 160, 400)])
lags = st.sampled_from([timedelta(seconds=n) for n in (0, 0, 8, 40, 300)])


def reachable(state: OrderState) -> frozenset[OrderState]:
    """Every state that an order in `state` may come to, by any number of steps."""
    found, todo = {state}, [state]
    while todo:
        new = NEXT[todo.pop()] - found
        found |= new
        todo += new
    return frozenset(found)


class Orders(RuleBasedStateMachine):
    """Two agents, one provider, and everything that may happen to them."""

    capabilities = LISTS

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        clock = FakeClock()
        provider = MemoryProvider(clock, capabilities=self.capabilities)
        self.engine = Engine(clock=clock, others=(provider,))
        self.quotes: list[tuple[int, QuoteId]] = []
        self.states: dict[OrderId, OrderState] = {}

    def run(self, does: Coroutine[Any, Any, T]) -> T:
        """Let something happen on the machine's own loop."""
        return self.runner.run(does)

    @initialize()
    def open(self) -> None:
        """Open the shop with two agents."""

        async def open_() -> None:
            await self.engine.open()
            for person_id in MEMBERS:
                await self.engine.hire(person_id, money=60_000)
            self.engine.clock.advance(timedelta(minutes=1))

        self.engine.provider.set_type(PSN_20, stock=100)
        self.run(open_())

    # What people do.

    @rule(
        person_id=members,
        key=keys,
        quantity=quantities,
        answer=answers | st.none(),
        tick=st.booleans(),
    )
    def sell(
        self, *, person_id: int, key: str, quantity: int, answer: Answer | None, tick: bool
    ) -> None:
        """Somebody buys and the provider is asked, whatever it answers; perhaps all work on."""
        if answer is not None:
            self.engine.provider.answers.append(answer)
        self.confirm(person_id, key, quantity)
        self.run(self.engine.place())
        if tick:
            self.live(1)

    @rule(rounds=st.integers(min_value=1, max_value=4))
    def live(self, rounds: int) -> None:
        """Some seconds pass, with every worker at work."""
        self.run(self.engine.rest(rounds))

    @rule(person_id=members, key=keys, quantity=quantities)
    def confirm(self, person_id: int, key: str, quantity: int) -> None:
        """Somebody buys, if they can."""

        async def confirm_() -> None:
            with contextlib.suppress(Refusal):
                member = next(one for one in MEMBERS if one == person_id)
                quote_id = await self.engine.quote(member, key=key, quantity=quantity)
                self.quotes.append((member, quote_id))
                await self._confirm(member, quote_id)

        self.run(confirm_())

    async def _confirm(self, person_id: int, quote_id: QuoteId) -> Order:
        member = next(one for one in MEMBERS if one == person_id)
        message_id = self.engine.messenger.post(member)
        checkout = self.engine.works.counter.checkout
        return (await checkout.confirm(member, quote_id, message_id=message_id)).order

    @precondition(lambda self: self.quotes)
    @rule(data=st.data())
    def confirm_again(self, data: st.DataObject) -> None:
        """A press comes twice, perhaps much later: it finds the order that it made."""
        person_id, quote_id = data.draw(st.sampled_from(self.quotes))

        async def again() -> None:
            before = await self._order_of(quote_id)
            with contextlib.suppress(Refusal):
                order = await self._confirm(person_id, quote_id)
                assert before is None or order.id == before.id

        self.run(again())

    async def _order_of(self, quote_id: QuoteId) -> Order | None:
        async with self.engine.store.read() as work:
            return await work.orders.find_by_quote(quote_id)

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """A member cancels, in time or not."""
        orders = self.run(self.engine.orders(*OPEN))
        if not orders:
            return
        order = data.draw(st.sampled_from(orders))

        async def cancel_() -> None:
            with contextlib.suppress(Refusal):
                await self.engine.works.counter.checkout.cancel(order.person_id, order.id)

        self.run(cancel_())

    @rule(amount=st.sampled_from((500, 20_000)), person_id=members)
    def top_up(self, amount: int, person_id: int) -> None:
        """An agent hands over cash."""
        agent = MEMBERS.index(next(one for one in MEMBERS if one == person_id)) + 1

        async def top_up_() -> None:
            async with self.engine.store.read() as work:
                agents = await work.people.list_agents()
            await self.engine.top_up(agents[agent - 1].id, amount)

        self.run(top_up_())

    # What the provider does.

    @rule(answer=answers)
    def answer(self, answer: Answer) -> None:
        """One of the next placings goes wrong."""
        self.engine.provider.answers.append(answer)

    @rule(handling=st.booleans(), lag=lags)
    def change_pace(self, handling: bool, lag: timedelta) -> None:  # noqa: FBT001 # a rule
        """The provider takes its time, or its list does."""
        self.engine.provider.handling = handling
        self.engine.provider.list_lag = lag

    @rule(data=st.data(), filled=st.integers(min_value=0, max_value=3))
    def fill(self, data: st.DataObject, filled: int) -> None:
        """The provider ends an order with some or all of its cards."""
        if waiting := self._waiting():
            order = data.draw(st.sampled_from(waiting))
            self.engine.provider.settle(order, filled=min(filled, order.line.quantity))

    def _waiting(self) -> list[MemoryOrder]:
        return [one for one in self.engine.provider.placed if one.cards is None]

    @rule(data=st.data(), seen=st.integers(min_value=0, max_value=2))
    def hide_cards(self, data: st.DataObject, seen: int) -> None:
        """The provider calls an order final, and shows some of its cards for now."""
        if filled := [one for one in self.engine.provider.placed if one.cards]:
            order = data.draw(st.sampled_from(filled))
            order.shown = {"cards": tuple((order.cards or [])[:seen])}

    @rule(key=keys, quantity=quantities)
    def buy_elsewhere(self, key: str, quantity: int) -> None:
        """Somebody else buys with the same account."""
        line = Line(product_key="psn", type_key=key, quantity=quantity)
        if self.engine.provider.objection(line) is None:
            self.engine.provider.buy_elsewhere(line)

    @rule(amount=st.sampled_from((-5_000, 10_000)))
    def move_money(self, amount: int) -> None:
        """The distributor pays in, or takes out."""
        self.engine.provider.deposit(dinars(amount))

    # What Telegram does.

    @rule(write=writes)
    def lose_write(self, write: LostWrite | Later) -> None:
        """One of the next messages goes wrong."""
        self.engine.messenger.answers.append(write)

    @rule(person_id=members)
    def block(self, person_id: int) -> None:
        """A member blocks the bot, or writes to it again."""
        member = next(one for one in MEMBERS if one == person_id)
        if member in self.engine.messenger.blocked:
            self.engine.messenger.blocked.remove(member)
            self.run(self.engine.meet(member, f"Shop {member}"))
        else:
            self.engine.messenger.blocked.add(member)

    # What the bot does.

    @rule(worker=st.sampled_from(WORKERS))
    def work(self, worker: str) -> None:
        """A worker takes a step, to its end."""
        self.run(getattr(self.engine, worker)())

    @rule(span=spans)
    def wait(self, span: timedelta) -> None:
        """Time passes."""
        self.engine.clock.advance(span)

    @rule(
        worker=st.sampled_from(WORKERS),
        turns=st.integers(min_value=0, max_value=60),
        resumed=st.booleans(),
    )
    def crash(self, *, worker: str, turns: int, resumed: bool) -> None:
        """The process dies somewhere in a step, and another one starts.

        A foreign order makes it believe in an old copy: mostly the admins soon let it sell.
        """

        async def crash_() -> None:
            works = self.engine.works
            step = asyncio.create_task(getattr(self.engine, worker)())
            for _ in range(turns):
                await asyncio.sleep(0)
            tasks = [step, *works.placing._busy.values()]
            tasks += [*works.deliveries._tasks.values(), *works.deliveries._courtesies]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.engine.start()
            if resumed:
                await self._resume()

        self.run(crash_())

    @rule(person_id=members, turns=st.integers(min_value=5, max_value=45))
    def crash_while_placing(self, person_id: int, turns: int) -> None:
        """The process dies around a placing: before it, in it, or before its answer is kept."""
        self.confirm(person_id, PSN_10, 1)
        self.crash(worker="place", turns=turns, resumed=True)

    @rule()
    def restart(self) -> None:
        """The process is stopped in order, and started again."""

        async def restart_() -> None:
            await self.engine.works.placing.idle()
            await self.engine.works.deliveries.idle()
            await self.engine.start()
            await self._resume()

        self.run(restart_())

    @rule()
    def resume(self) -> None:
        """The admins sell again after a restore that was noticed, once they may."""
        self.run(self._resume())

    async def _resume(self) -> None:
        await self.engine.sweep()
        with contextlib.suppress(Refusal):
            await self.engine.works.counter.desk.resume(ADMIN)

    # What must hold.

    @invariant()
    def holds(self) -> None:
        """Money, orders and cards are right at every moment."""
        if hasattr(self.engine, "works"):
            self.run(self._holds())

    async def _holds(self) -> None:
        await check_books(self.engine)
        placed = Counter(one.reference for one in self.engine.provider.placed if one.reference)
        assert not placed or max(placed.values()) == 1, "an order was placed twice"
        for order in await self.engine.orders():
            before = self.states.get(order.id, OrderState.CONFIRMED)
            assert order.state in reachable(before)
            self.states[order.id] = order.state
        owners = await self._owners()
        assert len(set(owners)) == len(owners), "a card has two owners"

    async def _owners(self) -> list[str]:
        keeper = self._keeper()
        async with self.engine.store.read() as work:
            orders = await work.orders.list_in(*OrderState)
            return [
                keeper.open(card).code
                for order in orders
                for card in await work.cards.list(order_owner(order.id))
            ]

    def _keeper(self) -> Keeper:
        return self.engine.works.placing.keeper

    def teardown(self) -> None:
        """Let everything come to rest, and hold the provider's record against ours."""
        try:
            if hasattr(self.engine, "works"):
                self.run(self._come_to_rest())
                self.run(self._agrees())
        finally:
            self.runner.close()

    async def _come_to_rest(self) -> None:
        engine, provider = self.engine, self.engine.provider
        provider.answers.clear()
        engine.messenger.answers.clear()
        engine.messenger.blocked.clear()
        provider.handling, provider.list_lag = False, timedelta()
        for placed in provider.placed:
            placed.listed_at = min(placed.listed_at, provider.now())
            placed.shown = {}
            if placed.cards is None:
                provider.settle(placed)
        for member in MEMBERS:
            await engine.meet(member, f"Shop {member}, back")
        await self._resume()
        for _ in range(3):
            for _ in range(24):
                engine.clock.advance(timedelta(seconds=10))
                await engine.settle()
                await engine.place()
                await engine.track()
            await engine.sweep()
            await self._decide()
            await engine.deliver()
        await engine.rest(8)

    async def _decide(self) -> None:
        """Do what the admins would: adopt what the provider says is ours, or call it absent."""
        resolving = self.engine.works.counter.resolving
        for order in await self.engine.orders(OrderState.UNKNOWN):
            for placed in self.engine.provider.placed:
                if placed.reference == order.reference:
                    with contextlib.suppress(Refusal):
                        await resolving.adopt(order.id, placed.id, ADMIN)
            if (await self.engine.order(order.id)).state is OrderState.UNKNOWN:
                await resolving.absent(order.id, ADMIN)

    async def _agrees(self) -> None:
        engine = self.engine
        assert await engine.orders(*OPEN) == (), "an order never ended"
        assert await engine.books() == engine.provider.held_balance, "the provider's books differ"
        explained = await self._explained()
        for placed in engine.provider.placed:
            assert placed.id in explained, "a provider order is known to nobody"
        for order in await engine.orders():
            await self._has_arrived(order)

    async def _explained(self) -> set[str]:
        async with self.engine.store.read() as work:
            orders = await work.orders.list_in(*OrderState)
            unowned = await work.shelf.list_in(*UnownedState)
        owned = {one.provider_order_id for one in orders if one.provider_order_id}
        return owned | {one.provider_order_id for one in unowned}

    async def _has_arrived(self, order: Order) -> None:
        """Every card that was charged can be read in its member's chat."""
        async with self.engine.store.read() as work:
            sealed = await work.cards.list(order_owner(order.id))
        codes = {self._keeper().open(card).code for card in sealed}
        shown = {
            card.card.code
            for message in self.engine.messenger.messages(order.person_id)
            if isinstance(message, Receipt)
            for card in message.cards
        }
        assert len(codes) == order.cards
        assert codes <= shown, "a card that was paid for never arrived"


class OrdersByReference(Orders):
    """The same at a provider that finds orders by our reference, and lists them poorly."""

    capabilities = FINDS


TestOrders = Orders.TestCase
TestOrdersByReference = OrdersByReference.TestCase
TestOrders.settings = TestOrdersByReference.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
