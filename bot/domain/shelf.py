"""Provider orders that no local order owns: stock to sell, or foreign."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.catalog import Account, Bucket
from bot.domain.money import Money
from bot.domain.orders import OrderId


class UnownedState(StrEnum):
    """What became of a provider order that no local order owns.

    `expected` is one whose cards are not there yet; `shelf` waits for a sale; `sold` was taken by
    one; `foreign` is unexplained; `adopted` was explained by an admin, or is older than
    our books.
    """

    EXPECTED = "expected"
    SHELF = "shelf"
    SOLD = "sold"
    FOREIGN = "foreign"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnownedOrder:
    """A provider order without a local order. `taken_by` is the sale that took its cards."""

    account: Account
    provider_order_id: str
    product_key: str
    type_key: str
    quantity: int
    state: UnownedState
    status: str
    amount: Money | None
    cards: int
    created_at: datetime
    seen_at: datetime
    taken_by: OrderId | None = None

    @property
    def bucket(self) -> Bucket:
        """The bucket that can sell its cards, were it complete."""
        return Bucket(
            account=self.account,
            product_key=self.product_key,
            type_key=self.type_key,
            quantity=self.quantity,
        )
