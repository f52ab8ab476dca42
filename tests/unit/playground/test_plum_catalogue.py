"""The Plum double's catalogue is found, cut and spelled as the provider's is."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from tests.unit.playground.plum_desk import Desk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a provider; whatever a test asks of it keeps to the schema."""
    async with open_desk() as opened:
        yield opened
        assert opened.provider.violations == []


async def names(desk: Desk, **data: object) -> list[str]:
    """The names of the products that are found."""
    return [each["name"] for each in await desk.get("getVouchers", limit=100, **data)]


def only(key: str, value: str) -> dict[str, str]:
    """A filter."""
    return {"key": key, "value": value}


async def test_the_catalogue_comes_in_pages(desk: Desk) -> None:
    """Pages are ten long unless asked otherwise, and end with a short one; there is no count."""
    pages = [await desk.get("getVouchers", page=page) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [10, 2, 0]


async def test_a_rate_is_told_when_it_is_asked_for(desk: Desk) -> None:
    """Without `exchangeRate: 1` no product has a rate."""
    (plain,) = await desk.get("getVouchers", includeProducts="61044")
    (rated,) = await desk.get("getVouchers", includeProducts="61044", exchangeRate=1)

    assert "exchangeRate" not in plain
    assert rated["exchangeRate"] == Decimal("1.28")


async def test_products_are_included_excluded_and_sorted(desk: Desk) -> None:
    """Ids are separated by commas; names sort either way."""
    wanted = {"includeProducts": "15365, 33010,61044", "excludeProducts": "33010"}
    order = {"field": "name", "order": "DESC"}

    assert await names(desk, **wanted) == ["PSN", "Starbucks UK"]
    assert await names(desk, **wanted, sort=order) == ["Starbucks UK", "PSN"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([only("country", "united_kingdom")], ["Starbucks UK"]),
        ([only("country", "germany,india")], ["Steam EU", "Flipkart"]),
        ([only("currencyCode", "AED")], ["Noon UAE"]),
        ([only("deliveryType", "delayed")], ["Noon UAE"]),
        ([only("productName", "steam")], ["Steam EU", "Steam <Wallet> & Co"]),
        ([only("voucher_category", "music_&_apps")], ["iTunes", "Google Play"]),
        ([only("currency", "USD"), only("minPrice", "120")], ["Amazon US"]),
        ([only("currency", "USD"), only("maxPrice", "4.99")], []),
    ],
)
async def test_filters_narrow_the_catalogue(
    desk: Desk, filters: list[dict[str, str]], found: list[str]
) -> None:
    """Only products that pass every filter are found."""
    assert await names(desk, filters=filters) == found


async def test_prices_are_bounded_in_a_currency_only(desk: Desk) -> None:
    """Without a currency the bounds are passed over, as documented."""
    assert len(await names(desk, filters=[only("minPrice", "120")])) == 12


@pytest.mark.parametrize(
    ("key", "value"), [("country", "IN"), ("price", "0-10"), ("minPrice", "cheap")]
)
async def test_an_unknown_value_of_a_filter_is_refused(desk: Desk, key: str, value: str) -> None:
    """A country's ISO code is no value of the filter, whatever a page shows."""
    response = await desk.ask("getVouchers", filters=[only(key, value)])

    assert (response.status_code, response.json()["errorId"]) == (400, "PLE10031")


async def test_filters_come_in_groups(desk: Desk) -> None:
    """Every group, or one of them whatever its case; includes and excludes need a group."""
    every = await desk.get("getFilters", filterGroupCode="", excludeFilters="india")
    (country,) = await desk.get(
        "getFilters", filterGroupCode="Country", includeFilters="", excludeFilters="india"
    )
    (one,) = await desk.get("getFilters", filterGroupCode="country", includeFilters="india")

    assert [each["filterGroupCode"] for each in every] == [
        "country",
        "currency",
        "voucher_category",
        "product_category",
    ]
    assert "india" in str(every)
    assert [each["isoCode"] for each in country["filters"]] == ["US", "DE", "GB", "AE"]
    assert one["filters"] == [{"filterValue": "India", "isoCode": "IN", "filterValueCode": "india"}]


async def test_an_unknown_group_of_filters_is_refused(desk: Desk) -> None:
    """404 PLE10029 says that there is no such group."""
    response = await desk.ask("getFilters", filterGroupCode="colour")

    assert (response.status_code, response.json()["errorId"]) == (404, "PLE10029")


async def test_the_demo_catalogue_has_the_real_ones_oddities(desk: Desk) -> None:
    """HTML, names that HTML would stumble over, numbers as strings or null, bounds swapped."""
    products = {
        each["name"]: each for each in await desk.get("getVouchers", limit=100, exchangeRate=1)
    }

    assert products["PSN"]["exchangeRate"] == "1"
    assert products["Amazon US"]["exchangeRate"] is None
    assert products["Amazon US"]["valueType"] == "open_value"
    assert (products["Flipkart"]["minValue"], products["Flipkart"]["maxValue"]) == (500, 10)
    assert products["Flipkart"]["isPhoneNumberMandatory"] is True
    assert products["Noon UAE"]["deliveryType"] == "delayed"
    assert products["Noon UAE"]["valueDenominations"] == "100,250.5"
    assert "<br/>" in products["PSN"]["description"]
    assert "Steam <Wallet> & Co" in products
    assert len({each["countryCode"] for each in products.values()}) == 5
