import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.agents import AgentId
from bot.domain.catalog import Account, Environment
from bot.domain.money import Money
from bot.domain.orders import Order, OrderId, OrderState, Reason
from bot.errors import ProviderUnreachable, Refusal
from bot.ports.provider import Line, Placement, Priority, RefusalKind
from bot.services.placing import AT_ONCE, IDLE, SOON, WAITS_AT_MOST
from tests.engine import ADMIN, AMINA, PSN_20, Disk, Engine, check_books, opened
from tests.fakes.provider import FINDS, Held, Lost, MemoryProvider, Unsent
from tests.fakes.provider_account import Declined, dinars
from tests.fakes.world import FakeClock

SECOND = timedelta(seconds=1)


@pytest.fixture
async def engine() -> Engine:
    return await opened()


class Slow(MemoryProvider):
    """A provider whose balance takes until `gate` is set to be read; `begun` tells of it."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.gate, self.begun = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def balance(self, *, priority: Priority = Priority.CHECKING) -> Money:
        self.begun.set()
        await self.gate.wait()
        return await super().balance(priority=priority)


class Broken(MemoryProvider):
    """A provider whose client breaks its promise never to raise, after the order was taken."""

    async def place(self, line: Line, *, reference: str) -> Placement:
        await super().place(line, reference=reference)
        raise RuntimeError("a bug")


async def shop_at(provider: MemoryProvider, clock: FakeClock) -> Engine:
    engine = Engine(clock=clock, others=(provider,))
    await engine.open()
    await engine.hire()
    return engine


async def meanwhile(does: Callable[[Engine, Order], Awaitable[object]]) -> tuple[Engine, Order]:
    """Let something happen between the first look at an order and its sending."""
    clock = FakeClock()
    slow = Slow(clock)
    engine = await shop_at(slow, clock)
    order = await engine.confirm()
    clock.advance(timedelta(minutes=2))
    slow.gate.clear()
    slow.begun.clear()
    await engine.works.placing.step()
    await asyncio.wait_for(slow.begun.wait(), 5)
    await does(engine, order)
    slow.gate.set()
    await engine.works.placing.idle()
    return engine, await engine.order(order.id)


async def test_a_confirmed_order_is_sent_once(engine: Engine) -> None:
    """A confirmed order is placed once, and handled under the provider's own id."""
    order = await engine.buy()
    assert (order.state, order.provider_order_id) == (OrderState.HANDLING, engine.last_placed.id)
    await engine.place()
    assert engine.places() == 1
    assert await engine.actions("order:1") == [
        "order.confirmed",
        "order.sending",
        "order.handling",
    ]


async def test_nothing_waiting_is_rest(engine: Engine) -> None:
    """Without anything confirmed the worker rests; with something it looks again soon."""
    assert await engine.place() == IDLE
    await engine.confirm()
    assert await engine.place() == SOON


async def test_a_cancelled_order_never_leaves(engine: Engine) -> None:
    """An order cancelled before its turn is not sent, and its hold is released."""
    order = await engine.confirm()
    await engine.works.counter.checkout.cancel(AMINA, order.id)
    await engine.place()
    assert engine.places() == 0
    assert await engine.balance(order.agent_id) == dinars(100_000)


async def test_sending_cannot_be_cancelled(engine: Engine) -> None:
    """Once an order may have left, cancelling is refused."""
    engine.provider.answers.append(held := Held())
    order = await engine.confirm()
    await engine.works.placing.step()
    await asyncio.wait_for(held.begun.wait(), 5)
    with pytest.raises(Refusal, match="too-late-to-cancel"):
        await engine.works.counter.checkout.cancel(AMINA, order.id)
    held.gate.set()
    await engine.works.placing.idle()
    assert (await engine.order(order.id)).state is OrderState.HANDLING


async def test_a_bucket_is_placed_one_at_a_time(engine: Engine) -> None:
    """While an order is being sent, another of its bucket waits; one of another bucket does not."""
    engine.provider.answers.append(held := Held())
    first = await engine.confirm()
    await engine.works.placing.step()
    second, other = await engine.confirm(), await engine.confirm(quantity=1)
    await engine.works.placing.step()
    await engine.works.placing._busy[other.bucket]
    assert (await engine.order(other.id)).state is OrderState.HANDLING
    assert (await engine.order(second.id)).state is OrderState.CONFIRMED
    held.gate.set()
    await engine.works.placing.idle()
    await engine.place()
    assert {(await engine.order(one.id)).state for one in (first, second)} == {OrderState.HANDLING}


async def test_a_bucket_with_an_unknown_order_is_closed(engine: Engine) -> None:
    """At a provider that only lists, nothing is sent beside an unknown order of the bucket."""
    engine.provider.answers.append(Lost(committed=True))
    await engine.buy()
    second = await engine.buy()
    assert second.state is OrderState.CONFIRMED
    assert engine.places() == 1


async def test_references_keep_orders_apart() -> None:
    """At a provider that finds by reference an unknown order closes nothing."""
    clock = FakeClock()
    engine = await shop_at(MemoryProvider(clock, capabilities=FINDS), clock)
    engine.provider.answers.append(Lost(committed=True))
    await engine.buy()
    assert (await engine.buy()).state is OrderState.HANDLING


async def test_closed_buckets_take_nobody_elses_place(engine: Engine) -> None:
    """However many orders wait behind unknown ones, another bucket's order is sent."""
    await engine.top_up(AgentId(1), 200_000)
    for quantity in range(1, AT_ONCE + 2):
        engine.provider.answers.append(Lost(committed=False))
        await engine.buy(quantity=quantity)
    for quantity in range(1, AT_ONCE + 2):
        await engine.confirm(quantity=quantity)
    assert (await engine.buy(quantity=AT_ONCE + 2)).state is OrderState.HANDLING


async def test_so_many_at_once(engine: Engine) -> None:
    """No more orders are under way than there are connections for."""
    for quantity in range(1, AT_ONCE + 2):
        engine.provider.answers.append(Held())
        await engine.confirm(quantity=quantity)
    gates = [one.gate for one in engine.provider.answers if isinstance(one, Held)]
    await engine.works.placing.step()
    assert len(engine.works.placing._busy) == AT_ONCE
    for gate in gates:
        gate.set()
    await engine.works.placing.idle()
    await engine.place()
    assert {one.state for one in await engine.orders()} == {OrderState.HANDLING}


async def test_a_late_order_is_withdrawn(engine: Engine) -> None:
    """An order that could not be sent for five minutes is withdrawn, and told so."""
    order = await engine.confirm()
    engine.works.counter.rivals.seen_at = engine.clock.advance(WAITS_AT_MOST - SECOND)
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.CONFIRMED
    engine.clock.advance(SECOND)
    await engine.place()
    assert (await engine.order(order.id)).reason is Reason.TOO_LATE
    assert len(await engine.deliveries(order.id)) == 1
    await check_books(engine)


async def test_nothing_is_sent_beside_another_bot(engine: Engine) -> None:
    """While another bot reads the same token's updates nothing is placed."""
    engine.works.counter.rivals.seen_at = engine.clock.now()
    order = await engine.buy()
    assert order.state is OrderState.CONFIRMED
    engine.clock.advance(timedelta(minutes=1))
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.HANDLING


async def test_a_paused_shop_withdraws(engine: Engine) -> None:
    """What is confirmed and not sent when selling stops is withdrawn."""
    order = await engine.confirm()
    await engine.works.counter.desk.pause(ADMIN)
    await engine.place()
    assert (await engine.order(order.id)).reason is Reason.PAUSED


async def test_a_suspended_agent_buys_nothing(engine: Engine) -> None:
    """A stolen phone's confirmed order is withdrawn."""
    order = await engine.confirm()
    await engine.works.counter.people.suspend(order.agent_id, ADMIN, suspended=True)
    await engine.place()
    assert (await engine.order(order.id)).reason is Reason.SUSPENDED


@pytest.mark.parametrize("kept", [True, False])
async def test_orders_stay_with_their_account(engine: Engine, *, kept: bool) -> None:
    """An order whose provider, or its environment, is not configured any more is withdrawn."""
    order = await engine.confirm()
    elsewhere = Account(provider="memory", environment=Environment.PRODUCTION)
    engine.providers.clear()
    if kept:
        engine.providers["memory"] = MemoryProvider(engine.clock, account=elsewhere)
    await engine.place()
    assert (await engine.order(order.id)).reason is Reason.NOT_AVAILABLE


async def test_pausing_stops_an_order_being_looked_at() -> None:
    """Selling that stops while the provider is being read stops that order too."""
    engine, order = await meanwhile(lambda shop, _: shop.works.counter.desk.pause(ADMIN))
    assert order.reason is Reason.PAUSED
    assert engine.places() == 0


async def test_suspending_stops_an_order_being_looked_at() -> None:
    """An agent suspended while the provider is being read buys nothing more."""
    engine, order = await meanwhile(
        lambda shop, order: shop.works.counter.people.suspend(order.agent_id, ADMIN, suspended=True)
    )
    assert order.reason is Reason.SUSPENDED
    assert engine.places() == 0


async def test_a_rival_stops_an_order_being_looked_at() -> None:
    """Another bot noticed while the provider is being read keeps the order waiting."""

    async def notice(shop: Engine, _: Order) -> None:
        shop.works.counter.rivals.seen_at = shop.clock.now()

    engine, order = await meanwhile(notice)
    assert order.state is OrderState.CONFIRMED
    assert engine.places() == 0


async def test_cancelling_wins_over_an_order_being_looked_at() -> None:
    """An order cancelled while the provider is being read is not sent."""
    engine, order = await meanwhile(
        lambda shop, order: shop.works.counter.checkout.cancel(AMINA, order.id)
    )
    assert order.reason is Reason.CANCELLED
    assert engine.places() == 0


async def test_cancelling_wins_over_a_reading_that_fails() -> None:
    """An order cancelled while the balance could not be read stays withdrawn."""

    async def cancel(shop: Engine, order: Order) -> None:
        await shop.works.counter.checkout.cancel(AMINA, order.id)
        shop.provider.failures.append(ProviderUnreachable())

    _, order = await meanwhile(cancel)
    assert order.reason is Reason.CANCELLED


async def test_cancelling_wins_over_fresh_prices() -> None:
    """An order cancelled while prices are read is left alone."""
    engine = await opened()
    order = await engine.confirm()
    await engine.works.counter.checkout.cancel(AMINA, order.id)
    await engine.works.placing._place(order)
    assert engine.places() == 0


async def test_an_unread_balance_delays(engine: Engine) -> None:
    """When the balance cannot be read the order waits, and is sent once it can."""
    order = await engine.confirm()
    engine.clock.advance(timedelta(minutes=2))
    engine.provider.failures += [ProviderUnreachable(), ProviderUnreachable()]
    await engine.place()
    assert (await engine.order(order.id)).not_before is not None
    await engine.place()
    assert engine.places() == 0
    engine.clock.advance(timedelta(seconds=5))
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.HANDLING


async def test_a_rejected_key_freezes(engine: Engine) -> None:
    """A key rejected while an order is looked at freezes the account, and nothing is sent."""
    order = await engine.confirm()
    engine.clock.advance(timedelta(minutes=2))
    engine.provider.key_rejected = True
    await engine.place()
    await engine.place()
    assert (await engine.order(order.id)).reason is Reason.FROZEN
    assert engine.places() == 0
    assert await engine.kinds() == ["provider-frozen"]


async def test_a_key_rejected_for_the_balance_freezes(engine: Engine) -> None:
    """A key rejected when the balance is read freezes the account as well."""
    order = await engine.confirm()
    engine.clock.advance(timedelta(minutes=2))
    engine.provider.easy = False
    engine.provider.key_rejected = True
    await engine.place()
    await engine.place()
    assert (await engine.order(order.id)).reason is Reason.FROZEN


async def test_a_price_that_rose_is_asked_again(engine: Engine) -> None:
    """An order whose price rose since the quote is withdrawn, and a new price is offered."""
    order = await engine.confirm()
    engine.provider.set_type("psn-10", cost=dinars(2000))
    engine.clock.advance(timedelta(seconds=20))
    await engine.place()
    assert (await engine.order(order.id)).reason is Reason.PRICE_ROSE
    assert engine.places() == 0


async def test_scarce_calls_trust_older_prices(engine: Engine) -> None:
    """When calls are scarce, prices up to five minutes old are trusted: a refusal costs nothing."""
    await engine.confirm()
    engine.provider.easy = False
    engine.clock.advance(timedelta(seconds=20))
    before = engine.provider.calls.count("types")
    await engine.place()
    assert engine.provider.calls.count("types") == before
    assert engine.places() == 1


async def test_a_type_that_left_the_catalogue(engine: Engine) -> None:
    """An order of a type that is not known any more is withdrawn as not available."""
    order = await engine.confirm()
    async with engine.store.begin() as work:
        draft = getattr(work.catalog, "_draft")  # noqa: B009 # the twin's own table
        draft.types.clear()
    await engine.place()
    assert (await engine.order(order.id)).reason is Reason.NOT_AVAILABLE


async def test_a_poor_provider_account_sends_nothing(engine: Engine) -> None:
    """An order the provider account cannot pay for is withdrawn, and the admins told once."""
    engine.provider.deposit(dinars(-249_000))
    engine.clock.advance(timedelta(minutes=2))
    first, second = await engine.confirm(), await engine.confirm(quantity=1)
    await engine.place()
    assert (await engine.order(first.id)).reason is Reason.PROVIDER_BALANCE
    assert (await engine.order(second.id)).reason is Reason.PROVIDER_BALANCE
    assert await engine.kinds() == ["provider-balance-low"]
    assert engine.places() == 0


async def test_the_balance_is_not_spent_twice(engine: Engine) -> None:
    """Of two orders sent on one reading of the balance, the second counts the first's cost."""
    engine.provider.deposit(dinars(-250_000 + 3_000))
    engine.clock.advance(timedelta(minutes=2))
    await engine.buy(quantity=2)
    assert (await engine.buy(quantity=1)).reason is Reason.PROVIDER_BALANCE
    assert engine.places() == 1


async def test_the_shelf_sells_first(engine: Engine) -> None:
    """Cards on the shelf are sold before anything is placed."""
    engine.provider.answers.append(Lost(committed=True))
    engine.provider.list_lag = timedelta(hours=1)
    order = await engine.buy()
    await engine.works.counter.resolving.absent(order.id, ADMIN)
    engine.provider.list_lag = timedelta()
    engine.last_placed.listed_at = engine.clock.now()
    await engine.sweep()
    second = await engine.buy()
    assert second.state is OrderState.FULFILLED
    assert second.cost == dinars(2 * 1380)
    await engine.deliver()
    assert engine.codes() == engine.paid()
    assert engine.places() == 1
    await check_books(engine)


async def test_what_is_not_sent_is_tried_again(engine: Engine) -> None:
    """An order that did not leave is tried again after the wait it was given."""
    engine.provider.answers.append(Unsent(retry_after=timedelta(seconds=30)))
    order = await engine.buy()
    assert (order.state, order.sending_at) == (OrderState.CONFIRMED, None)
    engine.clock.advance(timedelta(seconds=29))
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.CONFIRMED
    engine.clock.advance(SECOND)
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.HANDLING


async def test_an_answer_that_cannot_be_kept_makes_unknown() -> None:
    """When the answer cannot be written down the order is unknown, never stuck, never resent."""
    disk = Disk()
    engine = await opened(disk)
    engine.provider.answers.append(held := Held())
    order = await engine.confirm()
    await engine.works.placing.step()
    await asyncio.wait_for(held.begun.wait(), 5)
    disk.full = True
    held.gate.set()
    await engine.works.placing.idle()
    disk.full = False
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    await engine.rest()
    assert engine.places() == 1
    assert engine.codes() == engine.paid()


async def test_a_client_that_raises_makes_unknown() -> None:
    """A placing that broke off in our own code may have spent money: the order is unknown."""
    clock = FakeClock()
    engine = await shop_at(Broken(clock), clock)
    order = await engine.buy()
    assert order.state is OrderState.SENDING
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    await engine.rest()
    assert engine.codes() == engine.paid()


async def test_giving_up_comes_second_to_an_answer(engine: Engine) -> None:
    """An order whose answer was kept meanwhile is not counted as unknown."""
    order = await engine.buy()
    await engine.works.placing._give_up(order.id)
    assert (await engine.order(order.id)).state is OrderState.HANDLING


async def test_one_bad_order_stops_no_other() -> None:
    """An order that cannot be looked at leaves the others their turn."""
    disk = Disk()
    engine = await opened(disk)
    order = await engine.confirm()
    disk.full = True
    assert await engine.place() == SOON
    disk.full = False
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.HANDLING


async def test_cancelled_between_two_looks(engine: Engine) -> None:
    """An order that was cancelled a moment before is neither sold from the shelf nor sent."""
    order = await engine.confirm()
    await engine.works.counter.checkout.cancel(AMINA, order.id)
    assert not await engine.works.placing._is_ready(order)
    assert (await engine.order(order.id)).state is OrderState.WITHDRAWN


@pytest.mark.parametrize(
    ("declined", "reason"),
    [
        (Declined(kind=RefusalKind.OUT_OF_STOCK), Reason.OUT_OF_STOCK),
        (Declined(kind=RefusalKind.BALANCE), Reason.PROVIDER_BALANCE),
        (Declined(kind=RefusalKind.PRODUCT), Reason.NOT_AVAILABLE),
        (Declined(kind=RefusalKind.OTHER, message=""), Reason.REFUSED),
    ],
)
async def test_a_refusal_costs_nothing(engine: Engine, declined: Declined, reason: Reason) -> None:
    """A refused order releases its hold, and its member is told why."""
    engine.provider.answers.append(declined)
    order = await engine.buy(key=PSN_20, quantity=1)
    assert (order.state, order.reason) == (OrderState.REFUSED, reason)
    assert order.provider_message == (declined.message or declined.code)
    assert await engine.balance(order.agent_id) == dinars(100_000)
    assert len(await engine.deliveries(order.id)) == 1
    alerts = ["provider-balance-low"] if reason is Reason.PROVIDER_BALANCE else []
    assert await engine.kinds() == alerts


async def test_a_rejection_freezes_the_account(engine: Engine) -> None:
    """A placing refused because of the key withdraws the order and freezes the account.

    The admins read the provider's code, and what it comes with: how to mend it may stand there.
    """
    refused = Declined(
        kind=RefusalKind.UNAUTHORIZED, code="BAD_KEY", message="Make a new one", freezes=True
    )
    engine.provider.answers.append(refused)
    order = await engine.buy()
    assert (order.state, order.reason) == (OrderState.WITHDRAWN, Reason.FROZEN)
    assert engine.provider.budget().frozen
    assert await engine.balance(order.agent_id) == dinars(100_000)
    async with engine.store.read() as work:
        (alert,) = await work.alerts.list_open()
    assert alert.facts["reason"] == "BAD_KEY: Make a new one"


async def test_every_call_is_kept_sealed(engine: Engine) -> None:
    """Each placing is kept with its outcome, and its exchange only sealed."""
    engine.provider.answers += [
        Unsent(retry_after=timedelta()),
        Declined(code="NO"),
        Lost(committed=False),
    ]
    await engine.buy()
    engine.clock.advance(SECOND)
    await engine.place()
    second = await engine.buy()
    third = await engine.buy(quantity=1)
    async with engine.store.read() as work:
        calls = [one for n in (1, 2, 3) for one in await work.calls.list_of(OrderId(n))]
    assert [(one.attempt, one.outcome, one.code) for one in calls] == [
        (1, "not-sent", "ConnectError"),
        (2, "refused", "NO"),
        (1, "unknown", "ReadTimeout"),
        (1, "accepted", ""),
    ]
    assert (second.state, third.state) == (OrderState.UNKNOWN, OrderState.HANDLING)
    assert all(b"an order" not in one.sealed_exchange for one in calls)


async def test_the_providers_clock_is_remembered(engine: Engine) -> None:
    """How far the provider's clock is ahead is learned from each answer, zero included."""
    engine.provider.ahead = timedelta(seconds=40)
    order = await engine.buy()
    assert order.provider_ahead == timedelta(seconds=40)
    engine.provider.ahead = timedelta()
    await engine.buy()
    async with engine.store.read() as work:
        assert await work.marks.find("ahead-ms:memory:sandbox") == "0"


async def test_members_are_told_that_it_is_checked(engine: Engine) -> None:
    """An unknown order keeps its money held, and its member reads that it is being checked."""
    engine.provider.answers.append(Lost(committed=False))
    order = await engine.buy()
    await engine.works.deliveries.idle()
    assert order.state is OrderState.UNKNOWN
    assert await engine.held(order.agent_id) == order.total
    assert len(engine.messenger.progress(AMINA)) == 1
    assert order.total == dinars(2900)


async def test_a_clock_that_is_set_back(engine: Engine) -> None:
    """What was not sent is tried again, at the price of now, though the clock was set back."""
    engine.provider.answers.append(Unsent())
    order = await engine.buy()
    assert order.not_before is not None
    engine.clock.set_back(timedelta(hours=1))
    read = engine.provider.calls.count("types"), engine.provider.calls.count("balance")
    await engine.place()
    assert (await engine.order(order.id)).state is OrderState.HANDLING
    assert engine.provider.calls.count("types") > read[0]
    assert engine.provider.calls.count("balance") > read[1]
