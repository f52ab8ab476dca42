"""A secret that an answer repeats is masked before anything is read, however it is spelled."""

import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.decoding import is_id
from bot.providers.exchanges import UNREADABLE, as_code
from bot.providers.masking import masked, without_secrets
from tests.unit.providers.answers import reply

SECRET = "Ab+9/x-Zz=&<'q"

Spell = Callable[[str], str]


def escaped(text: str) -> str:
    """Escape every sign as JSON may."""
    return "".join(f"\\u{ord(sign):04x}" for sign in text)


SPELLINGS: dict[str, Spell] = {
    "clear": str,
    "capitals": str.upper,
    "small letters": str.lower,
    "json": lambda text: json.dumps(text)[1:-1],
    "slashes": lambda text: text.replace("/", "\\/"),
    "escaped": escaped,
    "ESCAPED": lambda text: escaped(text).replace("\\u00", "\\U00").upper().replace("\\U", "\\u"),
    "escaped twice": lambda text: json.dumps(escaped(text))[1:-1],
    "one sign": lambda text: text.replace("-", "\\u002d"),
    "html": html.escape,
    "html numbers": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "url": lambda text: quote(text, safe=""),
    "url in small": lambda text: quote(text, safe="").lower(),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_is_masked(spell: Spell) -> None:
    """In either case, escaped for JSON, HTML or a URL: only what stands around it is left."""
    body = f'{{"error":"the key {spell(SECRET)} is bad"}}'.encode()
    assert masked(body, ["other-secret", SECRET]).decode() == '{"error":"the key ••• is bad"}'


@given(
    st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=8, max_size=40),
    st.sampled_from(list(SPELLINGS.values())),
)
def test_no_secret_survives(secret: str, spell: Spell) -> None:
    """Whatever the secret is made of, none of its spellings is left."""
    left = masked(f"[{spell(secret)}]".encode(), [secret]).decode()
    assert "•••" in left
    assert spell(secret) not in left


def test_what_holds_no_secret_is_left_as_it_is() -> None:
    """An answer is evidence: nothing else in it is changed, and short words are no secrets."""
    for body in (b"", b'{"a":"\\u002d%2d&amp;"}', b"\xff\xfe"):
        assert masked(body, ["", "a", SECRET]) is body


def test_a_header_keeps_no_secret() -> None:
    """The id of a request, and where a redirect leads, may repeat the key too."""
    answer = without_secrets(reply(302, {}, location=f"https://x/?key={quote(SECRET)}"), [SECRET])
    assert answer.headers["location"] == "https://x/?key=•••"


@pytest.mark.parametrize("told", ["", "PLE10021", "ERR_AUTH", "auth.token_error", "invalid-grant"])
def test_a_code_is_kept(told: str) -> None:
    """What the providers document as codes passes as it is."""
    assert as_code(told) == told


@pytest.mark.parametrize(
    "told",
    [
        "contact +213-555123456 is invalid",
        "213-555123456",
        "555123456",
        "5.5-5_1.2.3",
        "A" * 61,
        "•••",
        "code\n",
    ],
)
def test_what_is_no_code_is_not_kept_as_one(told: str) -> None:
    """A sentence or a number in a code's place may repeat a phone number, and is left out."""
    assert as_code(told) == UNREADABLE


def test_an_id_is_short_and_plain() -> None:
    """An id stands in addresses and messages: nothing else is taken for one."""
    assert is_id("6901616fe9e88196b4eb64b3")
    assert not any(map(is_id, ("", "a b", "../x", "x" * 65, "é", "x\n")))
