from dataclasses import replace

import pytest

from bot.domain.orders import OrderId, QuoteId
from bot.domain.shelf import UnownedState
from bot.errors import Conflict, Tampered
from bot.ports.store import ProviderCall, Store, Work
from tests.contract.store_samples import (
    ELSEWHERE,
    HERE,
    after,
    call,
    card,
    confirm,
    open_shop,
    quote,
    unowned,
)


async def test_cards_are_listed_by_slot(store: Store) -> None:
    """An owner's cards come in the order of their slots, and nobody else's."""
    two, one, other = card(slot=2), card(slot=1, sealed_serial=b"k1:3"), card("order:2")
    async with store.begin() as work:
        await work.cards.add([two, one])
        await work.cards.add([other])
        await work.cards.add([])
        assert await work.cards.list("order:1") == (one, two)
        assert await work.cards.list("order:2") == (other,)
        assert await work.cards.list("order:3") == ()


@pytest.mark.parametrize("clash", [{"index": b"new"}, {"slot": 2}, {"slot": 0, "index": b"new"}])
async def test_a_card_is_kept_once(store: Store, clash: dict[str, object]) -> None:
    """A slot holds one card, an owner holds a code once, and slots count from 1."""
    async with store.begin() as work:
        await work.cards.add([card()])
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.cards.add([replace(card(), **clash)])  # type: ignore[arg-type] # untyped


async def test_clear_cards_are_refused(store: Store) -> None:
    """What no key sealed is never written: neither a code, nor a serial, nor an exchange."""
    async with store.begin() as work:
        await work.cards.add([card()])
        for wrong in (
            card(slot=2, sealed_code=b"AB12-CD34"),
            card(slot=2, sealed_serial=b"0001"),
            card(slot=2, sealed_pin=b"9876"),
        ):
            with pytest.raises(Tampered):
                await work.cards.add([wrong])
            with pytest.raises(Tampered):
                await work.cards.reseal(replace(wrong, slot=1))
        with pytest.raises(Tampered):
            await work.cards.set_serial("order:1", 1, b"0001")
        with pytest.raises(Tampered):
            await work.calls.add(call(OrderId(1), sealed=b"{}"))
        assert await work.cards.list("order:1") == (card(),)


async def test_a_card_keeps_its_pin_and_its_last_day(store: Store) -> None:
    """A PIN is kept sealed beside its code, and is found when its key grows old."""
    with_pin = card(sealed_pin=b"k0:4", valid_until="2027-12-31")
    async with store.begin() as work:
        await work.cards.add([with_pin, card(slot=2, index=b"another")])
        assert (await work.cards.list("order:1"))[0] == with_pin
        assert await work.cards.list_not_sealed_by("k1", limit=9) == (with_pin,)
        sealed_anew = replace(with_pin, sealed_pin=b"k1:4")
        await work.cards.reseal(sealed_anew)
        assert (await work.cards.list("order:1"))[0] == sealed_anew
        assert await work.cards.list_not_sealed_by("k1", limit=9) == ()


async def test_a_receivers_number_is_sealed_and_goes_with_its_quote(store: Store) -> None:
    """A quote has one receiver's number, sealed, for as long as the quote is kept."""
    async with store.begin() as work:
        promised = quote(await open_shop(work), expires_at=after(1))
        await work.orders.add_quote(promised)
        assert await work.recipients.find(promised.id) is None
        await work.recipients.add(promised.id, b"k0:5")
        assert await work.recipients.find(promised.id) == b"k0:5"
        with pytest.raises(Tampered):
            await work.recipients.reseal(promised.id, b"+213555000001")
        assert await work.recipients.list_not_sealed_by("k1", limit=9) == ((promised.id, b"k0:5"),)
        assert await work.recipients.list_not_sealed_by("k1", limit=9, offset=1) == ()
        await work.recipients.reseal(promised.id, b"k1:5")
        await work.recipients.reseal(QuoteId("none"), b"k1:5")
        assert await work.recipients.list_not_sealed_by("k1", limit=9) == ()
        await work.orders.forget_quotes(after(2))
        assert await work.recipients.find(promised.id) is None


@pytest.mark.parametrize("sealed", [b"k1:5", b"+213555000001"])
async def test_a_receivers_number_is_kept_once_for_a_known_quote(
    store: Store, sealed: bytes
) -> None:
    """A second number, one in clear, or one of no quote is refused."""
    async with store.begin() as work:
        promised = quote(await open_shop(work))
        await work.orders.add_quote(promised)
        await work.recipients.add(promised.id, b"k1:5")
    for quote_id in (promised.id, QuoteId("none")):
        with pytest.raises((Conflict, Tampered)):
            async with store.begin() as work:
                await work.recipients.add(quote_id, sealed)


async def test_a_serial_comes_later_and_once(store: Store) -> None:
    """A serial is filled in where it is missing, and never replaced."""
    async with store.begin() as work:
        await work.cards.add([card()])
        await work.cards.set_serial("order:1", 1, b"k1:7")
        await work.cards.set_serial("order:1", 1, b"k1:8")
        await work.cards.set_serial("order:1", 2, b"k1:9")
        assert await work.cards.list("order:1") == (card(sealed_serial=b"k1:7"),)


async def test_cards_move_to_their_new_owner(store: Store) -> None:
    """Cards from the shelf leave it when they are kept for an order."""
    async with store.begin() as work:
        await work.cards.add([card("shelf:1"), card("shelf:1", 2), card("shelf:2")])
        moved = [card("order:1", sealed_code=b"k1:90"), card("order:1", 2)]
        await work.cards.move("shelf:1", moved)
        assert await work.cards.list("shelf:1") == ()
        assert await work.cards.list("order:1") == tuple(moved)
        assert await work.cards.list("shelf:2") == (card("shelf:2"),)


async def test_a_move_that_clashes_takes_nothing_away(store: Store) -> None:
    """When the new owner has a card in the slot, the shelf keeps its own."""
    async with store.begin() as work:
        await work.cards.add([card("shelf:1"), card("order:1")])
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.cards.move("shelf:1", [card("order:1")])
    async with store.read() as view:
        assert await view.cards.list("shelf:1") == (card("shelf:1"),)


async def test_cards_are_sealed_again(store: Store) -> None:
    """A new key seals every value of the cards that others sealed, a few at a time."""
    old_serial = card("order:1", 2, sealed_code=b"k2:1", sealed_serial=b"k1:2")
    async with store.begin() as work:
        new = card("order:2", sealed_code=b"k2:3", sealed_serial=b"k2:4")
        await work.cards.add([card("order:3"), old_serial, new, card("order:1")])
        stale = await work.cards.list_not_sealed_by("k2", limit=9)
        assert stale == (card("order:1"), old_serial, card("order:3"))
        assert await work.cards.list_not_sealed_by("k2", limit=2) == stale[:2]
        assert await work.cards.list_not_sealed_by("k2", limit=1, offset=1) == stale[1:2]
        for one in stale:
            serial = one.sealed_serial and b"k2:6"
            await work.cards.reseal(replace(one, sealed_code=b"k2:5", sealed_serial=serial))
        assert await work.cards.list_not_sealed_by("k2", limit=9) == ()
        assert len(await work.cards.list_not_sealed_by("k1", limit=9)) == 4
        again = replace(old_serial, sealed_code=b"k2:5", sealed_serial=b"k2:6")
        assert await work.cards.list("order:1") == (card(sealed_code=b"k2:5"), again)


async def test_resealing_spares_what_has_changed_hands(store: Store) -> None:
    """A card that has moved since it was listed is left as it is."""
    async with store.begin() as work:
        await work.cards.add([card()])
        await work.cards.reseal(card(sealed_code=b"k2:5", index=b"another"))
        await work.cards.reseal(card("order:2", sealed_code=b"k2:5"))
        assert await work.cards.list("order:1") == (card(),)
        assert await work.cards.list("order:2") == ()


async def ordered(work: Work) -> OrderId:
    return (await confirm(work, quote(await open_shop(work)))).id


async def test_calls_are_kept_oldest_first(store: Store) -> None:
    """An order's calls are listed in the order they were made, each as it was."""
    async with store.begin() as work:
        order_id = await ordered(work)
        answered: ProviderCall = replace(
            call(order_id, 2), outcome="accepted", code="", http_status=200, request_id="r-1"
        )
        await work.calls.add(answered)
        await work.calls.add(call(order_id, 1))
        assert await work.calls.list_of(order_id) == (call(order_id, 1), answered)
        assert await work.calls.list_of(OrderId(99)) == ()


async def test_a_call_is_kept_once(store: Store) -> None:
    """An attempt has one call, and belongs to an order."""
    async with store.begin() as work:
        order_id = await ordered(work)
        await work.calls.add(call(order_id))
    for wrong in (call(order_id), call(OrderId(99))):
        with pytest.raises(Conflict):
            async with store.begin() as work:
                await work.calls.add(wrong)


async def test_exchanges_are_sealed_again(store: Store) -> None:
    """A new key seals the exchange, and nothing else of the call changes."""
    async with store.begin() as work:
        order_id = await ordered(work)
        await work.calls.add(call(order_id, 1))
        await work.calls.add(call(order_id, 2, b"k2:1"))
        await work.calls.add(call(order_id, 3))
        stale = await work.calls.list_not_sealed_by("k2", limit=9)
        assert [one.attempt for one in stale] == [1, 3]
        assert await work.calls.list_not_sealed_by("k2", limit=1) == stale[:1]
        assert await work.calls.list_not_sealed_by("k2", limit=9, offset=1) == stale[1:]
        for one in stale:
            await work.calls.reseal(replace(one, sealed_exchange=b"k2:9", outcome="accepted"))
        await work.calls.reseal(call(OrderId(99)))
        assert await work.calls.list_not_sealed_by("k2", limit=9) == ()
        first = (await work.calls.list_of(order_id))[0]
        assert first == call(order_id, 1, b"k2:9")


async def test_an_unowned_order_is_kept_and_replaced(store: Store) -> None:
    """An unowned provider order is kept by account and id; saving it again replaces it."""
    async with store.begin() as work:
        order_id = await ordered(work)
        first = unowned("a", amount=None, state=UnownedState.EXPECTED, cards=0)
        await work.shelf.save(first)
        assert await work.shelf.find(HERE, "a") == first
        assert await work.shelf.find(ELSEWHERE, "a") is None
        assert await work.shelf.find(HERE, "b") is None
        sold = unowned("a", state=UnownedState.SOLD, taken_by=order_id, seen_at=after(9))
        await work.shelf.save(sold)
        assert await work.shelf.find(HERE, "a") == sold
        assert await work.shelf.list_in(*UnownedState) == (sold,)


async def test_a_sale_that_took_cards_exists(store: Store) -> None:
    """Cards from the shelf are taken by an order, never by nothing."""
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.shelf.save(unowned("a", taken_by=OrderId(99)))


async def test_unowned_orders_are_listed_oldest_first(store: Store) -> None:
    """Unowned orders are listed by state, in the order the provider made them."""
    async with store.begin() as work:
        late, early = unowned("a", created_at=after(9)), unowned("b")
        foreign = unowned("c", state=UnownedState.FOREIGN, created_at=after(5))
        for one in (late, early, foreign):
            await work.shelf.save(one)
        listed = work.shelf.list_in
        assert await listed(UnownedState.SHELF) == (early, late)
        assert await listed(UnownedState.SHELF, UnownedState.FOREIGN) == (early, foreign, late)
        assert await listed(UnownedState.SOLD) == ()


async def test_the_shelf_serves_with_exactly_the_cards_asked_for(store: Store) -> None:
    """A sale takes the oldest shelf order of its type that has as many cards, no more, no less."""
    bucket = unowned("a").bucket
    async with store.begin() as work:
        for one in (
            unowned("late", created_at=after(9)),
            unowned("part of three", quantity=3, cards=2, created_at=after(5)),
            unowned("incomplete", cards=1),
            unowned("too many", quantity=3, cards=3),
            unowned("sold", state=UnownedState.SOLD),
            unowned("elsewhere", account=ELSEWHERE),
            unowned("other product", product_key="xbox"),
            unowned("other type", type_key="20-usd"),
        ):
            await work.shelf.save(one)
        found = await work.shelf.find_for(bucket)
        assert found is not None
        assert found.provider_order_id == "part of three"
        await work.shelf.save(replace(found, state=UnownedState.SOLD))
        found = await work.shelf.find_for(bucket)
        assert found is not None
        assert found.provider_order_id == "late"
        assert await work.shelf.find_for(replace(bucket, quantity=9)) is None
