from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalog import CategoryId, Product, ProductId
from bot.domain.regions import by_region, region_name, same_region
from tests.unit.samples import ACCOUNT


def product(number: int, region: str | None) -> Product:
    return Product(
        id=ProductId(number),
        account=ACCOUNT,
        category_id=CategoryId(1),
        key=str(number),
        title=f"Product {number}",
        region=region,
        enabled=True,
    )


def test_products_are_sorted_by_where_they_are_redeemed() -> None:
    """Regions come by name, however they are spelled; what names none comes last."""
    regions = ["united-states", None, "India", "United States", "germany", " "]
    listed = [product(number, region) for number, region in enumerate(regions)]
    assert [[one.id for one in group] for group in by_region(listed)] == [[4], [2], [0, 3], [1, 5]]
    assert region_name(listed[0]) == "united states"
    assert region_name(listed[1]) == ""


@given(st.lists(st.sampled_from(["India", "india", "IN", "", None]), max_size=20))
def test_every_product_has_one_region(regions: list[str | None]) -> None:
    """Each product is found by its region, and by the region of each that shares it."""
    listed = [product(number, region) for number, region in enumerate(regions)]
    groups = by_region(listed)
    assert sorted(one.id for group in groups for one in group) == list(range(len(listed)))
    for group in groups:
        for one in group:
            assert same_region(listed, one) == group
