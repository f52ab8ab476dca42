"""Everything that the admins can be told of happens, and none of it tells a secret."""

import asyncio
import secrets
import sqlite3
from base64 import b64decode, b64encode
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from bot.commands.opening import looking_into
from bot.domain.alerts import AlertKind
from bot.domain.orders import OrderState
from bot.playground.oneclickdz import Call, Plan, faults
from bot.playground.process import BotProcess
from bot.playground.telegram import Aim
from bot.playground.telegram.answers import conflict
from tests.e2e.canary import API_KEY, CANARIES, TOKEN, contents, leaks, spelled
from tests.e2e.canary import told as told_of
from tests.e2e.shop import FREE_FIRE, PATIENCE_SECONDS, PSN, Shop, shop

pytestmark = pytest.mark.e2e

ABROAD = {AlertKind.MONEY_TROUBLE, AlertKind.RATE_MISSING, AlertKind.RATE_STALE}
"""What a provider without words for trouble with the money, paid in dinars, never raises.

`test_canary_plum` raises the first two; the last one takes a week, and tells what the second does.
"""

NEWER = b64encode(secrets.token_hex(16).encode())
"""The card key that comes after the first, as the settings spell it."""

LATER = {AlertKind.ORDER_SLOW}
"""What takes an hour, and tells no more than what is told of an order at once."""

LEFT = Decimal(100)
"""What is left at the provider when it cannot pay for a card any more."""


async def test_no_alert_tells_a_secret(template: Path, tmp_path: Path) -> None:
    """Every kind of alert is raised, shown and looked into: no code, key or token is written."""
    async with shop(tmp_path, template, token=TOKEN, key=API_KEY, more=CANARIES) as stand:
        bot = await stand.serve()
        await stand.ask(stand.admin, "/start")
        told = await at_the_provider(stand)
        told |= await in_doubt(stand)
        bot = await after_a_restart(stand, bot)
        told |= await raised(stand)
        bot = await from_a_backup(stand, bot)
        told |= await raised(stand)
        await looks_into(stand)
        assert await told_of(stand, (TOKEN, API_KEY)) == []
        assert (await stand.command("export", str(tmp_path / "audit.db"))).code == 0
        await bot.kill()
        assert told == set(AlertKind) - ABROAD - LATER
        assert leaks(contents(tmp_path), planted(stand)) == []


def planted(stand: Shop) -> list[str]:
    """Give every secret of this shop, its keys in clear and as the settings spell them."""
    return [TOKEN, API_KEY, NEWER.decode(), b64decode(NEWER).decode(), *spelled(stand)]


async def at_the_provider(stand: Shop) -> set[AlertKind]:
    """Let the provider's words disagree, with each other and with the price."""
    stand.provider.plan(Plan(filled=1, shown={"status": "FULFILLED"}))
    await stand.press_confirm(stand.agents[0], FREE_FIRE, 2)
    await until_raised(stand, AlertKind.COUNT_MISMATCH)
    stand.provider.plan(Plan(shown={"fulfilled_amount": 99_999}))
    await stand.press_confirm(stand.agents[1], FREE_FIRE, 3)
    await until_raised(stand, AlertKind.COST_ABOVE_PRICE)
    handled = asyncio.Event()
    stand.provider.plan(Plan(handling=handled))
    await stand.press_confirm(stand.agents[2], FREE_FIRE, 4)
    stand.agents[2].block()
    handled.set()
    await until_raised(stand, AlertKind.DELIVERY_PARKED)
    return await raised(stand)


async def in_doubt(stand: Shop) -> set[AlertKind]:
    """Lose answers: one order has a twin, another does not appear in the list."""
    hidden = asyncio.Event()
    stand.provider.list_after(hidden)
    await loses_the_answer(stand, 3, quantity=5)
    product = next(one for one in stand.provider.catalog.products() if one.title == FREE_FIRE[1])
    stand.provider.buy_at_dashboard(product.id, product.types[0].id, 5)
    hidden.set()
    await until_raised(stand, AlertKind.ORDER_AMBIGUOUS)
    late = asyncio.Event()
    stand.provider.list_after(late)
    await loses_the_answer(stand, 4, quantity=6)
    await until_raised(stand, AlertKind.ORDER_UNKNOWN)
    unknown = max(one.id for one in await stand.peek() if one.state is OrderState.UNKNOWN)
    await stand.ask(stand.admin, f"/resolve {unknown} absent")
    late.set()
    return await raised(stand)


async def loses_the_answer(stand: Shop, agent: int, *, quantity: int) -> None:
    """Place an order whose answer is lost after it took effect."""
    count = len(stand.provider.orders)
    stand.provider.fault(Call.PLACE_ORDER, faults.cut(), after=True)
    await stand.press_confirm(stand.agents[agent], FREE_FIRE, quantity)
    await stand.at_provider(lambda: len(stand.provider.orders) > count)


async def after_a_restart(stand: Shop, bot: BotProcess) -> BotProcess:
    """Change at the provider what was settled, buy there, empty the account: a sweep sees it."""
    stand.provider.list_after(timedelta(0))
    await stand.buy(stand.agents[5], PSN, 2)
    stand.provider.settle(stand.provider.orders[-1], filled=1)
    product = next(one for one in stand.provider.catalog.products() if one.title == PSN[1])
    stand.provider.buy_at_dashboard(product.id, product.types[0].id)
    stand.provider.deposit(LEFT - stand.provider.balance)
    await stand.press_confirm(stand.agents[6], PSN, 3)
    await until_raised(stand, AlertKind.PROVIDER_BALANCE_LOW)
    stand.telegram.faults.refuse(Aim(method="getUpdates"), conflict())
    await until_raised(stand, AlertKind.TWO_BOTS)
    assert await bot.stop() == 0
    bot = await stand.serve()
    for kind in (
        AlertKind.SHELF_ORDER,
        AlertKind.FOREIGN_ORDER,
        AlertKind.SETTLED_CHANGED,
        AlertKind.PROVIDER_BALANCE_SOON,
    ):
        await until_raised(stand, kind)
    stand.provider.deposit(Decimal(100_000))
    stand.provider.fault(Call.CATALOG, faults.unauthorized())
    await stand.ask(stand.admin, "/provider refresh")
    await until_raised(stand, AlertKind.PROVIDER_FROZEN)
    return bot


async def from_a_backup(stand: Shop, bot: BotProcess) -> BotProcess:
    """Put an old copy in the database's place, and a newer key before the one that sealed it."""
    assert (await stand.command("backup", str(stand.folder / "copy.db"))).code == 0
    await bot.kill()
    assert (await stand.command("restore", str(stand.folder / "copy.db"))).code == 0
    swap_two_exchanges(stand)
    stand.settings["CARD_KEYS"] = f"newer:{NEWER.decode()},{stand.settings['CARD_KEYS']}"
    bot = await stand.serve()
    await until_raised(stand, AlertKind.RESTORED)
    await until_raised(stand, AlertKind.SEAL_BROKEN)
    return bot


def swap_two_exchanges(stand: Shop) -> None:
    """Put two sealed exchanges in each other's place, where neither opens."""
    with closing(sqlite3.connect(stand.database)) as file:
        one, other = file.execute(
            "SELECT order_id, attempt, sealed_exchange FROM provider_call LIMIT 2"
        ).fetchall()
        for row, (_, _, sealed) in ((one, other), (other, one)):
            file.execute(
                "UPDATE provider_call SET sealed_exchange = ? WHERE (order_id, attempt) = (?, ?)",
                (sealed, *row[:2]),
            )
        file.commit()


async def looks_into(stand: Shop) -> None:
    """Press every button of every alert."""
    for message in stand.admin.messages:
        for button in message.buttons:
            if button.data.startswith("alert:"):
                press = await stand.admin.tap_raw(button.data, message)
                await press.answered(PATIENCE_SECONDS)


async def until_raised(stand: Shop, kind: AlertKind) -> None:
    """Wait until something is in the journal, looking again whenever anybody is told anything."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            mark = stand.telegram.mark()
            if kind in await raised(stand):
                return
            await stand.telegram.world.changes.until(
                partial(changed_since, stand, mark), timeout_seconds=PATIENCE_SECONDS
            )


def changed_since(stand: Shop, mark: int) -> bool:
    return stand.telegram.mark() > mark


async def raised(stand: Shop) -> set[AlertKind]:
    """Read from the journal what the admins were told of so far."""
    async with looking_into(stand.database) as work:
        rows = await work.journal.list_after(0, limit=1_000_000)
    events = (row.event for row in rows if row.event.action == "alert.raised")
    return {AlertKind(str(event.details["kind"])) for event in events}
