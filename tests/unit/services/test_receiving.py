from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import ledger
from bot.domain.cards import Card
from bot.domain.ledger import COST_OF_CARDS, SALES
from bot.domain.orders import Order, OrderState
from bot.domain.outbox import DeliveryKind
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal, VaultError
from bot.log import redactor
from bot.ports.messenger import Receipt
from tests.engine import ADMIN, AMINA, Engine, check_books, opened
from tests.fakes.provider_account import dinars
from tests.fakes.vault import MemoryVault

STEP = timedelta(seconds=5)


@pytest.fixture
async def engine() -> Engine:
    return await opened()


async def look(engine: Engine, **shown: object) -> Order:
    """Let the provider show the newest order so, and look at it."""
    engine.last_placed.shown = shown
    engine.clock.advance(STEP)
    await engine.track()
    await engine.deliver()
    return (await engine.orders())[-1]


def cards_of(engine: Engine) -> tuple[Card, ...]:
    """Every card of the newest order."""
    return tuple(engine.last_placed.cards or ())


def receipts(engine: Engine) -> list[Receipt]:
    return [one for one in engine.messenger.messages(AMINA) if isinstance(one, Receipt)]


async def test_a_whole_order_is_captured(engine: Engine) -> None:
    """For all its cards an order takes all its price, and books the provider's own figure."""
    await engine.buy()
    order = await look(engine)
    assert (order.state, order.cards, order.cost) == (OrderState.FULFILLED, 2, dinars(2760))
    assert await engine.balance(order.agent_id) == dinars(100_000 - 2900)
    assert await engine.books(SALES) == dinars(-2900)
    assert await engine.books(COST_OF_CARDS) == dinars(2760)
    assert await engine.books() == engine.provider.held_balance
    await check_books(engine)


async def test_a_part_is_captured_and_the_rest_released(engine: Engine) -> None:
    """A partially filled order takes the price of its cards and gives back the rest."""
    engine.provider.handling = True
    await engine.buy(quantity=3)
    engine.provider.settle(engine.last_placed, filled=1)
    order = await look(engine)
    assert (order.state, order.cards) == (OrderState.PARTIALLY_FILLED, 1)
    assert order.given_back == dinars(2900)
    assert await engine.books() == engine.provider.held_balance
    await check_books(engine)


async def test_a_refund_gives_everything_back(engine: Engine) -> None:
    """A refunded order releases its hold, books nothing, and its member is told."""
    engine.provider.handling = True
    await engine.buy()
    engine.provider.settle(engine.last_placed, filled=0)
    order = await look(engine)
    assert (order.state, order.cost) == (OrderState.REFUNDED, dinars(0))
    assert await engine.balance(order.agent_id) == dinars(100_000)
    assert [one.kind for one in await engine.deliveries(order.id)] == [DeliveryKind.OUTCOME]
    await check_books(engine)


async def test_reading_again_changes_nothing(engine: Engine) -> None:
    """The same reading taken twice charges once, delivers once and alerts nobody."""
    await engine.buy()
    order = await look(engine)
    again = await engine.works.tracking.receiving.take(order.id, engine.last_placed.view())
    assert again == order
    assert await engine.kinds() == []
    assert len(receipts(engine)) == 1


@pytest.mark.parametrize("status", ["HANDLING", "QUEUED", "fulfilling"])
async def test_unknown_words_mean_open(engine: Engine, status: str) -> None:
    """Any status but the three final ones leaves an order open, cards or not."""
    await engine.buy()
    order = await look(engine, status=status)
    assert (order.state, order.cards, order.provider_status) == (OrderState.HANDLING, 0, status)


async def test_statuses_in_any_case(engine: Engine) -> None:
    """A final status is one in any case."""
    await engine.buy()
    assert (await look(engine, status="Fulfilled")).state is OrderState.FULFILLED


async def test_fulfilled_without_cards_stays_open(engine: Engine) -> None:
    """FULFILLED without cards settles nothing: the hold stays, the admins are told once."""
    await engine.buy()
    order = await look(engine, cards=())
    order = await look(engine, cards=())
    assert (order.state, order.cards) == (OrderState.HANDLING, 0)
    assert await engine.held(order.agent_id) == order.total
    assert await engine.kinds() == ["count-mismatch"]
    assert (await look(engine)).state is OrderState.FULFILLED
    assert await engine.books() == engine.provider.held_balance
    assert await engine.kinds() == []


async def test_what_came_of_a_mismatch_is_delivered(engine: Engine) -> None:
    """One card of two is charged and delivered, the rest stays held, and the second follows."""
    await engine.buy()
    cards = cards_of(engine)
    order = await look(engine, cards=cards[:1])
    assert (order.state, order.cards) == (OrderState.HANDLING, 1)
    assert await engine.held(order.agent_id) == dinars(1450)
    assert engine.codes() == [cards[0].code]
    order = await look(engine)
    assert (order.state, order.cards) == (OrderState.FULFILLED, 2)
    assert engine.codes() == [card.code for card in cards]
    await check_books(engine)


async def test_extra_cards_are_kept_but_neither_shown_nor_charged(engine: Engine) -> None:
    """More cards than ordered are sealed, not shown and not charged; the admins are told."""
    await engine.buy()
    truth = cards_of(engine)
    extra = Card(code="EXTRA", serial="")
    order = await look(engine, cards=(*truth, extra))
    order = await look(engine, cards=(*truth, extra))
    assert (order.state, order.cards) == (OrderState.HANDLING, 2)
    assert engine.codes() == [card.code for card in truth]
    async with engine.store.read() as work:
        assert len(await work.cards.list("order:1")) == 3
    assert await engine.kinds() == ["count-mismatch"]


async def test_a_card_told_twice_is_one(engine: Engine) -> None:
    """A code repeated in one answer counts once, in its first place."""
    await engine.buy()
    first, second = cards_of(engine)
    order = await look(engine, cards=(first, second, first))
    assert (order.state, order.cards) == (OrderState.FULFILLED, 2)
    assert engine.codes() == [first.code, second.code]


async def test_one_code_with_two_pins_is_two_cards(engine: Engine) -> None:
    """An address that several cards share is told apart by their PINs; each card is delivered."""
    await engine.buy()
    twins = tuple(Card(code="https://cards.example/redeem", pin=pin) for pin in ("11", "22"))
    order = await look(engine, cards=twins)
    assert (order.state, order.cards) == (OrderState.FULFILLED, 2)
    (receipt,) = receipts(engine)
    assert tuple(one.card for one in receipt.cards) == twins
    await check_books(engine)


async def test_cards_in_another_order_are_the_same(engine: Engine) -> None:
    """Cards that come reordered between two looks are not delivered again."""
    await engine.buy()
    first, second = cards_of(engine)
    await look(engine, cards=(second,))
    order = await look(engine, cards=(first, second))
    assert order.state is OrderState.FULFILLED
    assert sorted(engine.codes()) == sorted([first.code, second.code])


async def test_serials_may_come_later(engine: Engine) -> None:
    """A serial told later is filled in; one that is known is not replaced."""
    await engine.buy()
    first, second = cards_of(engine)
    await look(engine, cards=(Card(code=first.code),))
    other = Card(code=first.code, serial="OTHER")
    await look(engine, cards=(first,), status="HANDLING")
    await look(engine, cards=(other, second))
    page = await engine.works.counter.orders.reveal(AMINA, (await engine.orders())[0].id)
    assert [one.card for one in page[0].cards] == [first, second]


async def test_a_mismatch_closed_by_an_admin_tells_the_money(engine: Engine) -> None:
    """`/resolve N settle` closes at the cards received, and the member reads what came back."""
    await engine.buy()
    cards = cards_of(engine)
    order = await look(engine, cards=cards[:1])
    closed = await engine.works.counter.resolving.settle(order.id, ADMIN)
    await engine.deliver()
    assert (closed.state, closed.given_back) == (OrderState.PARTIALLY_FILLED, dinars(1450))
    assert [(one.copy, one.is_last) for one in receipts(engine)] == [(False, False), (True, True)]
    assert await engine.kinds() == []
    await check_books(engine)


async def test_a_mismatch_the_provider_settles_tells_the_money(engine: Engine) -> None:
    """When the provider comes round to the cards it gave, the member reads what came back."""
    await engine.buy()
    await look(engine, cards=cards_of(engine)[:1])
    engine.provider.settle(engine.last_placed, filled=1)
    order = await look(engine)
    assert order.state is OrderState.PARTIALLY_FILLED
    assert receipts(engine)[-1].is_last
    assert await engine.books() == engine.provider.held_balance


async def test_a_receipt_not_sent_yet_tells_the_money_itself(engine: Engine) -> None:
    """A receipt that is still owed when the order is closed says it all: no second one comes."""
    await engine.buy()
    engine.last_placed.shown = {"cards": cards_of(engine)[:1]}
    await engine.track()
    await engine.works.counter.resolving.settle((await engine.orders())[0].id, ADMIN)
    await engine.deliver()
    assert [one.is_last for one in receipts(engine)] == [True]


async def test_closing_without_cards_refunds(engine: Engine) -> None:
    """An order closed without a card is refunded, whatever the provider calls it."""
    await engine.buy()
    order = await look(engine, cards=())
    closed = await engine.works.counter.resolving.settle(order.id, ADMIN)
    assert closed.state is OrderState.REFUNDED
    assert await engine.balance(order.agent_id) == dinars(100_000)


async def test_closing_an_order_with_extra_cards(engine: Engine) -> None:
    """An order closed with all its cards is fulfilled; nothing is released."""
    await engine.buy()
    truth = cards_of(engine)
    order = await look(engine, cards=(*truth, Card(code="EXTRA")))
    closed = await engine.works.counter.resolving.settle(order.id, ADMIN)
    assert (closed.state, closed.given_back) == (OrderState.FULFILLED, dinars(0))


async def test_cards_after_the_end_are_reported(engine: Engine) -> None:
    """A card that appears after an order was closed is reported once, and not delivered."""
    await engine.buy()
    order = await look(engine, cards=cards_of(engine)[:1])
    await engine.works.counter.resolving.settle(order.id, ADMIN)
    engine.last_placed.shown = {}
    await engine.sweep()
    await engine.sweep()
    assert await engine.kinds() == ["settled-changed"]
    assert (await engine.order(order.id)).cards == 1


async def test_a_settled_order_that_changes_is_reported(engine: Engine) -> None:
    """A status or an amount that changes after the end is reported once, and undoes nothing."""
    await engine.buy()
    order = await look(engine)
    for _ in range(2):
        await engine.works.tracking.receiving.take(order.id, engine.last_placed.view())
        engine.last_placed.shown = {"amount": dinars(0), "status": "REFUNDED", "cards": ()}
        await engine.works.tracking.receiving.take(order.id, engine.last_placed.view())
    assert await engine.kinds() == ["settled-changed"]
    assert await engine.order(order.id) == order


async def test_an_amount_that_is_not_told_is_no_change(engine: Engine) -> None:
    """A final order shown later without its amount is not reported."""
    await engine.buy()
    order = await look(engine)
    engine.last_placed.shown = {"amount": None}
    await engine.works.tracking.receiving.take(order.id, engine.last_placed.view())
    assert await engine.kinds() == []


async def test_another_orders_reading_is_no_change(engine: Engine) -> None:
    """A reading of another provider order says nothing about this one."""
    await engine.buy()
    order = await look(engine)
    engine.last_placed.shown = {"provider_order_id": "another", "status": "REFUNDED"}
    await engine.works.tracking.receiving.take(order.id, engine.last_placed.view())
    assert await engine.kinds() == []


async def test_cost_by_the_price_of_a_card(engine: Engine) -> None:
    """Without an amount the cost is the price of a card for each card that came."""
    await engine.buy()
    order = await look(engine, amount=None, price_per_card=dinars(1400))
    assert order.cost == dinars(2800)


async def test_cost_without_any_figure(engine: Engine) -> None:
    """Without any figure of the provider's the quoted cost is booked."""
    await engine.buy()
    assert (await look(engine, amount=None, price_per_card=None)).cost == dinars(2760)


@pytest.mark.parametrize("shown", [{"amount": dinars(0)}, {"amount": None}])
async def test_the_sandbox_costs_nothing(engine: Engine, shown: dict[str, object]) -> None:
    """Cards of a sandbox cost nothing, and nothing is booked for them."""
    await engine.buy()
    order = await look(engine, price_per_card=dinars(0), **shown)
    assert (order.state, order.cost) == (OrderState.FULFILLED, dinars(0))
    assert await engine.books(COST_OF_CARDS) == dinars(0)


async def test_a_loss_is_told(engine: Engine) -> None:
    """Cards that cost more than the agent pays for them are delivered, and the admins told."""
    await engine.buy()
    order = await look(engine, amount=dinars(2901))
    assert order.state is OrderState.FULFILLED
    assert await engine.kinds() == ["cost-above-price"]


async def test_missing_cards_are_no_loss(engine: Engine) -> None:
    """The provider's whole amount beside one card of two is a mismatch, not a loss."""
    await engine.buy()
    await look(engine, cards=cards_of(engine)[:1])
    assert await engine.kinds() == ["count-mismatch"]


async def test_money_taken_back_is_booked(engine: Engine) -> None:
    """An amount that falls while the order is open takes some of its cost back."""
    await engine.buy()
    await look(engine, cards=())
    order = await look(engine, amount=dinars(2000))
    assert order.cost == dinars(2000)
    assert await engine.books(COST_OF_CARDS) == dinars(2000)


async def test_only_open_orders_can_be_closed(engine: Engine) -> None:
    """An order that is final, or is not there, cannot be settled by an admin."""
    await engine.buy()
    order = await look(engine)
    with pytest.raises(Refusal, match=RefusalReason.NOT_POSSIBLE_NOW):
        await engine.works.counter.resolving.settle(order.id, ADMIN)
    with pytest.raises(Refusal, match=RefusalReason.ORDER_UNKNOWN):
        await engine.works.counter.resolving.settle(type(order.id)(99), ADMIN)


async def test_the_provider_account_is_booked_from_its_own_figures(engine: Engine) -> None:
    """A partial fill that arrives in two amounts leaves the books at the provider's balance."""
    engine.provider.handling = True
    await engine.buy(quantity=4)
    engine.provider.settle(engine.last_placed, filled=3)
    await look(engine, cards=cards_of(engine)[:2])
    order = await look(engine)
    assert (order.cards, order.cost) == (3, dinars(3 * 1380))
    assert await engine.books(ledger.provider_account(order.account)) == (
        engine.provider.held_balance
    )


class Telling(MemoryVault):
    """A vault that fails, and says of which value."""

    def index(self, index_key: bytes, value: str, *, within: str) -> bytes:
        raise VaultError(f"{within} has {value}")


async def test_what_fails_while_cards_are_open_tells_none(engine: Engine) -> None:
    """Whoever logs what went wrong with a reading logs it without its codes."""
    await engine.buy()
    order = (await engine.orders())[-1]
    receiving = engine.works.tracking.receiving
    keeper = replace(receiving.keeper, vault=Telling())
    code = cards_of(engine)[0].code
    with pytest.raises(VaultError) as failed:
        await replace(receiving, keeper=keeper).take(order.id, engine.last_placed.view())
    assert code in str(failed.value)
    assert code not in redactor(str(failed.value))
