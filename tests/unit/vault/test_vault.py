"""What the real vault promises beyond its port: every bit counts, and no key is ever shown."""

import base64
import copy
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.secret import Secret
from bot.errors import Tampered, UnknownKey, VaultError
from bot.ports.vault import Slot
from bot.settings.parse import card_keys
from bot.vault import KeyRingVault, new_key_line

CODE = Slot(owner="order:17", name="card:1", field="code")
KEY = b"canary-key-canary-key-canary-key"
CLEAR = b"canary-card"
HEADER = b"\x01\x02k1"


def vault(key: bytes = KEY) -> KeyRingVault:
    """Open a vault with one key."""
    return KeyRingVault([("k1", Secret(key))])


@given(clear=st.binary(min_size=1, max_size=40), data=st.data())
def test_every_bit_counts(clear: bytes, data: st.DataObject) -> None:
    """A sealed value with any bit turned does not open: it is tampered, or names no known key."""
    sealed = bytearray(vault().seal(clear, CODE))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << (bit % 8)
    names_a_key = 1 <= bit // 8 < len(HEADER)
    with pytest.raises((Tampered, UnknownKey) if names_a_key else Tampered):
        vault().open(bytes(sealed), CODE)


def test_every_bit_counts_in_the_name_of_the_key_too() -> None:
    """A value cannot be passed off as sealed with another key, even one of the same bytes."""
    twins = KeyRingVault([("k1", Secret(KEY)), ("k2", Secret(KEY))])
    sealed = twins.seal(b"ABCD-1234", CODE)
    with pytest.raises(Tampered):
        twins.open(sealed.replace(b"k1", b"k2", 1), CODE)


@given(clear=st.binary(max_size=60), cut=st.integers(1, 60))
def test_a_value_cut_short_does_not_open(clear: bytes, cut: int) -> None:
    """Half a row is no card."""
    sealed = vault().seal(clear, CODE)
    with pytest.raises((Tampered, UnknownKey)):
        vault().open(sealed[:-cut], CODE)


slots = st.builds(
    Slot, owner=st.text(max_size=9), name=st.text(max_size=9), field=st.text(max_size=9)
)


@given(home=slots, elsewhere=slots)
def test_a_value_opens_in_one_place_only(home: Slot, elsewhere: Slot) -> None:
    """Whatever two places are called, what belongs to one never opens in the other."""
    sealed = vault().seal(b"ABCD-1234", home)
    if home == elsewhere:
        assert vault().open(sealed, elsewhere) == b"ABCD-1234"
        return
    with pytest.raises(Tampered):
        vault().open(sealed, elsewhere)


@given(clear=st.binary(max_size=40))
def test_no_two_sealed_values_are_equal(clear: bytes) -> None:
    """Not even the same card in the same place."""
    open_vault = vault()
    assert len({open_vault.seal(clear, CODE) for _ in range(20)}) == 20


def test_the_wrong_key_of_the_right_name_does_not_open() -> None:
    """A CARD_KEYS line that was mixed up is noticed, not read as nonsense."""
    with pytest.raises(Tampered, match="k1"):
        vault(KEY[::-1]).open(vault().seal(b"ABCD-1234", CODE), CODE)


def test_the_format_is_the_documented_one() -> None:
    """Backups of years are read by this layout: version, key id, nonce, ciphertext with its tag."""
    sealed = vault().seal(b"ABCD-1234", CODE)
    assert sealed.startswith(HEADER)
    assert len(sealed) == len(HEADER) + 12 + len(b"ABCD-1234") + 16


def test_a_value_sealed_years_ago_opens() -> None:
    """A change of the format would lose every card kept so far."""
    sealed = bytes.fromhex(SEALED_AT_VERSION_1)
    assert vault().open(sealed, CODE) == b"ABCD-1234"


SEALED_AT_VERSION_1 = (
    "01026b3132d810c2bef4c843dfbfd71be4576284bd22da5306cee86eaaae29b31f5917889d81c759de"
)


@pytest.mark.parametrize(
    "keys",
    [
        [("k1", Secret(KEY[:16]))],
        [("k1", Secret(KEY)), ("k1", Secret(KEY))],
        [("", Secret(KEY))],
        [("k 1", Secret(KEY))],
        [("k" * 33, Secret(KEY))],
    ],
)
def test_a_ring_with_a_fault_opens_no_vault(keys: list[tuple[str, Secret[bytes]]]) -> None:
    """A short key, or two keys of one name, stop the start; the message holds no key."""
    with pytest.raises(VaultError) as caught:
        KeyRingVault(keys)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_a_vault_never_shows_a_key() -> None:
    """Not in a repr, a format, its attributes or an error; and it cannot be pickled or copied."""
    shown = f"{vault()} {vault()!r} {vars(vault())}"
    with pytest.raises(VaultError) as caught:
        vault().open(vault(KEY[::-1]).seal(CLEAR, CODE), CODE)
    assert "canary" not in shown + "".join(traceback.format_exception(caught.value))
    assert repr(vault()) == "KeyRingVault(newest='k1', keys=1)"
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(vault())
    with pytest.raises(TypeError):
        copy.deepcopy(vault())


def test_a_new_key_is_what_the_settings_take() -> None:
    """`init` and `rotate-keys` write lines that the next start reads."""
    lines = [new_key_line() for _ in range(20)]
    keys = card_keys(",".join(lines))
    assert KeyRingVault(keys).newest_key_id == lines[0].partition(":")[0]
    assert len({key.reveal() for _, key in keys}) == 20
    assert all(len(base64.b64decode(line.partition(":")[2])) == 32 for line in lines)


def test_index_keys_are_random() -> None:
    """Two databases do not hash a code alike."""
    assert len({vault().new_index_key() for _ in range(20)}) == 20
    assert len(vault().new_index_key()) == 32
