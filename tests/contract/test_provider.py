"""What every provider promises, by the capabilities it states."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import assert_never

import pytest

from bot.errors import DomainError, ProviderBusy, ProviderUnauthorized, ProviderUnreachable
from bot.ports.provider import (
    Accepted,
    NotSent,
    OrderPage,
    Placement,
    Priority,
    ProviderOrder,
    RefusalKind,
    Refused,
    Unknown,
)
from tests.contract.provider_benches import BENCHES, Bench


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Each implementation in turn."""
    async with BENCHES[request.param]() as opened:
        yield opened


async def place(bench: Bench, reference: str = "order-1") -> Placement:
    """Place two cards."""
    return await bench.provider.place(bench.plenty, reference=reference)


async def accepted(bench: Bench, reference: str = "order-1") -> str:
    """Place two cards that are accepted, and give the provider's order id."""
    placement = await place(bench, reference)
    match placement:
        case Accepted():
            return placement.provider_order_id
        case Refused() | NotSent() | Unknown():
            raise AssertionError(placement)
        case _:
            assert_never(placement)


async def shown(bench: Bench, provider_order_id: str) -> ProviderOrder:
    """Read an order that must exist."""
    order = await bench.provider.order(provider_order_id)
    assert order is not None
    return order


async def listed(bench: Bench) -> OrderPage:
    """List what was placed just now."""
    now = datetime.now(UTC)
    minute = timedelta(minutes=1)
    return await bench.provider.orders(now - minute, now + minute, priority=Priority.SETTLING)


async def test_the_shop_is_read_from_category_to_price(bench: Bench) -> None:
    """The catalogue leads to products, a product to its types with price and stock."""
    categories = await bench.provider.catalog()
    products = [product for category in categories for product in category.products]
    psn = next(product for product in products if product.title == "PSN")

    ten = next(each for each in await bench.provider.types(psn.key) if each.name == bench.type_name)

    assert (ten.key, ten.cost) == (bench.plenty.type_key, bench.price)
    assert ten.stock >= 100
    assert "Steam <Wallet> & Co" in [product.title for product in products]


async def test_a_product_that_is_gone_has_no_types(bench: Bench) -> None:
    """A product the provider does not know is empty, not an error."""
    assert await bench.provider.types(bench.nowhere.product_key) == ()


async def test_the_key_says_what_it_is(bench: Bench) -> None:
    """The provider tells the account, and whether the key may order."""
    profile = await bench.provider.validate()

    assert profile.account == bench.provider.account
    assert profile.enabled
    assert profile.may_order


async def test_an_accepted_order_takes_the_money_once(bench: Bench) -> None:
    """One placing is one order, at the price of its type."""
    await accepted(bench)

    assert bench.taken() == 1
    assert await bench.provider.balance() == bench.left() == bench.at_first - bench.price * 2


async def test_an_accepted_order_is_read_with_its_cards(bench: Bench) -> None:
    """A filled order shows what was asked for, what it cost and that many different cards."""
    order_id = await accepted(bench)

    order = await shown(bench, order_id)

    assert (order.product_key, order.type_key) == (bench.plenty.product_key, bench.plenty.type_key)
    assert (order.status, order.quantity, order.fulfilled_quantity) == ("FULFILLED", 2, 2)
    assert (order.amount, order.price_per_card) == (bench.price * 2, bench.price)
    assert len({card.code for card in order.cards}) == 2
    assert all(card.serial for card in order.cards) == bench.has_serials


async def test_an_open_order_shows_no_cards_and_no_amount(bench: Bench) -> None:
    """While an order is handled nobody knows what will come or what it will cost."""
    bench.hold()
    order_id = await accepted(bench)

    order = await shown(bench, order_id)

    assert order.status not in {"FULFILLED", "PARTIALLY_FILLED", "REFUNDED"}
    assert (order.cards, order.amount, order.fulfilled_quantity) == ((), None, None)


@pytest.mark.parametrize(("filled", "status"), [(0, "REFUNDED"), (1, "PARTIALLY_FILLED")])
async def test_what_does_not_come_is_given_back(bench: Bench, filled: int, status: str) -> None:
    """The missing part of an order is refunded, and the order shows what it cost in the end."""
    bench.hold()
    order_id = await accepted(bench)
    bench.settle(filled)

    order = await shown(bench, order_id)

    assert (order.status, len(order.cards)) == (status, filled)
    assert order.amount == bench.price * filled
    assert await bench.provider.balance() == bench.at_first - bench.price * filled


async def test_every_movement_of_money_is_told(bench: Bench) -> None:
    """Transactions name the order, and their sum is the balance."""
    bench.hold()
    order_id = await accepted(bench)
    bench.settle(1)
    now = datetime.now(UTC)
    grain = bench.provider.capabilities.movement_grain
    since = now - timedelta(minutes=1) - grain

    page = await bench.provider.transactions(
        since, now + timedelta(minutes=1), priority=Priority.SETTLING
    )

    assert page.complete
    assert all(each.at <= now + timedelta(seconds=1) for each in page.transactions)
    moved = {each.kind: each for each in page.transactions}
    assert moved["ORDER"].amount == -(bench.price * 2)
    assert moved["REFUND-ORDER"].amount == bench.price
    assert {moved[k].provider_order_id for k in ("ORDER", "REFUND-ORDER")} == {order_id}
    assert moved["DEPOSIT"].provider_order_id is None


async def test_an_order_nobody_knows_is_none(bench: Bench) -> None:
    """An unknown id is absence, not an error."""
    assert await bench.provider.order("0" * 24) is None


@pytest.mark.parametrize(
    ("line", "kind"), [("sold_out", RefusalKind.OUT_OF_STOCK), ("nowhere", RefusalKind.PRODUCT)]
)
async def test_a_refusal_says_why_and_takes_nothing(
    bench: Bench, line: str, kind: RefusalKind
) -> None:
    """What is sold out or gone is refused for that reason."""
    placement = await bench.provider.place(getattr(bench, line), reference="order-1")

    assert isinstance(placement, Refused)
    assert (placement.kind, placement.freezes) == (kind, False)
    assert (bench.taken(), bench.left()) == (0, bench.at_first)


async def test_too_small_a_balance_is_a_refusal(bench: Bench) -> None:
    """An order that the account cannot pay is refused for its balance, or is not there at all."""
    bench.empty_account()

    placement = await place(bench)

    assert bench.taken() == 0
    if bench.tells_balance:
        assert isinstance(placement, Refused)
        assert placement.kind is RefusalKind.BALANCE
    else:
        assert isinstance(placement, Unknown)
        assert await bench.provider.find_by_reference("order-1") is None


@pytest.mark.parametrize("committed", [False, True])
async def test_a_lost_answer_is_unknown_and_never_repeated(
    bench: Bench, *, committed: bool
) -> None:
    """Whether the order exists or not, the provider is asked to buy exactly once."""
    bench.lose_next_answer(committed=committed)
    before = bench.calls()

    placement = await place(bench)

    assert isinstance(placement, Unknown)
    assert bench.calls() == before + 1
    assert bench.taken() == int(committed)


async def test_a_lost_order_is_found_again(bench: Bench) -> None:
    """An order whose answer was lost is found by its reference or in the list, once."""
    bench.lose_next_answer(committed=True)
    await place(bench, reference="order-7")

    if bench.provider.capabilities.finds_by_reference:
        found = [await bench.provider.find_by_reference("order-7")]
    else:
        found = list((await listed(bench)).orders)

    assert [order.quantity for order in found if order] == [2]


async def test_nothing_is_found_by_a_reference_that_was_never_sent(bench: Bench) -> None:
    """Absence is None where references exist, and a mistake of ours where they do not."""
    if bench.provider.capabilities.finds_by_reference:
        assert await bench.provider.find_by_reference("order-8") is None
    else:
        with pytest.raises(DomainError):
            await bench.provider.find_by_reference("order-8")


async def test_a_reference_that_was_taken_buys_nothing_more(bench: Bench) -> None:
    """Where references exist, the same one again is no second order; which it is can be asked."""
    if not bench.provider.capabilities.finds_by_reference:
        pytest.skip("this provider takes no reference")
    order_id = await accepted(bench, "order-9")

    again = await place(bench, "order-9")

    assert isinstance(again, Unknown)
    assert bench.taken() == 1
    found = await bench.provider.find_by_reference("order-9")
    assert found is not None
    assert (found.provider_order_id, found.reference, found.whole) == (order_id, "order-9", True)
    assert len(found.cards) == 2


async def test_a_poor_list_tells_whose_an_order_is_and_no_more(bench: Bench) -> None:
    """Lines without cards or figures say so, and give our reference; by its id the rest is read."""
    if bench.provider.capabilities.lists_recent:
        pytest.skip("this provider lists orders whole")
    order_id = await accepted(bench, "order-9")
    theirs = bench.buy_elsewhere()

    lines = {order.provider_order_id: order for order in (await listed(bench)).orders}

    assert {order_id, theirs} == lines.keys()
    assert (lines[order_id].reference, lines[order_id].quantity) == ("order-9", 2)
    assert lines[theirs].reference != "order-9"
    assert not any(each.whole or each.cards or each.amount for each in lines.values())
    whole = await shown(bench, order_id)
    assert (whole.whole, len(whole.cards)) == (True, 2)


async def test_the_list_is_newest_first_with_strangers_in_it(bench: Bench) -> None:
    """Orders bought elsewhere on the account are listed like ours, cards included."""
    if not bench.provider.capabilities.lists_recent:
        pytest.skip("this provider has no list")
    ours = await accepted(bench)
    theirs = bench.buy_elsewhere()

    page = await listed(bench)

    assert {order.provider_order_id for order in page.orders} == {ours, theirs}
    assert [order.created_at for order in page.orders] == sorted(
        (order.created_at for order in page.orders), reverse=True
    )
    assert (page.total, page.pages) == (2, 1)
    assert sum(len(order.cards) for order in page.orders) == 3


async def test_the_list_keeps_to_its_window(bench: Bench) -> None:
    """An order outside the window is not listed and not counted."""
    if not bench.provider.capabilities.lists_recent:
        pytest.skip("this provider has no list")
    await accepted(bench)
    now = datetime.now(UTC)

    page = await bench.provider.orders(
        now - timedelta(hours=2), now - timedelta(hours=1), priority=Priority.SWEEPING
    )

    assert (page.orders, page.total) == ((), 0)


async def test_what_never_left_may_be_tried_again(bench: Bench) -> None:
    """When nothing reaches the provider the answer says so, and the order is not there."""
    await bench.vanish()

    placement = await place(bench)

    assert isinstance(placement, NotSent)
    assert placement.retry_after > timedelta(0)
    assert placement.exchange.http_status is None
    assert bench.taken() == 0


async def test_a_rejected_key_freezes_reading(bench: Bench) -> None:
    """After one rejection nothing leaves, a placing included, until the provider is thawed."""
    bench.reject_key()
    with pytest.raises(ProviderUnauthorized):
        await bench.provider.balance()
    before = bench.calls()

    with pytest.raises(ProviderUnauthorized):
        await bench.provider.validate()
    placement = await place(bench)

    assert isinstance(placement, NotSent)
    assert bench.calls() == before
    assert bench.provider.budget().frozen


async def test_a_rejected_placing_freezes(bench: Bench) -> None:
    """A placing with a rejected key is refused, and freezes the provider."""
    bench.reject_key()

    placement = await place(bench)

    assert isinstance(placement, Refused)
    assert (placement.kind, placement.freezes) == (RefusalKind.UNAUTHORIZED, True)
    assert bench.provider.budget().frozen
    assert bench.taken() == 0


async def test_a_frozen_provider_is_not_called(bench: Bench) -> None:
    """A key that was rejected before a restart is not tried again: nothing leaves."""
    bench.provider.freeze()
    assert bench.provider.budget().frozen
    with pytest.raises(ProviderUnauthorized):
        await bench.provider.balance()


async def test_a_thawed_provider_sells_again(bench: Bench) -> None:
    """Once the key is taken again and the provider thawed, everything works."""
    bench.reject_key()
    await place(bench)
    bench.accept_key()

    bench.provider.thaw()

    await accepted(bench)
    assert not bench.provider.budget().frozen


async def test_too_many_calls_halt_all_of_them(bench: Bench) -> None:
    """A provider that asks for a pause gets one: later calls are told how long and stay here.

    Where each call has a limit of its own, each is turned away once.
    """
    bench.turn_away(30)
    with pytest.raises(ProviderBusy):
        await bench.provider.balance()
    if not bench.halts_together:
        await place(bench)
    before = bench.calls()

    with pytest.raises(ProviderBusy) as busy:
        await bench.provider.balance()
    placement = await place(bench)

    assert isinstance(placement, NotSent)
    assert bench.calls() == before
    assert timedelta(seconds=20) < placement.retry_after <= timedelta(seconds=30)
    assert 20 < busy.value.retry_after_seconds <= 30
    assert bench.provider.budget().halted_until is not None


async def test_a_placing_that_is_turned_away_was_not_sent(bench: Bench) -> None:
    """429 from the provider itself means that nothing was started."""
    bench.turn_away(30)

    placement = await place(bench)

    assert isinstance(placement, NotSent)
    assert placement.retry_after <= timedelta(seconds=30)
    assert bench.taken() == 0


async def test_a_placing_tells_its_send_window(bench: Bench) -> None:
    """The exchange begins before the call and ends after it, and knows the provider's clock."""
    before = datetime.now(UTC) - timedelta(milliseconds=1)

    placement = await place(bench)

    exchange = placement.exchange
    assert before <= exchange.started_at <= exchange.ended_at <= datetime.now(UTC)
    assert exchange.provider_ahead is not None
    assert abs(exchange.provider_ahead) < timedelta(seconds=2)
    assert exchange.request
    assert exchange.answer


async def test_no_repr_holds_a_card(bench: Bench) -> None:
    """Whatever shows an order, in a log or an error, shows none of its codes and serials."""
    order = await shown(bench, await accepted(bench))

    text = repr(order) + repr(await listed(bench)) + repr(bench.provider)

    for card in order.cards:
        secrets = filter(None, (card.code, card.serial, card.pin))
        assert [secret for secret in secrets if secret in text] == []


async def test_a_provider_that_is_gone_cannot_be_read(bench: Bench) -> None:
    """A read that reaches nobody says so and may be repeated."""
    await bench.vanish()

    with pytest.raises(ProviderUnreachable):
        await bench.provider.balance()
