from datetime import timedelta

import pytest

from bot.domain.alerts import AlertKind
from bot.domain.money import Money
from bot.domain.orders import OrderState, Reason
from bot.domain.outbox import DeliveryKind
from bot.domain.rates import MILLION, Rate
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.services.catalog import Offered
from bot.services.rates import RATE_STALE_AFTER, KeptRate, RateLine, find_rate, watch_rates
from bot.services.requoting import Requoting
from tests.fakes.world import NOON
from tests.unit.samples import CURRENCY, dinars
from tests.unit.services.shop import ADMIN, AMINA, SECOND_ADMIN, Shop, rung

DAY = timedelta(days=1)


def rate(dinar: int) -> Rate:
    return Rate(source="USD", target=CURRENCY, millionths=dinar * MILLION)


def dollars(cents: int) -> Money:
    return Money(minor=cents, currency="USD")


@pytest.fixture
async def abroad() -> Shop:
    """Open a shop whose provider is paid in dollars, with a rich agent; nobody has set a rate."""
    shop = Shop(paid_in="USD")
    await shop.stock()
    await shop.open_agent(paid_in=100_000)
    return shop


async def watched(shop: Shop, *currencies: str) -> list[AlertKind]:
    """Let the periodic work look at the rates of some currencies; tell what is alerted."""
    async with shop.store.begin() as work:
        await watch_rates(work, shop.terms, currencies, at=shop.clock.now())
    return [alert.kind for alert in await shop.alerts()]


async def types(shop: Shop) -> dict[str, Offered]:
    """List what an agent sees of PSN."""
    _, product = await shop.listed()
    agent = await shop.counter.desk.find_agent(f"{AMINA}")
    _, offered = await shop.counter.catalog.types(product.id, agent.id)
    return {one.card_type.key: one for one in offered}


# --- Setting one ----------------------------------------------------------------------------------


async def test_a_rate_is_kept_with_who_set_it_and_when(abroad: Shop) -> None:
    """The books can tell which rate held when, and whose word it was."""
    change = await abroad.counter.rates.set("USD", 250 * MILLION, ADMIN)
    assert (change.before, change.now) == (None, KeptRate(rate=rate(250), since=NOON))
    assert (change.example_cost, change.example_price) == (dollars(1000), dinars(2630))
    assert change.margin_bp == 500
    abroad.clock.advance(DAY)
    change = await abroad.counter.rates.set("USD", 260 * MILLION, SECOND_ADMIN)
    assert change.before == KeptRate(rate=rate(250), since=NOON)
    assert change.now == KeptRate(rate=rate(260), since=NOON + DAY)
    (line,) = await abroad.counter.rates.list()
    assert line == RateLine(currency="USD", kept=change.now)
    first, second = await abroad.told("rate.set")
    assert (first.event.actor, second.event.actor) == ("admin:1", "admin:2")
    assert (first.event.subject, first.event.details) == (
        "rate:USD",
        {"currency": CURRENCY, "millionths": 250_000_000},
    )


async def test_a_shop_that_is_paid_in_dinars_needs_no_rate(shop: Shop) -> None:
    """Where every provider is paid in the shop's own currency there is nothing to set."""
    assert await shop.counter.rates.list() == ()


@pytest.mark.parametrize(
    ("currency", "reason"),
    [(CURRENCY, RefusalReason.OWN_CURRENCY), ("EUR", RefusalReason.CURRENCY_UNKNOWN)],
)
async def test_a_rate_that_nothing_is_bought_by_is_refused(
    abroad: Shop, currency: str, reason: RefusalReason
) -> None:
    """The shop's own currency, and one that no provider is paid in, are slips of the finger."""
    with pytest.raises(Refusal) as refused:
        await abroad.counter.rates.set(currency, MILLION, ADMIN)
    assert (refused.value.reason, refused.value.facts) == (reason, {"currency": currency})
    assert await abroad.told("rate.set") == []


async def test_a_rate_that_was_set_before_can_be_set_again(abroad: Shop) -> None:
    """A provider that has not been reached since the start keeps nobody from a new rate."""
    await abroad.set_rate(250)
    abroad.works.counter.rates.providers.clear()  # type: ignore[attr-defined] # a dict here
    change = await abroad.counter.rates.set("USD", 251 * MILLION, ADMIN)
    assert change.before == KeptRate(rate=rate(250), since=NOON)


async def test_a_rate_into_another_currency_is_none(abroad: Shop) -> None:
    """A shop that changes its own currency must set its rates anew."""
    await abroad.set_rate(250)
    async with abroad.store.read() as work:
        assert await find_rate(work, "USD", "EUR") is None


# --- Alerts ---------------------------------------------------------------------------------------


async def test_a_missing_rate_is_told_once_and_over_when_it_is_set(abroad: Shop) -> None:
    """The admins hear of it when the prices are read, not with every look at them."""
    await abroad.stock()
    assert await watched(abroad, "USD", CURRENCY) == [AlertKind.RATE_MISSING]
    (alert,) = await abroad.alerts()
    assert (alert.subject, alert.facts) == ("rate:USD", {"currency": "USD"})
    rung(abroad.works.bells.delivery)
    await abroad.set_rate(250)
    assert await watched(abroad, "USD") == []
    assert rung(abroad.works.bells.delivery)
    assert len(await abroad.told("alert.raised")) == 1
    (acted,) = await abroad.told("alert.acted")
    assert (acted.event.actor, acted.event.details["action"]) == ("admin:1", "rate")


async def test_an_old_rate_is_asked_about_once_a_setting(abroad: Shop) -> None:
    """After a week the admins are asked whether it is still right; setting it again says so."""
    await abroad.set_rate(250)
    for _ in range(2):
        abroad.clock.advance(RATE_STALE_AFTER - timedelta(milliseconds=1))
        assert await watched(abroad, "USD") == []
        abroad.clock.advance(timedelta(milliseconds=1))
        assert await watched(abroad, "USD") == [AlertKind.RATE_STALE]
        abroad.clock.advance(DAY)
        assert await watched(abroad, "USD") == [AlertKind.RATE_STALE]
        await abroad.set_rate(250)
        assert await watched(abroad, "USD") == []
    assert len(await abroad.told("alert.raised")) == 3


async def test_the_sweep_watches_over_the_rates(abroad: Shop) -> None:
    """An old rate is noticed although nobody looks at a price."""
    await abroad.set_rate(250)
    abroad.clock.advance(RATE_STALE_AFTER)
    await abroad.works.sweeping.step()
    assert [alert.kind for alert in await abroad.alerts()] == [AlertKind.RATE_STALE]


# --- Prices ---------------------------------------------------------------------------------------


async def test_without_a_rate_a_type_is_shown_and_cannot_be_had(abroad: Shop) -> None:
    """An agent sees that the card exists, and reads why it has no price."""
    offered = (await types(abroad))["psn-10"]
    assert (offered.price, offered.available) == (None, False)
    for asked in (
        abroad.counter.quoting.choose(AMINA, offered.card_type.id),
        abroad.counter.quoting.quote(AMINA, offered.card_type.id, 1),
    ):
        with pytest.raises(Refusal) as refused:
            await asked
        assert refused.value.reason is RefusalReason.NO_PRICE


async def test_a_quote_keeps_the_rate_it_was_made_with(abroad: Shop) -> None:
    """9.50 USD at 250 DA and 5 % is 2 493.75 DA: the agent pays 2 500 DA, by that rate."""
    await abroad.set_rate(250)
    offered = (await types(abroad))["psn-10"]
    assert (offered.price, offered.available) == (dinars(2500), True)
    assert (await abroad.counter.quoting.choose(AMINA, offered.card_type.id)).price == dinars(2500)
    order = await abroad.confirmed()
    assert (order.unit_price, order.unit_cost, order.rate) == (
        dinars(2500),
        dollars(950),
        rate(250),
    )


@pytest.mark.parametrize(
    ("now", "why"),
    [(250, None), (240, None), (251, Reason.PRICE_ROSE)],
    ids=["same", "lower", "higher"],
)
async def test_a_rate_that_rose_since_the_quote_asks_again(
    abroad: Shop, now: int, why: Reason | None
) -> None:
    """A rate that rose is a price that rose; one that fell leaves the promise as it was."""
    await abroad.set_rate(250)
    order = await abroad.confirmed()
    await abroad.set_rate(now)
    await abroad.works.placing.step()
    await abroad.works.placing.idle()
    order = await abroad.order(order)
    assert (order.state is OrderState.WITHDRAWN, order.reason) == (why is not None, why)
    assert order.rate == rate(250)
    requotes = [one.order_id for one in await abroad.owed(DeliveryKind.REQUOTE)]
    assert requotes == ([] if why is None else [order.id])


@pytest.mark.parametrize("stock", [100, 1])
async def test_a_cost_in_a_currency_without_a_rate_is_not_sent(abroad: Shop, stock: int) -> None:
    """A provider that asks in euros of a sudden is not paid, and nothing else is offered."""
    await abroad.set_rate(250)
    order = await abroad.confirmed()
    abroad.provider.set_type("psn-10", cost=Money.of(9, "EUR"), stock=stock)
    await abroad.stock()
    current, _ = await abroad.listed()
    requoting = Requoting(quoting=abroad.counter.quoting, clock=abroad.clock, terms=abroad.terms)
    async with abroad.store.begin() as work:
        reason = await requoting.reason(work, order, current)
        assert reason is Reason.NOT_AVAILABLE
        await requoting.withdraw(work, order, reason, current)
    assert [one.order_id for one in await abroad.owed(DeliveryKind.OUTCOME)] == [order.id]
    assert await abroad.owed(DeliveryKind.REQUOTE) == []
