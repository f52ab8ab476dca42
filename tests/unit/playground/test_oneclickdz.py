"""The OneClickDZ double keeps the provider's documented promises, to the centime."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.oneclickdz import (
    DEMO_KEY,
    TEST_PARTIAL,
    TEST_REFUND,
    Call,
    Dialect,
    OneClickDZ,
    Plan,
    faults,
)
from bot.providers.http import tls
from tests.unit.playground.clock import NOON, Clock

PATH = "/v3/gift-cards/"


@dataclass
class Desk:
    """A provider, its clock and a plain HTTP client with the right key."""

    provider: OneClickDZ
    http: httpx.AsyncClient
    clock: Clock = field(default_factory=Clock)

    async def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 # JSON
        """The data of a successful read."""
        response = await self.http.get(path, params={k: str(v) for k, v in query.items()})
        assert response.status_code == 200, response.text
        return response.json(parse_float=Decimal)["data"]

    async def place(self, type_name: str = "PSN 10 USD", quantity: int = 2) -> httpx.Response:
        """Place an order for a type by its name."""
        body = self.body(type_name, quantity)
        return await self.http.post(f"{PATH}placeOrder", json=body)

    async def placed(self, type_name: str = "PSN 10 USD", quantity: int = 2) -> str:
        """Place an order that is accepted, and give its id."""
        response = await self.place(type_name, quantity)
        assert response.status_code == 200, response.text
        return str(response.json()["data"]["orderId"])

    def body(self, type_name: str, quantity: object) -> dict[str, object]:
        """What placeOrder takes."""
        product_id, type_id = ids(self.provider, type_name)
        return {"productId": product_id, "typeId": type_id, "quantity": quantity}


def ids(provider: OneClickDZ, type_name: str) -> tuple[str, str]:
    """Find a type by its name or id, and the product it belongs to."""
    for product in provider.catalog.products():
        for card_type in product.types:
            if type_name in {card_type.name, card_type.id}:
                return product.id, card_type.id
    raise LookupError(type_name)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a provider at noon, with a client of its own."""
    clock = Clock()
    provider = OneClickDZ(clock=clock)
    headers = {"X-Access-Token": DEMO_KEY}
    async with (
        provider.serve() as address,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=5, verify=tls()) as http,
    ):
        yield Desk(provider, http, clock)


async def test_an_order_costs_price_times_quantity_and_brings_that_many_cards(desk: Desk) -> None:
    """Two PSN 10 USD cost 2 760 at placing and bring two different cards."""
    order_id = await desk.placed()

    shown = await desk.get(f"{PATH}checkOrder/{order_id}")

    assert shown["status"] == "FULFILLED"
    assert (shown["fulfilled_quantity"], shown["fulfilled_amount"]) == (2, 2760)
    assert len({card["value"] for card in shown["cards"]}) == 2
    assert (await desk.get("/v3/account/balance"))["balance"] == 247240
    assert desk.provider.catalog.card_type("PSN 10 USD").stock == 118


async def test_decimal_prices_are_exact(desk: Desk) -> None:
    """Three cards at 712.35 leave exactly 247 862.95."""
    await desk.placed("Steam 5 USD", 3)

    assert (await desk.get("/v3/account/balance"))["balance"] == Decimal("247862.95")


async def test_half_of_a_partial_order_comes_and_the_rest_is_refunded(desk: Desk) -> None:
    """TEST_PARTIAL fills half, rounded down, and refunds the rest with a transaction."""
    order_id = await desk.placed(TEST_PARTIAL, 5)

    shown = await desk.get(f"{PATH}checkOrder/{order_id}")
    moved = (await desk.get("/v3/account/transactions"))["items"]

    assert (shown["status"], len(shown["cards"])) == ("PARTIALLY_FILLED", 2)
    assert [(each["type"], each["amount"], each["objid"]) for each in moved[:2]] == [
        ("REFUND-ORDER", 1500, order_id),
        ("ORDER", 2500, order_id),
    ]
    assert moved[0]["newBalance"] == desk.provider.balance == Decimal("249000.00")


async def test_a_refunded_order_costs_nothing(desk: Desk) -> None:
    """TEST_REFUND brings no card and gives everything back."""
    order_id = await desk.placed(TEST_REFUND, 3)

    shown = await desk.get(f"{PATH}checkOrder/{order_id}")

    assert (shown["status"], shown["cards"], shown["fulfilled_amount"]) == ("REFUNDED", [], 0)
    assert desk.provider.balance == Decimal("250000.00")


async def test_an_order_id_begins_with_its_second(desk: Desk) -> None:
    """The first eight hex digits of an order id are the second of its `time`."""
    order_id = await desk.placed()

    shown = await desk.get(f"{PATH}checkOrder/{order_id}")

    assert datetime.fromtimestamp(int(order_id[:8], 16), UTC) == NOON
    assert shown["time"] == "2026-11-21T12:00:00.000Z"


async def test_the_answer_carries_the_providers_clock(desk: Desk) -> None:
    """The Date header tells the provider's time, which may differ from ours."""
    desk.provider.clock_ahead = timedelta(seconds=90)

    response = await desk.http.get("/v3/validate")

    assert parsedate_to_datetime(response.headers["Date"]) == NOON + timedelta(seconds=90)


async def test_an_order_is_handled_for_as_long_as_it_was_told(desk: Desk) -> None:
    """An order has neither cards nor amounts until its handling time is over."""
    desk.provider.handle_for(timedelta(seconds=30))
    order_id = await desk.placed()
    early = await desk.get(f"{PATH}checkOrder/{order_id}")

    desk.clock.forward(30)

    assert early["status"] == "HANDLING"
    assert "cards" not in early
    assert (await desk.get(f"{PATH}checkOrder/{order_id}"))["status"] == "FULFILLED"


async def test_an_order_can_be_held_until_it_is_released(desk: Desk) -> None:
    """An order whose plan waits for an event settles when the event is set."""
    released = asyncio.Event()
    desk.provider.plan(Plan(handling=released, filled=1))
    order_id = await desk.placed()
    early = await desk.get(f"{PATH}checkOrder/{order_id}")

    released.set()

    assert early["status"] == "HANDLING"
    assert (await desk.get(f"{PATH}checkOrder/{order_id}"))["status"] == "PARTIALLY_FILLED"


async def test_the_list_is_newest_first_and_lags_when_told(desk: Desk) -> None:
    """An order that checkOrder knows may be missing from the list for a while."""
    first = await desk.placed()
    desk.provider.list_after(timedelta(seconds=5))
    second = await desk.placed()

    early = await desk.get(f"{PATH}list")
    desk.clock.forward(5)
    late = await desk.get(f"{PATH}list")

    assert [each["_id"] for each in early["items"]] == [first]
    assert [each["_id"] for each in late["items"]] == [second, first]


async def test_the_list_has_pages_and_a_window(desk: Desk) -> None:
    """Pages cut what the window holds, and tell how much that is."""
    ids = []
    for _ in range(5):
        ids.append(await desk.placed("Free Fire 100 Diamonds", 1))
        desk.clock.forward(10)
    window = {"from": "2026-11-21T12:00:10.000Z", "to": "2026-11-21T12:00:40.000Z"}

    page = await desk.get(f"{PATH}list", page=2, pageSize=3, **window)

    assert [each["_id"] for each in page["items"]] == [ids[1]]
    assert page["pagination"] == {"page": 2, "pageSize": 3, "totalPages": 2, "totalResults": 4}


@pytest.mark.parametrize("query", [{"pageSize": 101}, {"page": 0}, {"from": "yesterday"}])
async def test_a_malformed_page_is_refused(desk: Desk, query: dict[str, object]) -> None:
    """A page size above 100 or a date that is none is a validation error."""
    response = await desk.http.get(f"{PATH}list", params={k: str(v) for k, v in query.items()})

    assert (response.status_code, response.json()["error"]["code"]) == (400, "ERR_VALIDATION")


async def test_transactions_want_both_ends_of_a_window(desk: Desk) -> None:
    """A window with one end is a validation error."""
    response = await desk.http.get(
        "/v3/account/transactions", params={"from": "2026-11-21T12:00:00Z"}
    )

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("type_name", "quantity", "status", "code"),
    [
        ("PSN 10 USD", 0, 400, "ERR_VALIDATION"),
        ("PSN 10 USD", 1.5, 400, "ERR_VALIDATION"),
        ("PSN 10 USD", "2", 400, "ERR_VALIDATION"),
        ("Steam 20 USD", 1, 403, "ORDER_REFUSED"),
        ("PSN 50 EUR", 4, 403, "ORDER_REFUSED"),
        ("Valorant 475 VP", 1, 404, "NOT_FOUND"),
    ],
)
async def test_an_impossible_order_takes_nothing(
    desk: Desk, type_name: str, quantity: object, status: int, code: str
) -> None:
    """A refused order leaves the balance, the stock and the list as they were."""
    response = await desk.http.post(f"{PATH}placeOrder", json=desk.body(type_name, quantity))

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert desk.provider.orders == []
    assert desk.provider.balance == Decimal("250000.00")


async def test_too_small_a_balance_is_told_with_figures(desk: Desk) -> None:
    """INSUFFICIENT_BALANCE says what is required and what is available."""
    desk.provider.deposit(Decimal(-249000))

    response = await desk.place()

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "INSUFFICIENT_BALANCE"
    assert response.json()["error"]["details"] == {"required": 2760, "available": 1000}


async def test_five_wrong_keys_block_the_address(desk: Desk) -> None:
    """The fifth wrong key blocks the address for fifteen minutes, the right key included."""
    wrong = {"X-Access-Token": "wrong"}
    answers = [await desk.http.get("/v3/validate", headers=wrong) for _ in range(5)]
    blocked = await desk.http.get("/v3/validate")
    desk.clock.forward(15 * 60)

    assert [each.status_code for each in answers] == [401, 401, 401, 401, 403]
    assert answers[0].json()["error"]["details"] == {"attemptsLeft": 4}
    assert blocked.json()["error"]["code"] == "IP_BLOCKED"
    assert (await desk.get("/v3/validate"))["apiKey"]["type"] == "SANDBOX"


async def test_a_key_may_be_disabled_or_read_only(desk: Desk) -> None:
    """A read-only key reads and cannot buy; a disabled one cannot do anything."""
    desk.provider.key.scope = "READ-ONLY"
    read_only = await desk.place()
    desk.provider.key.enabled = False
    disabled = await desk.http.get("/v3/account/balance")

    assert read_only.status_code == 403
    assert disabled.json()["error"]["code"] == "API_DISABLED"
    assert desk.provider.orders == []


async def test_calls_above_the_limit_are_told_when_to_come_back(desk: Desk) -> None:
    """The call above the limit of a minute gets 429 and Retry-After."""
    desk.provider.limit(2)
    for _ in range(2):
        await desk.get("/v3/account/balance")
        desk.clock.forward(10)

    response = await desk.http.get("/v3/account/balance")
    desk.clock.forward(int(response.headers["Retry-After"]))

    assert (response.status_code, response.headers["Retry-After"]) == (429, "40")
    assert await desk.get("/v3/account/balance")


@pytest.mark.parametrize("after", [False, True])
async def test_a_cut_call_has_taken_effect_or_not(desk: Desk, *, after: bool) -> None:
    """The caller of a cut placing learns nothing; the oracle knows whether it was committed."""
    desk.provider.fault(Call.PLACE_ORDER, faults.cut(), after=after)

    with pytest.raises(httpx.RemoteProtocolError):
        await desk.place()

    assert len(desk.provider.orders) == int(after)
    assert desk.provider.calls[-1].status is None


async def test_a_stalled_call_takes_effect_although_its_caller_gave_up(desk: Desk) -> None:
    """A request that waits at the provider can still become an order after our timeout."""
    gate = desk.provider.stall(Call.PLACE_ORDER)
    with pytest.raises(httpx.ReadTimeout):
        await desk.http.post(
            f"{PATH}placeOrder", json=desk.body("PSN 10 USD", 1), timeout=httpx.Timeout(5, read=0.1)
        )
    before = len(desk.provider.orders)

    gate.set()
    await desk.get("/v3/account/balance")

    assert (before, len(desk.provider.orders)) == (0, 1)


async def test_faults_come_in_turn_and_only_as_often_as_told(desk: Desk) -> None:
    """Faults are used up in the order they were scripted, and then the truth is told again."""
    desk.provider.fault(Call.BALANCE, faults.html(502), times=2)
    desk.provider.fault(Call.BALANCE, faults.rate_limited(7))
    desk.provider.fault(Call.BALANCE, faults.torn())

    answers = [await desk.http.get("/v3/account/balance") for _ in range(5)]

    assert [each.status_code for each in answers] == [502, 502, 429, 200, 200]
    with pytest.raises(ValueError, match="line 1"):
        answers[3].json()
    assert answers[4].json()["success"] is True


async def test_a_settled_order_can_be_made_to_lie_and_to_change(desk: Desk) -> None:
    """A plan lays lies over what is shown; settling again changes money and cards for real."""
    desk.provider.plan(Plan(shown={"cards": [], "status": "fulfilled"}))
    order_id = await desk.placed()
    lie = await desk.get(f"{PATH}checkOrder/{order_id}")
    order = desk.provider.orders[0]

    order.shown.clear()
    desk.provider.settle(order, filled=1)

    truth = await desk.get(f"{PATH}checkOrder/{order_id}")
    assert (lie["status"], lie["cards"], lie["fulfilled_quantity"]) == ("fulfilled", [], 2)
    assert (truth["status"], len(truth["cards"])) == ("PARTIALLY_FILLED", 1)
    assert desk.provider.balance == Decimal("248620.00")


async def test_an_order_from_the_dashboard_is_listed_like_any_other(desk: Desk) -> None:
    """Foreign orders on the account look exactly like ours."""
    body = desk.body("PSN 10 USD", 1)
    order = desk.provider.buy_at_dashboard(str(body["productId"]), str(body["typeId"]))

    listed = (await desk.get(f"{PATH}list"))["items"]

    assert [each["_id"] for each in listed] == [order.id]
    assert desk.provider.count(Call.PLACE_ORDER) == 0


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_every_page_of_the_provider_is_a_dialect(desk: Desk, dialect: Dialect) -> None:
    """Each dialect answers every call, in its own spelling."""
    desk.provider.speak(dialect)
    categories = (await desk.get(f"{PATH}catalog"))["categories"]
    product = desk.provider.catalog.product("PSN")
    types = await desk.get(f"{PATH}checkProduct/{product.id}")
    refused = (await desk.place("Steam 20 USD", 1)).json()

    title, key, id_key, message = {
        Dialect.REFERENCE: ("title", "productId", "id", refused["error"].get("message")),
        Dialect.ENGLISH_GUIDE: ("name", "productId", "id", refused.get("message")),
        Dialect.ARABIC_GUIDE: ("name", "_id", "_id", refused["error"].get("message")),
    }[dialect]
    assert categories[0][title] == "Game Stores"
    assert (types[key], types["types"][0][id_key]) == (product.id, product.types[0].id)
    assert message == "Product is out of stock"


async def test_the_demo_catalogue_has_the_real_ones_oddities(desk: Desk) -> None:
    """Six categories, twelve products, one off, one price of 0, one name with HTML in it."""
    products = list(desk.provider.catalog.products())

    assert (len(desk.provider.catalog.categories), len(products)) == (6, 12)
    assert [each.title for each in products if not each.enabled] == ["Valorant"]
    assert [t.name for p in products for t in p.types if t.price == 0] == ["Netflix Trial"]
    assert "Steam <Wallet> & Co" in [each.title for each in products]


async def test_unknown_paths_and_torn_requests_get_the_routers_own_error(desk: Desk) -> None:
    """Before the application there is no envelope, and `error` is a string."""
    missing = await desk.http.get("/v3/gift-cards/check-order/1")
    torn = await desk.http.post(f"{PATH}placeOrder", content=b"{")

    assert (missing.status_code, missing.json()["error"]) == (404, "Not Found")
    assert (torn.status_code, torn.json()["statusCode"]) == (400, 400)


def test_no_repr_shows_a_card_or_the_key() -> None:
    """Cards and the key are hidden even in the double."""
    provider = OneClickDZ()
    product = provider.catalog.product("PSN")
    provider.buy_at_dashboard(product.id, product.types[0].id)
    order = provider.orders[0]

    assert order.cards
    assert order.cards[0].value not in repr(order)
    assert DEMO_KEY not in repr(provider.key)


async def test_a_sandbox_type_can_be_ordered_with_any_product(desk: Desk) -> None:
    """TEST_PARTIAL needs no listing: it is bought at the product's first price."""
    body = desk.body("PSN 10 USD", 2) | {"typeId": TEST_PARTIAL}

    response = await desk.http.post(f"{PATH}placeOrder", json=body)

    assert response.status_code == 200
    assert desk.provider.balance == Decimal("248620.00")


async def test_the_key_is_asked_for_and_its_address_checked(desk: Desk) -> None:
    """No key is one answer, a key from another address another."""
    del desk.http.headers["X-Access-Token"]
    missing = await desk.http.get("/v3/validate")
    desk.http.headers["X-Access-Token"] = DEMO_KEY
    desk.provider.key.allowed_addresses.append("192.0.2.1")
    elsewhere = await desk.http.get("/v3/validate")

    assert missing.json()["error"]["code"] == "MISSING_ACCESS_TOKEN"
    assert elsewhere.json()["error"]["code"] == "IP_NOT_ALLOWED"


async def test_an_order_may_appear_in_the_list_when_released(desk: Desk) -> None:
    """A plan keeps its order out of the list until its event is set."""
    shown = asyncio.Event()
    desk.provider.plan(Plan(list_lag=shown))
    order_id = await desk.placed()
    early = await desk.get(f"{PATH}list")

    shown.set()

    assert early["items"] == []
    assert [each["_id"] for each in (await desk.get(f"{PATH}list"))["items"]] == [order_id]


async def test_a_test_can_wait_for_what_arrives(desk: Desk) -> None:
    """Instead of sleeping, a test waits until the provider has seen something."""
    waiting = asyncio.create_task(desk.provider.until(lambda: bool(desk.provider.orders)))
    await desk.get("/v3/account/balance")
    before = waiting.done()

    await desk.placed()

    await asyncio.wait_for(waiting, 5)
    assert not before


ORDERS = st.tuples(
    st.sampled_from(["PSN 10 USD", "Steam 5 USD", "Free Fire 100 Diamonds", TEST_PARTIAL]),
    st.integers(1, 5),
    st.none() | st.integers(0, 6),
)


@given(st.lists(ORDERS, max_size=12), st.integers(0, 12))
def test_the_books_balance_whatever_happens(
    placed: list[tuple[str, int, int | None]], changes: int
) -> None:
    """The balance is deposits less charges, transactions chain, and no card comes twice."""
    provider = OneClickDZ(balance=Decimal(20_000))
    for name, quantity, filled in placed:
        with contextlib.suppress(ValueError):  # refused: too little stock or balance
            order = provider.buy_at_dashboard(*ids(provider, name), quantity)
            if filled is not None:
                provider.settle(order, filled=filled)
    for number, order in enumerate(provider.orders[:changes]):
        provider.settle(order, filled=number % (order.quantity + 1))

    charged = sum((order.charged for order in provider.orders), Decimal(0))
    cards = [card.value for order in provider.orders for card in order.cards or []]
    assert provider.balance == Decimal(20_000) - charged
    assert len(set(cards)) == len(cards)
    balance = Decimal(0)
    for moved in provider.transactions:
        assert moved.old_balance == balance
        balance = moved.new_balance
    assert balance == provider.balance
