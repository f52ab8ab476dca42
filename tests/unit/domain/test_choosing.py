from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.domain.catalog import (
    Account,
    CardType,
    CardTypeId,
    Category,
    CategoryId,
    Environment,
    Product,
    ProductId,
)
from bot.domain.choosing import (
    are_same_type,
    by_title,
    each_thing_once,
    one_of_each_title,
    one_of_each_type,
    same_things,
)
from bot.domain.money import Money

HERE = Account(provider="here", environment=Environment.SANDBOX)
THERE = Account(provider="there", environment=Environment.SANDBOX)
AWAY = Account(provider="away", environment=Environment.PRODUCTION)


def product(number: int, account: Account, title: str, region: str | None = None) -> Product:
    return Product(
        id=ProductId(number),
        account=account,
        category_id=CategoryId(1),
        key=str(number),
        title=title,
        region=region,
        enabled=True,
    )


def card_type(number: int, name: str, face: Money | None = None) -> CardType:
    return CardType(
        id=CardTypeId(number),
        product_id=ProductId(1),
        key=str(number),
        name=name,
        cost=Money.of(100, "DZD"),
        stock=1,
        read_at=datetime(2026, 3, 10, tzinfo=UTC),
        face=face,
    )


@dataclass(frozen=True)
class Offer:
    """A type that can be bought, or cannot."""

    product: Product
    card_type: CardType
    available: bool


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


# --- Categories -----------------------------------------------------------------------------------


def test_one_title_is_one_category() -> None:
    """`Game Stores` and `GAME  stores` are one shelf, of the account that goes first alone."""
    shelves = [
        Category(id=CategoryId(n), account=account, key=title, title=title)
        for n, (account, title) in enumerate(
            [
                (HERE, "Game Stores"),
                (HERE, "Music"),
                (HERE, "music"),
                (THERE, "GAME  stores "),
                (THERE, "Food"),
            ]
        )
    ]
    assert [one.title for one in one_of_each_title(shelves)] == [
        "Game Stores",
        "Music",
        "music",
        "Food",
    ]


# --- Products -------------------------------------------------------------------------------------


def same(one: Product, *others: Product) -> list[int]:
    """List what is the same as a product of all that are sold."""
    return [each.id for each in same_things(one, by_title([one, *others]))]


def test_title_and_region_make_a_product() -> None:
    """What is written otherwise only in case, spaces or hyphens is the same."""
    psn = product(1, HERE, "PSN", "united-kingdom")
    assert same(psn, product(2, THERE, " psn", "United Kingdom")) == [1, 2]
    assert same(psn, product(2, THERE, "PSN", "Germany")) == [1]
    assert same(psn, product(2, THERE, "PSN Plus", "united-kingdom")) == [1]


def test_an_account_sells_each_thing_once() -> None:
    """Two products of one account are two things, whatever they are called."""
    psn = product(1, HERE, "PSN")
    assert same(
        psn, product(2, HERE, "PSN"), product(3, THERE, "PSN"), product(4, THERE, "PSN")
    ) == [
        1,
        3,
    ]


def test_a_region_that_is_not_named_is_the_only_one_there_is() -> None:
    """Who names no region means the one region that is sold under the title."""
    silent, there = product(1, HERE, "PSN"), product(2, THERE, "PSN", "usa")
    assert same(silent, there) == [1, 2]
    assert same(there, silent) == [2, 1]
    assert same(silent, product(3, THERE, "PSN")) == [1, 3]


@pytest.mark.parametrize("account", [THERE, AWAY, HERE])
def test_a_region_is_never_guessed(account: Account) -> None:
    """Where several regions are sold, or its own account tells them apart, it is nobody's guess."""
    silent, usa = product(1, HERE, "PSN"), product(2, THERE, "PSN", "usa")
    other = product(3, account, "PSN", "usa" if account == HERE else "france")
    assert 2 not in same(silent, usa, other)
    assert 1 not in same(usa, silent, other)


def test_each_thing_stands_once_on_a_shelf() -> None:
    """The product of the account that goes first stands for the others'."""
    shelf = [
        product(1, HERE, "PSN"),
        product(2, HERE, "Steam"),
        product(3, THERE, "psn"),
        product(4, THERE, "Xbox"),
    ]
    assert [one.id for one in each_thing_once(shelf, by_title(shelf))] == [1, 2, 4]
    assert list(each_thing_once(shelf, {})) == shelf


# --- Types ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        (card_type(1, "PSN 10 USD"), card_type(2, "psn  10 usd"), True),
        (card_type(1, "PSN 10 USD"), card_type(2, "10 USD"), True),
        (card_type(1, "PSN 10 USD"), card_type(2, "Ten", dollars(10)), True),
        (card_type(1, "Small", dollars(10)), card_type(2, "Ten", dollars(10)), True),
        (card_type(1, "PSN 10 USD"), card_type(2, "10 EUR", Money.of(10, "EUR")), False),
        (card_type(1, "PSN 10 USD"), card_type(2, "100 USD", dollars(100)), False),
    ],
)
def test_a_name_or_a_face_value_makes_a_type(
    one: CardType, other: CardType, *, are_same: bool
) -> None:
    """`PSN 10 USD` and a card worth 10 USD are one; another currency or amount is another card."""
    psn, theirs = product(1, HERE, "PSN"), product(2, THERE, "psn")
    assert are_same_type((one, psn), (other, theirs)) is are_same
    assert are_same_type((other, theirs), (one, psn)) is are_same


@pytest.mark.parametrize(
    ("title", "name", "other", "are_same"),
    [
        ("Steam <Wallet> & Co", "Steam 5 USD", "5 USD", True),
        ("Steam Wallet", "Steam Wallet 5 USD", "steam 5 USD", True),
        ("10 Dollar Card", "10 USD", "20 USD", False),
        ("Gold", "Gold", "5 USD", False),
        ("Gold Card", "Gold Card", "Card", True),
    ],
)
def test_the_brand_in_a_name_says_nothing(
    title: str, name: str, other: str, *, are_same: bool
) -> None:
    """Some providers repeat the brand before each value, some a part of it, and some do not."""
    one, two = product(1, HERE, title), product(2, THERE, title)
    assert are_same_type((card_type(1, name), one), (card_type(2, other), two)) is are_same


def test_what_comes_after_days_is_another_thing() -> None:
    """Nobody who buys a card for the customer at the counter is given one of next week."""
    psn, theirs = product(1, HERE, "PSN"), replace(product(2, THERE, "PSN"), delayed=True)
    ten = card_type(1, "10 USD")
    assert not are_same_type((ten, psn), (ten, theirs))
    assert are_same_type((ten, theirs), (ten, theirs))


def test_the_first_account_that_can_sells() -> None:
    """A type is the preferred account's while it can sell it, then the next one's, and no more."""
    psn, theirs = product(1, HERE, "PSN"), product(2, THERE, "PSN")

    def offered(*, here: bool, there: bool) -> list[int]:
        offers = [
            Offer(psn, card_type(1, "PSN 10 USD"), here),
            Offer(psn, card_type(2, "PSN 20 USD"), available=True),
            Offer(theirs, card_type(3, "10 USD"), there),
            Offer(theirs, card_type(4, "50 USD"), available=False),
        ]
        return [one.card_type.id for one in one_of_each_type(offers)]

    assert offered(here=True, there=True) == [1, 2, 4]
    assert offered(here=False, there=True) == [3, 2, 4]
    assert offered(here=False, there=False) == [1, 2, 4]


def test_one_accounts_types_stay_apart() -> None:
    """What an account lists twice is two types, and another account's is one of them."""
    psn, theirs = product(1, HERE, "PSN"), product(2, THERE, "PSN")
    offers = [
        Offer(psn, card_type(1, "10 USD"), available=True),
        Offer(psn, card_type(2, "10 USD"), available=False),
        Offer(theirs, card_type(3, "10 USD"), available=True),
        Offer(theirs, card_type(4, "10 USD"), available=True),
    ]
    assert [one.card_type.id for one in one_of_each_type(offers)] == [1, 4]
