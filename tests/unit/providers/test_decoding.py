"""Whatever a provider sends is read exactly or refused; nothing can crash the reading."""

import contextlib
import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.errors import ProviderContractBroken
from bot.providers.decoding import LONGEST_NAME, find, money, name, read, whole
from bot.providers.oneclickdz import books, shop
from bot.providers.oneclickdz.envelope import open_envelope

WORDS = """
    _id id orderId status orderStatus quantity product productId type typeId time cards value serial
    fulfilled_quantity fulfilled_amount price_per_card amount oldBalance newBalance objid items
    pagination totalPages totalResults categories products title name enabled region types price
    available balance apiKey isEnabled scope success data error code message meta requestId
"""
KEYS = st.sampled_from(WORDS.split())

NUMBERS = st.sampled_from(
    [
        "0",
        "-0",
        "1.5",
        "1e400",
        "-1e-400",
        "1E+999999999",
        "9" * 60,
        "0.000001",
        "-3",
        "1" + "0" * 15,
    ]
)
SCALARS = st.one_of(
    st.none().map(json.dumps),
    st.booleans().map(json.dumps),
    st.text(max_size=12).map(json.dumps),
    st.sampled_from(
        ['"NaN"', '"-Infinity"', '"12.50"', '"2026-13-45"', '"0001-01-01T00:00:00+14:00"']
    ),
    st.text("0123456789abcdef", min_size=24, max_size=24).map(json.dumps),
    NUMBERS,
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda each: "[" + ",".join(each) + "]"),
        st.dictionaries(KEYS, inner, max_size=8).map(
            lambda each: "{" + ",".join(f"{json.dumps(k)}:{v}" for k, v in each.items()) + "}"
        ),
    ),
    max_leaves=25,
)
BODIES = st.one_of(JSON.map(str.encode), st.binary(max_size=200))


def read_page(data: bytes) -> object:
    """Read a page whose counts may stand in the data or, as here, in the meta too."""
    envelope = open_envelope(b'{"success":true,"data":%s,"meta":%s}' % (data, data))
    return envelope and books.read_page(envelope, 1, what="list")


READERS: list[Callable[[bytes], object]] = [
    shop.read_catalog,
    shop.read_types,
    shop.read_balance,
    shop.read_profile,
    books.read_order,
    books.read_transaction,
    read_page,
]


@pytest.mark.parametrize("reader", READERS)
@given(body=BODIES)
def test_any_input_is_read_or_refused(reader: Callable[[bytes], object], body: bytes) -> None:
    """No body, however wrong, raises anything but "not as documented"."""
    with contextlib.suppress(ProviderContractBroken):
        reader(body)


@given(BODIES)
def test_any_body_is_an_envelope_or_none(body: bytes) -> None:
    """The envelope is recognised or not; nothing else happens."""
    envelope = open_envelope(body)

    assert envelope is None or isinstance(envelope.success, bool)


@pytest.mark.parametrize("opening", [b"[", b'{"data":', b'{"a":'])
def test_nesting_without_end_is_refused(opening: bytes) -> None:
    """A body of a hundred thousand brackets is no answer, and no crash."""
    body = b'{"success":true,"data":' + opening * 100_000

    assert open_envelope(body) is None
    assert find(opening * 100_000, dict) is None
    with pytest.raises(ProviderContractBroken):
        read(opening * 100_000, object, what="test")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_amounts_are_exact(amount: Decimal) -> None:
    """An amount is the same to the centime, as a number and as text."""
    for text in (f"{amount:f}", f'"{amount:f}"'):
        assert shop.read_balance(b'{"balance":%s}' % text.encode()) == Money.of(amount, "DZD")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e13", "-1e13", "1e999999"])
def test_nonsense_is_no_money(amount: str) -> None:
    """What no account can hold is refused before it is computed with."""
    with pytest.raises(ProviderContractBroken):
        money(Decimal(amount), "DZD", what="test")


@pytest.mark.parametrize("number", ["1.5", "NaN", "1e13"])
def test_a_count_is_whole(number: str) -> None:
    """Half a card cannot be counted."""
    with pytest.raises(ProviderContractBroken):
        whole(Decimal(number), what="test")


def test_an_error_names_the_place_and_not_the_value() -> None:
    """What is wrong is said by its path: the value may be a card."""
    body = b'{"_id":"a","quantity":1,"cards":[{"value":["SECRET-CODE"]}]}'

    with pytest.raises(ProviderContractBroken) as broken:
        books.read_order(body)

    assert "cards" in str(broken.value)
    assert "SECRET" not in str(broken.value)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Steam <Wallet> & Co", "Steam <Wallet> & Co"),
        ("بطاقة 🎮 PSN", "بطاقة 🎮 PSN"),
        (" PSN\n\t10\u00a0USD ", "PSN 10 USD"),
        ("PSN \u202eDSU 01\x00\u2068", "PSN DSU 01"),
        ("\u200f\n", ""),
        ("x" * LONGEST_NAME, "x" * LONGEST_NAME),
        ("x" * 4000, "x" * (LONGEST_NAME - 1) + "…"),
    ],
)
def test_names(told: str, shown: str) -> None:
    """A name is one visible line, short enough for every message and button that holds it."""
    assert name(None, told) == shown
