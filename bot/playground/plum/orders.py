"""An order at the Plum double, the vouchers in it and the movements of money that it causes."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from hashlib import sha256
from itertools import count

from bot.playground.books import Booked
from bot.playground.plum.catalog import Product, VoucherType

_CENT = Decimal("0.01")
_FINE = Decimal("0.0001")


def cents(amount: Decimal) -> Decimal:
    """An amount of the account's money, to the cent."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a placing asks for; `mailed` is whether the receiver gets the codes by e-mail."""

    product_id: int
    denomination: Decimal
    quantity: int
    po_number: str = ""
    email: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    tag: str = ""
    mailed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What an order costs in the account's currency: `raw_` to four places, the rest to the cent.

    Nobody says where the fee enters; here it is in the total, and the discount is of both.
    """

    rate: Decimal
    raw_total: Decimal
    raw_discount: Decimal
    discount_percent: Decimal

    @classmethod
    def of(cls, product: Product, denomination: Decimal, quantity: int) -> "Price":
        """The price of so many vouchers of a value, by today's rate."""
        exact = denomination * product.exchange_rate * quantity * (1 + product.fee / 100)
        return cls(
            rate=product.exchange_rate,
            raw_total=exact.quantize(_FINE, ROUND_HALF_UP),
            raw_discount=(exact * product.discount / 100).quantize(_FINE, ROUND_HALF_UP),
            discount_percent=product.discount,
        )

    @property
    def total(self) -> Decimal:
        """Before the discount."""
        return cents(self.raw_total)

    @property
    def discount(self) -> Decimal:
        """What comes off."""
        return cents(self.raw_discount)

    @property
    def charged(self) -> Decimal:
        """What is taken from the balance."""
        return self.total - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A code or a link, and a pin: as good as cash even here, so neither is in the repr."""

    code: str = field(repr=False)
    pin: str = field(repr=False)
    last_day: date | None


@dataclass(slots=True, kw_only=True)
class Order(Booked):
    """A committed order: its money is taken; `vouchers` is None while its delivery is pending.

    `mails` counts how often the codes were sent to the receiver by e-mail.
    """

    id: int
    product: Product
    wanted: Wanted
    price: Price
    vouchers: list[Voucher] | None = None
    delivered_at: datetime | None = None
    mails: int = 0

    @property
    def is_open(self) -> bool:
        return self.vouchers is None

    @property
    def po_number(self) -> str:
        """The reference that came with it."""
        return self.wanted.po_number

    @property
    def quantity(self) -> int:
        """How many were ordered."""
        return self.wanted.quantity

    @property
    def denomination(self) -> Decimal:
        """The value of one, in the product's currency."""
        return self.wanted.denomination

    @property
    def taken(self) -> Decimal:
        """What placing took from the balance: `amountCharged`."""
        return self.price.charged

    @property
    def cancelled(self) -> int:
        """How many will never come."""
        return 0 if self.vouchers is None else max(0, self.quantity - len(self.vouchers))

    @property
    def charged(self) -> Decimal:
        """What the order costs, its refund counted: all of it while pending."""
        delivered = self.quantity - self.cancelled
        return cents(self.taken * delivered / self.quantity)

    @property
    def delivery_status(self) -> str:
        """The provider's word; an order of which a part came is delivered."""
        if self.vouchers is None:
            return "pending"
        return "delivered" if self.vouchers else "canceled"


class Reason(StrEnum):
    """Why the balance moved (Xoxoday Plum, "Get Payment Report API")."""

    FUNDS = "Funds added"
    ISSUED = "Brand vouchers issued"
    REFUNDED = "Refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One movement of the balance; `amount` is never negative.

    A funding that is `cancelled` took its money back.
    """

    number: int
    reason: Reason
    amount: Decimal
    closing_balance: Decimal
    at: datetime
    order_id: int | None = None
    cancelled: bool = False


class Press:
    """Makes vouchers; no code and no pin comes twice from one seed.

    The sandbox's codes begin with `DEMO-`, its links lie on stagingstores.plum.gift.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._numbers = count(1)

    def next(self, product: Product, day: date) -> Voucher:
        """One more voucher of a product, bought on a day."""
        number = next(self._numbers)
        digits = sha256(f"{self._seed}:{number}".encode()).hexdigest()
        linked = product.voucher_type in {VoucherType.URL, VoucherType.URL_PIN}
        pinned = product.voucher_type in {VoucherType.CODE_PIN, VoucherType.URL_PIN}
        link = f"https://stagingstores.plum.gift/{digits[:12]}{number:04d}"
        days = product.validity_days
        return Voucher(
            code=link if linked else f"DEMO-{1_676_340_000_000 + number}-{digits[:6]}",
            pin=f"DEMO-PIN-{digits[6:10]}{number:04d}" if pinned else "",
            last_day=None if days is None else day + timedelta(days=days),
        )
