"""The account behind the OneClickDZ double: exact balance, stock, orders and transactions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from bot.playground.books import Books
from bot.playground.delays import NO_DELAY
from bot.playground.oneclickdz.catalog import TEST_PARTIAL, TEST_REFUND, CardType, Catalog, Product
from bot.playground.oneclickdz.orders import ObjectIds, Order, Transaction, new_cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Why an order was not taken: what the provider answers, and nothing was charged."""

    status: int
    code: str
    message: str
    details: dict[str, object] = field(default_factory=dict)
    retry_after_seconds: int | None = None


class Account(Books[Order, Transaction]):
    """The books, and the catalogue with its stock."""

    def __init__(
        self, catalog: Catalog, *, balance: Decimal, clock: Callable[[], datetime], seed: str
    ) -> None:
        super().__init__(clock)
        self.catalog = catalog
        self._ids = ObjectIds(seed)
        self._cards = new_cards(seed)
        # Well before a bot first reads it: closer than a second, it could be on either side.
        self._fund(balance, at=clock() - timedelta(seconds=5))

    def place(
        self, product_id: str, type_id: str, quantity: int, *, by_dashboard: bool = False
    ) -> Order | Decline:
        """Take the money and the stock and open an order, or say why not; never both."""
        self.settle_due()
        product = self.catalog.find(product_id)
        if product is None or not product.enabled:
            return Decline(status=404, code="NOT_FOUND", message="Product not found or disabled")
        card_type = _type_of(product, type_id)
        if card_type is None:
            return Decline(status=404, code="NOT_FOUND", message="Type not found for this product")
        decline = self._short_of(card_type, quantity)
        return decline or self._open(product, card_type, quantity, by_dashboard=by_dashboard)

    def find(self, order_id: str) -> Order | None:
        """The order with this id, or None."""
        return next((each for each in self.orders if each.id == order_id), None)

    def listed(self) -> list[Order]:
        """The orders that the list shows by now, by their ids, which begin with their second."""
        return sorted(super().listed(), key=lambda each: each.id, reverse=True)

    def _fill(self, order: Order, filled: int) -> None:
        cards = (order.cards or [])[:filled]
        order.cards = cards + [next(self._cards) for _ in range(filled - len(cards))]

    def _refund(self, order: Order, amount: Decimal) -> None:
        kind = "REFUND-ORDER" if amount > 0 else "ORDER"
        self._move(kind, amount, object_id=order.id, at=self._clock())

    def _fund(self, amount: Decimal, *, at: datetime) -> Transaction:
        kind = "DEPOSIT" if amount >= 0 else "WITHDRAW"
        return self._move(kind, amount, object_id=self._ids.next(at), at=at)

    def _short_of(self, card_type: CardType, quantity: int) -> Decline | None:
        if quantity > card_type.stock:
            # The provider names no code for this; its guides look for the word "stock".
            return Decline(status=403, code="ORDER_REFUSED", message="Product is out of stock")
        required = card_type.price * quantity
        if required > self._balance:
            return Decline(
                status=403,
                code="INSUFFICIENT_BALANCE",
                message="Insufficient balance for this order",
                details={"required": required, "available": self._balance},
            )
        return None

    def _open(
        self, product: Product, card_type: CardType, quantity: int, *, by_dashboard: bool
    ) -> Order:
        plan = self._next_plan(by_dashboard=by_dashboard)
        at = self._clock()
        order = Order(
            id=self._ids.next(at),
            product_id=product.id,
            type_id=card_type.id,
            type_name=card_type.name,
            quantity=quantity,
            price=card_type.price,
            placed_at=at,
            to_fill=_expected(card_type.id, quantity) if plan.filled is None else plan.filled,
            handling=self._handling_of(plan, usual=NO_DELAY),
            list_lag=self._lag_of(plan),
            by_dashboard=by_dashboard,
            shown=plan.shown,
        )
        card_type.stock -= quantity
        self._orders.append(order)
        self._move("ORDER", -order.taken, object_id=order.id, at=at)
        return order

    def _move(self, kind: str, amount: Decimal, *, object_id: str, at: datetime) -> Transaction:
        old, self._balance = self._balance, self._balance + amount
        transaction = Transaction(
            id=self._ids.next(at),
            kind=kind,
            amount=abs(amount),
            old_balance=old,
            new_balance=self._balance,
            object_id=object_id,
            at=at,
        )
        self._movements.append(transaction)
        return transaction


def _type_of(product: Product, type_id: str) -> CardType | None:
    """The sandbox types may be ordered with any product, at its first price."""
    found = product.find_type(type_id)
    if found is None and type_id in {TEST_PARTIAL, TEST_REFUND} and product.types:
        first = product.types[0]
        return CardType(id=type_id, name=type_id, price=first.price, stock=first.stock)
    return found


def _expected(type_id: str, quantity: int) -> int:
    match type_id:
        case "TEST_PARTIAL":
            return quantity // 2
        case "TEST_REFUND":
            return 0
        case _:
            return quantity
