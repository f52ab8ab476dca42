from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.catalog import Account, Environment
from bot.domain.orders import OrderState
from bot.errors import ProviderUnreachable, SettingsError
from bot.ports.provider import ProviderProfile
from bot.services import marks
from bot.services.keeping import recipient_slot
from bot.services.recovery import LOCKOUT, open_keeper
from bot.services.tokens import KeptTokens
from tests.engine import AMINA, Engine, opened
from tests.fakes.provider import Held, MemoryProvider
from tests.fakes.provider_account import dinars
from tests.fakes.vault import MemoryVault
from tests.fakes.world import FakeClock

ELSEWHERE = Account(provider="memory", environment=Environment.PRODUCTION)


@pytest.fixture
async def engine() -> Engine:
    """Open a shop to which nothing is owed, and that owes nothing."""
    engine = await opened()
    await engine.deliver()
    return engine


def tokens_of(engine: Engine) -> KeptTokens:
    """Open the keep of the account's tokens."""
    return KeptTokens(
        store=engine.store,
        vault=engine.vault,
        clock=engine.clock,
        account=engine.provider.account,
    )


async def test_every_process_has_its_number(engine: Engine) -> None:
    """Each start is numbered, one more than the last, and journaled."""
    before = engine.epoch
    await engine.start()
    assert engine.epoch == before + 1
    assert (await engine.actions("shop")).count("bot.started") == engine.epoch


async def test_what_was_being_sent_is_unknown(engine: Engine) -> None:
    """An order that a dead process was sending may have left: it is unknown, never sent again."""
    engine.provider.answers.append(held := Held())
    order = await engine.confirm()
    await engine.works.placing.step()
    await held.begun.wait()
    for task in engine.works.placing._busy.values():
        task.cancel()
    await engine.start()
    assert (await engine.order(order.id)).state is OrderState.UNKNOWN
    await engine.rest()
    assert engine.places() == 1


async def test_a_key_that_fits_thaws(engine: Engine) -> None:
    """A key that is good again at a later start is used again."""
    await engine.confirm()
    engine.provider.key_rejected = True
    engine.clock.advance(timedelta(minutes=2))
    await engine.place()
    assert await engine.kinds() == ["provider-frozen"]
    engine.provider.key_rejected = False
    engine.provider.thaw()
    engine.clock.advance(LOCKOUT)
    await engine.start()
    async with engine.store.read() as work:
        assert await marks.find_frozen(work, engine.provider.account) is None
    assert await engine.kinds() == []


async def test_a_rejected_key_is_not_tried_for_a_while(engine: Engine) -> None:
    """Starting again and again with a rejected key calls the provider once in fifteen minutes."""
    engine.provider.key_rejected = True
    for _ in range(3):
        engine.provider.thaw()
        with pytest.raises(
            SettingsError, match=r"Memory rejected the key \(.*\): copy MEMORY_API_KEY"
        ):
            await engine.start()
    assert engine.provider.calls.count("validate") == 2  # the first start's, and one more
    engine.clock.advance(LOCKOUT)
    engine.provider.thaw()
    engine.provider.key_rejected = False
    await engine.start()
    assert not engine.provider.budget().frozen


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"account": ELSEWHERE}, "MEMORY_ENVIRONMENT says sandbox"),
        ({"enabled": False}, r"switched the key off \(MEMORY_API_KEY\)"),
        ({"may_order": False}, r"only read \(MEMORY_API_KEY\)"),
    ],
)
async def test_a_key_that_cannot_trade_stops_the_start(
    engine: Engine, changes: dict[str, object], complaint: str
) -> None:
    """A key of another environment, disabled or read-only, stops a start that owes nothing."""
    engine.provider.profile = replace(engine.provider.profile, **changes)  # type: ignore[arg-type] # untyped
    with pytest.raises(SettingsError, match=complaint):
        await engine.start()
    engine.provider.profile = ProviderProfile(
        account=engine.provider.account, enabled=True, may_order=True
    )
    await engine.start()


@pytest.mark.parametrize("owed", ["order", "parked", "message"])
async def test_a_shop_that_owes_something_starts(engine: Engine, owed: str) -> None:
    """With an open order or an undelivered message the bot starts, the account frozen."""
    order = await engine.confirm()
    if owed != "order":
        await engine.works.counter.checkout.cancel(order.person_id, order.id)
    if owed == "parked":
        engine.messenger.blocked.add(order.person_id)
        await engine.deliver()
    engine.provider.key_rejected = True
    await engine.start()
    assert await engine.kinds() == ["provider-frozen"]
    before = len(engine.provider.calls)
    await engine.start()
    assert len(engine.provider.calls) == before


async def test_one_of_two_providers_may_be_useless() -> None:
    """With another provider to sell from, a rejected key only freezes its own account."""
    clock = FakeClock()
    other = MemoryProvider(
        clock, account=Account(provider="other", environment=ELSEWHERE.environment)
    )
    engine = Engine(clock=clock, others=(MemoryProvider(clock), other))
    other.key_rejected = True
    await engine.start()
    assert await engine.kinds() == ["provider-frozen"]
    assert not engine.provider.budget().frozen


async def test_a_provider_that_is_away_changes_nothing(engine: Engine) -> None:
    """A provider that cannot be asked is neither frozen nor thawed; books are opened later."""
    engine = Engine()
    engine.provider.failures += [ProviderUnreachable(), ProviderUnreachable()]
    await engine.start()
    assert not engine.provider.budget().frozen
    assert await engine.books() == dinars(0)
    await engine.start()
    assert await engine.books() == engine.provider.held_balance


async def test_another_key_is_tried_at_once(engine: Engine) -> None:
    """A rejection is remembered of the very key: a new one is tried at once."""
    async with engine.store.begin() as work:
        frozen = marks.Frozen(key_hash="hash of another", since=engine.clock.now(), reason="no")
        await marks.set_frozen(work, engine.provider.account, frozen)
    await engine.start()
    async with engine.store.read() as work:
        assert await marks.find_frozen(work, engine.provider.account) is None


async def test_a_missing_card_key_stops_the_start(engine: Engine) -> None:
    """Without a key that cards are sealed with nothing starts; the message says which."""
    with pytest.raises(SettingsError, match="CARD_KEYS lacks k1"):
        await open_keeper(engine.store, MemoryVault(("k2",), engine.box))


async def test_keys_are_rotated_in_the_background(engine: Engine) -> None:
    """With a new key first, everything is sealed again; then the old key may go."""
    for _ in range(30):
        engine.clock.advance(timedelta(seconds=1))
        await engine.buy()
        await engine.rest(1)
    quote_id = (await engine.orders())[0].quote_id
    slot = recipient_slot(quote_id)
    async with engine.store.begin() as work:
        await work.recipients.add(quote_id, engine.vault.seal(b"+213555000001", slot))
    await tokens_of(engine).save(b"a token")
    engine.vault = MemoryVault(("k2", "k1"), engine.box)
    engine.store._key_id = engine.vault.key_id  # type: ignore[attr-defined] # the twin's check
    await engine.start()
    rotation = engine.works.rotation
    rests = [await rotation.step() for _ in range(6)]
    assert rests[-1] == rests[-2] == timedelta(hours=24)
    assert set(rests[:3]) == {timedelta(milliseconds=50)}
    engine.vault = MemoryVault(("k2",), engine.box)
    await engine.start()
    (first,) = await engine.works.counter.orders.reveal(AMINA, (await engine.orders())[0].id)
    assert [one.card.code for one in first.cards] == engine.paid()[:2]
    async with engine.store.read() as work:
        sealed = await work.recipients.find(quote_id)
        assert sealed is not None
        assert engine.vault.open(sealed, slot) == b"+213555000001"
    assert await tokens_of(engine).load() == b"a token"
    assert "keys.rotated" in await engine.actions("shop")
