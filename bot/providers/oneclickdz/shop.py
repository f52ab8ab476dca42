"""OneClickDZ's catalogue, types, balance and key, in every spelling, as values of the port.

Sources: docs.oneclickdz.com, reference pages "Get catalog", "Check product", "Get balance",
"Validate token", and guides 1 and 2 in English and Arabic, which name the same things otherwise.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from bot.domain.catalog import Account, Environment, ListedCategory, ListedProduct, ListedType
from bot.domain.money import Money
from bot.errors import ProviderContractBroken
from bot.ports.provider import ProviderProfile
from bot.providers.decoding import find, first, money, name, read, whole

NAME: Final = "oneclickdz"
TITLE: Final = "OneClickDZ"
CURRENCY: Final = "DZD"
"""Every amount is in Algerian dinars ("Get balance")."""

NOT_CARDS: Final = frozenset({"mobile & internet"})
"""A category seen in the live catalogue that holds top-ups, which have calls of their own."""

_Key = str | int | None


class _Product(msgspec.Struct):
    id: _Key = None
    mongo_id: _Key = msgspec.field(default=None, name="_id")
    product_id: _Key = msgspec.field(default=None, name="productId")
    title: str | None = None
    name: str | None = None
    enabled: bool | None = None
    region: str | None = None


class _Category(msgspec.Struct):
    title: str | None = None
    name: str | None = None
    products: list[_Product] | None = None


class _Catalog(msgspec.Struct):
    categories: list[_Category]


class _Type(msgspec.Struct):
    id: _Key = None
    mongo_id: _Key = msgspec.field(default=None, name="_id")
    type_id: _Key = msgspec.field(default=None, name="typeId")
    name: str | None = None
    title: str | None = None
    price: Decimal | None = None
    quantity: Decimal | None = None
    available: bool | None = None


class _Types(msgspec.Struct):
    types: list[_Type]


class _Balance(msgspec.Struct):
    balance: Decimal


class _ApiKey(msgspec.Struct):
    """Never decodes `key`: the answer echoes the key itself."""

    type: str | None = None
    enabled: bool | None = msgspec.field(default=None, name="isEnabled")
    scope: str | None = None


class _Profile(msgspec.Struct):
    api_key: _ApiKey | None = msgspec.field(default=None, name="apiKey")
    key: _ApiKey | str | None = None


def read_catalog(data: bytes) -> tuple[ListedCategory, ...]:
    """Read the catalogue; what has no id or no title cannot be shown and is left out.

    Categories have no id, so the title is the key, numbered when it comes twice.
    """
    bare = find(data, list[_Category])
    categories = read(data, _Catalog, what="catalog").categories if bare is None else bare
    return tuple(_categories(categories))


def read_types(data: bytes) -> tuple[ListedType, ...]:
    """Read a product's types; what has no id, name or price cannot be sold and is left out."""
    shape = read(data, _Types, what="checkProduct")
    return tuple(listed for each in shape.types if (listed := _listed_type(each)))


def read_balance(data: bytes) -> Money:
    """Read the account's balance."""
    return money(read(data, _Balance, what="balance").balance, CURRENCY, what="balance")


def read_profile(data: bytes) -> ProviderProfile:
    """Read what the key may do; what is not told is not forbidden, but its environment must be."""
    shape = read(data, _Profile, what="validate")
    key = shape.api_key or shape.key
    told = key.type if isinstance(key, _ApiKey) and key.type else ""
    if not isinstance(key, _ApiKey) or told.lower() not in set(Environment):
        raise ProviderContractBroken("validate: no environment")
    return ProviderProfile(
        account=Account(provider=NAME, environment=Environment(told.lower())),
        enabled=key.enabled is not False,
        may_order=key.scope is None or key.scope.upper() == "READ-WRITE",
    )


def _categories(shown: list[_Category]) -> Iterator[ListedCategory]:
    seen: Counter[str] = Counter()
    for each in shown:
        title = name(each.title, each.name)
        if not title or title.casefold() in NOT_CARDS:
            continue
        seen[title] += 1
        key = title if seen[title] == 1 else f"{title} #{seen[title]}"
        products = tuple(listed for p in each.products or [] if (listed := _listed_product(p)))
        yield ListedCategory(key=key, title=title, products=products)


def _listed_product(shown: _Product) -> ListedProduct | None:
    key = first(shown.id, shown.mongo_id, shown.product_id)
    title = name(shown.title, shown.name)
    if not key or not title:
        return None
    enabled = shown.enabled is not False
    return ListedProduct(key=key, title=title, region=name(shown.region) or None, enabled=enabled)


def _listed_type(shown: _Type) -> ListedType | None:
    key = first(shown.id, shown.mongo_id, shown.type_id)
    title = name(shown.name, shown.title)
    if not key or not title or shown.price is None:
        return None
    stock = whole(shown.quantity or Decimal(0), what="checkProduct: quantity")
    cost = money(shown.price, CURRENCY, what="checkProduct: price")
    return ListedType(
        key=key, name=title, cost=cost, stock=0 if shown.available is False else max(stock, 0)
    )
