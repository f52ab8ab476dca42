"""Plum's payment report, as movements of the account.

Sources: "Get Payment Report" and "Standard workflow" of the Rewards API v1.2. An amount has no sign
there, so the reason tells what it did; a movement has a day and no time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import msgspec

from bot.domain.money import Money, total
from bot.domain.movements import ORDER, ORDER_KINDS
from bot.errors import ProviderContractBroken
from bot.ports.provider import ProviderTransaction
from bot.providers.decoding import money, read
from bot.providers.plum.books import INDIA
from bot.providers.plum.fields import NOTHING, as_id, number, text

GRAIN = timedelta(days=1)
"""A movement tells its day."""

_LONGEST_WORD = 60

_KINDS = {
    "refund": "REFUND-ORDER",
    "voucher": ORDER,
    "funds added": "DEPOSIT",
}
"""Kinds of the port by what a reason holds ("Refunded", "Brand vouchers issued", "Funds added")."""


class _Line(msgspec.Struct):
    invoice_number: msgspec.Raw = NOTHING
    reference_id: msgspec.Raw = NOTHING
    date: msgspec.Raw = NOTHING
    reason: msgspec.Raw = NOTHING
    adjusted_amount: msgspec.Raw = NOTHING
    closing_balance: msgspec.Raw = NOTHING
    transaction_status: msgspec.Raw = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A line of the report: `kind` is the port's word, `amount` and `closing` as written."""

    invoice: str
    reference_id: str
    day: date
    kind: str
    amount: Decimal
    closing: Decimal | None
    is_cancelled: bool

    @property
    def name(self) -> str:
        """What names it, as far as anything does."""
        return f"{self.invoice}:{self.reference_id}:{self.day}"


def read_payments(data: bytes) -> tuple[Payment, ...]:
    """Read a page of the report; an entry that is none makes all of it unbelievable."""
    return tuple(_payment(each) for each in read(data, list[_Line], what="payments"))


def _payment(line: _Line) -> Payment:
    amount = number(line.adjusted_amount)
    if amount is None:
        raise ProviderContractBroken("payments: no amount")
    return Payment(
        invoice=text(line.invoice_number)[:_LONGEST_WORD],
        reference_id=text(line.reference_id)[:_LONGEST_WORD],
        day=_day(text(line.date)),
        kind=_kind(text(line.reason)),
        amount=amount,
        closing=number(line.closing_balance),
        is_cancelled=text(line.transaction_status).casefold() in ("cancelled", "canceled"),
    )


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        raise ProviderContractBroken("payments: no day") from None


def _kind(reason: str) -> str:
    known = (kind for part, kind in _KINDS.items() if part in reason.casefold())
    return next(known, "-".join(reason.upper().split())[:_LONGEST_WORD] or "UNTOLD")


def list_movements(
    payments: Iterable[Payment], *, currency: str
) -> tuple[ProviderTransaction, ...]:
    """Name and sign the movements of whole days, newest first.

    A line has no id of its own: what it says together names it. Lines that say the very same are
    one line, read twice because the pages shifted; where only the balance or the reason tells two
    apart, they are numbered from the oldest, which stays what it is while newer ones come.
    """
    lines = _newest_first(dict.fromkeys(payments))
    signed = list(zip(lines, _signed(lines), strict=True))
    seen: Counter[str] = Counter()
    movements = []
    for payment, amount in reversed(signed):
        seen[payment.name] += 1
        if not payment.is_cancelled:
            movements.append(_movement(payment, seen[payment.name], amount, currency))
    return tuple(reversed(movements))


def costs(movements: Iterable[ProviderTransaction]) -> dict[str, Money]:
    """Add up what each order took and gave back, where both are there."""
    by_order: defaultdict[str, list[ProviderTransaction]] = defaultdict(list)
    for one in movements:
        if one.provider_order_id:
            by_order[one.provider_order_id].append(one)
    return {
        order_id: -total([one.amount for one in mine], mine[0].amount.currency)
        for order_id, mine in by_order.items()
        if {one.kind for one in mine} == ORDER_KINDS
    }


def _newest_first(payments: Iterable[Payment]) -> list[Payment]:
    lines = list(payments)
    return lines[::-1] if lines and lines[0].day < lines[-1].day else lines


def _movement(payment: Payment, turn: int, amount: Decimal, currency: str) -> ProviderTransaction:
    reference = payment.reference_id
    names_order = payment.kind in ORDER_KINDS and bool(as_id(reference))
    return ProviderTransaction(
        id=payment.name if turn == 1 else f"{payment.name}#{turn}",
        kind=payment.kind,
        amount=money(amount, currency, what="payments: amount"),
        provider_order_id=reference if names_order else None,
        at=datetime.combine(payment.day, time(), INDIA).astimezone(UTC),
    )


def _signed(payments: list[Payment]) -> Iterator[Decimal]:
    """Give each amount its sign: by its kind, else by what it did to the balance, else as written.

    The balance before a movement is the closing balance of the next older line.
    """
    before = [*(older.closing for older in payments[1:]), None]
    for payment, old in zip(payments, before, strict=False):
        amount, new = payment.amount, payment.closing
        if payment.kind == ORDER:
            yield -abs(amount)
        elif payment.kind in _KINDS.values():
            yield abs(amount)
        elif old is not None and new is not None and abs(new - old) == abs(amount):
            yield new - old
        else:
            yield amount
