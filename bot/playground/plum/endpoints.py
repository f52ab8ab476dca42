"""What each operation of the Plum double decides, without any HTTP."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from bot.playground.encoding import Json
from bot.playground.plum import shelf, wire
from bot.playground.plum.account import Account
from bot.playground.plum.calendar import day
from bot.playground.plum.calls import Call
from bot.playground.plum.orders import Wanted
from bot.playground.plum.problems import Problem
from bot.playground.plum.schema import Data
from bot.playground.plum.wire import Dialect

_T = TypeVar("_T")


class Endpoints:
    """Answers each operation with its data or a problem; requests have passed their schema."""

    def __init__(self, account: Account, *, currency: str) -> None:
        self.dialect = Dialect.REFERENCE
        self._account = account
        self._currency = currency
        self._table: dict[Call, Callable[[Data], object]] = {
            Call.GET_BALANCE: self._balance,
            Call.GET_FILTERS: self._filters,
            Call.GET_VOUCHERS: self._vouchers,
            Call.PLACE_ORDER: self._place_order,
            Call.GET_ORDER_DETAILS: self._order_details,
            Call.GET_ORDER_HISTORY: self._order_history,
            Call.PAYMENT_HISTORY: self._payment_history,
        }

    def decide(self, call: Call, data: Data) -> object:
        """Do what `call` asks for, once; gives its data, or a `Problem`."""
        return self._table[call](data)

    def _balance(self, _: Data) -> object:
        return {"value": self._account.balance, "currency": self._currency}

    def _filters(self, data: Data) -> object:
        return shelf.filters(self._account.catalog.products, data)

    def _vouchers(self, data: Data) -> object:
        found = shelf.vouchers(self._account.catalog.products, data)
        if isinstance(found, Problem):
            return found
        rates = data.get("exchangeRate") == 1
        shown = [wire.product(each, rates=rates) for each in _page(found, data)]
        return self._or_none(shown, "PLE10030")

    def _place_order(self, data: Data) -> object:
        quantity = _whole(data["quantity"])
        if quantity < 1:
            return Problem("PLE10001", "quantity must be at least 1")
        order = self._account.place(_wanted(data, quantity))
        if isinstance(order, Problem):
            return order
        return wire.placed(order, self._currency, self.dialect)

    def _order_details(self, data: Data) -> object:
        po_number, order_id = str(data.get("poNumber") or ""), int(str(data.get("orderId") or 0))
        order = self._account.find(po_number, order_id)
        if order is None:
            return Problem("PLE10016", "no such order")
        order.mails += _whole(data.get("sendMailToReceiver", 0))
        return wire.details(order, self._currency, self.dialect)

    def _order_history(self, data: Data) -> object:
        tag = data.get("tag")
        found = [
            each
            for each in self._account.listed()
            if _within(each.placed_at, data) and (not tag or each.wanted.tag == tag)
        ]
        shown = [wire.listed(each, self._currency) for each in _page(found, data)]
        return self._or_none(shown, "PLE10022")

    def _payment_history(self, data: Data) -> object:
        found = [each for each in self._account.movements[::-1] if _within(each.at, data)]
        return [wire.payment(each) for each in _page(found, data)]

    def _or_none(self, shown: list[Json], error_id: str) -> object:
        """An empty page is an empty list, or an error, whichever page one believes."""
        if not shown and self.dialect is Dialect.WORKFLOW:
            return Problem(error_id, "nothing found")
        return shown


def _wanted(data: Data, quantity: int) -> Wanted:
    return Wanted(
        product_id=_whole(data["productId"]),
        denomination=Decimal(str(data["denomination"])),
        quantity=quantity,
        po_number=str(data["poNumber"]),
        email=str(data.get("email", "")),
        contact=str(data.get("contact", "")),
        tag=str(data.get("tag", "")),
        mailed=data.get("notifyReceiverEmail") == 1,
    )


def _whole(value: object) -> int:
    return int(str(value))


def _within(at: datetime, data: Data) -> bool:
    """Whether an instant is on one of the days asked for; both ends belong to them."""
    since, until = data.get("startDate"), data.get("endDate")
    return (since is None or date.fromisoformat(str(since)) <= day(at)) and (
        until is None or day(at) <= date.fromisoformat(str(until))
    )


def _page(found: Sequence[_T], data: Data) -> Sequence[_T]:
    """One page, of ten unless the request says otherwise; there is no count of the whole."""
    size, number = _whole(data.get("limit", 10)), _whole(data.get("page", 1))
    start = max(0, number - 1) * max(0, size)
    return found[start : start + max(0, size)]
