"""The catalogue: read from each provider once a day, shown from the store as one."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.domain.agents import Agent, AgentId
from bot.domain.amounts import asked_again
from bot.domain.catalog import (
    Account,
    CardType,
    CardTypeId,
    Category,
    CategoryId,
    Product,
    ProductId,
)
from bot.domain.choosing import (
    are_same_type,
    each_thing_once,
    first_available,
    one_of_each_title,
    one_of_each_type,
    plain,
    same_things,
)
from bot.domain.money import Money
from bot.domain.regions import same_region
from bot.errors import ProviderError, ProviderUnauthorized
from bot.ports.provider import Priority, Provider, Providers, find_provider
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, gates
from bot.services.choosing import Assortment, accounts_by_preference, by_preference, find_assortment
from bot.services.prices import prices_for
from bot.services.rates import watch_rates
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

DAILY = timedelta(hours=24)
"""How old a catalogue may get: the provider advises a day or more between readings."""

SHOWN_FRESH = timedelta(seconds=15)
"""Prices and stock this young are shown again without asking."""

FAVOURITES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A type as an agent sees it: its price, and whether it can be bought now.

    `price` is None while its cost is in a currency that has no rate; it is not `available` then.
    """

    card_type: CardType
    product: Product
    price: Money | None
    available: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What can be bought, as far as is known."""

    store: Store
    providers: Providers
    clock: Clock
    terms: Terms

    async def refresh(self) -> None:
        """Read every provider's catalogue anew; raises `ProviderError` when one cannot, at last."""
        failed = None
        for provider in self.providers.values():
            try:
                await self._refresh(provider)
            except ProviderError as error:
                failed = error
        if failed:
            raise failed

    async def keep_fresh(self) -> timedelta:
        """Refresh what is older than a day; tells how long it can rest."""
        rest = timedelta(hours=1)
        for provider in self.providers.values():
            try:
                if await self._is_stale(provider):
                    await self._refresh(provider)
            except ProviderError as error:
                log.warning("catalogue not read", error=str(error))
                rest = timedelta(minutes=5)
        return rest

    def trades_at(self, account: Account) -> bool:
        """Tell whether an account is one of ours now: a sandbox's products are not for sale."""
        return find_provider(self.providers, account) is not None

    async def categories(self) -> tuple[Category, ...]:
        """List the categories that have something enabled; one title is one category."""
        async with self.store.read() as work:
            accounts = await accounts_by_preference(work, self.providers)
            listed = await work.catalog.list_categories()
        return one_of_each_title(by_preference(listed, accounts))

    async def products(
        self, category_id: CategoryId
    ) -> tuple[Category | None, tuple[Product, ...]]:
        """List a category's products, whoever sells them; the category is None when unknown."""
        async with self.store.read() as work:
            category = await work.catalog.find_category(category_id)
            if category is None or not self.trades_at(category.account):
                return None, ()
            return category, await self._shelf(work, category)

    async def away(self, listed: Iterable[Product]) -> frozenset[ProductId]:
        """Tell which of these products cannot be had because whoever sells them is frozen."""
        frozen = {one.account for one in self.providers.values() if one.budget().frozen}
        if not frozen:
            return frozenset()
        async with self.store.read() as work:
            assortment = await find_assortment(work, self.providers)
        return frozenset(
            product.id
            for product in listed
            if frozen.issuperset(one.account for one in same_things(product, assortment.titled))
        )

    async def products_beside(
        self, product_id: ProductId
    ) -> tuple[Category | None, tuple[Product, ...]]:
        """List the products of a product's category that are redeemed where it is."""
        async with self.store.read() as work:
            product = await work.catalog.find_product(product_id)
        if product is None:
            return None, ()
        category, listed = await self.products(product.category_id)
        return category, same_region(listed, product)

    async def types(
        self, product_id: ProductId, agent_id: AgentId
    ) -> tuple[Product | None, tuple[Offered, ...]]:
        """List a product's types at the agent's prices, read anew unless just read.

        What several accounts sell is shown once, as the first of them sells it that can. When a
        provider cannot be read, what was last read is shown; the price is asked again before
        anything is placed. A type without a price is not for sale.
        """
        async with self.store.read() as work:
            product = await work.catalog.find_product(product_id)
            if product is None:
                return None, ()
            same = (await find_assortment(work, self.providers)).sold_as(product)
            if not same:
                return None, ()
            shown = product if product in same else same[0]
            known = {one: await work.catalog.list_types(one.id) for one in same}
            if all(self._are_fresh(types, SHOWN_FRESH) for types in known.values()):
                return shown, await self._merged(work, agent_id, known)
        await asyncio.gather(*(self.read_types(one, SHOWN_FRESH) for one in same))
        async with self.store.read() as work:
            known = {one: await work.catalog.list_types(one.id) for one in same}
            return shown, await self._merged(work, agent_id, known)

    async def alike(self, work: Work, agent: Agent, type_id: CardTypeId) -> tuple[Offered, ...]:
        """List what is the same as a type, as last read, one an account, the preferred first."""
        return await self._alike(work, agent, type_id, await find_assortment(work, self.providers))

    async def _alike(
        self, work: Work, agent: Agent, type_id: CardTypeId, assortment: Assortment
    ) -> tuple[Offered, ...]:
        found = await work.catalog.find_listed(type_id)
        if found is None:
            return ()
        offers: list[Offered] = []
        for product in assortment.sold_as(found[1]):
            if product.id == found[1].id:
                like = [found[0]]
            else:
                known = await work.catalog.list_types(product.id)
                like = [one for one in known if are_same_type(found, (one, product))]
            offers += (await self._offered(work, agent, product, tuple(like)))[:1]
        return tuple(offers)

    async def best(self, work: Work, agent: Agent, type_id: CardTypeId) -> CardTypeId:
        """Choose who sells a type now: the first account that can; the type itself if none can."""
        if len(self.providers) == 1:
            return type_id  # nobody else could
        offers = await self.alike(work, agent, type_id)
        return first_available(offers).card_type.id if offers else type_id

    async def favourites(self, agent_id: AgentId) -> tuple[Offered, ...]:
        """List the types this agent buys most, as last read."""
        async with self.store.read() as work:
            agent = await work.people.get_agent(agent_id)
            assortment = await find_assortment(work, self.providers)
            found: dict[CardTypeId, Offered] = {}
            for type_id in await work.orders.list_favourites(agent_id, limit=FAVOURITES):
                if offers := await self._alike(work, agent, type_id, assortment):
                    best = first_available(offers)
                    found[best.card_type.id] = best
            return tuple(found.values())

    async def read_types(
        self, product: Product, age: timedelta, priority: Priority = Priority.CHECKING
    ) -> bool:
        """Make sure a product's types were read within `age`; False when they could not be."""
        async with self.store.read() as work:
            known = await work.catalog.list_types(product.id)
        if self._are_fresh(known, age):
            return True
        provider = find_provider(self.providers, product.account)
        if provider is None or provider.budget().frozen:
            return False
        return await self._read(provider, product, priority)

    async def _shelf(self, work: Work, category: Category) -> tuple[Product, ...]:
        if len(self.providers) == 1:
            return await work.catalog.list_products(category.id)
        assortment = await find_assortment(work, self.providers)
        shelf: list[Product] = []
        for one in by_preference(await work.catalog.list_categories(), assortment.accounts):
            if plain(one.title) == plain(category.title):
                shelf += await work.catalog.list_products(one.id)
        return each_thing_once(shelf, assortment.titled)

    async def _refresh(self, provider: Provider) -> None:
        try:
            listed = await provider.catalog()
        except ProviderUnauthorized as error:
            await gates.freeze_now(self.store, self.clock, self.terms, provider, reason=str(error))
            raise
        async with self.store.begin() as work:
            at = self.clock.now()
            await work.catalog.replace(provider.account, listed, at=at)
            count = sum(len(category.products) for category in listed)
            subject = f"provider:{provider.account.provider}"
            await audit.note(work, "catalog.read", subject, at=at, products=count)

    async def _read(self, provider: Provider, product: Product, priority: Priority) -> bool:
        try:
            listed = await provider.types(product.key, priority=priority)
        except ProviderUnauthorized as error:
            await gates.freeze_now(self.store, self.clock, self.terms, provider, reason=str(error))
            return False
        except ProviderError as error:
            log.warning("types not read", product=product.id, error=str(error))
            return False
        async with self.store.begin() as work:
            at = self.clock.now()
            known = await work.catalog.list_types(product.id)
            again = asked_again(known, listed)
            await work.catalog.replace_types(product.id, [*listed, *again], at=at)
            currencies = {one.cost.currency for one in listed}
            await watch_rates(work, self.terms, currencies, at=at)
        return True

    async def _is_stale(self, provider: Provider) -> bool:
        if provider.budget().frozen:
            return False  # its key was rejected: asking once more would only lock the address out
        async with self.store.read() as work:
            read_at = await work.catalog.read_at(provider.account)
        return read_at is None or self.clock.now() - read_at >= DAILY

    def _are_fresh(self, known: tuple[CardType, ...], age: timedelta) -> bool:
        return bool(known) and all(one.is_fresh(self.clock.now(), age) for one in known)

    async def _merged(
        self, work: Work, agent_id: AgentId, known: Mapping[Product, tuple[CardType, ...]]
    ) -> tuple[Offered, ...]:
        agent = await work.people.get_agent(agent_id)
        offers: list[Offered] = []
        for product, types in known.items():
            listed = tuple(one for one in types if not one.asked)
            offers += await self._offered(work, agent, product, listed)
        return one_of_each_type(offers)

    async def _offered(
        self, work: Work, agent: Agent, product: Product, known: tuple[CardType, ...]
    ) -> tuple[Offered, ...]:
        closed = await gates.closed(work, product.account)
        sold = tuple(one for one in known if one.is_priced)
        prices = await prices_for(work, self.terms, agent, (one.cost for one in sold))
        return tuple(
            Offered(
                card_type=one,
                product=product,
                price=None if priced is None else priced.price,
                available=closed is None and one.stock > 0 and priced is not None,
            )
            for one, priced in zip(sold, prices, strict=True)
        )
