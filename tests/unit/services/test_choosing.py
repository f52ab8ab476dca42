import pytest

from bot.domain.catalog import CardTypeId
from bot.domain.refusals import RefusalReason
from bot.errors import ProviderUnreachable, Refusal
from bot.services import marks
from tests.engine import ADMIN, AMINA, PSN_10
from tests.fakes.provider_account import dinars
from tests.unit.services.two_accounts import OTHER, Pair, the_agent


@pytest.fixture
async def pair() -> Pair:
    """Open a shop with two accounts, whose prices were read."""
    pair = Pair()
    await pair.open()
    agent = await pair.hire()
    await pair.types(agent)
    return pair


# --- Categories and products ----------------------------------------------------------------------


async def test_one_catalogue_is_made_of_two(pair: Pair) -> None:
    """A category that both have is shown once, then those that only the other has."""
    assert await pair.shelves() == ["Game Stores", "Meals"]
    category, products = await pair.shelf("Game Stores")
    assert [one.title for one in products] == ["PSN", "Steam <Wallet> & Co"]
    other, same = await pair.shelf("GAME stores")
    assert same == products
    assert other.id != category.id


async def test_whoever_is_put_first_shows_first(pair: Pair) -> None:
    """The admin's choice is journaled once, and its products stand for the other's."""
    overseeing = pair.works.counter.overseeing
    for _ in range(2):
        await overseeing.prefer("other", ADMIN)
    assert (await pair.actions("provider:other")).count("provider.preferred") == 1
    assert await pair.shelves() == ["GAME stores", "Meals"]
    _, products = await pair.shelf("Game Stores")
    assert [one.account.provider for one in products] == ["other", "memory"]
    assert [one.first for one in await overseeing.providers_status()] == [False, True]


async def test_a_preferred_provider_that_is_gone_prefers_nobody(pair: Pair) -> None:
    """After a provider was taken out of the settings the order of configuration holds."""
    async with pair.store.begin() as work:
        await work.marks.set(marks.PREFERRED, "gone")
    assert await pair.shelves() == ["Game Stores", "Meals"]


async def test_a_provider_is_found_by_its_name_or_title(pair: Pair) -> None:
    """`/provider first Other` and `other` mean the same; nobody else is meant."""
    overseeing = pair.works.counter.overseeing
    assert [overseeing.find(text) for text in ("other", " OTHER", "Memory", "x")] == [
        "other",
        "other",
        "memory",
        None,
    ]
    assert (overseeing.title("other"), overseeing.title("gone")) == ("Other", "gone")


# --- Types ----------------------------------------------------------------------------------------


async def test_each_type_is_sold_by_the_first_that_can(pair: Pair) -> None:
    """What both have is the preferred account's; what one has is its own; both are read at once."""
    agent = await the_agent(pair)
    both = [("PSN 10 USD", "memory"), ("PSN 20 USD", "memory"), ("50 USD", "other")]
    assert await pair.types(agent) == both
    assert await pair.types(agent, OTHER) == both
    pair.provider.set_type(PSN_10, stock=0)
    pair.clock.advance(pair.terms.track_every * 4)
    assert (await pair.types(agent))[0] == ("10 USD", "other")
    await pair.works.counter.overseeing.prefer("other", ADMIN)
    assert await pair.types(agent) == [
        ("10 USD", "other"),
        ("50 USD", "other"),
        ("PSN 20 USD", "memory"),
    ]


async def test_a_product_that_one_account_took_off_is_the_others(pair: Pair) -> None:
    """An old button of a product leads to whoever still sells it, and then to nobody."""
    agent, product = await the_agent(pair), await pair.psn(pair.provider.account)
    catalog = pair.works.counter.catalog
    pair.provider.categories = ()
    await catalog.refresh()
    shown, offers = await catalog.types(product.id, agent.id)
    assert shown is not None
    assert shown.account == OTHER
    assert [one.card_type.name for one in offers] == ["10 USD", "50 USD"]
    pair.second.categories = ()
    await catalog.refresh()
    assert await catalog.types(product.id, agent.id) == (None, ())


async def test_an_old_button_of_a_type_asks_whoever_sells_it(pair: Pair) -> None:
    """Choosing a type again after its stock went leads to the other account's same type."""
    quoting, type_id = pair.works.counter.quoting, await pair.type_id()
    assert (await quoting.choose(AMINA, type_id)).card_type.key == PSN_10
    pair.provider.set_type(PSN_10, stock=0)
    pair.clock.advance(pair.terms.track_every * 4)
    await pair.types(await the_agent(pair))
    chosen = await quoting.choose(AMINA, type_id)
    assert (chosen.card_type.key, chosen.product.account) == ("9-10", OTHER)
    pair.second.set_type("9-10", stock=0)
    pair.clock.advance(pair.terms.track_every * 4)
    await pair.types(await the_agent(pair))
    with pytest.raises(Refusal) as refusal:
        await quoting.choose(AMINA, type_id)
    assert refusal.value.reason == RefusalReason.OUT_OF_STOCK


async def test_a_type_that_never_was_is_nobodys(pair: Pair) -> None:
    """A forged button chooses nothing, at any account."""
    with pytest.raises(Refusal) as refusal:
        await pair.works.counter.quoting.choose(AMINA, CardTypeId(99))
    assert refusal.value.reason == RefusalReason.NOT_AVAILABLE


async def test_a_favourite_is_shown_once(pair: Pair) -> None:
    """What was bought at both accounts is one favourite, of the one that sells it now."""
    agent = await the_agent(pair)
    for key in (PSN_10, "9-10"):
        await pair.buy(key=key, quantity=1)
    await pair.rest()
    (favourite,) = await pair.works.counter.catalog.favourites(agent.id)
    assert favourite.card_type.key == PSN_10
    await pair.works.counter.overseeing.prefer("other", ADMIN)
    (favourite,) = await pair.works.counter.catalog.favourites(agent.id)
    assert favourite.card_type.key == "9-10"


# --- A frozen account -----------------------------------------------------------------------------


async def test_a_frozen_account_hides_nothing(pair: Pair) -> None:
    """What only it sells is shown as away, what the other has too goes on being sold by that."""
    agent, catalog = await the_agent(pair), pair.works.counter.catalog
    _, products = await pair.shelf("Game Stores")
    assert await catalog.away(products) == frozenset()
    await pair.freeze(pair.provider)
    _, products = await pair.shelf("Game Stores")
    away = await catalog.away(products)
    assert [one.title for one in products if one.id in away] == ["Steam <Wallet> & Co"]
    pair.clock.advance(pair.terms.track_every * 4)
    assert await pair.types(agent) == [
        ("10 USD", "other"),
        ("PSN 20 USD", "memory"),
        ("50 USD", "other"),
    ]
    assert [one.available for one in pair.offers] == [True, False, True]


async def test_a_frozen_account_is_not_all_selling(pair: Pair) -> None:
    """Its cards are not available, which is said; that selling stands still would be untrue."""
    await pair.freeze(pair.provider)
    with pytest.raises(Refusal) as refusal:
        await pair.works.counter.quoting.quote(AMINA, await pair.type_id("psn-20"), 1)
    assert refusal.value.reason == RefusalReason.NOT_AVAILABLE
    await pair.works.counter.desk.pause(ADMIN)
    with pytest.raises(Refusal) as refusal:
        await pair.works.counter.quoting.quote(AMINA, await pair.type_id("9-10"), 1)
    assert refusal.value.reason == RefusalReason.PAUSED


async def test_one_account_that_is_away_keeps_no_other_from_being_read(pair: Pair) -> None:
    """A refresh reads every catalogue it can, and then says what went wrong."""
    pair.provider.failures.append(ProviderUnreachable())
    pair.second.categories = pair.second.categories[:1]
    with pytest.raises(ProviderUnreachable):
        await pair.works.counter.catalog.refresh()
    assert await pair.shelves() == ["Game Stores"]


async def test_one_account_that_is_away_takes_nothing_from_the_other(pair: Pair) -> None:
    """While one cannot be read, its last prices stand beside the other's of today."""
    agent = await the_agent(pair)
    pair.clock.advance(pair.terms.track_every * 4)
    pair.provider.failures.append(ProviderUnreachable())
    pair.second.set_type("9-50", cost=dinars(7000))
    assert len(await pair.types(agent)) == 3
    assert pair.offers[2].price == dinars(7350)
