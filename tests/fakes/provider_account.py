"""The books of a card provider in memory: stock, orders, cards and every movement of money."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from bot.domain.cards import Card
from bot.domain.catalog import ListedCategory, ListedProduct, ListedType
from bot.domain.money import Money, total
from bot.ports.provider import Line, ProviderOrder, ProviderTransaction, RefusalKind
from bot.ports.world import Clock

CURRENCY = "DZD"


def dinars(amount: int) -> Money:
    """Whole dinars."""
    return Money.of(amount, CURRENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The provider refuses, whatever is asked for."""

    kind: RefusalKind = RefusalKind.OTHER
    code: str = "DECLINED"
    message: str = "No"
    freezes: bool = False


@dataclass(slots=True, kw_only=True)
class MemoryOrder:
    """An order that the provider took; `cards` is None while it is handled.

    `shown` is laid over what the port shows of it, to contradict the truth.
    """

    id: str
    line: Line
    price: Money
    reference: str | None
    placed_at: datetime
    listed_at: datetime
    cards: list[Card] | None = None
    shown: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    def charged(self) -> Money:
        """What it costs, refunds counted."""
        cards = self.line.quantity if self.cards is None else len(self.cards)
        return self.price * min(cards, self.line.quantity)

    @property
    def status(self) -> str:
        """The provider's word for where it stands."""
        if self.cards is None:
            return "HANDLING"
        if not self.cards:
            return "REFUNDED"
        return "FULFILLED" if len(self.cards) >= self.line.quantity else "PARTIALLY_FILLED"

    def view(self, *, reference: str | None = None) -> ProviderOrder:
        """The order as the port shows it, lies included."""
        settled = self.cards is not None
        truth = ProviderOrder(
            provider_order_id=self.id,
            product_key=self.line.product_key,
            type_key=self.line.type_key,
            quantity=self.line.quantity,
            status=self.status,
            created_at=self.placed_at,
            fulfilled_quantity=len(self.cards or ()) if settled else None,
            amount=self.charged if settled else None,
            price_per_card=self.price if settled else None,
            cards=tuple(self.cards or ()),
            reference=reference,
        )
        return replace(truth, **self.shown)  # type: ignore[arg-type] # replace is untyped

    def as_listed(self) -> ProviderOrder:
        """The order as a poor list shows it: no cards, no figures, and a word of its own."""
        return replace(
            self.view(reference=self.reference),
            status="PENDING" if self.cards is None else "DELIVERED",
            fulfilled_quantity=None,
            amount=None,
            price_per_card=None,
            cards=(),
            whole=False,
        )


class MemoryAccount:
    """An account at a provider. Orders are filled at once unless `handling`; `settle` ends them.

    `ahead` is how far its clock is ahead of ours, `list_lag` how long its list takes to show an
    order. `first_number` is where its ids and codes begin: two accounts share none.
    """

    def __init__(self, clock: Clock, *, balance: Money, first_number: int = 1) -> None:
        self._clock = clock
        self._numbers = count(first_number)
        self.categories, self.stock = demo_shop()
        self.placed: list[MemoryOrder] = []
        self.moved: list[ProviderTransaction] = []
        self.handling = False
        self.list_lag = timedelta(0)
        self.ahead = timedelta(0)
        self.deposit(balance)

    def now(self) -> datetime:
        """The provider's clock."""
        return self._clock.now() + self.ahead

    @property
    def held_balance(self) -> Money:
        """What the account holds, without a call."""
        return total((each.amount for each in self.moved), CURRENCY)

    def deposit(self, amount: Money) -> None:
        """Put money in; negative takes it out."""
        self._move("DEPOSIT" if amount.minor >= 0 else "WITHDRAW", amount, order_id=None)

    def buy_elsewhere(self, line: Line, *, reference: str | None = None) -> MemoryOrder:
        """Place an order that the bot knows nothing of."""
        return self.take(line, reference=reference)

    def settle(self, order: MemoryOrder, *, filled: int | None = None) -> None:
        """End an order with `filled` cards (all by default), or change one that was settled."""
        before = order.charged
        wanted = order.line.quantity if filled is None else filled
        kept = (order.cards or [])[:wanted]
        order.cards = kept + [self._new_card(order) for _ in range(wanted - len(kept))]
        if before != order.charged:
            self._move("REFUND-ORDER", before - order.charged, order_id=order.id)

    def set_type(self, type_key: str, **changes: object) -> None:
        """Change the price (`cost`) or the `stock` of a type."""
        for product_key, types in self.stock.items():
            self.stock[product_key] = tuple(
                replace(each, **changes) if each.key == type_key else each  # type: ignore[arg-type] # untyped
                for each in types
            )

    def objection(self, line: Line) -> Declined | None:
        """Say why `line` cannot be had, or None."""
        types = self.stock.get(line.product_key, ())
        listed = next((each for each in types if each.key == line.type_key), None)
        if listed is None:
            return Declined(kind=RefusalKind.PRODUCT, code="NOT_FOUND", message="No such product")
        if line.quantity > listed.stock:
            return Declined(kind=RefusalKind.OUT_OF_STOCK, message="Out of stock")
        if listed.cost * line.quantity > self.held_balance:
            return Declined(kind=RefusalKind.BALANCE, message="Not enough balance")
        return None

    def take(self, line: Line, *, reference: str | None) -> MemoryOrder:
        """Take the money and the stock and open an order; filled at once unless `handling`."""
        types = self.stock[line.product_key]
        listed = next(each for each in types if each.key == line.type_key)
        self.set_type(listed.key, stock=listed.stock - line.quantity)
        at = self.now()
        order = MemoryOrder(
            id=f"{int(at.timestamp()):08x}{next(self._numbers):016x}",
            line=line,
            price=listed.cost,
            reference=reference,
            placed_at=at,
            listed_at=at + self.list_lag,
        )
        self.placed.append(order)
        self._move("ORDER", -order.charged, order_id=order.id)
        if not self.handling:
            self.settle(order)
        return order

    def _move(self, kind: str, amount: Money, *, order_id: str | None) -> None:
        moved = ProviderTransaction(
            id=f"transaction-{next(self._numbers)}",
            kind=kind,
            amount=amount,
            provider_order_id=order_id,
            at=self.now(),
        )
        self.moved.append(moved)

    def _new_card(self, order: MemoryOrder) -> Card:
        number = next(self._numbers)
        return Card(code=f"{order.line.type_key.upper()}-{number:08d}", serial=f"S{number:06d}")


Shop = tuple[tuple[ListedCategory, ...], dict[str, tuple[ListedType, ...]]]


def demo_shop() -> Shop:
    """Two products: PSN in stock, Steam sold out, with a name that HTML would read."""
    psn = ListedProduct(key="psn", title="PSN", region=None, enabled=True)
    steam = ListedProduct(key="steam", title="Steam <Wallet> & Co", region=None, enabled=True)
    category = ListedCategory(key="games", title="Game Stores", products=(psn, steam))
    return (category,), {
        "psn": (
            ListedType(key="psn-10", name="PSN 10 USD", cost=dinars(1380), stock=100),
            ListedType(key="psn-20", name="PSN 20 USD", cost=dinars(2760), stock=5),
        ),
        "steam": (ListedType(key="steam-20", name="Steam 20 USD", cost=dinars(2849), stock=0),),
    }
