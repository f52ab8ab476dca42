"""A shop that sells from two accounts, which have some things in common."""

from dataclasses import replace

import pytest

from bot.domain.agents import Agent
from bot.domain.catalog import (
    Account,
    Category,
    Environment,
    ListedCategory,
    ListedProduct,
    Product,
)
from bot.errors import ProviderUnauthorized
from bot.services.catalog import Offered
from tests.engine import Engine
from tests.fakes.provider import MemoryProvider
from tests.fakes.provider_account import dinars
from tests.fakes.world import FakeClock

OTHER = Account(provider="other", environment=Environment.SANDBOX)


class Pair(Engine):
    """A shop that sells from two accounts: `memory`, which was configured first, and `other`."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.second = MemoryProvider(clock, account=OTHER)
        super().__init__(clock=clock, others=(MemoryProvider(clock), self.second))
        psn = ListedProduct(key="9-psn", title="psn", region=None, enabled=True)
        food = ListedProduct(key="9-food", title="Food", region=None, enabled=True)
        self.second.categories = (
            ListedCategory(key="9", title="GAME stores", products=(psn,)),
            ListedCategory(key="8", title="Meals", products=(food,)),
        )
        mine = self.provider.stock
        self.second.stock = {
            "9-psn": (
                replace(mine["psn"][0], key="9-10", name="10 USD", cost=dinars(1390)),
                replace(mine["psn"][0], key="9-50", name="50 USD", cost=dinars(6900)),
            ),
            "9-food": (replace(mine["psn"][0], key="9-food-10", name="Food 10"),),
        }

    async def shelves(self) -> list[str]:
        """List the titles of the categories."""
        return [one.title for one in await self.works.counter.catalog.categories()]

    async def shelf(self, title: str) -> tuple[Category, tuple[Product, ...]]:
        """Open a category by its title, of whichever account."""
        async with self.store.read() as work:
            listed = await work.catalog.list_categories()
        (category_id,) = [one.id for one in listed if one.title == title]
        category, products = await self.works.counter.catalog.products(category_id)
        assert category is not None
        return category, products

    async def psn(self, account: Account) -> Product:
        """Find the product PSN of an account."""
        async with self.store.read() as work:
            (found,) = [
                one
                for one in await work.catalog.list_enabled()
                if one.account == account and one.title.casefold() == "psn"
            ]
        return found

    async def types(self, agent: Agent, account: Account | None = None) -> list[tuple[str, str]]:
        """List the types of PSN as an agent sees them, by name and account."""
        product = await self.psn(account or self.provider.account)
        _, offers = await self.works.counter.catalog.types(product.id, agent.id)
        self.offers: tuple[Offered, ...] = offers
        return [(one.card_type.name, one.product.account.provider) for one in offers]

    async def freeze(self, provider: MemoryProvider) -> None:
        """Let a provider reject its key while it is read."""
        provider.key_rejected = True
        with pytest.raises(ProviderUnauthorized):
            await self.works.counter.catalog.refresh()


async def the_agent(pair: Pair) -> Agent:
    """Find Amina's shop."""
    async with pair.store.read() as work:
        (agent,) = await work.people.list_agents()
    return agent
