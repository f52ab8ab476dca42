"""What each call of the OneClickDZ double decides, without any HTTP."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from bot.playground.encoding import Json
from bot.playground.faults import Params
from bot.playground.oneclickdz import wire
from bot.playground.oneclickdz.account import Account, Decline
from bot.playground.oneclickdz.faults import Call
from bot.playground.oneclickdz.gate import Gate
from bot.playground.oneclickdz.wire import Dialect

Data: TypeAlias = tuple[object, Json | None]
"""The data of an answer and the meta that belongs to it."""

_T = TypeVar("_T")


class Endpoints:
    """Answers each call with data or a refusal."""

    def __init__(self, account: Account, gate: Gate) -> None:
        self.dialect = Dialect.REFERENCE
        self._account = account
        self._gate = gate
        self._table: dict[Call, Callable[[Params], Data | Decline]] = {
            Call.VALIDATE: self._validate,
            Call.BALANCE: self._balance,
            Call.TRANSACTIONS: self._transactions,
            Call.CATALOG: self._catalog,
            Call.CHECK_PRODUCT: self._check_product,
            Call.PLACE_ORDER: self._place_order,
            Call.CHECK_ORDER: self._check_order,
            Call.LIST: self._list,
        }

    def decide(self, call: Call, params: Params) -> Data | Decline:
        """Do what `call` asks for, once."""
        return self._table[call](params)

    def _validate(self, _: Params) -> Data:
        key = self._gate.key
        shown = {
            "key": key.value,
            "isEnabled": key.enabled,
            "type": key.environment,
            "allowedips": key.allowed_addresses,
            "scope": key.scope,
        }
        return {"username": "+213555000000", "apiKey": shown}, None

    def _balance(self, _: Params) -> Data:
        return {"balance": self._account.balance}, None

    def _transactions(self, params: Params) -> Data | Decline:
        if ("from" in params) != ("to" in params):
            return _invalid("from and to must be given together")
        newest_first = self._account.movements[::-1]
        window = _Window.read(params)
        if isinstance(window, Decline):
            return window
        return window.page([e for e in newest_first if window.holds(e.at)], wire.transaction), None

    def _catalog(self, _: Params) -> Data:
        return wire.catalog(self._account.catalog, self.dialect)

    def _check_product(self, params: Params) -> Data | Decline:
        product = self._account.catalog.find(str(params["id"]))
        if product is None:
            return Decline(status=404, code="NOT_FOUND", message="Product not found")
        return wire.product(product, self.dialect), None

    def _place_order(self, params: Params) -> Data | Decline:
        faults = [f"{name} is required" for name in ("productId", "typeId") if not params.get(name)]
        quantity = params.get("quantity")
        if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
            faults.append("quantity must be a positive integer")
        elif not faults:
            return self._order(params, quantity)
        return _invalid(*faults)

    def _order(self, params: Params, quantity: int) -> Data | Decline:
        forbidden = self._gate.check_order()
        if forbidden is not None:
            return forbidden
        order = self._account.place(str(params["productId"]), str(params["typeId"]), quantity)
        if isinstance(order, Decline):
            return order
        return wire.placed(order.id, params.get("ref"), self.dialect), None

    def _check_order(self, params: Params) -> Data | Decline:
        order = self._account.find(str(params["id"]))
        if order is None:
            return Decline(status=404, code="NOT_FOUND", message="Order not found")
        return wire.order(order), None

    def _list(self, params: Params) -> Data | Decline:
        window = _Window.read(params)
        if isinstance(window, Decline):
            return window
        listed = [each for each in self._account.listed() if window.holds(each.placed_at)]
        return window.page(listed, wire.order), None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """The part of a list that is asked for; both ends belong to it."""

    number: int
    size: int
    since: datetime | None
    until: datetime | None

    @classmethod
    def read(cls, params: Params) -> "_Window | Decline":
        """Read page, pageSize (at most 100), from and to."""
        try:
            number, size = int(str(params.get("page", 1))), int(str(params.get("pageSize", 20)))
            since, until = _instant(params.get("from")), _instant(params.get("to"))
        except ValueError:
            return _invalid("page, pageSize, from or to is malformed")
        if number < 1 or not 1 <= size <= 100:
            return _invalid("pageSize must be between 1 and 100")
        return cls(number=number, size=size, since=since, until=until)

    def holds(self, at: datetime) -> bool:
        """Whether something of that instant is in the window."""
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)  # as precise as it is written
        return not (self.since and at < self.since) and not (self.until and at > self.until)

    def page(self, found: Sequence[_T], show: Callable[[_T], Json]) -> Json:
        """One page of `found`, with the counts of the whole."""
        start = (self.number - 1) * self.size
        return {
            "items": [show(each) for each in found[start : start + self.size]],
            "pagination": {
                "page": self.number,
                "pageSize": self.size,
                "totalPages": -(-len(found) // self.size),
                "totalResults": len(found),
            },
        }


def _instant(text: object) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))


def _invalid(*faults: str) -> Decline:
    return Decline(
        status=400,
        code="ERR_VALIDATION",
        message="Validation failed",
        details={"fields": list(faults)},
    )
