"""The books of a card provider in memory: stock, orders, cards and every movement of money."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import count

from bot.domain.cards import Card
from bot.domain.catalog import ListedCategory, ListedProduct, ListedType, OpenAmount
from bot.domain.money import Money, total
from bot.ports.provider import Line, ProviderOrder, ProviderTransaction, RefusalKind
from bot.ports.world import Clock

CURRENCY = "DZD"

COSTS = {CURRENCY: ("1380", "2760", "2849"), "USD": ("9.50", "19", "19.20")}
"""What the demo shop's cards cost, by the currency of its account."""


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

    Its currency is that of the `balance` it opens with. `extras` are laid over each new card of a
    product (`code` begins its code, as a link does). `ahead` is how far its clock is ahead of
    ours, `list_lag` how long its list takes to show an order. `first_number` is where its ids and
    codes begin: two accounts share none.
    """

    def __init__(self, clock: Clock, *, balance: Money, first_number: int = 1) -> None:
        self._clock = clock
        self._numbers = count(first_number)
        self._currency = balance.currency
        self.categories, self.stock = demo_shop(balance.currency)
        self.placed: list[MemoryOrder] = []
        self.moved: list[ProviderTransaction] = []
        self.extras: dict[str, dict[str, str]] = {}
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
        return total((each.amount for each in self.moved), self._currency)

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

    def set_bounds(self, product_key: str, **changes: object) -> None:
        """Change the open amount of a product: its bounds, or what it costs."""
        self.stock[product_key] = tuple(
            replace(each, open_amount=each.open_amount and replace(each.open_amount, **changes))  # type: ignore[arg-type] # untyped
            for each in self.stock[product_key]
        )

    def objection(self, line: Line) -> Declined | None:
        """Say why `line` cannot be had, or None."""
        listed = self._find(line)
        if listed is None:
            return Declined(kind=RefusalKind.PRODUCT, code="NOT_FOUND", message="No such product")
        if line.quantity > listed.stock:
            return Declined(kind=RefusalKind.OUT_OF_STOCK, message="Out of stock")
        if line.quantity > (listed.most or line.quantity) or not self._has_phone(line):
            return Declined(kind=RefusalKind.VALIDATION, message=f"No order for {line.phone}")
        if listed.cost * line.quantity > self.held_balance:
            return Declined(kind=RefusalKind.BALANCE, message="Not enough balance")
        return None

    def take(self, line: Line, *, reference: str | None) -> MemoryOrder:
        """Take the money and the stock and open an order; filled at once unless `handling`."""
        listed = self._find(line)
        assert listed is not None
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

    def _find(self, line: Line) -> ListedType | None:
        """Find what a line asks for; its key may be any amount that an open one takes."""
        types = self.stock.get(line.product_key, ())
        for each in types:
            if each.key == line.type_key and each.open_amount is None:
                return each
        for each in types:
            if cost := _cost_of(each, line.type_key):
                return replace(each, cost=cost)
        return None

    def _has_phone(self, line: Line) -> bool:
        products = (each for category in self.categories for each in category.products)
        needs = any(each.needs_phone and each.key == line.product_key for each in products)
        return needs == (line.phone is not None)

    def _new_card(self, order: MemoryOrder) -> Card:
        number = next(self._numbers)
        extras = dict(self.extras.get(order.line.product_key, {}))
        begin = extras.pop("code", f"{order.line.type_key.upper()}-")
        card = Card(code=f"{begin}{number:08d}", serial=f"S{number:06d}")
        return replace(card, **extras)


def _cost_of(listed: ListedType, key: str) -> Money | None:
    """What an amount costs by an open type; None where it does not take it."""
    bounds = listed.open_amount
    try:
        face = Money.of(Decimal(key), bounds.least.currency) if bounds else None
    except InvalidOperation:
        return None
    if bounds is None or face is None or not bounds.takes(face):
        return None
    return bounds.cost(face, listed.cost.currency)


Shop = tuple[tuple[ListedCategory, ...], dict[str, tuple[ListedType, ...]]]


def demo_shop(currency: str) -> Shop:
    """Two products: PSN in stock, Steam sold out, with a name that HTML would read."""
    psn_10, psn_20, steam_20 = (Money.of(Decimal(cost), currency) for cost in COSTS[currency])
    psn = ListedProduct(key="psn", title="PSN", region=None, enabled=True)
    steam = ListedProduct(key="steam", title="Steam <Wallet> & Co", region=None, enabled=True)
    category = ListedCategory(key="games", title="Game Stores", products=(psn, steam))
    return (category,), {
        "psn": (
            ListedType(key="psn-10", name="PSN 10 USD", cost=psn_10, stock=100),
            ListedType(key="psn-20", name="PSN 20 USD", cost=psn_20, stock=5),
        ),
        "steam": (ListedType(key="steam-20", name="Steam 20 USD", cost=steam_20, stock=0),),
    }


def wide_shop() -> Shop:
    """What a large provider sells: countries, open amounts, a limit, a phone, cards that take days.

    All is in one category: amazon (any amount), flipkart (phone, any amount), noon (days), xbox.
    """
    listed = [
        ("amazon", "Amazon", "United States", {"redemption": "Enter the code at <amazon> & Co."}),
        ("flipkart", "Flipkart", "India", {"needs_phone": True, "validity": "One year."}),
        ("noon", "Noon", "United Arab Emirates", {"delayed": True}),
        ("xbox", "Xbox", "india", {}),
    ]
    products = tuple(
        ListedProduct(key=key, title=title, region=region, enabled=True, **extras)  # type: ignore[arg-type] # untyped
        for key, title, region, extras in listed
    )
    category = ListedCategory(key="cards", title="Gift Cards", products=products)
    return (category,), {
        "amazon": (
            _fixed("20", 2000, "USD", cost=2760, most=10),
            _any_amount("USD", least=500, most=20_000, step=250, millionths=138_000_000),
        ),
        "flipkart": (_any_amount("INR", least=1000, most=50_000, step=1, millionths=1_600_000),),
        "noon": (_fixed("100", 10_000, "AED", cost=3700, most=3),),
        "xbox": (_fixed("15", 1500, "USD", cost=2070, most=1),),
    }


def _fixed(key: str, minor: int, currency: str, *, cost: int, most: int) -> ListedType:
    face = Money(minor=minor, currency=currency)
    return ListedType(
        key=key, name=f"{key} {currency}", cost=dinars(cost), stock=9999, most=most, face=face
    )


def _any_amount(currency: str, *, least: int, most: int, step: int, millionths: int) -> ListedType:
    low, high, each = (Money(minor=minor, currency=currency) for minor in (least, most, step))
    bounds = OpenAmount(least=low, most=high, step=each, cost_millionths=millionths)
    return ListedType(
        key="open", name="Open", cost=dinars(0), stock=9999, most=10, open_amount=bounds
    )
