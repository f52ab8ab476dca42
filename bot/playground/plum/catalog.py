"""What the Plum double sells: a small catalogue with the oddities of the real one."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class VoucherType(StrEnum):
    """How a voucher is delivered (Xoxoday Plum, "Place Order API"); a link is in the code."""

    CODE = "code"
    CODE_PIN = "codePin"
    URL = "url"
    URL_PIN = "urlPin"


@dataclass(frozen=True, slots=True)
class Country:
    """A country: `slug` is the value that a filter takes."""

    code: str
    name: str

    @property
    def slug(self) -> str:
        """The name as the filters spell it."""
        return self.name.lower().replace(" ", "_")


USA = Country("US", "United States")
UK = Country("GB", "United Kingdom")
GERMANY = Country("DE", "Germany")
INDIA = Country("IN", "India")
UAE = Country("AE", "United Arab Emirates")


@dataclass(slots=True, kw_only=True)
class Product:
    """A brand in one country; tests change it in place.

    `denominations` are of its own `currency`; without any it takes every value from `least` to
    `most`.  A unit of its currency costs `exchange_rate` of the account's, plus `fee` %, less
    `discount` %.  `validity_days` None never ends.  `shown` is laid over what the catalogue says.
    """

    id: int
    name: str
    country: Country = USA
    currency: str = "USD"
    denominations: tuple[Decimal, ...] = ()
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    exchange_rate: Decimal = Decimal(1)
    fee: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    order_quantity_limit: int = 10
    phone_mandatory: bool = False
    delayed: bool = False
    voucher_type: VoucherType = VoucherType.CODE
    category: str = "Gaming"
    description: str = ""
    in_stock: bool = True
    activated: bool = True
    validity_days: int | None = 365
    shown: dict[str, object] = field(default_factory=dict)

    def takes(self, denomination: Decimal) -> bool:
        """Whether a voucher of this value can be bought."""
        if self.denominations:
            return denomination in self.denominations
        return self.least <= denomination <= self.most


@dataclass(slots=True, kw_only=True)
class Catalog:
    """Everything on sale."""

    products: list[Product]

    def find(self, product_id: int) -> Product | None:
        """The product with this id, or None."""
        return next((each for each in self.products if each.id == product_id), None)

    def product(self, name: str) -> Product:
        """The product with exactly this name; StopIteration is a mistake of the test."""
        return next(each for each in self.products if each.name == name)


def _values(*values: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def demo_catalog() -> Catalog:
    """Twelve products of five countries: each way of delivery and each way of pricing is there.

    One is delayed, one wants a phone, one is sold out, one is not activated; numbers wobble
    between integers, decimals, strings and null as they do in the provider's own samples.
    """
    return Catalog(
        products=[
            Product(
                id=15365,
                name="PSN",
                denominations=_values("10", "20", "50"),
                description="<p>PlayStation Store credit.<br/>Region: <b>US</b></p>",
                shown={"exchangeRate": "1"},
            ),
            Product(
                id=55395,
                name="Amazon US",
                least=Decimal(5),
                most=Decimal(200),
                voucher_type=VoucherType.URL,
                category="eCommerce,Lifestyle",
                description='<ul><li>Redeem at <a href="https://amazon.com">amazon</a></li></ul>',
                shown={"exchangeRate": None, "tatInDays": "1 - 7", "fee": 0.0},
            ),
            Product(
                id=41207,
                name="Steam EU",
                country=GERMANY,
                currency="EUR",
                denominations=_values("5", "10", "20"),
                exchange_rate=Decimal("1.0842"),
                voucher_type=VoucherType.CODE_PIN,
            ),
            Product(
                id=41208,
                name="Steam <Wallet> & Co",
                denominations=_values("5", "10", "20"),
                fee=Decimal("2.5"),
                description="Wallet codes &amp; more &lt;today&gt;",
            ),
            Product(
                id=28543,
                name="iTunes",
                denominations=_values("5", "25"),
                voucher_type=VoucherType.CODE_PIN,
                category="Music & Apps",
                discount=Decimal("1.5"),
                shown={"minValue": "0", "maxValue": "0"},
            ),
            Product(
                id=28544,
                name="Google Play",
                denominations=_values("10", "25"),
                category="Music & Apps",
                validity_days=None,
            ),
            Product(
                id=33010,
                name="Netflix",
                denominations=_values("30"),
                voucher_type=VoucherType.URL_PIN,
                category="Streaming",
                order_quantity_limit=3,
            ),
            Product(
                id=61044,
                name="Starbucks UK",
                country=UK,
                currency="GBP",
                denominations=_values("10", "25"),
                exchange_rate=Decimal("1.28"),
                category="Food",
            ),
            Product(
                id=1535,
                name="Flipkart",
                country=INDIA,
                currency="INR",
                least=Decimal(10),
                most=Decimal(500),
                exchange_rate=Decimal("0.01137"),
                voucher_type=VoucherType.CODE_PIN,
                category="eCommerce",
                phone_mandatory=True,
                # Swapped, as it is in a real answer.
                shown={"minValue": 500, "maxValue": 10},
            ),
            Product(
                id=70211,
                name="Noon UAE",
                country=UAE,
                currency="AED",
                denominations=_values("100", "250.5"),
                exchange_rate=Decimal("0.2723"),
                category="eCommerce",
                delayed=True,
            ),
            Product(id=15366, name="Xbox", denominations=_values("15", "50"), in_stock=False),
            Product(id=15370, name="Nintendo eShop", denominations=_values("35"), activated=False),
        ]
    )
