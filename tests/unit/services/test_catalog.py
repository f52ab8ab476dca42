from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alerts import AlertKind
from bot.domain.catalog import CategoryId, Environment, Product, ProductId
from bot.domain.refusals import RefusalReason
from bot.errors import ProviderError, ProviderUnauthorized, ProviderUnreachable, Refusal
from bot.services import marks
from bot.services.catalog import DAILY, FAVOURITES, SHOWN_FRESH, Catalog
from tests.fakes.provider import MemoryProvider
from tests.unit.samples import ACCOUNT, dinars
from tests.unit.services.shop import ADMIN, AMINA, NEVER_FRESH, Shop

SECOND = timedelta(seconds=1)


async def psn(shop: Shop) -> Product:
    """Find the product whose types are in stock."""
    return (await shop.listed())[1]


def reads(shop: Shop, call: str = "types") -> int:
    """Count the calls that reached the provider."""
    return shop.provider.calls.count(call)


# --- The whole catalogue --------------------------------------------------------------------------


async def test_the_catalogue_is_shown_from_the_store(shop: Shop) -> None:
    """Categories and products are those of the last reading; looking costs no call."""
    before = list(shop.provider.calls)
    (category,) = await shop.counter.catalog.categories()
    found, products = await shop.counter.catalog.products(category.id)
    assert found == category
    assert [product.title for product in products] == ["PSN", "Steam <Wallet> & Co"]
    assert await shop.counter.catalog.products(CategoryId(99)) == (None, ())
    assert shop.provider.calls == before
    (row,) = await shop.told("catalog.read")
    assert (row.event.subject, row.event.details) == ("provider:memory", {"products": 2})


async def test_the_catalogue_is_read_once_a_day(shop: Shop) -> None:
    """A reading holds for a day; the worker looks every hour."""
    shop.clock.advance(DAILY - SECOND)
    assert await shop.counter.catalog.keep_fresh() == timedelta(hours=1)
    assert reads(shop, "catalog") == 1
    shop.clock.advance(SECOND)
    assert await shop.counter.catalog.keep_fresh() == timedelta(hours=1)
    assert reads(shop, "catalog") == 2


async def test_a_new_shop_reads_at_once() -> None:
    """Before the first reading there is nothing to sell."""
    shop = Shop()
    await shop.counter.catalog.keep_fresh()
    assert reads(shop, "catalog") == 1
    assert len(await shop.counter.catalog.categories()) == 1


async def test_a_provider_that_is_away_is_asked_again_soon(shop: Shop) -> None:
    """The old catalogue stays, and five minutes later is another try."""
    shop.clock.advance(DAILY)
    shop.provider.failures.append(ProviderUnreachable())
    assert await shop.counter.catalog.keep_fresh() == timedelta(minutes=5)
    assert len(await shop.counter.catalog.categories()) == 1
    assert await shop.alerts() == []


async def test_a_refresh_that_was_asked_for_tells_what_went_wrong(shop: Shop) -> None:
    """An admin who asks for a reading gets the fault, not silence."""
    shop.provider.failures.append(ProviderUnreachable())
    with pytest.raises(ProviderError):
        await shop.counter.catalog.refresh()


async def test_a_rejected_key_freezes_the_provider_once(shop: Shop) -> None:
    """The first 401 stops every call and tells the admins; nobody asks with that key again."""
    shop.provider.key_rejected = True
    shop.clock.advance(DAILY)
    assert await shop.counter.catalog.keep_fresh() == timedelta(minutes=5)
    (alert,) = await shop.alerts()
    assert (alert.kind, alert.subject) == (AlertKind.PROVIDER_FROZEN, "provider:memory")
    async with shop.store.read() as work:
        frozen = await marks.find_frozen(work, ACCOUNT)
    assert frozen is not None
    assert frozen.since == shop.clock.now()
    calls = list(shop.provider.calls)
    shop.clock.advance(DAILY)
    assert await shop.counter.catalog.keep_fresh() == timedelta(hours=1)
    assert shop.provider.calls == calls
    assert len(await shop.told("provider.frozen")) == 1


# --- Types ----------------------------------------------------------------------------------------


async def test_types_are_offered_at_the_agents_price(shop: Shop) -> None:
    """An agent sees names, its own prices and what there is; never a cost."""
    agent = await shop.open_agent()
    await shop.counter.desk.set_margin(1000, ADMIN, of=agent.id)
    product, offered = await shop.counter.catalog.types((await psn(shop)).id, agent.id)
    assert product is not None
    shown = [(one.card_type.name, one.price, one.available) for one in offered]
    assert shown == [("PSN 10 USD", dinars(1520), True), ("PSN 20 USD", dinars(3040), True)]


async def test_a_type_that_is_sold_out_is_shown_and_not_available(shop: Shop) -> None:
    """Agents see that it exists; a type without a price is not for sale and not shown."""
    agent = await shop.open_agent()
    shop.provider.set_type("psn-10", stock=0)
    shop.provider.set_type("psn-20", cost=dinars(0))
    shop.clock.advance(SHOWN_FRESH + SECOND)
    _, offered = await shop.counter.catalog.types((await psn(shop)).id, agent.id)
    assert [(one.card_type.name, one.available) for one in offered] == [("PSN 10 USD", False)]


async def test_while_selling_stands_still_nothing_is_available(shop: Shop) -> None:
    """A pause is seen in the list, before anybody chooses."""
    agent = await shop.open_agent()
    await shop.counter.desk.pause(ADMIN)
    _, offered = await shop.counter.catalog.types((await psn(shop)).id, agent.id)
    assert [one.available for one in offered] == [False, False]


async def test_types_are_read_anew_unless_just_read(shop: Shop) -> None:
    """Within fifteen seconds a second look costs no call; later it shows today's prices."""
    agent = await shop.open_agent()
    product = await psn(shop)
    before = reads(shop)
    shop.clock.advance(SHOWN_FRESH)
    await shop.counter.catalog.types(product.id, agent.id)
    assert reads(shop) == before
    shop.provider.set_type("psn-10", cost=dinars(2000))
    shop.clock.advance(SECOND)
    _, offered = await shop.counter.catalog.types(product.id, agent.id)
    assert reads(shop) == before + 1
    assert offered[0].price == dinars(2100)


async def test_without_the_provider_the_last_prices_are_shown(shop: Shop) -> None:
    """An agent on a bad day still sees what there was; the price is asked again before sending."""
    agent = await shop.open_agent()
    shop.clock.advance(timedelta(hours=2))
    shop.provider.failures.append(ProviderUnreachable())
    _, offered = await shop.counter.catalog.types((await psn(shop)).id, agent.id)
    assert [one.price for one in offered] == [dinars(1450), dinars(2900)]


async def test_what_is_not_listed_any_more_has_no_types(shop: Shop) -> None:
    """A product that the provider took off, and one that never was, show nothing."""
    agent = await shop.open_agent()
    product = await psn(shop)
    shop.provider.categories = ()
    await shop.counter.catalog.refresh()
    before = reads(shop)
    for product_id in (product.id, ProductId(99)):
        assert await shop.counter.catalog.types(product_id, agent.id) == (None, ())
    assert reads(shop) == before


async def test_a_key_rejected_while_browsing_freezes_the_provider(shop: Shop) -> None:
    """Whoever notices first freezes; browsing goes on with what is known, without another call."""
    agent = await shop.open_agent()
    product = await psn(shop)
    shop.provider.key_rejected = True
    assert not await shop.counter.catalog.read_types(product, NEVER_FRESH)
    calls = list(shop.provider.calls)
    _, offered = await shop.counter.catalog.types(product.id, agent.id)
    assert [one.available for one in offered] == [False, False]
    assert not await shop.counter.catalog.read_types(product, NEVER_FRESH)
    assert shop.provider.calls == calls
    assert len(await shop.told("provider.frozen")) == 1
    with pytest.raises(ProviderUnauthorized):
        await shop.counter.catalog.refresh()


async def test_a_product_of_an_account_that_is_gone_is_not_read(shop: Shop) -> None:
    """After a change of provider or environment the old products stay, and are not asked for."""
    product = await psn(shop)
    live = replace(product.account, environment=Environment.PRODUCTION)
    elsewhere = replace(product, account=live)
    assert not await shop.counter.catalog.read_types(elsewhere, NEVER_FRESH)
    alone = Catalog(store=shop.store, providers={}, clock=shop.clock, terms=shop.terms)
    assert not await alone.read_types(product, NEVER_FRESH)


# --- Favourites -----------------------------------------------------------------------------------


async def test_favourites_are_what_an_agent_buys(shop: Shop) -> None:
    """What was bought with cards comes above the catalogue, at today's known price."""
    agent = await shop.open_agent(paid_in=100_000)
    assert await shop.counter.catalog.favourites(agent.id) == ()
    await shop.sold(AMINA, quantity=2)
    (favourite,) = await shop.counter.catalog.favourites(agent.id)
    assert (favourite.card_type.key, favourite.price) == ("psn-10", dinars(1450))
    assert favourite.available
    assert FAVOURITES == 3


async def test_a_favourite_that_is_gone_is_left_out(shop: Shop) -> None:
    """A product that the provider took off is not offered again."""
    agent = await shop.open_agent(paid_in=100_000)
    await shop.sold(AMINA, quantity=2)
    shop.provider.categories = ()
    await shop.counter.catalog.refresh()
    assert await shop.counter.catalog.favourites(agent.id) == ()


# --- Another account ------------------------------------------------------------------------------


async def test_what_another_account_sold_is_not_for_sale(shop: Shop) -> None:
    """After the sandbox, the real counter shows nothing of the sandbox, and sells nothing of it."""
    agent = await shop.open_agent(paid_in=100_000)
    card_type, product = await shop.listed()
    await shop.sold(AMINA, quantity=2)
    live = replace(ACCOUNT, environment=Environment.PRODUCTION)
    provider = MemoryProvider(shop.clock, account=live)
    catalog = Catalog(
        store=shop.store, providers={"memory": provider}, clock=shop.clock, terms=shop.terms
    )
    assert await catalog.categories() == ()
    assert await catalog.products(product.category_id) == (None, ())
    assert await catalog.types(product.id, agent.id) == (None, ())
    assert await catalog.favourites(agent.id) == ()
    quoting = replace(shop.counter.quoting, catalog=catalog)
    with pytest.raises(Refusal) as refusal:
        await quoting.quote(AMINA, card_type.id, 1)
    assert refusal.value.reason == RefusalReason.NOT_AVAILABLE
