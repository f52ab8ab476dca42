"""The whole application against updates that nobody should send, over real HTTP."""

import gc
import json
import shutil
import tracemalloc
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from io import StringIO
from itertools import chain
from pathlib import Path

import pytest
from telegram.ext import CommandHandler, ConversationHandler

from bot.domain.agents import PersonId
from bot.domain.alerts import AlertKind
from bot.domain.audit import Detail
from bot.domain.ledger import ADJUSTMENTS, CASH, held_of, wallet_of
from bot.domain.verifying import Finding
from bot.playground.telegram import Person
from bot.services.alerts import alert_admins
from handlers.app import AREAS
from handlers.incoming import fault_of, readable
from handlers.routes import Route
from storage.store import SqlStore
from storage.verify import verify
from tests.conversation.stage import ADMIN, Stage, staged
from tests.conversation.test_wide import to_amount, to_phone
from tests.e2e.shop import ever_shown
from tests.fakes import inline_sqlite
from tests.fakes.provider_account import wide_shop
from tests.fakes.vault import MemoryVault
from tests.fuzz.chance import chances
from tests.fuzz.heard import overheard
from tests.fuzz.spoiling import spoil
from tests.fuzz.updates import MESSAGE, Forger, Update, every_block, record

AMINA, BILAL, ZOE, DINA, YASMINE, FARID = 7, 8, 9, 11, 12, 13
FORGED = 1_000
BATCH = 50
PATIENCE_SECONDS = 60
ALL = 10**6
OURS = ("handlers", "storage", "bot/services", "bot/texts", "bot/domain", "site-packages/telegram")
LEFT_BEHIND = 300
"""Bytes for each update; one that is held on to takes thousands."""

MINIMAL = {
    "message_id": 4,
    "date": 1,
    "chat": {"id": 7, "type": "private", "first_name": "Amina"},
    "from": {"id": 7, "is_bot": False, "first_name": "Amina"},
    "text": "/buy",
}
SEVERE = {"error", "critical", "exception"}


TO_DO: dict[AlertKind, tuple[str, dict[str, Detail]]] = {
    AlertKind.ORDER_UNKNOWN: ("order:1", {}),
    AlertKind.COUNT_MISMATCH: (
        "order:2",
        {"status": "?", "ordered": 2, "fulfilled": 1, "cards": 1},
    ),
    AlertKind.PROVIDER_FROZEN: ("provider:memory", {"reason": "HTTP 401"}),
    AlertKind.RESTORED: ("shop", {"orders": "1 2"}),
}
"""What waits for an admin, with buttons that settle, thaw and resume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A shop in the middle of the day, and what stood there before anything was forged.

    `odd` is what `verify` says of money that the stage put there without an admin.
    """

    stage: Stage
    amina: Person
    bilal: Person
    zoe: Person
    yasmine: Person
    farid: Person
    admin: Person
    entries: int
    events: int
    odd: tuple[Finding, ...]
    log: StringIO

    @property
    def everybody(self) -> tuple[Person, ...]:
        """Who wrote so far; the admin too."""
        return (self.amina, self.bilal, self.zoe, self.yasmine, self.farid, self.admin)


@pytest.fixture
async def scene(migrated: Path, tmp_path: Path) -> AsyncIterator[Scene]:
    """Amina has cards; Bilal has some, an open quote, and was suspended; Zoe waits at the door.

    Yasmine is asked for an amount, and Farid for a phone number.
    """
    path = Path(shutil.copy(migrated, tmp_path / "wakil.db"))
    key_id = MemoryVault().key_id
    async with AsyncExitStack() as stack:
        log = stack.enter_context(overheard())
        store = SqlStore(path, key_id=key_id, connect=inline_sqlite.connect)
        stage = await stack.enter_async_context(staged(await stack.enter_async_context(store)))
        yield await play(stage, log)


async def play(stage: Stage, log: StringIO) -> Scene:
    """Play the morning."""
    await sell_everything(stage)
    admin = stage.telegram.person(ADMIN, "Karim", "en")
    await stage.says(admin, "/start")
    amina, bilal = await stage.member(AMINA), await stage.member(BILAL, "Bilal", "ar")
    zoe = stage.telegram.person(ZOE, "Zoe", "fr")
    for member in (amina, bilal):
        await stage.buys(member)
        await stage.says(member, "/orders")
        await stage.taps(member, "order:")
        await stage.taps(member, "reveal:")
    await stage.says(bilal, "/wallet")
    await stage.to_confirm(bilal)
    await stage.says(zoe, "/start")
    await stage.taps(zoe, "language:fr")
    await stage.taps(zoe, "access:")
    await stage.says(admin, "/topup Chez Amina 50000 cash")
    await stage.says(amina, "/language")
    yasmine, farid = await stage.member(YASMINE, "Yasmine"), await stage.member(FARID, "Farid")
    await to_amount(stage, yasmine)
    await to_phone(stage, farid)
    bilals = (await stage.wallet(bilal)).agent_id
    await stage.works.counter.people.suspend(bilals, ADMIN, suspended=True)
    async with stage.store.begin() as work:
        terms, at = stage.works.counter.people.terms, stage.clock.now()
        for kind, (subject, facts) in TO_DO.items():
            await alert_admins(work, terms, kind, subject, at=at, **facts)
        entries = len(await work.ledger.list_entries(limit=ALL))
        events = len(await work.journal.list_after(0, limit=ALL))
    await stage.to_confirm(amina)
    return Scene(
        stage=stage,
        amina=amina,
        bilal=bilal,
        zoe=zoe,
        yasmine=yasmine,
        farid=farid,
        admin=admin,
        entries=entries,
        events=events,
        odd=(await verify(stage.store.path)).findings,
        log=log,
    )


async def sell_everything(stage: Stage) -> None:
    """Sell cards of every kind: open amounts, and those that need a phone number, too."""
    (categories, stock), provider = wide_shop(), stage.provider
    provider.categories = (*provider.categories, *categories)
    provider.stock = {**provider.stock, **stock}
    await stage.works.counter.catalog.refresh()


async def test_every_block_of_unicode_is_answered(scene: Scene) -> None:
    """No sign of Unicode is an amount, a phone number or a fault: the questions stand after all."""
    stage = scene.stage
    await stage.to_quantity(scene.amina)
    for text in every_block():
        people = (scene.yasmine, scene.farid, scene.amina)
        await send(stage, [typed(scene, person, text) for person in people])
    assert unexpected(scene.log) == []
    assert "How many?" in (await stage.says(scene.yasmine, "10 USD")).text
    for person, honest in ((scene.farid, "+919876543210"), (scene.amina, "2")):
        assert (await stage.says(person, honest)).find_button("confirm:") is not None


async def test_updates_leave_nothing_in_memory(scene: Scene) -> None:
    """What was read, understood or not, is let go: memory does not grow with what people send."""
    texts, sizes = list(every_block()), []
    tracemalloc.start()
    try:
        for _ in range(3):
            await send(scene.stage, [typed(scene, scene.yasmine, text) for text in texts])
            gc.collect()
            sizes.append(kept())
    finally:
        tracemalloc.stop()
    assert sizes[2] - sizes[1] < LEFT_BEHIND * len(texts)


def typed(scene: Scene, person: Person, text: str) -> Update:
    """Let a person type this, as Telegram would tell it."""
    honest = record(scene.stage.telegram, [person])
    payload = next(told for kind, told in honest if kind == MESSAGE)
    return MESSAGE, {**payload, "text": text, "entities": []}


def kept() -> int:
    """Measure what the bot holds in memory, in bytes; Telegram's double remembers all by design."""
    mine = [tracemalloc.Filter(inclusive=True, filename_pattern=f"*/{part}/*") for part in OURS]
    found = tracemalloc.take_snapshot().filter_traces(mine).statistics("filename")
    return sum(each.size for each in found)


async def test_no_update_does_more_than_its_sender_may(scene: Scene) -> None:
    """No forged update breaks a handler, moves money, orders, or shows a card it should not."""
    forger = forger_of(scene)
    honest = record(scene.stage.telegram, scene.everybody)
    await forge(scene, forger, honest, "update", FORGED)
    await check(scene)
    await trade_goes_on(scene)


async def test_no_admin_can_break_the_bot(scene: Scene) -> None:
    """Whatever an admin types or presses, no handler breaks, and the books still balance."""
    forger = replace(forger_of(scene), people=(scene.admin,), admin_id=0)
    honest = record(scene.stage.telegram, [scene.admin])
    await forge(scene, forger, honest, "admin", FORGED // 2)
    assert (await verify(scene.stage.store.path)).findings == scene.odd


def test_a_spoilt_update_costs_no_other() -> None:
    """Whatever stands in one update as raw bytes, what is left is read, its neighbours whole."""
    honest = {"update_id": 1, "message": MINIMAL}
    for case, chance in chances("raw", 500):
        spoilt = spoil(chance, json.dumps({"update_id": 2, "message": MINIMAL}).encode())
        around = json.dumps(honest).encode()
        left = readable(b'{"ok":true,"result":[%s,%s,%s]}' % (around, spoilt, around))
        if left:  # else it was no JSON at all
            read = json.loads(left)["result"]
            assert (read[0], read[-1]) == (honest, honest), case
            assert not any(map(fault_of, read)), case


async def forge(
    scene: Scene, forger: Forger, honest: list[Update], subject: str, count: int
) -> None:
    """Send so many forged updates, and look after each batch at what was logged."""
    forged = [
        (name, forger.forge(chance, chance.choice(honest)))
        for name, chance in chances(subject, count)
    ]
    for start in range(0, len(forged), BATCH):
        batch = [(name, update) for name, update in forged[start : start + BATCH] if update]
        await send(scene.stage, [update for _, update in batch])
        if severe := unexpected(scene.log):
            raise AssertionError("\n".join([*severe, json.dumps(batch)]))


def forger_of(scene: Scene) -> Forger:
    """Tell a forger every id that stands on any button, and every command."""
    told = {
        part
        for person in scene.everybody
        for message in person.chat.everything
        for button in message.buttons
        for part in (button.data.partition(":")[2], *button.data.split(":")[1:])
    }
    words = ("settle", "absent", "seen", "shelve", "adopt", "resume", "thaw", "look", "agents")
    numbers = ("0", "1", "2", "3", "01", "999999999", "9" * 18, "9" * 19, "-1", "٣")
    return Forger(
        people=(scene.amina, scene.bilal, scene.zoe, scene.yasmine, scene.farid),
        ids=(*sorted(told), *words, *numbers),
        commands=sorted(commands(chain.from_iterable(AREAS))),
        admin_id=ADMIN,
    )


def commands(routes: Iterable[Route]) -> Iterator[str]:
    """Give the name of every command that leads anywhere."""
    for route in routes:
        if isinstance(route, CommandHandler):
            yield from route.commands
        elif isinstance(route, ConversationHandler):
            yield from commands(route.entry_points)


async def send(stage: Stage, updates: Iterable[Update]) -> None:
    """Let the bot read these updates, whatever kinds it asked for, and act on them to the end."""
    waiting = stage.telegram.world.updates
    for kind, payload in updates:
        waiting._pending.append({"update_id": next(waiting._ids), kind: payload})
    stage.telegram.world.changes.tell()
    await stage.telegram.drained(PATIENCE_SECONDS)
    await stage.app.update_queue.join()
    await stage.work(rounds=1)


def unexpected(log: StringIO) -> list[str]:
    """Give what was logged as an error since the last look."""
    said = [line for line in log.getvalue().splitlines() if json.loads(line)["level"] in SEVERE]
    log.seek(0)
    log.truncate()
    return said


async def check(scene: Scene) -> None:
    """Hold what came of it against what each of them may do."""
    stage = scene.stage
    assert (await verify(stage.store.path)).findings == scene.odd
    async with stage.store.read() as work:
        entries = await work.ledger.list_entries(limit=ALL)
        journal = await work.journal.list_after(0, limit=ALL)
        bilals = await work.people.find_agent_of(PersonId(BILAL))
    assert bilals is not None
    assert bilals.suspended_at is not None
    moved = {
        posting.account
        for posted in entries[: len(entries) - scene.entries]
        for posting in posted.entry.postings
    }
    assert moved.isdisjoint({CASH, ADJUSTMENTS, wallet_of(bilals.id), held_of(bilals.id)})
    assert {event.event.actor for event in journal[scene.events :]}.isdisjoint({f"admin:{ADMIN}"})
    sold = await stage.orders()
    assert {order.person_id for order in sold[2:]} <= {AMINA, YASMINE, FARID}
    assert len(stage.provider.placed) == len(sold)
    theirs = {order.provider_order_id: order.person_id for order in sold}
    for placed in stage.provider.placed:
        codes = {card.code for card in placed.cards or ()}
        seen_by = {one.id for one in scene.everybody if codes & ever_shown(one)}
        assert seen_by <= {theirs[placed.id]}


async def trade_goes_on(scene: Scene) -> None:
    """Sell to somebody new, and to somebody whose name was used."""
    dina = await scene.stage.member(DINA, "Dina")
    for member in (dina, scene.amina):
        had = len(scene.stage.paid_codes)
        message = await scene.stage.buys(member)
        assert list(message.codes[::2]) == scene.stage.paid_codes[had:]
    assert unexpected(scene.log) == []
