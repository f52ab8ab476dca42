"""Plum as a provider, over HTTP to a server that misbehaves on demand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.errors import (
    DomainError,
    ProviderBusy,
    ProviderContractBroken,
    ProviderError,
    ProviderUnauthorized,
    ProviderUnreachable,
    SettingsError,
)
from bot.playground.faults import Answer, Effect
from bot.playground.plum import Call, Dialect, Plan, Product, faults
from bot.ports.provider import (
    Accepted,
    Line,
    NotSent,
    Priority,
    ProviderTransaction,
    RefusalKind,
    Refused,
    Unknown,
)
from bot.providers.http import Timeouts
from bot.providers.plum import PlumProvider
from bot.providers.plum.client import PATIENCE, PLACING
from bot.providers.plum.operations import CALLS_PER_MINUTE, Operation
from bot.providers.plum.pages import MOST_PAGES, PAGE_SIZE
from tests.unit.providers.plum_counter import (
    IMPATIENT,
    KEY,
    NOW,
    PSN,
    PlumCounter,
    placed,
    plum_counter,
)

DAY = timedelta(days=1)

HURRIED = 100
"""A minute is over after six tenths of a second."""


@pytest.fixture
async def counter() -> AsyncIterator[PlumCounter]:
    """Serve the double."""
    async with plum_counter() as counter:
        yield counter


@pytest.fixture
async def provider(counter: PlumCounter) -> PlumProvider:
    """Open a client with the right tokens."""
    return counter.open()


async def movements(provider: PlumProvider) -> tuple[ProviderTransaction, ...]:
    """List what moved on the day of the test, which began in India the evening before."""
    page = await provider.transactions(NOW - DAY, NOW + DAY, priority=Priority.SWEEPING)
    assert page.complete
    return page.transactions


# --- The shop -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_every_dialect_is_understood(
    counter: PlumCounter, provider: PlumProvider, dialect: Dialect
) -> None:
    """Whichever of the provider's pages is right, the whole job works."""
    counter.double.speak(dialect)
    categories = await provider.catalog()
    order_id = await placed(provider)
    order = await provider.order(order_id)
    listed = await provider.orders(NOW - DAY, NOW + DAY, priority=Priority.SWEEPING)

    assert [category.title for category in categories] == [
        "Gaming",
        "eCommerce",
        "Music & Apps",
        "Streaming",
        "Food",
    ]
    assert order is not None
    assert (order.status, len(order.cards), order.created_at) == ("FULFILLED", 2, NOW)
    assert [line.provider_order_id for line in listed.orders] == [order_id]
    assert [one.kind for one in await movements(provider)] == ["ORDER", "DEPOSIT"]


async def test_the_account_says_what_it_is(provider: PlumProvider) -> None:
    """A provider found by references, whose currency is a guess until its balance was read."""
    before = provider.currency
    profile = await provider.validate()

    assert (before, provider.currency) == ("USD", "USD")
    assert (profile.account, profile.enabled, profile.may_order) == (provider.account, True, True)
    assert provider.title == "Xoxoday Plum"
    assert provider.credentials.key == "PLUM_ACCESS_TOKEN, PLUM_REFRESH_TOKEN"
    assert provider.credentials.environment == "PLUM_API_URL"
    assert provider.capabilities.finds_by_reference
    assert not provider.capabilities.lists_recent
    assert provider.capabilities.longest_answer == timedelta(seconds=120)
    assert provider.capabilities.movement_grain == DAY


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_a_product_that_is_gone_has_no_types(
    counter: PlumCounter, provider: PlumProvider, dialect: Dialect
) -> None:
    """Whether by an empty page or by an error: what is not listed is not sold."""
    counter.double.speak(dialect)

    assert await provider.types("99999") == ()


async def test_the_currency_is_learned() -> None:
    """Whatever the balance is in, everything that the account is charged is in."""
    async with plum_counter(currency="INR") as counter:
        provider = counter.open()

        (first, *_) = await provider.types("15365")

        assert provider.currency == "INR"
        assert first.cost.currency == "INR"


async def test_delayed_products_and_countries_are_chosen(counter: PlumCounter) -> None:
    """The client sells what it was opened for: here or there, at once or later."""
    british = await counter.open(countries=("gb",)).catalog()
    late = await counter.open(countries=("AE",), delayed=True).catalog()

    assert [p.title for each in british for p in each.products] == ["Starbucks UK"]
    assert [p.delayed for each in late for p in each.products] == [True]


async def test_a_large_catalogue_is_read_to_its_end(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """Pages are asked for until one is empty: no page says how many there are."""
    more = [Product(id=90_000 + n, name=f"P{n}", denominations=(Decimal(5),)) for n in range(205)]
    counter.double.catalog.products.extend(more)

    categories = await provider.catalog()

    assert sum(len(each.products) for each in categories) == 12 - 1 + 205
    assert counter.count(Call.GET_VOUCHERS) == 4


async def test_a_list_that_goes_round_has_an_end(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """A server that shows the same page for ever is believed once."""
    same = '{"data":{"getVouchers":{"status":1,"data":[{"productId":1,"name":"A"}]}}}'
    counter.double.fault(Call.GET_VOUCHERS, faults.json_body(same), times=10)

    categories = await provider.catalog()

    assert sum(len(each.products) for each in categories) == 1
    assert counter.count(Call.GET_VOUCHERS) == 2


async def test_a_list_without_end_is_a_broken_promise(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """Pages that bring something new for ever are read no further than any list can go."""
    for number in range(MOST_PAGES):
        page = f'{{"data":{{"getOrderHistory":{{"status":1,"data":[{line_of(number)}]}}}}}}'
        counter.double.fault(Call.GET_ORDER_HISTORY, faults.json_body(page))

    with pytest.raises(ProviderContractBroken):
        await provider.orders(NOW - DAY, NOW, priority=Priority.SWEEPING)

    assert counter.count(Call.GET_ORDER_HISTORY) == MOST_PAGES


def line_of(number: int) -> str:
    """Show an order as the list does."""
    return f'{{"orderId":{number + 1},"orderDate":"2026-11-21 12:00:00"}}'


async def test_an_open_amount_is_ordered_like_any_denomination(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """What an agent asks for of an open amount goes with its face value as its key."""
    (opened,) = await provider.types("1535")
    line = Line(product_key="1535", type_key="250", quantity=1, phone="+919876543210")

    order = await provider.order(await placed(provider, line))

    assert opened.open_amount is not None
    assert (opened.open_amount.least, opened.open_amount.most) == (
        Money.of(10, "INR"),
        Money.of(500, "INR"),
    )
    assert order is not None
    assert (order.type_key, order.amount) == ("250", Money.of(Decimal("2.84"), "USD"))
    assert counter.double.orders[0].wanted.contact == "+91-9876543210"


async def test_a_receiver_is_never_written_to(counter: PlumCounter, provider: PlumProvider) -> None:
    """Codes are shown by the bot alone: neither a placing nor a reading mails them."""
    order_id = await placed(provider)
    await provider.order(order_id)
    await provider.find_by_reference("po-1")

    assert counter.double.orders[0].mails == 0


# --- Placing --------------------------------------------------------------------------------------


async def test_a_used_reference_is_unknown_and_found(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """A second order of one reference is turned down: the first is there to be adopted."""
    order_id = await placed(provider)

    again = await provider.place(PSN, reference="po-1")
    found = await provider.find_by_reference("po-1")

    assert isinstance(again, Unknown)
    assert found is not None
    assert found.provider_order_id == order_id
    assert len(counter.double.orders) == 1


@pytest.mark.parametrize("error_id", ["PLE10024", "PLE10018", "PLE10019"])
async def test_a_doubted_refusal_holds_when_there_is_no_order(
    counter: PlumCounter, provider: PlumProvider, error_id: str
) -> None:
    """A refusal under a 5xx is confirmed by looking the reference up, as the provider advises."""
    counter.double.fault(Call.PLACE_ORDER, faults.problem(error_id, status=502))

    placement = await provider.place(PSN, reference="po-1")

    assert isinstance(placement, Refused)
    assert placement.code == error_id
    assert counter.count(Call.PLACE_ORDER) == counter.count(Call.GET_ORDER_DETAILS) == 1


@pytest.mark.parametrize(
    "look_up",
    [
        None,
        faults.problem("PLE10021"),
        faults.problem("PLE10036"),
        faults.problem("PLE10016", status=502),
        faults.html(404),
        faults.cut(),
        faults.rate_limited(30),
    ],
    ids=["there", "later", "cancelled", "other status", "html", "cut", "limit"],
)
async def test_a_doubted_refusal_is_unknown_otherwise(
    counter: PlumCounter, provider: PlumProvider, look_up: Effect | None
) -> None:
    """When the order is there, or nobody can say that it is not, the outcome is unknown."""
    out_of_stock = faults.problem("PLE10024")
    counter.double.fault(Call.PLACE_ORDER, out_of_stock, after=True)
    if look_up is not None:
        counter.double.fault(Call.GET_ORDER_DETAILS, look_up, times=2)

    placement = await provider.place(PSN, reference="po-1")

    assert isinstance(placement, Unknown)
    assert counter.count(Call.PLACE_ORDER) == 1


async def test_trouble_with_the_money_alarms(counter: PlumCounter, provider: PlumProvider) -> None:
    """The provider itself says that it cancelled and did not refund: a person must look."""
    counter.double.fault(Call.PLACE_ORDER, faults.problem("PLE10026"))

    placement = await provider.place(PSN, reference="po-1")

    assert isinstance(placement, Unknown)
    assert placement.alarming


async def test_silence_is_unknown(counter: PlumCounter) -> None:
    """A placing that is never answered may have been taken, and is not sent again."""
    counter.double.stall(Call.PLACE_ORDER, after=True)
    provider = counter.open(place_timeouts=IMPATIENT)

    placement = await provider.place(PSN, reference="po-1")

    assert isinstance(placement, Unknown)
    assert counter.count(Call.PLACE_ORDER) == 1


@pytest.mark.parametrize("error_id", ["PIPE10015", "PIPE10016", "PIPE10017", "PLE10014"])
async def test_an_account_that_is_closed_freezes(
    counter: PlumCounter, provider: PlumProvider, error_id: str
) -> None:
    """Disabled, or called from a strange address: no token helps, so none is renewed."""
    counter.double.fault(Call.PLACE_ORDER, faults.problem(error_id))

    placement = await provider.place(PSN, reference="po-1")

    assert isinstance(placement, Refused)
    assert (placement.kind, placement.freezes) == (RefusalKind.UNAUTHORIZED, True)
    assert provider.budget().frozen
    assert counter.count(Call.REFRESH) == 0


async def test_a_refusal_under_401_is_no_matter_of_tokens(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """Orders abroad may be off: a 401 that no other token would change."""
    counter.double.fault(Call.PLACE_ORDER, faults.problem("PLE10019"))

    placement = await provider.place(PSN, reference="po-1")

    assert isinstance(placement, Refused)
    assert not placement.freezes
    assert (counter.count(Call.REFRESH), counter.count(Call.PLACE_ORDER)) == (0, 1)


@pytest.mark.parametrize("reference", ["", " "])
async def test_an_order_without_a_reference_never_leaves(
    counter: PlumCounter, provider: PlumProvider, reference: str
) -> None:
    """The provider would take it, and nothing would protect it from being placed twice."""
    with pytest.raises(DomainError):
        await provider.place(PSN, reference=reference)

    assert counter.double.calls == []


async def test_a_placing_waits_longer_than_the_longest_answer() -> None:
    """Hanging up before the documented 120 seconds would make unknown what is about to come."""
    assert timedelta(seconds=120) < PLACING.silence < PLACING.whole


# --- Reading --------------------------------------------------------------------------------------

UNREACHABLE: dict[str, Answer] = {
    "html": faults.html(502),
    "bare 500": faults.bare_error(500),
    "502": faults.problem("PLE10023"),
    "later": faults.problem("PLE10021"),
    "empty 504": faults.empty(504),
}
BROKEN: dict[str, Answer] = {
    "html 200": faults.html(200),
    "empty": faults.empty(),
    "redirect": faults.redirect("http://127.0.0.1:9/"),
    "status 0": faults.status_zero(Call.GET_BALANCE),
    "validation": faults.problem("PLE10002"),
    "not there": faults.problem("PLE10016"),
    "no transaction": faults.problem("PLE10028"),
    "bad request": faults.error_and_message(400),
    "true": faults.true_error(400),
    "html 401": faults.html(401),
    "other shape": faults.json_body('{"data":{"getBalance":{"status":1,"data":{"value":"x"}}}}'),
}
CLOSED: dict[str, Answer] = {
    "address": faults.problem("PIPE10017"),
    "company": faults.problem("PIPE10016"),
    "client": faults.problem("PLE10014"),
    "header": faults.oauth_error("invalid_request", "missing header", status=400),
}


@pytest.mark.parametrize("answer", UNREACHABLE)
async def test_a_server_in_trouble_is_unreachable(
    counter: PlumCounter, provider: PlumProvider, answer: str
) -> None:
    """What may be better in a moment is asked again in a moment, by whoever asks."""
    counter.double.fault(Call.GET_BALANCE, UNREACHABLE[answer])

    with pytest.raises(ProviderUnreachable):
        await provider.balance()

    assert counter.count(Call.GET_BALANCE) == 1


@pytest.mark.parametrize("answer", BROKEN)
async def test_an_answer_that_is_none_is_a_broken_promise(
    counter: PlumCounter, provider: PlumProvider, answer: str
) -> None:
    """What is no documented answer is said to be so, and nobody guesses."""
    counter.double.fault(Call.GET_BALANCE, BROKEN[answer])

    with pytest.raises(ProviderContractBroken):
        await provider.balance()

    assert not provider.budget().frozen


@pytest.mark.parametrize("answer", CLOSED)
async def test_a_closed_account_freezes_at_a_read(
    counter: PlumCounter, provider: PlumProvider, answer: str
) -> None:
    """No call can succeed: none leaves any more, and no token is spent on it."""
    counter.double.fault(Call.GET_BALANCE, CLOSED[answer])

    with pytest.raises(ProviderUnauthorized):
        await provider.balance()

    assert provider.budget().frozen
    assert counter.count(Call.REFRESH) == 0


async def test_a_bare_401_is_read_again_with_another_token(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """The specification's 401 does not say why: a read may try what a placing may not."""
    bare = faults.json_body('{"error":"Unauthorized"}', 401)
    counter.double.fault(Call.GET_BALANCE, bare)

    await provider.balance()

    assert (counter.count(Call.REFRESH), counter.count(Call.GET_BALANCE)) == (1, 2)


async def test_a_broken_connection_is_tried_once_more(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """A kept connection may have died unnoticed; silence is not asked again."""
    counter.double.fault(Call.GET_BALANCE, faults.cut())
    await provider.balance()
    counter.double.fault(Call.GET_BALANCE, faults.cut(), times=2)

    with pytest.raises(ProviderUnreachable):
        await provider.balance()

    assert counter.count(Call.GET_BALANCE) == 4


async def test_a_limit_halts_its_own_operation(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """The limits are the operations' own: too many balances do not stop a sale."""
    counter.double.fault(Call.GET_BALANCE, faults.rate_limited(30))
    with pytest.raises(ProviderBusy) as first:
        await provider.balance()
    with pytest.raises(ProviderBusy):
        await provider.balance()

    await placed(provider)

    assert first.value.retry_after_seconds == 30
    assert counter.count(Call.GET_BALANCE) == 1
    assert provider.budget().halted_until is None


async def test_the_documented_limits_are_kept(counter: PlumCounter) -> None:
    """Ten balances a minute, two of them kept for who places; a share of two takes half."""
    provider = counter.open(share=2)
    counter.double.limit({Call.GET_BALANCE: 5})
    for _ in range(4):
        await provider.balance()
    await provider.balance(priority=Priority.PLACING)

    assert counter.count(Call.GET_BALANCE) == 5
    assert provider.budget().left == 25
    assert provider.budget().easy


@pytest.mark.parametrize("call", ["validate", "balance"])
async def test_a_key_is_validated_against_the_account(
    counter: PlumCounter, provider: PlumProvider, call: str
) -> None:
    """A token that is taken but opens no balance opens nothing."""
    failing = Call.VALIDATE if call == "validate" else Call.GET_BALANCE
    counter.double.fault(failing, faults.html(200))

    with pytest.raises(ProviderContractBroken):
        await provider.validate()


# --- Orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("order_id", ["0", "000", "", "abc", "-7", "7.5"])
async def test_what_is_no_id_is_not_asked_for(
    counter: PlumCounter, provider: PlumProvider, order_id: str
) -> None:
    """An order's id is a number: anything else, and 0, is nobody's."""
    assert await provider.order(order_id) is None
    assert counter.double.calls == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (faults.problem("PLE10021"), ProviderUnreachable),
        (faults.problem("PLE10036"), ProviderContractBroken),
        (faults.problem("PLE10028"), ProviderContractBroken),
        (faults.problem("PLE10016", status=400), ProviderContractBroken),
        (faults.problem("PLE10016", status=503), ProviderUnreachable),
        (faults.html(404), ProviderContractBroken),
    ],
    ids=["later", "cancelled", "transaction", "400", "503", "html"],
)
async def test_only_one_answer_proves_absence(
    counter: PlumCounter, provider: PlumProvider, answer: Answer, error: type[ProviderError]
) -> None:
    """404 PLE10016 says that there is no such order; any other 404 says nothing of the kind."""
    counter.double.fault(Call.GET_ORDER_DETAILS, answer)
    with pytest.raises(error):
        await provider.find_by_reference("po-1")

    assert await provider.find_by_reference("po-1") is None


async def test_a_cancelled_order_in_an_error_is_refunded(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """The error that says that the delivery was cancelled may show which order it is."""
    shown = (
        '{"code":404,"errorId":"PLE10036","error":"x","data":{"getOrderDetails":{"status":0,'
        '"data":{"orderId":7,"quantity":2,"currencyCode":"USD","amountCharged":20}}}}'
    )
    counter.double.fault(Call.GET_ORDER_DETAILS, faults.json_body(shown, 404))

    order = await provider.order("7")

    assert order is not None
    assert (order.status, order.quantity, order.amount) == ("REFUNDED", 2, Money.zero("USD"))


async def test_what_a_part_cost_is_what_the_account_paid_for_it(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """Half of 9.85 dollars came back: which cent of it is told by the movements alone."""
    counter.double.handle_for(timedelta(days=1))
    its_id = await placed(provider, replace(PSN, product_key="28543", type_key="5"))
    counter.double.settle(counter.double.orders[0], filled=1)
    order = await provider.order(its_id)

    assert order is not None
    assert (order.status, order.amount) == ("PARTIALLY_FILLED", Money.of(Decimal("4.93"), "USD"))
    assert Decimal(5000) - counter.double.balance == Decimal("4.93")


async def placed_by_half(counter: PlumCounter, provider: PlumProvider) -> str:
    """Place an order of an odd price, of which one card of two comes."""
    counter.double.plan(Plan(filled=1))
    return await placed(provider, replace(PSN, product_key="28543", type_key="5"))


async def test_a_part_is_read_again_until_its_price_is_known(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """A call that fails once costs nobody a cent: the next reading shows what was paid."""
    its_id = await placed_by_half(counter, provider)
    counter.double.fault(Call.PAYMENT_HISTORY, faults.html(502))
    unpriced = await provider.order(its_id)
    order = await provider.order(its_id)

    assert unpriced is not None
    assert (unpriced.status, unpriced.amount) == ("UNPRICED", None)
    assert order is not None
    assert order.amount == Money.of(Decimal("4.93"), "USD")
    assert Decimal(5000) - counter.double.balance == Decimal("4.93")


async def test_cards_do_not_wait_long_for_the_movements(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """When the movements were not read for minutes, a part costs its share of what was charged."""
    its_id = await placed_by_half(counter, provider)
    counter.double.fault(Call.PAYMENT_HISTORY, faults.html(502), times=10)
    unpriced = await provider.order(its_id)
    counter.clock.advance(PATIENCE)
    order = await provider.order(its_id)

    assert unpriced is not None
    assert unpriced.status == "UNPRICED"
    assert order is not None
    assert len(order.cards) == 1
    assert order.amount == Money.of(Decimal("4.92"), "USD")


async def test_movements_that_cannot_be_understood_are_not_waited_for(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """Reading them again would show the same."""
    its_id = await placed_by_half(counter, provider)
    counter.double.fault(Call.PAYMENT_HISTORY, faults.problem("PLE10028"))
    order = await provider.order(its_id)

    assert order is not None
    assert order.amount == Money.of(Decimal("4.92"), "USD")


@dataclass
class Pace:
    """The time of the running loop, so many times as fast."""

    speed: float

    def time(self) -> float:
        """Seconds since some instant."""
        return asyncio.get_running_loop().time() * self.speed

    def call_later(self, delay: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back after `delay` seconds."""
        return asyncio.get_running_loop().call_later(delay / self.speed, callback)


def sell_a_lot(counter: PlumCounter) -> None:
    """Let more move on the account than a minute's calls can tell."""
    for _ in range(CALLS_PER_MINUTE[Operation.PAYMENTS] * PAGE_SIZE + 1):
        counter.double.buy_at_dashboard(28543, Decimal(5))


async def test_a_report_of_more_pages_than_a_minute_has_calls_is_read_whole(
    counter: PlumCounter,
) -> None:
    """A busy account's deposits are booked, however many orders stand between them."""
    provider = counter.open(timer=Pace(HURRIED))
    sell_a_lot(counter)
    moved = await movements(provider)

    assert len(moved) == len(counter.double.payments)
    assert moved[-1].kind == "DEPOSIT"


async def test_a_part_that_has_no_price_yet_keeps_no_other_order_waiting(
    counter: PlumCounter,
) -> None:
    """While a busy account's report is read a part is open; then its price is known at once."""
    provider = counter.open(timer=Pace(HURRIED))
    its_id = await placed_by_half(counter, provider)
    sell_a_lot(counter)
    sweep = asyncio.create_task(movements(provider))
    meanwhile = await provider.order(its_id)
    assert not sweep.done()
    await sweep
    asked = counter.count(Call.PAYMENT_HISTORY)
    order = await provider.order(its_id)

    assert meanwhile is not None
    assert meanwhile.status == "UNPRICED"
    assert order is not None
    assert (order.status, order.amount) == ("PARTIALLY_FILLED", Money.of(Decimal("4.93"), "USD"))
    assert counter.count(Call.PAYMENT_HISTORY) == asked


async def test_a_part_does_not_wait_for_the_calls_of_the_next_minute(counter: PlumCounter) -> None:
    """Whoever stands behind it would wait too: it is open until somebody has read the report."""
    provider = counter.open()
    its_id = await placed_by_half(counter, provider)
    sell_a_lot(counter)
    order = await provider.order(its_id)

    assert order is not None
    assert order.status == "UNPRICED"
    assert counter.count(Call.PAYMENT_HISTORY) == CALLS_PER_MINUTE[Operation.PAYMENTS]


async def test_an_order_of_another_reference_is_a_broken_promise(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """What is found must be what was asked for: its cards would go to another shop."""
    counter.double.plan(Plan(shown={"poNumber": "po-2"}))
    await placed(provider)

    with pytest.raises(ProviderContractBroken):
        await provider.find_by_reference("po-1")


async def test_the_list_is_read_a_day_wider_and_cut(
    counter: PlumCounter, provider: PlumProvider
) -> None:
    """Days begin in India: an order just after midnight there is of the day before elsewhere."""
    ids = []
    for hour in range(4):
        ids.append(await placed(provider, reference=f"po-{hour}"))
        counter.clock.advance(timedelta(hours=6))

    page = await provider.orders(
        NOW + timedelta(hours=1), NOW + timedelta(hours=13), priority=Priority.SWEEPING
    )
    behind = await provider.orders(NOW, NOW + DAY, page=2, priority=Priority.SWEEPING)

    assert [line.provider_order_id for line in page.orders] == [ids[2], ids[1]]
    assert (page.total, page.pages, page.page) == (2, 1, 1)
    assert not any(line.whole for line in page.orders)
    assert behind.orders == ()
    assert page.provider_ahead is not None
    assert page.read_at == counter.clock.now()


async def test_an_empty_list_is_complete(provider: PlumProvider) -> None:
    """No orders is an answer, whether the page is empty or an error says so."""
    page = await provider.orders(NOW - DAY, NOW, priority=Priority.SWEEPING)

    assert (page.orders, page.total, page.provider_ahead) == ((), 0, None)


async def test_movements_keep_their_names(counter: PlumCounter, provider: PlumProvider) -> None:
    """A movement that is read again, with newer ones, has the name it had: it is booked once."""
    counter.double.deposit(Decimal(50))
    before = {one.id for one in await movements(provider)}
    counter.double.deposit(Decimal(50))
    await placed(provider)

    after = await movements(provider)

    assert before < {one.id for one in after}
    assert len({one.id for one in after}) == len(after) == 4
    balance = sum(one.amount.minor for one in after)
    assert balance == (await provider.balance()).minor


async def test_movements_are_of_their_day(counter: PlumCounter, provider: PlumProvider) -> None:
    """A movement is told where its day begins, and a window holds the days that begin in it."""
    await placed(provider)
    midnight = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)

    first = await provider.transactions(midnight, NOW, priority=Priority.SWEEPING)
    later = await provider.transactions(
        midnight + timedelta(seconds=1), NOW, priority=Priority.SWEEPING
    )
    behind = await provider.transactions(midnight, NOW, page=2, priority=Priority.SWEEPING)

    assert {one.at for one in first.transactions} == {midnight}
    assert (later.transactions, behind.transactions) == ((), ())


# --- Opening --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": ""},
        {"client_secret": ""},
        {"refresh_token": ""},
        {"access_token": "two words"},
        {"refresh_token": "line\nbreak"},
        {"client_id": "é"},
    ],
    ids=repr,
)
async def test_settings_that_open_nothing_are_refused(
    counter: PlumCounter, fields: dict[str, str]
) -> None:
    """What is missing or could not stand in a request is said before anything is sent."""
    with pytest.raises(SettingsError) as refused:
        counter.open(key=replace(KEY, **fields))

    assert not any(value and value in str(refused.value) for value in fields.values())


async def test_a_key_is_remembered_by_a_hash(counter: PlumCounter, provider: PlumProvider) -> None:
    """Another refresh token or secret is another key; another access token of it is not."""
    same = counter.open(key=replace(KEY, access_token="other"))
    renewed = counter.open(key=replace(KEY, refresh_token="other"))
    mended = counter.open(key=replace(KEY, client_secret="other"))

    assert provider.key_hash == same.key_hash
    assert len({provider.key_hash, renewed.key_hash, mended.key_hash}) == 3
    assert KEY.refresh_token not in provider.key_hash


async def test_a_client_that_is_closed_lets_its_calls_end(counter: PlumCounter) -> None:
    """Closing while a call is on its way ends it as a cut would."""
    counter.double.stall(Call.GET_BALANCE)
    provider = counter.open(read_timeouts=Timeouts(silence=timedelta(seconds=5)))
    asking = asyncio.create_task(provider.balance())
    await counter.double.until(lambda: counter.count(Call.GET_BALANCE) > 0)

    await provider.close()

    with pytest.raises(ProviderUnreachable):
        await asking


async def test_a_frozen_client_sends_nothing(counter: PlumCounter, provider: PlumProvider) -> None:
    """Frozen, a placing waits and nothing is renewed; thawed, it goes."""
    provider.freeze()
    waiting = await provider.place(PSN, reference="po-1")
    calls = list(counter.double.calls)
    provider.thaw()
    sold = await provider.place(PSN, reference="po-1")

    assert (type(waiting), type(sold), calls) == (NotSent, Accepted, [])
