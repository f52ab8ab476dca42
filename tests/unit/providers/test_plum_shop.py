"""Plum's catalogue and balance are understood in every spelling of its pages."""

import json
from decimal import Decimal

import pytest

from bot.domain.catalog import ListedCategory, ListedProduct, ListedType
from bot.domain.money import Money
from bot.errors import ProviderContractBroken
from bot.providers.plum import shop
from bot.providers.plum.products import Product

ALL = shop.Offer(delayed=True, countries=frozenset())


def data(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()


def dollars(amount: str) -> Money:
    """An amount of the account's money."""
    return Money.of(Decimal(amount), "USD")


def product(**fields: object) -> dict[str, object]:
    """Show a product that can be sold, with these fields over it."""
    least = {
        "productId": 15365,
        "name": "PSN",
        "categories": "Gaming",
        "currencyCode": "USD",
        "countryName": "United States",
        "countryCode": "US",
        "valueType": "fixed_denomination",
        "valueDenominations": "20,10",
        "deliveryType": "realtime",
        "exchangeRate": 1,
    }
    return least | fields


def shelved(page: tuple[Product, ...], offer: shop.Offer) -> tuple[ListedCategory, ...]:
    """Sort the products of one page."""
    shelves = shop.Shelves(currency="USD", offer=offer)
    shelves.put(page)
    return shelves.categories()


def listed(**fields: object) -> ListedProduct | None:
    """List this product alone."""
    return listed_by(ALL, **fields)


def listed_by(offer: shop.Offer, **fields: object) -> ListedProduct | None:
    """List this product alone, if it is offered."""
    page = shop.read_page(data([product(**fields)]))
    categories = shelved(page, offer)
    return categories[0].products[0] if categories else None


def types(**fields: object) -> tuple[ListedType, ...]:
    """List the types of this product."""
    (page,) = shop.read_page(data([product(**fields)]))
    return shop.list_types(page, currency="USD")


def test_a_product_is_listed_with_what_it_needs() -> None:
    """Its texts are plain, and it says whether it wants a number and comes late."""
    found = listed(
        productId="1535",
        name="Steam <Wallet> &amp; Co",
        countryName=" United\nStates ",
        isPhoneNumberMandatory=True,
        deliveryType="Delayed",
        expiryAndValidity="<p>1 year</p>",
        redemptionInstructions="<ol><li>Sign in</li></ol>",
    )

    assert found == ListedProduct(
        key="1535",
        title="Steam <Wallet> & Co",
        region="United States",
        enabled=True,
        needs_phone=True,
        delayed=True,
        validity="1 year",
        redemption="1. Sign in",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"productId": None},
        {"productId": "x1"},
        {"name": " "},
        {"name": None},
        {"currencyCode": "EUR", "exchangeRate": None},
        {"currencyCode": "EUR", "exchangeRate": "0"},
        {"currencyCode": "EUR", "exchangeRate": "?"},
    ],
    ids=repr,
)
def test_what_cannot_be_sold_is_left_out(fields: dict[str, object]) -> None:
    """A product without an id or a name, or of which nobody tells the cost, is not shown."""
    assert listed(**fields) is None


@pytest.mark.parametrize(
    ("fields", "comes_late"),
    [
        ({"deliveryType": "realtime", "tatInDays": "1 - 7"}, False),
        ({"deliveryType": "REALTIME"}, False),
        ({"deliveryType": "delayed"}, True),
        ({"deliveryType": "", "tatInDays": 0}, False),
        ({"deliveryType": "", "tatInDays": None}, False),
        ({"deliveryType": "", "tatInDays": "1 - 7"}, True),
        ({"deliveryType": None, "tatInDays": 3}, True),
    ],
    ids=repr,
)
def test_what_comes_late_is_offered_on_demand(
    fields: dict[str, object], *, comes_late: bool
) -> None:
    """A product whose cards take days is listed only for who asked for such."""
    at_once = shop.Offer(delayed=False, countries=frozenset())

    assert (listed_by(at_once, **fields) is None) is comes_late
    found = listed(**fields)
    assert found is not None
    assert found.delayed is comes_late


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"countryCode": "DZ"}, True),
        ({"countryCode": "dz"}, True),
        ({"countryCode": "US,DZ"}, True),
        ({"countryCode": "US", "countries": [{"code": "FR"}, {"code": "DZ", "name": "x"}]}, True),
        ({"countryCode": "US", "countries": [{"code": "FR"}]}, False),
        ({"countryCode": None, "countries": None}, False),
        ({"countryCode": "US", "countries": "DZ"}, False),
    ],
    ids=repr,
)
def test_countries_are_chosen(fields: dict[str, object], *, holds: bool) -> None:
    """Only what can be redeemed in a chosen country is offered."""
    chosen = shop.Offer(delayed=False, countries=frozenset({"DZ"}))

    assert (listed_by(chosen, **fields) is not None) is holds


def test_categories_in_the_order_of_the_catalogue() -> None:
    """A product stands in the first of its categories, once, however often it comes."""
    page = shop.read_page(
        data(
            [
                product(productId=1, categories="Music & Apps,Gaming"),
                product(productId=2, categories="Gaming"),
                product(productId=1, categories="Gaming"),
                product(productId=3, categories=""),
                product(productId=4, categories=" , Music &amp; Apps"),
                "no product",
                None,
            ]
        )
    )

    categories = shelved(page, ALL)

    assert [(each.title, [p.key for p in each.products]) for each in categories] == [
        ("Music & Apps", ["1", "4"]),
        ("Gaming", ["2"]),
        ("Gift Cards", ["3"]),
    ]


def test_a_page_of_another_shape_is_a_broken_promise() -> None:
    """What is no list of products is never taken for an empty shop."""
    with pytest.raises(ProviderContractBroken):
        shop.read_page(data({"products": []}))


def test_denominations_become_types() -> None:
    """Each denomination is a type, the smallest first, with its face value and a limit."""
    found = types(valueDenominations="50, 10,37.5,10,,x,0,-5", orderQuantityLimit="3")

    assert [(each.key, each.name, each.cost) for each in found] == [
        ("10", "10 USD", dollars("10")),
        ("37.5", "37.50 USD", dollars("37.5")),
        ("50", "50 USD", dollars("50")),
    ]
    assert {(each.most, each.stock) for each in found} == {(3, shop.ALWAYS)}
    assert found[1].face == Money.of(Decimal("37.5"), "USD")


@pytest.mark.parametrize("limit", [None, 0, "", -1])
def test_an_order_holds_ten_unless_told(limit: object) -> None:
    """Where a product names no limit, the documented one holds."""
    assert types(orderQuantityLimit=limit)[0].most == 10


@pytest.mark.parametrize(
    ("fields", "cost"),
    [
        ({"exchangeRate": "1.28", "currencyCode": "GBP"}, "25.60"),
        ({"exchangeRate": 1, "currencyCode": "GBP"}, "20"),
        ({"exchangeRate": 1.0842, "currencyCode": "EUR"}, "21.69"),
        ({"exchangeRate": None}, "20"),
        ({"exchangeRate": "82.5"}, "20"),
        ({"currencyCode": None, "exchangeRate": None}, "20"),
        ({"fee": 2.5}, "20.50"),
        ({"fee": "2.51"}, "20.51"),
        ({"discount": "1.5"}, "19.70"),
        ({"fee": 5, "discount": 2.5}, "20.50"),
        ({"fee": "", "discount": None}, "20"),
        ({"currencyCode": "INR", "exchangeRate": "0.01137", "fee": 3}, "0.24"),
    ],
    ids=repr,
)
def test_what_a_card_costs(fields: dict[str, object], cost: str) -> None:
    """Face value by the rate, fee and discount in percent, rounded up to the cent."""
    found = next(each for each in types(**fields) if each.key == "20")

    assert found.cost == dollars(cost)


@pytest.mark.parametrize(
    "fields",
    [
        {"currencyCode": "EUR", "exchangeRate": None},
        {"discount": 100},
        {"valueDenominations": ""},
        {"valueDenominations": None},
    ],
    ids=repr,
)
def test_nothing_is_sold_at_a_cost_that_nobody_tells(fields: dict[str, object]) -> None:
    """Without a rate, a price or a denomination there is no type."""
    assert types(**fields) == ()


def test_a_face_value_finer_than_money_is_a_type_all_the_same() -> None:
    """A denomination of thousandths is asked for as it is written, and has no face in money."""
    found = types(valueDenominations="1.005")[0]

    assert (found.key, found.face, found.cost) == ("1.005", None, dollars("1.01"))


@pytest.mark.parametrize(("least", "most"), [(5, 200), ("5", "200.0"), (200, 5), (4.5, 200.9)])
def test_an_open_amount_has_two_bounds(least: object, most: object) -> None:
    """Whole amounts between the bounds, which stand the wrong way round in a live catalogue."""
    (found,) = types(
        valueType="open_value", minValue=least, maxValue=most, fee=2.5, orderQuantityLimit=4
    )

    amount = found.open_amount
    assert amount is not None
    assert (amount.least, amount.most, amount.step) == (dollars("5"), dollars("200"), dollars("1"))
    assert amount.cost_millionths == 1_025_000
    assert amount.cost(dollars("37"), "USD") == dollars("37.93")
    assert (found.key, found.name, found.cost) == ("open", "5 - 200 USD", dollars("5.13"))
    assert (found.most, found.face, found.stock) == (4, None, shop.ALWAYS)


@pytest.mark.parametrize(("least", "most"), [(0, 0), (None, None), ("", "?"), (0, 0.5)])
def test_no_open_amount_without_bounds(least: object, most: object) -> None:
    """Zeros are what fixed products show: there is nothing to ask for."""
    assert types(valueType="open_value", minValue=least, maxValue=most) == ()


def test_an_open_amount_begins_at_one() -> None:
    """A bound of zero is none: nobody buys a card of nothing."""
    (found,) = types(valueType="open_value", minValue=0, maxValue=50)

    assert found.open_amount is not None
    assert found.open_amount.least == dollars("1")


@pytest.mark.parametrize("value", [5870.02, "5870.02"], ids=repr)
@pytest.mark.parametrize("currency", ["USD", " usd "])
def test_the_balance_and_its_currency(value: object, currency: str) -> None:
    """An older account shows its points beside the value: they are not money."""
    told = shop.read_balance(data({"points": 9944, "value": value, "currency": currency}))

    assert told == dollars("5870.02")


@pytest.mark.parametrize(
    "shown", [{"value": 1}, {"value": 1, "currency": "US$"}, {"currency": "USD"}, {"points": 5}, []]
)
def test_a_balance_without_currency_is_a_broken_promise(shown: object) -> None:
    """Money of no currency is no money."""
    with pytest.raises(ProviderContractBroken):
        shop.read_balance(data(shown))
