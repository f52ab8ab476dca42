from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alerts import AlertKind
from bot.domain.cards import Card, SealedCard, order_owner
from bot.domain.orders import OrderId
from bot.ports.vault import Slot
from bot.services import marks
from bot.services.keeping import recipient_slot
from bot.services.recovery import keys_in_use
from bot.services.resealing import BATCH
from bot.services.rotation import BREATH
from bot.services.tokens import KeptTokens
from tests.engine import ADMIN, Engine, opened
from tests.fakes.vault import MemoryVault

SAMPLE = Card(code="C-0")

ELSEWHERE = Slot(owner="elsewhere", name="card:1", field="code")


@pytest.fixture
async def engine() -> Engine:
    """Open a shop with three orders of two cards, a recipient for each, and a kept token."""
    engine = await opened()
    for _ in range(3):
        engine.clock.advance(timedelta(seconds=1))
        await engine.buy()
        await engine.rest(1)
    async with engine.store.begin() as work:
        for order in await engine.orders():
            phone = engine.vault.seal(b"+213555000001", recipient_slot(order.quote_id))
            await work.recipients.add(order.quote_id, phone)
    await tokens_of(engine).save(b"a token")
    return engine


def tokens_of(engine: Engine) -> KeptTokens:
    account = engine.provider.account
    return KeptTokens(store=engine.store, vault=engine.vault, clock=engine.clock, account=account)


def damage(engine: Engine, sealed: bytes) -> tuple[bytes, Slot]:
    """Make a value open nowhere any more; gives what mends it."""
    kept = engine.box[sealed]
    engine.box[sealed] = (kept[0], ELSEWHERE)
    return kept


async def changes_the_key(engine: Engine) -> None:
    """Put a new key first, and start again."""
    engine.vault = MemoryVault(("k2", "k1"), engine.box)
    engine.store._key_id = engine.vault.key_id  # type: ignore[attr-defined] # the twin's check
    await engine.start()


async def rotates(engine: Engine) -> int:
    """Let one round come to its end; gives how many batches it took."""
    batches = 0
    while await engine.works.rotation.step() == BREATH:
        batches += 1
        assert batches < 100, "the rotation goes round in circles"
    return batches


async def used(engine: Engine) -> frozenset[str]:
    async with engine.store.read() as work:
        return keys_in_use(await work.marks.find(marks.KEYS_IN_USE))


async def left(engine: Engine) -> list[str]:
    """Name what the newest key does not seal."""
    async with engine.store.read() as work:
        cards = await work.cards.list_not_sealed_by("k2", limit=999)
        recipients = await work.recipients.list_not_sealed_by("k2", limit=999)
        calls = await work.calls.list_not_sealed_by("k2", limit=999)
    return [
        *(f"card {one.owner}/{one.slot}" for one in cards),
        *(f"recipient {quote_id}" for quote_id, _ in recipients),
        *(f"provider_call {one.order_id}/{one.attempt}" for one in calls),
    ]


async def card_of(engine: Engine, order_id: int, slot: int) -> SealedCard:
    async with engine.store.read() as work:
        return (await work.cards.list(order_owner(OrderId(order_id))))[slot - 1]


async def test_what_does_not_open_holds_up_nothing(engine: Engine) -> None:
    """Everything behind a damaged card, number or exchange gets the new key; they are named."""
    quote_id = (await engine.orders())[0].quote_id
    async with engine.store.read() as work:
        phone = await work.recipients.find(quote_id)
        (call,) = await work.calls.list_of(OrderId(1))
    assert phone is not None
    for sealed in ((await card_of(engine, 1, 1)).sealed_code, phone, call.sealed_exchange):
        damage(engine, sealed)
    broken = ["card order:1/1", f"recipient {quote_id}", "provider_call 1/1"]
    await changes_the_key(engine)
    await rotates(engine)
    assert await left(engine) == broken
    assert engine.works.rotation.broken == tuple(broken)
    assert await tokens_of(engine).load() == b"a token"
    assert await used(engine) == {"k1", "k2"}
    assert "keys.rotated" not in await engine.actions("shop")
    (alert,) = await engine.alerts()
    assert alert.kind is AlertKind.SEAL_BROKEN
    assert alert.facts == {"values": 3, "rows": ", ".join(broken), "keys": "k1"}


async def test_damage_is_told_once(engine: Engine) -> None:
    """Neither the next day nor the next start tells it again, though an admin has seen it."""
    damage(engine, (await card_of(engine, 1, 1)).sealed_code)
    await changes_the_key(engine)
    await rotates(engine)
    (alert,) = await engine.alerts()
    await engine.works.counter.alerts.dismiss(alert.id, ADMIN)
    await rotates(engine)
    await engine.start()
    await rotates(engine)
    assert await engine.alerts() == ()


async def test_more_damage_is_told_anew(engine: Engine) -> None:
    """The alert that admins see counts what does not open now."""
    damage(engine, (await card_of(engine, 1, 1)).sealed_code)
    await changes_the_key(engine)
    await rotates(engine)
    old = replace(await card_of(engine, 1, 1), slot=3, index=b"another's")
    async with engine.store.begin() as work:
        await work.cards.add([old])
    await rotates(engine)
    (alert,) = await engine.alerts()
    assert alert.facts["rows"] == "card order:1/1, card order:1/3"


async def test_what_was_mended_ends_the_rotation(engine: Engine) -> None:
    """Once it opens again the old key can go, and the alert is over without anybody's tap."""
    sealed = (await card_of(engine, 2, 2)).sealed_code
    kept = damage(engine, sealed)
    await engine.works.counter.overseeing.tell_rival()
    await changes_the_key(engine)
    await rotates(engine)
    engine.box[sealed] = kept
    await rotates(engine)
    assert await left(engine) == []
    assert await used(engine) == {"k2"}
    assert engine.works.rotation.broken == ()
    assert await engine.kinds() == ["two-bots"]
    assert "keys.rotated" in await engine.actions("shop")


async def test_more_damage_than_a_batch(engine: Engine) -> None:
    """However many do not open, the round comes to its end, and what does open is sealed anew."""
    cards = [
        engine.works.rotation.keeper.seal("order:0", slot, one)
        for slot, one in enumerate([replace(SAMPLE, code=f"C-{n}") for n in range(BATCH + 1)], 1)
    ]
    for card in cards:
        damage(engine, card.sealed_code)
    async with engine.store.begin() as work:
        await work.cards.add(cards)
    await changes_the_key(engine)
    await rotates(engine)
    assert await left(engine) == [f"card order:0/{n}" for n in range(1, BATCH + 2)]
    (alert,) = await engine.alerts()
    assert alert.facts["values"] == BATCH + 1
    assert str(alert.facts["rows"]).count("card") == 5


async def test_a_card_with_the_hash_of_another(engine: Engine) -> None:
    """It opens, and is not what the row says: it is named, and the rotation does not go round."""
    card = await card_of(engine, 3, 1)
    async with engine.store.begin() as work:
        await work.cards.move(card.owner, [replace(card, index=b"another's")])
    await changes_the_key(engine)
    await rotates(engine)
    assert engine.works.rotation.broken == ("card order:3/1",)


@pytest.mark.parametrize("how", ["moved", "no mark of ours"])
async def test_tokens_that_do_not_open(engine: Engine, how: str) -> None:
    """They are named like a row, and a person makes new ones at the provider."""
    async with engine.store.begin() as work:
        if how == "moved":
            (moved,) = [one for one, (clear, _) in engine.box.items() if clear == b"a token"]
            damage(engine, moved)
        else:
            await work.marks.set(marks.TOKENS, "[]")
    await changes_the_key(engine)
    await rotates(engine)
    assert await left(engine) == []
    assert engine.works.rotation.broken == ("mark provider-tokens",)
    assert await used(engine) == {"k1", "k2"}
