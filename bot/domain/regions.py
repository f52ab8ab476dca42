"""Regions: where the cards of a product can be redeemed, as the provider names it."""

from collections.abc import Sequence

from bot.domain.catalog import Product


def region_name(product: Product) -> str:
    """Name a product's region; empty where the provider names none."""
    return " ".join((product.region or "").replace("-", " ").split())


def same_region(products: Sequence[Product], one: Product) -> tuple[Product, ...]:
    """Choose the products that lie where one of them does, in their order."""
    return tuple(each for each in products if _key(each) == _key(one))


def by_region(products: Sequence[Product]) -> tuple[tuple[Product, ...], ...]:
    """Sort products into regions, by name; those that name none come last."""
    found: dict[str, list[Product]] = {}
    for product in products:
        found.setdefault(_key(product), []).append(product)
    keys = sorted(found, key=lambda key: (not key, key))
    return tuple(tuple(found[key]) for key in keys)


def _key(product: Product) -> str:
    return region_name(product).casefold()
