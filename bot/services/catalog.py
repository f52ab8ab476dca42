"""The catalogue: read from the provider once a day, shown from the store."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.domain import pricing
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
from bot.domain.money import Money
from bot.domain.rates import Rate
from bot.domain.regions import same_region
from bot.errors import ProviderError, ProviderUnauthorized
from bot.ports.provider import Priority, Provider, Providers, find_provider
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, gates, marks
from bot.services.rates import find_rate, watch_rates
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
class Priced:
    """What a card costs an agent, and the rate of its cost, where that is in another currency."""

    price: Money
    rate: Rate | None


async def price_for(work: Work, terms: Terms, agent: Agent, cost: Money) -> Priced | None:
    """Price one card for an agent: its own margin, or the default; None without a rate."""
    rate = None
    if cost.currency != terms.currency:
        kept = await find_rate(work, cost.currency, terms.currency)
        if kept is None:
            return None
        rate = kept.rate
    margin_bp = agent.margin_bp
    if margin_bp is None:
        margin_bp = await marks.default_margin_bp(work, terms.default_margin_bp)
    price = pricing.price(cost, margin_bp=margin_bp, step=terms.price_step, rate=rate)
    return Priced(price=price, rate=rate)


async def find_listed(work: Work, type_id: CardTypeId) -> tuple[CardType, Product] | None:
    """Find a type with its product, enabled or not."""
    return await work.catalog.find_listed(type_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What can be bought, as far as is known."""

    store: Store
    providers: Providers
    clock: Clock
    terms: Terms

    async def refresh(self) -> None:
        """Read every provider's catalogue anew; raises `ProviderError` when one cannot."""
        for provider in self.providers.values():
            await self._refresh(provider)

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
        """List the categories that have something enabled."""
        async with self.store.read() as work:
            listed = await work.catalog.list_categories()
        return tuple(category for category in listed if self.trades_at(category.account))

    async def products(
        self, category_id: CategoryId
    ) -> tuple[Category | None, tuple[Product, ...]]:
        """List a category's products; the category is None when it is unknown."""
        async with self.store.read() as work:
            category = await work.catalog.find_category(category_id)
            if category is None or not self.trades_at(category.account):
                return None, ()
            return category, await work.catalog.list_products(category_id)

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

        When the provider cannot be read, what was last read is shown; the price is asked
        again before anything is placed. A type without a price is not for sale.
        """
        async with self.store.read() as work:
            product = await work.catalog.find_product(product_id)
            if product is None or not product.enabled or not self.trades_at(product.account):
                return None, ()
            known = await work.catalog.list_types(product_id)
            if self._are_fresh(known, SHOWN_FRESH):
                return product, await self._shown(work, agent_id, product, known)
        await self.read_types(product, SHOWN_FRESH)
        async with self.store.read() as work:
            known = await work.catalog.list_types(product_id)
            return product, await self._shown(work, agent_id, product, known)

    async def favourites(self, agent_id: AgentId) -> tuple[Offered, ...]:
        """List the types this agent buys most, as last read."""
        async with self.store.read() as work:
            agent = await work.people.get_agent(agent_id)
            found: list[Offered] = []
            for type_id in await work.orders.list_favourites(agent_id, limit=FAVOURITES):
                found.extend(await self._favourite(work, agent, type_id))
            return tuple(found)

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

    async def _favourite(
        self, work: Work, agent: Agent, type_id: CardTypeId
    ) -> tuple[Offered, ...]:
        found = await find_listed(work, type_id)
        if found is None or not found[1].enabled or not self.trades_at(found[1].account):
            return ()
        return await self._offered(work, agent, found[1], (found[0],))

    def _are_fresh(self, known: tuple[CardType, ...], age: timedelta) -> bool:
        return bool(known) and all(one.is_fresh(self.clock.now(), age) for one in known)

    async def _shown(
        self, work: Work, agent_id: AgentId, product: Product, known: tuple[CardType, ...]
    ) -> tuple[Offered, ...]:
        agent = await work.people.get_agent(agent_id)
        listed = tuple(one for one in known if not one.asked)
        return await self._offered(work, agent, product, listed)

    async def _offered(
        self, work: Work, agent: Agent, product: Product, known: tuple[CardType, ...]
    ) -> tuple[Offered, ...]:
        closed = await gates.closed(work, product.account)
        offered = []
        for one in known:
            if one.is_priced:
                priced = await price_for(work, self.terms, agent, one.cost)
                available = closed is None and one.stock > 0 and priced is not None
                price = None if priced is None else priced.price
                offered.append(
                    Offered(card_type=one, product=product, price=price, available=available)
                )
        return tuple(offered)
