"""What a provider sells: categories, products, types; and the bucket that makes cards alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.money import Money

CategoryId = NewType("CategoryId", int)
ProductId = NewType("ProductId", int)
CardTypeId = NewType("CardTypeId", int)


class Environment(StrEnum):
    """Where a provider's key trades; orders and ids never cross from one to the other."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account at one provider, in one environment."""

    provider: str
    environment: Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A shelf of the provider's catalogue; `key` is its place in the provider's own list."""

    id: CategoryId
    account: Account
    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of the catalogue; hidden from agents unless `enabled` and still listed."""

    id: ProductId
    account: Account
    category_id: CategoryId
    key: str
    title: str
    region: str | None
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardType:
    """A denomination with the price the provider asked when it was last read.

    `stock` is what the provider said it had: advice, not a reservation.
    """

    id: CardTypeId
    product_id: ProductId
    key: str
    name: str
    cost: Money
    stock: int
    read_at: datetime

    def is_fresh(self, now: datetime, age: timedelta) -> bool:
        """Tell whether price and stock were read within `age`; what is to come is not fresh."""
        return timedelta() <= now - self.read_at <= age


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Orders of one bucket buy interchangeable cards; keys are the provider's own ids."""

    account: Account
    product_key: str
    type_key: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedProduct:
    """A product as the provider lists it, before it has an id of ours."""

    key: str
    title: str
    region: str | None
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCategory:
    """A category as the provider lists it, with its products."""

    key: str
    title: str
    products: tuple[ListedProduct, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedType:
    """A type as the provider lists it now."""

    key: str
    name: str
    cost: Money
    stock: int
