"""What every vault promises, whichever way it keeps its word."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.secret import Secret
from bot.errors import Tampered, UnknownKey, VaultError
from bot.ports.vault import Slot, Vault
from bot.vault import KeyRingVault
from tests.fakes.vault import Box, MemoryVault

CODE = Slot(owner="order:17", name="card:1", field="code")

Ring = Callable[..., Vault]
"""Opens a vault with the keys that are named, newest first; one name is always one key."""


def real() -> Ring:
    """Open real vaults whose keys follow from their ids."""
    return lambda *ids: KeyRingVault([(i, Secret(i.encode().ljust(32, b"."))) for i in ids])


def remembering() -> Ring:
    """Open fakes that share one box."""
    box: Box = {}
    return lambda *ids: MemoryVault(ids, box)


@pytest.fixture(params=[real, remembering])
def ring(request: pytest.FixtureRequest) -> Ring:
    """Run each test with each implementation."""
    ring: Ring = request.param()
    return ring


def test_what_is_sealed_opens_in_its_place(ring: Ring) -> None:
    """A card that was paid for can be shown again, byte for byte."""
    vault = ring("k1")
    for clear in (b"", b"ABCD-1234", "رمز".encode(), bytes(range(256))):
        assert vault.open(vault.seal(clear, CODE), CODE) == clear


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(CODE, owner="order:18"),
        replace(CODE, name="card:2"),
        replace(CODE, field="serial"),
        Slot(owner="order:1", name="7card:1", field="code"),
    ],
)
def test_a_row_moved_elsewhere_does_not_open(ring: Ring, elsewhere: Slot) -> None:
    """Nobody gets another order's card by swapping rows of the database."""
    vault = ring("k1")
    sealed = vault.seal(b"ABCD-1234", CODE)
    with pytest.raises(Tampered):
        vault.open(sealed, elsewhere)


def test_equal_cards_do_not_look_alike(ring: Ring) -> None:
    """Whoever reads the file cannot tell that two cards are the same."""
    vault = ring("k1")
    assert vault.seal(b"same", CODE) != vault.seal(b"same", CODE)


def test_nothing_is_readable(ring: Ring) -> None:
    """A sealed code does not contain the code."""
    assert b"ABCD-1234" not in ring("k1").seal(b"ABCD-1234", CODE)


def test_a_newer_key_seals_and_the_older_still_open(ring: Ring) -> None:
    """A key is replaced without losing the cards that the old one sealed."""
    sealed = ring("k1").seal(b"ABCD-1234", CODE)
    rotated = ring("k2", "k1")
    again = rotated.seal(rotated.open(sealed, CODE), CODE)
    assert rotated.newest_key_id == "k2"
    assert rotated.key_ids == frozenset({"k1", "k2"})
    assert (rotated.key_id(sealed), rotated.key_id(again)) == ("k1", "k2")
    assert ring("k2").open(again, CODE) == b"ABCD-1234"


def test_a_missing_key_is_named(ring: Ring) -> None:
    """The distributor reads which key he has to bring back."""
    sealed = ring("k1").seal(b"ABCD-1234", CODE)
    with pytest.raises(UnknownKey, match="k1"):
        ring("k2").open(sealed, CODE)
    assert ring("k2").key_id(sealed) == "k1"


@pytest.mark.parametrize(
    "junk", [b"", b"\x01", b"\x01\xff", b"ABCD", b"\x01\x02k1short", b"\0" * 99]
)
def test_what_was_never_sealed_is_tampered(ring: Ring, junk: bytes) -> None:
    """A damaged row says so; it never opens as something else."""
    with pytest.raises(Tampered):
        ring("k1").open(junk, CODE)
    with pytest.raises(Tampered):
        ring("k1").key_id(junk)


def test_an_empty_ring_opens_no_vault(ring: Ring) -> None:
    """Without a key nothing is sold."""
    with pytest.raises(VaultError):
        ring()


def test_the_index_finds_a_card_again_within_its_order(ring: Ring) -> None:
    """The same code is found in its order, and tells nothing across orders or without the key."""
    vault = ring("k1")
    key = vault.new_index_key()
    found = vault.index(key, "ABCD", within="order:17")
    assert found == ring("k2").index(key, "ABCD", within="order:17")
    others = {
        vault.index(key, "ABCE", within="order:17"),
        vault.index(key, "ABCD", within="order:18"),
        vault.index(key, "7ABCD", within="order:1"),
        vault.index(key[::-1], "ABCD", within="order:17"),
    }
    assert len(others) == 4
    assert found not in others
    assert len(found) == 32


@given(clear=st.binary(max_size=300), owner=st.text(), name=st.text(), field=st.text())
@pytest.mark.parametrize("make", [real, remembering])
def test_every_value_comes_back_from_every_slot(
    make: Callable[[], Ring], clear: bytes, owner: str, name: str, field: str
) -> None:
    """No value and no place is special."""
    vault = make()("k1")
    slot = Slot(owner=owner, name=name, field=field)
    assert vault.open(vault.seal(clear, slot), slot) == clear
