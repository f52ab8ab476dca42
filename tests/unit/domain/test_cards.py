import copy
import pickle
from collections.abc import Callable

import pytest

from bot.domain.cards import Card, SealedCard, order_owner, shelf_owner
from bot.domain.secret import MASK, Secret

CODE, SERIAL, PIN = "X7-CANARY-CODE", "X7-CANARY-SERIAL", "X7-CANARY-PIN"


def shown(value: object) -> str:
    """Show a value in every way that a log or an error would."""
    return " ".join((repr(value), str(value), f"{value}", f"{[value]}", f"{value!r:>200}"))


def test_a_link_is_told_by_its_scheme() -> None:
    """A code that is an address is a link, whatever its case; no other code is."""
    assert Card(code="HTTPS://cards.example/a").is_link
    assert not Card(code="ABCD-https").is_link


def test_a_card_never_shows_itself() -> None:
    """No log and no error can hold a code by printing what holds the card."""
    card = Card(code=CODE, serial=SERIAL, pin=PIN)
    sealed = SealedCard(
        owner="order:17",
        slot=1,
        index=CODE.encode(),
        sealed_code=CODE.encode(),
        sealed_serial=SERIAL.encode(),
        sealed_pin=PIN.encode(),
    )
    assert "CANARY" not in shown(card) + shown(sealed)
    assert "order:17" in shown(sealed)
    assert (card.code, card.serial) == (CODE, SERIAL)


def test_a_card_without_a_serial_is_a_card() -> None:
    """A serial may come later, or never."""
    assert Card(code=CODE).serial == ""


def test_owners_are_told_apart() -> None:
    """The cards of an order and of the shelf never share an owner's name."""
    owners = {order_owner(17), shelf_owner("memory", "17"), shelf_owner("other", "17")}
    assert owners == {"order:17", "shelf:memory:17", "shelf:other:17"}


@pytest.mark.parametrize("value", ["X7-CANARY-KEY", b"X7-CANARY-KEY"], ids=["text", "bytes"])
def test_a_secret_shows_a_mask(value: str | bytes) -> None:
    """A token or a key is only ever read by asking for it."""
    secret: Secret[str] | Secret[bytes] = Secret(value)  # type: ignore[type-var, assignment]
    assert "CANARY" not in shown(secret)
    assert MASK in shown(secret)
    assert f"{secret:>40}" == str(secret) == MASK
    assert secret.reveal() == value


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_not_written_anywhere(write: Callable[[object], object]) -> None:
    """A copy of a secret could end up in a file, so there is none."""
    with pytest.raises(TypeError, match="not written"):
        write(Secret("X7-CANARY-KEY"))


def test_secrets_are_compared_by_what_they_keep() -> None:
    """The same key given twice is one key; a secret never equals its own value in clear."""
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"
