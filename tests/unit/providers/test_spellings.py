"""Each thing is understood in every spelling that the provider's own pages use."""

import json
from datetime import UTC, datetime

import pytest

from bot.domain.cards import Card
from bot.domain.catalog import Environment
from bot.domain.money import Money
from bot.errors import ProviderContractBroken
from bot.providers.oneclickdz import books, shop
from bot.providers.oneclickdz.envelope import open_envelope

ORDER_ID = "68fcdd7ce9e88196b4eb64b3"
CREATED = datetime(2025, 10, 25, 14, 23, 56, tzinfo=UTC)


def data(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()


def dinars(amount: int) -> Money:
    """Whole dinars."""
    return Money.of(amount, "DZD")


def order(**fields: object) -> bytes:
    """Write an order with these fields, over the least one."""
    return data({"_id": ORDER_ID, "quantity": 2} | fields)


def test_what_has_no_end_is_cut() -> None:
    """A status without end would fill the journal, and be too long for any message."""
    assert len(books.read_order(order(status="S" * 5_000)).status) == 60
    with pytest.raises(ProviderContractBroken, match="no id"):
        books.read_order(order(_id="x" * 5_000))


@pytest.mark.parametrize("key", ["title", "name"])
@pytest.mark.parametrize("product_key", ["id", "_id", "productId"])
@pytest.mark.parametrize("product_title", ["title", "name"])
def test_categories_and_products(key: str, product_key: str, product_title: str) -> None:
    """The reference titles categories and gives products an id; guides name them otherwise."""
    product = {product_key: "p1", product_title: "PSN", "region": "dz"}

    (category,) = shop.read_catalog(data({"categories": [{key: "Games", "products": [product]}]}))

    assert (category.key, category.title) == ("Games", "Games")
    (listed,) = category.products
    assert (listed.key, listed.title, listed.region, listed.enabled) == ("p1", "PSN", "dz", True)


def test_a_bare_catalogue_and_what_cannot_be_sold() -> None:
    """A bare array is a catalogue; top-ups, the nameless and the idless are left out."""
    categories = shop.read_catalog(
        data(
            [
                {"title": "Games", "products": [{"id": "1", "title": "A", "enabled": False}]},
                {"title": "Games", "products": [{"id": "2"}, {"title": "B"}]},
                {"title": " Mobile & Internet", "products": [{"id": "3", "title": "C"}]},
                {"products": []},
                {"title": "Empty"},
            ]
        )
    )

    assert [each.key for each in categories] == ["Games", "Games #2", "Empty"]
    assert [len(each.products) for each in categories] == [1, 0, 0]
    assert not categories[0].products[0].enabled


@pytest.mark.parametrize("key", ["id", "_id", "typeId"])
@pytest.mark.parametrize("price", [490, 490.0, "0490", "490.00"], ids=repr)
def test_types(key: str, price: object) -> None:
    """A type's id has three names, and its price is a number or text."""
    shown = {key: "t1", "name": "PSN 500 DA", "price": price, "quantity": 7, "cost": 1}

    (listed,) = shop.read_types(data({"productId": "p", "types": [shown]}))

    assert (listed.key, listed.name, listed.cost, listed.stock) == (
        "t1",
        "PSN 500 DA",
        dinars(490),
        7,
    )


def test_types_that_cannot_be_sold() -> None:
    """Without a price, a name or an id nothing is sold; not available is no stock."""
    types = shop.read_types(
        data(
            {
                "types": [
                    {"id": "1", "name": "no price"},
                    {"id": "2", "price": 5},
                    {"name": "no id", "price": 5},
                    {"id": "4", "name": "off", "price": 5, "quantity": 9, "available": False},
                    {"id": "5", "name": "owed", "price": 5, "quantity": -2},
                    {"id": "6", "name": "untold", "price": 5, "quantity": None},
                ]
            }
        )
    )

    assert [(each.key, each.stock) for each in types] == [("4", 0), ("5", 0), ("6", 0)]


@pytest.mark.parametrize("place", ["apiKey", "key"])
def test_the_key(place: str) -> None:
    """The environment stands under `apiKey`; another page says `key`."""
    shown = {
        place: {"key": "secret", "type": "PRODUCTION", "scope": "READ-ONLY", "isEnabled": False}
    }

    profile = shop.read_profile(data(shown))

    assert profile.account.environment is Environment.PRODUCTION
    assert (profile.enabled, profile.may_order) == (False, False)


@pytest.mark.parametrize("shown", [{}, {"key": "ea27b376"}, {"apiKey": {"type": "STAGING"}}])
def test_a_key_without_an_environment_is_refused(shown: dict[str, object]) -> None:
    """The environment is never guessed."""
    with pytest.raises(ProviderContractBroken):
        shop.read_profile(data(shown))


@pytest.mark.parametrize(
    "spelling",
    [
        {"_id": ORDER_ID, "status": "HANDLING", "product": "p", "type": "t"},
        {"orderId": ORDER_ID, "orderStatus": "Handling", "productId": "p", "typeId": "t"},
        {"id": ORDER_ID, "status": " handling ", "product": "p", "typeId": "t"},
    ],
)
def test_an_open_order(spelling: dict[str, object]) -> None:
    """An order's id, status, product and type have several names; open ones tell no more."""
    shown = books.read_order(data({"quantity": 2} | spelling))

    assert shown.provider_order_id == ORDER_ID
    assert (shown.status, shown.product_key, shown.type_key) == ("HANDLING", "p", "t")
    assert (shown.fulfilled_quantity, shown.amount, shown.price_per_card) == (None, None, None)
    assert shown.cards == ()


def test_a_settled_order() -> None:
    """The documented example is read whole."""
    cards = [{"value": "AAAA", "serial": "1"}, {"value": "BBBB", "serial": "2"}]
    shown = books.read_order(
        order(
            status="FULFILLED",
            fulfilled_quantity=2,
            fulfilled_amount="980.50",
            price_per_card=490.25,
            cards=cards,
            time="2025-10-29T01:00:00.000Z",
        )
    )

    assert shown.amount == Money(minor=98050, currency="DZD")
    assert shown.price_per_card == Money(minor=49025, currency="DZD")
    assert shown.cards == (Card(code="AAAA", serial="1"), Card(code="BBBB", serial="2"))
    assert shown.created_at == datetime(2025, 10, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "cards"),
    [
        (None, ()),
        ([], ()),
        ([{"value": "A"}], (Card(code="A"),)),
        ([{"value": "A", "serial": None}], (Card(code="A"),)),
        ([{"value": 1234, "serial": 5}], (Card(code="1234", serial="5"),)),
        ([{"code": "A", "serial": "1"}], (Card(code="A", serial="1"),)),
        (["A"], (Card(code="A"),)),
        ([{"serial": "1"}, {"value": ""}, "  "], ()),
        ([{"value": "B"}, {"value": "A"}], (Card(code="B"), Card(code="A"))),
    ],
)
def test_cards(shown: object, cards: tuple[Card, ...]) -> None:
    """A serial may be missing, a code never is; the provider's order is kept."""
    assert books.read_order(order(cards=shown)).cards == cards


@pytest.mark.parametrize(
    ("time", "instant"),
    [
        ("2025-10-25T14:23:56.789Z", CREATED.replace(microsecond=789000)),
        ("2025-10-25T15:23:56+01:00", CREATED),
        ("2025-10-25T14:23:56", CREATED),
        ("yesterday", CREATED),
        ("0001-01-01T00:00:00+14:00", CREATED),
        (None, CREATED),
        (1761402236, CREATED),
    ],
)
def test_when_an_order_was_created(time: object, instant: datetime) -> None:
    """By its `time`; failing that, by the second its ObjectId begins with."""
    assert books.read_order(order(time=time)).created_at == instant


def test_an_order_without_id_or_any_time_is_refused() -> None:
    """What cannot be told apart or placed in time would prove nothing."""
    for shown in ({"quantity": 1}, {"_id": "not-an-object-id", "quantity": 1}):
        with pytest.raises(ProviderContractBroken):
            books.read_order(data(shown))


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"type": "ORDER", "oldBalance": 1000, "newBalance": 510}, -490),
        ({"type": "refund-order", "oldBalance": 510, "newBalance": 1000}, 490),
        ({"type": "ORDER"}, -490),
        ({"type": "ORDER", "amount": -490}, -490),
        ({"type": "REFUND-ORDER"}, 490),
        ({"type": "DEPOSIT"}, 490),
        ({"type": "WITHDRAW"}, -490),
        ({"type": "SERVICE"}, -490),
    ],
)
def test_the_sign_of_a_transaction(fields: dict[str, object], amount: int) -> None:
    """What it did to the balance, else what its kind does."""
    shown = {"_id": ORDER_ID, "amount": 490, "objid": "o1"} | fields

    moved = books.read_transaction(data(shown))

    assert moved.amount == dinars(amount)
    assert moved.kind == str(fields["type"]).upper()
    assert moved.provider_order_id == ("o1" if "ORDER" in moved.kind else None)
    assert moved.at == CREATED


@pytest.mark.parametrize("name", ["amount", "oldBalance", "newBalance"])
@pytest.mark.parametrize("amount", ["sNaN", "NaN", "Infinity", "1E+999999999", "-1E+999999999"])
def test_a_transaction_of_no_amount_is_refused(name: str, amount: str) -> None:
    """What is no number, or beyond all numbers, is refused in words."""
    shown = {"_id": ORDER_ID, "amount": 490, "oldBalance": 1, "newBalance": 2} | {name: amount}
    with pytest.raises(ProviderContractBroken):
        books.read_transaction(data(shown))


def page(body: dict[str, object], number: int = 1) -> books.Page:
    """Read a page in its envelope."""
    envelope = open_envelope(data({"success": True} | body))
    assert envelope is not None
    return books.read_page(envelope, number, what="list")


COUNTS = {"page": 1, "pageSize": 100, "totalPages": 3, "totalResults": 250}


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"items": [{}, {}], "pagination": COUNTS}},
        {"data": {"orders": [{}, {}], "pagination": COUNTS}},
        {"data": {"items": [{}, {}]}, "meta": {"pagination": COUNTS}},
        {"data": {"items": [{}, {}]}, "meta": COUNTS},
        {"data": [{}, {}], "meta": COUNTS},
        {"data": [{}, {}], "meta": {"totalResults": "250"}},
    ],
)
def test_pages(body: dict[str, object]) -> None:
    """The counts stand with the items or in the meta, and items may be a bare array."""
    read = page(body)

    assert (len(read.items), read.pages, read.total) == (2, 3, 250)


@pytest.mark.parametrize(
    ("found", "number", "expected"),
    [(0, 1, (1, 0)), (7, 1, (1, 7)), (100, 1, (2, 101)), (5, 3, (3, 205))],
)
def test_pages_without_counts(found: int, number: int, expected: tuple[int, int]) -> None:
    """Without counts a full page promises another, and a short one is the last."""
    read = page({"data": [{}] * found}, number)

    assert (read.pages, read.total) == expected


def test_a_page_without_items_is_refused() -> None:
    """Nothing where a list should be is not an empty list: absence would be proved by it."""
    with pytest.raises(ProviderContractBroken):
        page({"data": {"pagination": COUNTS}})
