"""The account behind the Plum double: exact balance, orders and payments."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from bot.playground.books import Books
from bot.playground.delays import NO_DELAY, Delay, is_over
from bot.playground.plum.calendar import day
from bot.playground.plum.catalog import Catalog, Product
from bot.playground.plum.orders import Order, Payment, Press, Price, Reason, Wanted
from bot.playground.plum.problems import Problem

_FIRST_ORDER_ID = 6_474_256
_CONTACT = re.compile(r"\+\d{1,4}-\d{4,14}")  # "Place Order API" writes +1-4705000000


def _nobody(_: Order) -> None:
    return


class Account(Books[Order, Payment]):
    """The books, and the catalogue.

    Without a `handling`, realtime products come at once and delayed ones when they are settled.
    """

    def __init__(
        self, catalog: Catalog, *, balance: Decimal, clock: Callable[[], datetime], seed: str
    ) -> None:
        super().__init__(clock)
        self.catalog = catalog
        self.on_delivery: Callable[[Order], None] = _nobody
        self._press = Press(seed)
        self._fund(balance, at=clock() - timedelta(seconds=5))

    def _fund(self, amount: Decimal, *, at: datetime) -> Payment:
        return self._move(Reason.FUNDS, amount, at=at, cancelled=amount < 0)

    def place(self, wanted: Wanted, *, by_dashboard: bool = False) -> Order | Problem:
        """Take the money and open an order, or say why not; never both.

        A poNumber works once, whatever became of its order; an empty one is accepted each time.
        """
        self.settle_due()
        if wanted.po_number and self.find(wanted.po_number, None):
            return Problem("PLE10004", "poNumber was used before")
        product = self.catalog.find(wanted.product_id)
        if product is None:
            return Problem("PLE10017", "no product has this id")
        price = Price.of(product, wanted.denomination, wanted.quantity)
        problem = _unfit(product, wanted) or self._short_of(product, price)
        return problem or self._open(product, wanted, price, by_dashboard=by_dashboard)

    def find(self, po_number: str, order_id: int | None) -> Order | None:
        """The order with this reference, or without one the order with this id; None without."""
        if po_number:
            return next((each for each in self.orders if each.po_number == po_number), None)
        return next((each for each in self.orders if each.id == order_id), None)

    def settle(self, order: Order, *, filled: int) -> None:
        was = order.delivery_status
        super().settle(order, filled=filled)
        if order.delivery_status != was:
            self.on_delivery(order)

    def _fill(self, order: Order, filled: int) -> None:
        now = self._clock()
        vouchers = (order.vouchers or [])[:filled]
        for _ in range(filled - len(vouchers)):
            vouchers.append(self._press.next(order.product, day(now)))
        order.vouchers, order.delivered_at = vouchers, now

    def _refund(self, order: Order, amount: Decimal) -> None:
        reason = Reason.REFUNDED if amount > 0 else Reason.ISSUED
        self._move(reason, amount, at=self._clock(), order_id=order.id)

    def _short_of(self, product: Product, price: Price) -> Problem | None:
        if not product.in_stock:
            return Problem("PLE10024", "the product is out of stock")
        if price.charged > self._balance:
            # No id is named for too small a balance; points are what a balance is made of.
            return Problem("PLE10010", "Insufficient balance")
        return None

    def _open(self, product: Product, wanted: Wanted, price: Price, *, by_dashboard: bool) -> Order:
        plan = self._next_plan(by_dashboard=by_dashboard)
        order = Order(
            id=_FIRST_ORDER_ID + len(self._orders),
            product=product,
            wanted=wanted,
            price=price,
            placed_at=self._clock(),
            to_fill=wanted.quantity if plan.filled is None else plan.filled,
            handling=self._handling_of(plan, usual=_usual(product)),
            list_lag=self._lag_of(plan),
            by_dashboard=by_dashboard,
            mails=int(wanted.mailed),
            shown=plan.shown,
        )
        self._orders.append(order)
        self._move(Reason.ISSUED, -price.charged, at=order.placed_at, order_id=order.id)
        if is_over(order.handling, since=order.placed_at, now=order.placed_at):
            super().settle(order, filled=order.to_fill)  # told by the answer, and by nothing else
        return order

    def _move(
        self,
        reason: Reason,
        amount: Decimal,
        *,
        at: datetime,
        order_id: int | None = None,
        cancelled: bool = False,
    ) -> Payment:
        self._balance += amount
        payment = Payment(
            number=len(self._movements) + 1,
            reason=reason,
            amount=abs(amount),
            closing_balance=self._balance,
            at=at,
            order_id=order_id,
            cancelled=cancelled,
        )
        self._movements.append(payment)
        return payment


def _usual(product: Product) -> Delay:
    """Delayed products take days: here, until somebody settles them."""
    return asyncio.Event() if product.delayed else NO_DELAY


def _unfit(product: Product, wanted: Wanted) -> Problem | None:
    """Why a product cannot be had like this, money and stock aside."""
    if not product.activated:
        return Problem("PLE10042", "the product is not activated")
    if not product.takes(wanted.denomination):
        return Problem("PLE10018", "no such denomination")
    if wanted.quantity > product.order_quantity_limit:
        return Problem("PLE10041", f"at most {product.order_quantity_limit} in an order")
    if product.phone_mandatory and not _CONTACT.fullmatch(wanted.contact):
        return Problem("PLE10001", "contact is required")
    return None
