from dataclasses import replace

import pytest

from bot.domain.catalog import (
    Account,
    CardTypeId,
    CategoryId,
    ListedCategory,
    ListedProduct,
    ListedType,
    OpenAmount,
    ProductId,
)
from bot.errors import Conflict
from bot.ports.store import Store, Work
from tests.contract.store_samples import ELSEWHERE, HERE, after, dollars, dzd
from tests.fakes.world import NOON


def product(key: str, **changes: object) -> ListedProduct:
    sample = ListedProduct(key=key, title=key.title(), region=None, enabled=True)
    return replace(sample, **changes)  # type: ignore[arg-type] # replace is untyped


def category(key: str, *products: ListedProduct) -> ListedCategory:
    return ListedCategory(key=key, title=key.upper(), products=products)


def card_type(key: str, stock: int = 9, cost: int = 100) -> ListedType:
    return ListedType(key=key, name=f"{key} USD", cost=dzd(cost), stock=stock)


GAMES = category("games", product("psn", region="US"), product("xbox"))
MUSIC = category("music", product("spotify"))


async def shown(work: Work) -> dict[str, list[str]]:
    """What an agent would be shown."""
    return {
        one.key: [each.key for each in await work.catalog.list_products(one.id)]
        for one in await work.catalog.list_categories()
    }


async def test_a_reading_is_taken_over_in_the_providers_order(store: Store) -> None:
    """Categories and products are shown as the provider orders them."""
    async with store.begin() as work:
        assert await work.catalog.read_at(HERE) is None
        await work.catalog.replace(HERE, [MUSIC, GAMES], at=NOON)
        assert await shown(work) == {"music": ["spotify"], "games": ["psn", "xbox"]}
        assert list(await shown(work)) == ["music", "games"]
        assert await work.catalog.read_at(HERE) == NOON
        assert await work.catalog.read_at(ELSEWHERE) is None
        games = (await work.catalog.list_categories())[1]
        assert (games.account, games.title) == (HERE, "GAMES")
        assert await work.catalog.find_category(games.id) == games
        psn = (await work.catalog.list_products(games.id))[0]
        assert await work.catalog.find_product(psn.id) == psn
        assert (psn.account, psn.category_id, psn.title) == (HERE, games.id, "Psn")
        assert (psn.region, psn.enabled) == ("US", True)


async def test_ids_stay_the_same(store: Store) -> None:
    """A button made from an old reading means the same after a new one."""
    async with store.begin() as work:
        await work.catalog.replace(HERE, [GAMES, MUSIC], at=NOON)
        before = await work.catalog.list_categories()
        psn = (await work.catalog.list_products(before[0].id))[0]
        moved = category("music", product("spotify"), product("psn", title="PlayStation"))
        await work.catalog.replace(HERE, [moved, category("games", product("xbox"))], at=after(9))
        found = await work.catalog.list_categories()
        assert [one.id for one in found] == [before[1].id, before[0].id]
        renamed = await work.catalog.find_product(psn.id)
        assert renamed == replace(psn, title="PlayStation", region=None, category_id=before[1].id)
        assert await work.catalog.read_at(HERE) == after(9)


async def test_every_account_is_listed_together(store: Store) -> None:
    """What is the same at two accounts is found among all that they sell; what is off is not."""
    async with store.begin() as work:
        await work.catalog.replace(HERE, [GAMES], at=NOON)
        await work.catalog.replace(ELSEWHERE, [MUSIC], at=NOON)
        assert [one.key for one in await work.catalog.list_enabled()] == ["psn", "xbox", "spotify"]
        await work.catalog.replace(HERE, [category("games", product("xbox"))], at=NOON)
        found = await work.catalog.list_enabled()
        assert [(one.key, one.account) for one in found] == [
            ("xbox", HERE),
            ("spotify", ELSEWHERE),
        ]


async def test_what_is_no_longer_listed_is_disabled(store: Store) -> None:
    """A product that disappears is hidden, and still found by its id."""
    async with store.begin() as work:
        await work.catalog.replace(HERE, [GAMES, MUSIC], at=NOON)
        games = (await work.catalog.list_categories())[0]
        psn = (await work.catalog.list_products(games.id))[0]
        only_xbox = category("games", product("psn", enabled=False), product("xbox"))
        await work.catalog.replace(HERE, [only_xbox], at=NOON)
        assert await shown(work) == {"games": ["xbox"]}
        assert await work.catalog.find_product(psn.id) == replace(psn, enabled=False, region=None)
        await work.catalog.replace(HERE, [category("games")], at=NOON)
        assert await shown(work) == {}
        assert await work.catalog.find_category(games.id) == games
        assert await work.catalog.list_products(games.id) == ()


async def test_accounts_do_not_mix(store: Store) -> None:
    """A reading of one account leaves the others alone, even where keys are equal."""
    async with store.begin() as work:
        await work.catalog.replace(HERE, [GAMES], at=NOON)
        await work.catalog.replace(ELSEWHERE, [GAMES, MUSIC], at=NOON)
        await work.catalog.replace(HERE, [], at=after(1))
        accounts: list[Account] = [one.account for one in await work.catalog.list_categories()]
        assert accounts == [ELSEWHERE, ELSEWHERE]
        await work.catalog.replace(HERE, [GAMES], at=after(2))
        accounts = [one.account for one in await work.catalog.list_categories()]
        assert accounts == [HERE, ELSEWHERE, ELSEWHERE]


async def test_what_is_not_there_is_not_found(store: Store) -> None:
    """An id that never was names nothing."""
    async with store.read() as view:
        assert await view.catalog.find_category(CategoryId(9)) is None
        assert await view.catalog.find_product(ProductId(9)) is None
        assert await view.catalog.find_type(CardTypeId(9)) is None
        assert await view.catalog.list_types(ProductId(9)) == ()


async def test_types_are_taken_over(store: Store) -> None:
    """Prices and stock are those of the last reading, ids stay, and the missing have no stock."""
    async with store.begin() as work:
        await work.catalog.replace(HERE, [GAMES], at=NOON)
        types = work.catalog.list_types
        await work.catalog.replace_types(ProductId(1), [card_type("20"), card_type("10")], at=NOON)
        await work.catalog.replace_types(ProductId(2), [card_type("10")], at=NOON)
        twenty, ten = await types(ProductId(1))
        assert (twenty.key, twenty.name, twenty.product_id) == ("20", "20 USD", 1)
        assert (twenty.cost, twenty.stock, twenty.read_at) == (dzd(100), 9, NOON)
        assert await work.catalog.find_type(ten.id) == ten
        changed = [card_type("10", stock=1, cost=120), card_type("50")]
        await work.catalog.replace_types(ProductId(1), changed, at=after(5))
        found = {one.key: one for one in await types(ProductId(1))}
        assert found["10"] == replace(ten, stock=1, cost=dzd(120), read_at=after(5))
        assert found["20"] == replace(twenty, stock=0, read_at=after(5))
        assert [key for key in found if key != "20"] == ["10", "50"]
        await work.catalog.replace_types(ProductId(1), [], at=after(6))
        assert {one.stock for one in await types(ProductId(1))} == {0}
        assert [one.stock for one in await types(ProductId(2))] == [9]


@pytest.mark.parametrize(
    ("product_id", "listed"),
    [(9, card_type("10")), (1, card_type("10", stock=-1)), (1, card_type("10", cost=-1))],
)
async def test_types_that_make_no_sense_are_refused(
    store: Store, product_id: int, listed: ListedType
) -> None:
    """A type is of a known product, and neither its stock nor its cost is below zero."""
    async with store.begin() as work:
        await work.catalog.replace(HERE, [GAMES], at=NOON)
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.catalog.replace_types(ProductId(product_id), [listed], at=NOON)


OPEN = OpenAmount(
    least=dollars(500), most=dollars(20_000), step=dollars(100), cost_millionths=1_020_000
)


async def test_what_a_product_asks_and_tells_is_kept(store: Store) -> None:
    """What a product asks for and tells of its cards is what was last read."""
    told = {"needs_phone": True, "delayed": True, "validity": "A year.", "redemption": "Online."}
    async with store.begin() as work:
        await work.catalog.replace(HERE, [category("games", product("psn", **told))], at=NOON)
        psn = await work.catalog.find_product(ProductId(1))
        assert psn is not None
        assert {name: getattr(psn, name) for name in told} == told
        await work.catalog.replace(HERE, [GAMES], at=after(1))
        psn = await work.catalog.find_product(ProductId(1))
        assert psn is not None
        assert (psn.needs_phone, psn.delayed, psn.validity, psn.redemption) == (
            False,
            False,
            None,
            None,
        )


async def test_what_a_type_allows_is_kept(store: Store) -> None:
    """How many a type sells at once, its face value and its open amount come back whole."""
    fixed = replace(card_type("20"), most=10, face=dollars(2000))
    opened = replace(card_type("open"), open_amount=OPEN)
    async with store.begin() as work:
        await work.catalog.replace(HERE, [GAMES], at=NOON)
        await work.catalog.replace_types(ProductId(1), [fixed, opened], at=NOON)
        found = await work.catalog.list_types(ProductId(1))
        assert [(one.most, one.face, one.open_amount, one.asked) for one in found] == [
            (10, dollars(2000), None, False),
            (None, None, OPEN, False),
        ]


async def test_a_type_that_was_asked_for_stands_behind_the_others(store: Store) -> None:
    """A type made of an open amount is kept once, behind what is listed, and read anew alike."""
    asked = replace(card_type("37.5"), face=dollars(3750), asked=True)
    async with store.begin() as work:
        await work.catalog.replace(HERE, [GAMES], at=NOON)
        made = await work.catalog.save_type(ProductId(1), asked, at=after(1))
        await work.catalog.replace_types(ProductId(1), [card_type("20")], at=after(2))
        again = await work.catalog.save_type(ProductId(1), asked, at=after(3))
        assert again == replace(made, read_at=after(3))
        assert await work.catalog.find_type(made.id) == again
        assert [one.key for one in await work.catalog.list_types(ProductId(1))] == ["20", "37.5"]
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.catalog.save_type(ProductId(9), asked, at=NOON)


async def test_a_type_is_found_with_its_product(store: Store) -> None:
    """One look gives both whole, and nothing of one is taken for the other's."""
    listed = replace(card_type("20"), most=10, face=dollars(2000))
    told = product("steam", needs_phone=True, validity="A year.")
    async with store.begin() as work:
        await work.catalog.replace(HERE, [category("games", product("psn"), told)], at=NOON)
        await work.catalog.replace_types(ProductId(2), [card_type("10"), listed], at=after(1))
        second = (await work.catalog.list_types(ProductId(2)))[1]
        steam = await work.catalog.find_product(ProductId(2))
        assert await work.catalog.find_listed(second.id) == (second, steam)
        assert await work.catalog.find_listed(CardTypeId(99)) is None
