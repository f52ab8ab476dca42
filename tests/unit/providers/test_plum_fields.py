"""Single fields of Plum's JSON are read in whatever type they come."""

import json
from decimal import Decimal

import msgspec
import pytest

from bot.domain.catalog import Account, Environment
from bot.errors import ProviderContractBroken
from bot.providers.plum import account_at
from bot.providers.plum.fields import count, flag, number, text
from bot.providers.plum.prose import LONGEST, prose


def data(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()


def raw(value: object) -> msgspec.Raw:
    """Write one field."""
    return msgspec.Raw(data(value))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("  a ", "a"),
        (15365, "15365"),
        (15365.0, "15365"),
        (1e3, "1000"),
        (37.50, "37.5"),
        (0, "0"),
        (True, ""),
        (None, ""),
        ({}, ""),
        (1e300, ""),
    ],
    ids=repr,
)
def test_a_text_may_be_a_number(value: object, told: str) -> None:
    """An id is the same id as a number and as a string."""
    assert text(raw(value)) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (8.79, "8.79"),
        ("8.79", "8.79"),
        ("1", "1"),
        ("", None),
        ("Infinity", None),
        ("NaN", None),
        ("1e400", None),
        ("1 - 7", None),
        (None, None),
        (False, None),
    ],
    ids=repr,
)
def test_a_number_may_be_a_text(value: object, told: str | None) -> None:
    """An amount is read exactly, and what is none is not told."""
    assert number(raw(value)) == (None if told is None else Decimal(told))


def test_a_count_has_no_fraction() -> None:
    """Half a card is a broken promise; one that is not told is None."""
    assert count(raw("3"), what="x") == 3
    assert count(raw(None), what="x") is None
    with pytest.raises(ProviderContractBroken):
        count(raw(1.5), what="x")


@pytest.mark.parametrize(
    ("value", "says_yes"),
    [
        (True, True),
        (1, True),
        ("1", True),
        ("true", True),
        (False, False),
        (0, False),
        (None, False),
    ],
    ids=repr,
)
def test_a_flag_has_many_spellings(value: object, *, says_yes: bool) -> None:
    """Yes is true, 1 or their spellings."""
    assert flag(raw(value)) is says_yes


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>One<br/>two &amp; three</p><p>four</p>", "One two & three four"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("<style>p{}</style><b>x</b>", "x"),
        ("<script>alert('1')</script>y", "y"),
        ("<p>open", "open"),
        ("a\u200b\n\tb", "a b"),
        ("<ol><li>Sign in</li><li>Redeem</li></ol>", "1. Sign in 2. Redeem"),
        ("<ol><li>A<li>B</ol><ol><li>C</ol>", "1. A 2. B 1. C"),
        ("<ul><li>Online</li><li>In shops</li></ul>", "• Online • In shops"),
        ("<li>Alone", "• Alone"),
        ("5 < 6", "5 < 6"),
        ("", ""),
        ("<", "<"),
    ],
)
def test_html_is_read_as_text(written: str, read: str) -> None:
    """Nothing that a page would run or lay out reaches a message."""
    assert prose(written) == read


def test_a_long_text_is_cut() -> None:
    """A text stands in a message with others."""
    cut = prose("<p>" + "word " * 1000)
    assert len(cut) <= LONGEST
    assert cut.endswith("word…")


@pytest.mark.parametrize(
    ("address", "environment"),
    [
        ("https://stagingstores.xoxoday.com/chef", Environment.SANDBOX),
        ("https://canvas.xoxoday.com/chef/", Environment.SANDBOX),
        ("https://StagingAccount.xoxoday.com./chef", Environment.SANDBOX),
        ("http://127.0.0.1:8080/chef", Environment.SANDBOX),
        ("http://[::1]:8080", Environment.SANDBOX),
        ("http://localhost", Environment.SANDBOX),
        ("https://accounts.xoxoday.com/chef", Environment.PRODUCTION),
        ("https://stagingstores.xoxoday.com.example/chef", Environment.PRODUCTION),
        ("https://proxy.example/chef", Environment.PRODUCTION),
        ("", Environment.PRODUCTION),
    ],
)
def test_the_host_tells_the_environment(address: str, environment: Environment) -> None:
    """The known sandboxes and this machine are sandboxes; at any other place money is real."""
    assert account_at(address) == Account(provider="plum", environment=environment)
