from dataclasses import replace

import pytest

from bot.domain.cards import Card
from bot.domain.orders import QuoteId
from bot.errors import Tampered
from bot.ports.vault import Slot
from bot.services.keeping import Keeper, card_slot, exchange_slot, recipient_slot
from tests.fakes.vault import Box, MemoryVault

CARD = Card(code="ABCD-1234", serial="S1")
WITH_PIN = Card(code="ABCD-1234", pin="9876", valid_until="2027-12-31")
BARE = Card(code="ABCD-1234")


@pytest.fixture
def box() -> Box:
    """Share one box between vaults, as keys would be shared."""
    return {}


def keeper(box: Box, *key_ids: str) -> Keeper:
    vault = MemoryVault(key_ids or ("k1",), box)
    return Keeper(vault=vault, index_key=b"index key")


@pytest.mark.parametrize("card", [CARD, BARE, WITH_PIN], ids=["serial", "bare", "pin"])
def test_a_card_comes_back_as_it_was(box: Box, card: Card) -> None:
    """With its serial, its PIN and its last day, or without what was never told."""
    sealed = keeper(box).seal("order:17", 1, card)
    assert (sealed.owner, sealed.slot) == ("order:17", 1)
    assert (sealed.sealed_serial is None) == (not card.serial)
    assert (sealed.sealed_pin is None) == (not card.pin)
    assert keeper(box).open(sealed) == card


def test_a_serial_that_comes_later_belongs_to_its_card(box: Box) -> None:
    """Filled in afterwards it opens with the card, and only there."""
    here = keeper(box)
    sealed = here.seal("order:17", 1, BARE)
    filled = replace(sealed, sealed_serial=here.seal_serial("order:17", 1, "S1"))
    assert here.open(filled) == CARD
    with pytest.raises(Tampered):
        here.open(replace(sealed, sealed_serial=here.seal_serial("order:17", 2, "S1")))


@pytest.mark.parametrize("moved", [{"owner": "order:18"}, {"slot": 2}])
def test_a_swapped_row_does_not_open(box: Box, moved: dict[str, object]) -> None:
    """Nobody reads a card by putting its row into another order, or another place."""
    here = keeper(box)
    sealed = here.seal("order:17", 1, CARD)
    with pytest.raises(Tampered):
        here.open(replace(sealed, **moved))  # type: ignore[arg-type] # replace is untyped


def test_code_and_serial_cannot_be_exchanged(box: Box) -> None:
    """A serial does not open as a code."""
    here = keeper(box)
    sealed = here.seal("order:17", 1, CARD)
    assert sealed.sealed_serial is not None
    with pytest.raises(Tampered):
        here.open(replace(sealed, sealed_code=sealed.sealed_serial))


def test_a_card_is_known_by_its_code_within_its_owner(box: Box) -> None:
    """The serial may be filled in later, so the same code is the same card, in this order only."""
    here = keeper(box)
    assert here.index("order:17", CARD) == here.index("order:17", BARE)
    assert here.index("order:17", CARD) != here.index("order:18", CARD)
    assert here.index("order:17", CARD) != here.index("order:17", Card(code="OTHER"))
    assert here.seal("order:17", 1, CARD).index == here.index("order:17", CARD)


def test_cards_move_to_a_new_owner_in_order(box: Box) -> None:
    """What lay on the shelf opens in the order that took it, numbered from one."""
    here = keeper(box)
    cards = [Card(code=f"CODE-{n}", serial=f"S{n}") for n in range(3)]
    shelf = [here.seal("shelf:memory:68fc", n, card) for n, card in enumerate(cards, 4)]
    moved = here.move(shelf, "order:17")
    assert [(one.owner, one.slot) for one in moved] == [("order:17", n) for n in (1, 2, 3)]
    assert [here.open(one) for one in moved] == cards
    assert [one.index for one in moved] == [here.index("order:17", card) for card in cards]


def test_a_card_is_sealed_again_by_the_newest_key(box: Box) -> None:
    """After a rotation the old key is not needed any more."""
    sealed = keeper(box, "k1").seal("order:17", 1, CARD)
    again = keeper(box, "k2", "k1").reseal(sealed)
    assert keeper(box, "k2").open(again) == CARD
    assert (again.owner, again.slot, again.index) == (sealed.owner, sealed.slot, sealed.index)


def test_every_value_has_a_place_of_its_own() -> None:
    """All that is sealed is told apart by where it belongs."""
    places = {
        card_slot("order:17", 1, "code"),
        card_slot("order:17", 1, "serial"),
        card_slot("order:17", 2, "code"),
        card_slot("order:17", 1, "pin"),
        recipient_slot(QuoteId("q1")),
        recipient_slot(QuoteId("q2")),
        exchange_slot("order:17", 1),
        exchange_slot("order:17", 2),
    }
    assert len(places) == 8
    assert Slot(owner="order:17", name="call:1", field="exchange") in places


def test_a_keeper_does_not_show_its_key(box: Box) -> None:
    """The index key would tell which cards are the same."""
    assert "index key" not in repr(keeper(box))
