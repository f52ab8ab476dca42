from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import around, asked_again, asked_type, face_key, face_name, largest
from bot.domain.catalog import CardType, CardTypeId, ListedType, OpenAmount, ProductId
from bot.domain.money import Money
from tests.fakes.world import NOON
from tests.unit.samples import dinars


def dollars(minor: int) -> Money:
    return Money(minor=minor, currency="USD")


BOUNDS = OpenAmount(
    least=dollars(500), most=dollars(20_000), step=dollars(250), cost_millionths=1_280_000
)
OPENED = ListedType(key="open", name="Open", cost=dinars(1), stock=100, most=10, open_amount=BOUNDS)


def known(listed: ListedType) -> CardType:
    """A type as the store keeps what was listed."""
    return CardType(
        id=CardTypeId(5),
        product_id=ProductId(1),
        key=listed.key,
        name=listed.name,
        cost=listed.cost,
        stock=listed.stock,
        read_at=NOON,
        most=listed.most,
        face=listed.face,
        open_amount=listed.open_amount,
        asked=listed.asked,
    )


@pytest.mark.parametrize(
    ("minor", "key", "name"),
    [
        (2500, "25", "25 USD"),
        (3750, "37.5", "37.50 USD"),
        (1, "0.01", "0.01 USD"),
        (10_000, "100", "100 USD"),
        (1_234_567, "12345.67", "12345.67 USD"),
    ],
)
def test_a_face_value_is_named_as_providers_name_theirs(minor: int, key: str, name: str) -> None:
    """A key is a plain decimal; a name has two decimals or none, and the currency."""
    assert face_key(dollars(minor)) == key
    assert face_name(dollars(minor)) == name


@given(st.integers(1, 10**9))
def test_a_key_says_its_value_exactly(minor: int) -> None:
    """What is ordered is what was asked for, to the cent, and never written with an exponent."""
    key = face_key(dollars(minor))
    assert Decimal(key) == dollars(minor).amount
    assert set(key) <= set("0123456789.")


def test_an_amount_that_was_asked_for_becomes_a_type() -> None:
    """It costs its share, and stock and limit are those of the open amount."""
    assert asked_type(OPENED, BOUNDS, dollars(3750)) == ListedType(
        key="37.5",
        name="37.50 USD",
        cost=dinars(48),
        stock=100,
        most=10,
        face=dollars(3750),
        asked=True,
    )


def test_types_that_were_asked_for_are_listed_again() -> None:
    """A new reading gives them its price and its stock."""
    asked = known(asked_type(OPENED, BOUNDS, dollars(3750)))
    dearer = replace(BOUNDS, cost_millionths=2_000_000)
    opened = replace(OPENED, stock=3, open_amount=dearer)
    (again,) = asked_again([asked, known(OPENED)], [opened])
    assert again == asked_type(opened, dearer, dollars(3750))
    assert (again.cost, again.stock) == (dinars(75), 3)


@pytest.mark.parametrize(
    "listed",
    [
        (),
        (ListedType(key="20", name="20 USD", cost=dinars(1), stock=1, face=dollars(2000)),),
        (replace(OPENED, open_amount=replace(BOUNDS, most=dollars(3000))),),
        (ListedType(key="37.5", name="37.50 USD", cost=dinars(1), stock=1), OPENED),
        (ListedType(key="f", name="F", cost=dinars(1), stock=1, face=dollars(3750)), OPENED),
    ],
    ids=["nothing", "no open amount", "out of bounds", "listed by key", "listed by face"],
)
def test_what_cannot_be_asked_for_any_more_is_left_out(listed: tuple[ListedType, ...]) -> None:
    """Out of the new bounds, without an open amount, or listed by the provider itself."""
    asked = known(asked_type(OPENED, BOUNDS, dollars(3750)))
    assert asked_again([asked], listed) == []


@given(
    least=st.integers(1, 10**5),
    span=st.integers(0, 10**5),
    step=st.integers(1, 10**4),
    data=st.data(),
)
def test_what_is_offered_instead_can_be_had(
    least: int, span: int, step: int, data: st.DataObject
) -> None:
    """The bounds that are told can be had, and so can both neighbours of what lies between."""
    bounds = OpenAmount(
        least=dollars(least), most=dollars(least + span), step=dollars(step), cost_millionths=1
    )
    top = largest(bounds)
    assert bounds.takes(bounds.least)
    assert bounds.takes(top)
    assert not bounds.takes(top + bounds.step)
    face = dollars(data.draw(st.integers(least, top.minor)))
    if not bounds.takes(face):
        below, above = around(bounds, face)
        assert below < face < above
        assert bounds.takes(below)
        assert bounds.takes(above)
