"""What a provider sells: categories, products, types; and the bucket that makes cards alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.money import Money
from bot.domain.rates import Rate

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

    @property
    def name(self) -> str:
        """Name it in keys of the books, in marks and in what `verify` finds."""
        return f"{self.provider}:{self.environment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A shelf of the provider's catalogue; `key` is its place in the provider's own list."""

    id: CategoryId
    account: Account
    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of the catalogue; hidden from agents unless `enabled` and still listed.

    `region` is where its cards can be redeemed. `needs_phone`: an order names the recipient's
    number. `delayed`: its cards come after days, not at once. `validity` and `redemption` say, in
    the provider's words and in plain text, how long a card lasts and how it is redeemed.
    """

    id: ProductId
    account: Account
    category_id: CategoryId
    key: str
    title: str
    region: str | None
    enabled: bool
    needs_phone: bool = False
    delayed: bool = False
    validity: str | None = None
    redemption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAmount:
    """A card of any face value from `least` to `most` in steps of `step`, ends included.

    `cost_millionths`: what each unit of face value costs, in millionths of a unit of the account's
    currency.
    """

    least: Money
    most: Money
    step: Money
    cost_millionths: int

    def takes(self, face: Money) -> bool:
        """Tell whether a card of this face value can be had."""
        if face.currency != self.least.currency or not self.least <= face <= self.most:
            return False
        return (face - self.least).minor % self.step.minor == 0

    def cost(self, face: Money, currency: str) -> Money:
        """What a card of a face value costs, rounded up to the minor unit of `currency`."""
        rate = Rate(source=face.currency, target=currency, millionths=self.cost_millionths)
        return rate.convert(face)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardType:
    """A denomination with the price the provider asked when it was last read.

    `stock` is what the provider said it had: advice, not a reservation. `most` is how many the
    provider sells in one order. `face` is what the card is worth, where that is told as a number.
    One with an `open_amount` is no denomination yet: the agent names one, and a type that was
    `asked` for is made of it.
    """

    id: CardTypeId
    product_id: ProductId
    key: str
    name: str
    cost: Money
    stock: int
    read_at: datetime
    most: int | None = None
    face: Money | None = None
    open_amount: OpenAmount | None = None
    asked: bool = False

    @property
    def is_priced(self) -> bool:
        """Tell whether it can be sold: a type without a cost cannot, an open amount has none."""
        return self.open_amount is not None or self.cost.minor > 0

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
    needs_phone: bool = False
    delayed: bool = False
    validity: str | None = None
    redemption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCategory:
    """A category as the provider lists it, with its products."""

    key: str
    title: str
    products: tuple[ListedProduct, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedType:
    """A type as the provider lists it now, or one that was asked for of an open amount."""

    key: str
    name: str
    cost: Money
    stock: int
    most: int | None = None
    face: Money | None = None
    open_amount: OpenAmount | None = None
    asked: bool = False
