"""What the OneClickDZ double sells: a small catalogue with the oddities of the real one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

TEST_PARTIAL = "TEST_PARTIAL"
"""Sandbox type that is filled by half (OneClickDZ, guide 4 "status tracking")."""
TEST_REFUND = "TEST_REFUND"
"""Sandbox type that is refunded whole (OneClickDZ, guide 4 "status tracking")."""


@dataclass(slots=True, kw_only=True)
class CardType:
    """A denomination: `price` of one card in DZD, `stock` how many are left."""

    id: str
    name: str
    price: Decimal
    stock: int


@dataclass(slots=True, kw_only=True)
class Product:
    """A brand in one region; one that is not `enabled` is listed but cannot be bought."""

    id: str
    title: str
    region: str | None = None
    enabled: bool = True
    types: list[CardType] = field(default_factory=list)

    def find_type(self, type_id: str) -> CardType | None:
        """The type with this id, or None."""
        return next((each for each in self.types if each.id == type_id), None)


@dataclass(slots=True, kw_only=True)
class Category:
    """A shelf of products; the provider gives it a title and no id."""

    title: str
    products: list[Product]


@dataclass(slots=True, kw_only=True)
class Catalog:
    """Everything on sale; tests change prices and stock in place."""

    categories: list[Category]

    def products(self) -> Iterator[Product]:
        """Every product, in the catalogue's order."""
        for category in self.categories:
            yield from category.products

    def find(self, product_id: str) -> Product | None:
        """The product with this id, or None."""
        return next((each for each in self.products() if each.id == product_id), None)

    def product(self, title: str) -> Product:
        """The product with exactly this title; StopIteration is a mistake of the test."""
        return next(each for each in self.products() if each.title == title)

    def card_type(self, name: str) -> CardType:
        """The type with exactly this name, wherever it is sold."""
        return next(
            each for product in self.products() for each in product.types if each.name == name
        )


def demo_catalog() -> Catalog:
    """Six categories and twelve products: one switched off, one price of 0, one that is not cards.

    At the usual margin of 5 % rounded up to 10 DA, `PSN 10 USD` costs 1 380 and sells at 1 450.
    """
    ids = count(1)

    def types(*rows: tuple[str, str, int]) -> list[CardType]:
        return [
            CardType(id=_id(0x61, next(ids)), name=name, price=Decimal(price), stock=stock)
            for name, price, stock in rows
        ]

    def product(
        title: str, *rows: tuple[str, str, int], region: str | None = None, enabled: bool = True
    ) -> Product:
        number = _id(0x50, next(ids))
        return Product(id=number, title=title, region=region, enabled=enabled, types=types(*rows))

    return Catalog(
        categories=[
            Category(
                title="Game Stores",
                products=[
                    product(
                        "PSN",
                        ("PSN 10 USD", "1380", 120),
                        ("PSN 20 USD", "2760", 60),
                        ("PSN 50 USD", "6895.50", 25),
                    ),
                    product(
                        "PSN Germany",
                        ("PSN 20 EUR", "3105", 40),
                        ("PSN 50 EUR", "7760", 3),
                        region="germany",
                    ),
                    product(
                        "Steam <Wallet> & Co",
                        ("Steam 5 USD", "712.35", 300),
                        ("Steam 10 USD", "1424.70", 200),
                        ("Steam 20 USD", "2849.40", 0),
                    ),
                    product("Xbox", ("Xbox 15 USD", "2070", 35)),
                ],
            ),
            Category(
                title="iTunes",
                products=[
                    product(
                        "Apple Gift Card",
                        ("Apple 5 USD", "700", 80),
                        ("Apple 25 USD", "3450", 45),
                        region="united-states",
                    ),
                    product(
                        "Apple Gift Card UK",
                        ("Apple 10 GBP", "1795", 20),
                        region="united-kingdom",
                    ),
                ],
            ),
            Category(
                title="Gaming Cards",
                products=[
                    product(
                        "Free Fire",
                        ("Free Fire 100 Diamonds", "145.50", 500),
                        ("Free Fire 530 Diamonds", "727.50", 250),
                    ),
                    product("Roblox", ("Roblox 800 Robux", "1380", 70)),
                    product("Valorant", ("Valorant 475 VP", "690", 15), enabled=False),
                ],
            ),
            Category(
                title="Streaming & Music",
                products=[
                    product(
                        "Netflix",
                        ("Netflix 30 USD", "4140", 18),
                        ("Netflix Trial", "0", 10),
                    ),
                ],
            ),
            Category(
                title="Mobile & Internet",
                products=[product("Idoom 4G", ("Idoom 500 DA", "490", 999), region="dz")],
            ),
            Category(title="Sandbox", products=[_sandbox(_id(0x50, next(ids)))]),
        ]
    )


def _sandbox(product_id: str) -> Product:
    return Product(
        id=product_id,
        title="Test Cards",
        types=[
            CardType(id=TEST_PARTIAL, name="Half of it comes", price=Decimal(500), stock=1000),
            CardType(id=TEST_REFUND, name="None of it comes", price=Decimal(500), stock=1000),
        ],
    )


def _id(kind: int, number: int) -> str:
    """24 hex digits that look like the provider's ids and never change between runs."""
    return f"{kind:02x}26393c6f57860f92{number:06x}"
