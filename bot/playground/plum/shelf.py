"""Finding products: the filters there are, and the vouchers that pass them.

A country is filtered by the filter's own code (`united_states`): the pages show ISO codes, which
find nothing at the real service.  The ranges of the group `price` are written nowhere: there is
none here; `minPrice` and `maxPrice` work with a currency, as documented.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bot.playground.encoding import Json
from bot.playground.plum.catalog import Product
from bot.playground.plum.problems import Problem
from bot.playground.plum.schema import Data


@dataclass(frozen=True, slots=True)
class _Filter:
    value: str
    iso: str
    code: str

    def shown(self) -> Json:
        return {"filterValue": self.value, "isoCode": self.iso, "filterValueCode": self.code}


def _categories(product: Product) -> list[_Filter]:
    return [_Filter(each, "", _slug(each)) for each in product.category.split(",")]


def _countries(product: Product) -> list[_Filter]:
    country = product.country
    return [_Filter(country.name, country.code, country.slug)]


def _currencies(product: Product) -> list[_Filter]:
    return [_Filter(product.currency, product.currency, product.currency)]


_GROUPS: Mapping[str, Callable[[Product], list[_Filter]]] = {
    "country": _countries,
    "currency": _currencies,
    "voucher_category": _categories,
    "product_category": _categories,
}
_NAMED = {"currencyCode": "currency"}  # a filter of vouchers that is another name of a group
_BOUNDS = ("minPrice", "maxPrice")


def filters(products: Iterable[Product], data: Data) -> list[Json] | Problem:
    """Every group of filters, or one; what to include and exclude counts in one group only."""
    wanted = str(data.get("filterGroupCode", "")).lower()
    if wanted and wanted not in _GROUPS:
        return Problem("PLE10029", "no such group of filters")
    included = _codes(data.get("includeFilters")) if wanted else set()
    excluded = _codes(data.get("excludeFilters")) if wanted else set()
    kept = list(products)
    return [
        {
            "filterGroupName": code.replace("_", " ").capitalize(),
            "filterGroupDescription": "",
            "filterGroupCode": code,
            "filters": [
                each.shown()
                for each in _filters_of(code, kept)
                if each.code not in excluded and (not included or each.code in included)
            ],
        }
        for code in _GROUPS
        if wanted in {"", code}
    ]


def vouchers(products: Iterable[Product], data: Data) -> list[Product] | Problem:
    """The products that pass every filter, in the order that was asked for."""
    every = list(products)
    asked = _asked(data)
    unknown = [key for key, values in asked if not _is_known(key, values, every)]
    if unknown:
        return Problem("PLE10031", f"no such value: {unknown[0]}")
    included = _codes(data.get("includeProducts"))
    excluded = _codes(data.get("excludeProducts"))
    found = [
        each
        for each in every
        if (not included or str(each.id) in included)
        and str(each.id) not in excluded
        and all(_passes(each, key, values) for key, values in asked)
        and _within(each, dict(asked))
    ]
    return _sorted(found, data.get("sort"))


def _filters_of(group: str, products: Iterable[Product]) -> list[_Filter]:
    found = (each for product in products for each in _GROUPS[group](product))
    return list(dict.fromkeys(found))


def _asked(data: Data) -> list[tuple[str, set[str]]]:
    listed = data.get("filters")
    rows = listed if isinstance(listed, list) else []
    return [
        (_NAMED.get(key, key), _codes(row.get("value")))
        for row in rows
        for key in [str(row.get("key", ""))]
    ]


def _is_known(key: str, values: set[str], products: list[Product]) -> bool:
    if key in _GROUPS:
        return values <= {each.code for each in _filters_of(key, products)}
    if key in _BOUNDS:
        return all(_amount(each) is not None for each in values)
    if key == "deliveryType":
        return values <= {"realtime", "delayed"}
    return key == "productName"


def _passes(product: Product, key: str, values: set[str]) -> bool:
    if key in _GROUPS:
        return bool(values & {each.code for each in _GROUPS[key](product)})
    if key == "deliveryType":
        return ("delayed" if product.delayed else "realtime") in values
    if key == "productName":
        return any(each.lower() in product.name.lower() for each in values)
    return True


def _within(product: Product, asked: Mapping[str, set[str]]) -> bool:
    """Whether a value of the product lies within the bounds; without a currency there are none."""
    if "currency" not in asked or not asked.keys() & set(_BOUNDS):
        return True
    low, high = (_amount(next(iter(asked.get(each, set())), "")) for each in _BOUNDS)
    values = product.denominations or (product.least, product.most)
    if product.denominations:
        return any((low or 0) <= each and (high is None or each <= high) for each in values)
    return (low or 0) <= values[1] and (high is None or values[0] <= high)


def _sorted(found: list[Product], sort: object) -> list[Product]:
    """By name where that was asked; else as the catalogue has them."""
    if not isinstance(sort, Mapping) or sort.get("field") != "name":
        return found
    return sorted(found, key=lambda each: each.name, reverse=sort.get("order") == "DESC")


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _codes(text: object) -> set[str]:
    return {each.strip() for each in str(text or "").split(",") if each.strip()}


def _slug(text: str) -> str:
    return text.strip().lower().replace(" ", "_")
