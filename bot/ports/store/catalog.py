"""The catalogue as it was last read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.catalog import (
    Account,
    CardType,
    CardTypeId,
    Category,
    CategoryId,
    ListedCategory,
    ListedType,
    Product,
    ProductId,
)


class CatalogCache(Protocol):
    """The catalogue as last read; ids stay the same from one reading to the next."""

    async def replace(
        self, account: Account, listed: Sequence[ListedCategory], *, at: datetime
    ) -> None:
        """Take over a whole reading; what it no longer lists is kept, but disabled."""
        ...

    async def read_at(self, account: Account) -> datetime | None:
        """When the catalogue was last read whole."""
        ...

    async def list_categories(self) -> tuple[Category, ...]:
        """List the categories with at least one enabled product, in the provider's order."""
        ...

    async def find_category(self, category_id: CategoryId) -> Category | None:
        """Find a category."""
        ...

    async def list_products(self, category_id: CategoryId) -> tuple[Product, ...]:
        """List a category's enabled products, in the provider's order."""
        ...

    async def list_enabled(self) -> tuple[Product, ...]:
        """List every enabled product of every account, in the order of their ids."""
        ...

    async def find_product(self, product_id: ProductId) -> Product | None:
        """Find a product, enabled or not."""
        ...

    async def replace_types(
        self, product_id: ProductId, listed: Sequence[ListedType], *, at: datetime
    ) -> None:
        """Take over a reading of a product's types; types no longer listed get a stock of 0."""
        ...

    async def save_type(
        self, product_id: ProductId, listed: ListedType, *, at: datetime
    ) -> CardType:
        """Insert or replace one type of a product, behind those that are listed."""
        ...

    async def list_types(self, product_id: ProductId) -> tuple[CardType, ...]:
        """List a product's types, in the provider's order."""
        ...

    async def find_type(self, card_type_id: CardTypeId) -> CardType | None:
        """Find a type."""
        ...

    async def find_listed(self, card_type_id: CardTypeId) -> tuple[CardType, Product] | None:
        """Find a type with its product, enabled or not."""
        ...
