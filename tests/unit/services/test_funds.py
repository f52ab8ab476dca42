from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.catalog import Environment
from bot.domain.money import Money
from bot.domain.orders import Order, OrderState
from bot.errors import ProviderUnreachable
from bot.ports.store import NewOrder
from bot.services.funds import TRUSTED, Funds, Reading
from tests.unit.samples import ACCOUNT, QUOTE, dinars
from tests.unit.services.shop import AMINA, Shop

S = OrderState
SECOND = timedelta(seconds=1)


async def left(shop: Shop, reading: Reading) -> Money:
    """What a balance is still good for."""
    async with shop.store.read() as work:
        return await Funds(clock=shop.clock).left(work, ACCOUNT, reading)


async def sent(shop: Shop, *states: OrderState) -> Order:
    """Take a new order, sent now, through some states; it costs 2 760 DA."""
    order = await shop.confirmed(AMINA, quantity=2)
    async with shop.store.begin() as work:
        for state in (S.SENDING, *states):
            if state is S.SENDING:
                order = order.to(state, sending_at=shop.clock.now())
            else:
                order = order.to(state)
            order = await work.orders.save(order)
    return order


# --- Reading --------------------------------------------------------------------------------------


async def test_a_balance_is_trusted_for_a_minute(shop: Shop) -> None:
    """Calls are scarce: a reading is used again for a minute, and then made anew."""
    funds = Funds(clock=shop.clock)
    assert funds.last(ACCOUNT) is None
    first = await funds.ensure(shop.provider)
    shop.clock.advance(TRUSTED)
    shop.provider.deposit(dinars(1))
    assert await funds.ensure(shop.provider) == first == funds.last(ACCOUNT)
    shop.clock.advance(SECOND)
    second = await funds.ensure(shop.provider)
    assert second.balance == first.balance + dinars(1)
    assert (second.began_at, funds.last(ACCOUNT)) == (shop.clock.now(), second)


async def test_a_balance_that_cannot_be_read_is_not_made_up(shop: Shop) -> None:
    """The fault is told, and the last reading stays what it was."""
    funds = Funds(clock=shop.clock)
    first = await funds.read(shop.provider)
    shop.clock.advance(timedelta(hours=1))
    shop.provider.failures.append(ProviderUnreachable())
    with pytest.raises(ProviderUnreachable):
        await funds.ensure(shop.provider)
    assert funds.last(ACCOUNT) == first


# --- What is left ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "charged"),
    [
        ((), True),
        ((S.UNKNOWN,), True),
        ((S.HANDLING,), True),
        ((S.HANDLING, S.FULFILLED), True),
        ((S.REFUSED,), False),
        ((S.CONFIRMED,), False),
        ((S.WITHDRAWN,), False),
    ],
)
async def test_what_was_sent_since_the_reading_is_spent(
    shop: Shop,
    states: tuple[OrderState, ...],
    charged: bool,  # noqa: FBT001 # parametrized
) -> None:
    """Whatever may have been charged after a reading began is taken off it; a refusal is not."""
    await shop.open_agent()
    reading = Reading(balance=dinars(10_000), began_at=shop.clock.now())
    await sent(shop, *states)
    shop.clock.advance(SECOND)
    assert await left(shop, reading) == dinars(10_000 - 2760 if charged else 10_000)


@pytest.mark.parametrize(
    ("states", "charged"), [((), True), ((S.UNKNOWN,), True), ((S.HANDLING,), False)]
)
async def test_what_was_sent_before_the_reading_is_in_it_unless_nobody_knows(
    shop: Shop,
    states: tuple[OrderState, ...],
    charged: bool,  # noqa: FBT001 # parametrized
) -> None:
    """An order that is still open in the air may be charged at any time, so it is taken off."""
    await shop.open_agent()
    await sent(shop, *states)
    reading = Reading(balance=dinars(10_000), began_at=shop.clock.advance(SECOND))
    shop.clock.advance(SECOND)
    assert await left(shop, reading) == dinars(10_000 - 2760 if charged else 10_000)


async def test_each_order_is_taken_off_once(shop: Shop) -> None:
    """Two orders in the air are two, though each is found in two ways."""
    await shop.open_agent()
    reading = Reading(balance=dinars(10_000), began_at=shop.clock.now())
    await sent(shop, S.UNKNOWN)
    await sent(shop)
    shop.clock.advance(SECOND)
    assert await left(shop, reading) == dinars(10_000 - 2 * 2760)


async def test_another_account_pays_for_its_own(shop: Shop) -> None:
    """What is open at another account takes nothing off this one."""
    agent = await shop.open_agent()
    live = replace(ACCOUNT, environment=Environment.PRODUCTION)
    card_type = await shop.type_id()
    quote = replace(QUOTE, agent_id=agent.id, account=live, card_type_id=card_type)
    at = shop.clock.now()
    new = NewOrder(quote=quote, reference="r", epoch=1, confirmed_at=at, message_id=None)
    async with shop.store.begin() as work:
        await work.orders.add_quote(quote)
        order = await work.orders.add(new)
        await work.orders.save(order.to(S.SENDING, sending_at=at))
    assert await left(shop, Reading(balance=dinars(10_000), began_at=at)) == dinars(10_000)


async def test_an_order_accepted_after_the_reading_began_is_taken_off(shop: Shop) -> None:
    """The provider may have been asked for its balance before it charged what was on its way."""
    await shop.open_agent()
    order = await sent(shop)
    shop.clock.advance(SECOND)
    reading = Reading(balance=dinars(10_000), began_at=shop.clock.now())
    shop.clock.advance(SECOND)
    async with shop.store.begin() as work:
        await work.orders.save(
            order.to(S.HANDLING, provider_order_id="a", handling_at=shop.clock.now())
        )
    assert await left(shop, reading) == dinars(10_000) - dinars(2_760)
